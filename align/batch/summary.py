"""What a collection amounts to: read shard by shard, shown as one HTML page without script or outside request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from itertools import islice
from typing import Any

from align.batch.folder import Failure, Folder
from align.batch.settings import Settings
from align.exports.base import tool_version
from align.exports.page import NOTE, POLICY
from align.exports.pictures import html
from align.scores import divergence
from align.scores.bootstrap import RESAMPLES, SEED
from align.scores.collection import Group
from align.scores.divergence import Divergence
from align.scores.stream import Sums
from align.scores.tables import diverging, named, tables
from align.scores.terms import SHARES
from align.types import LANGUAGES, SEVERITIES

_CONCEPTS = 40  # shown of those with most findings
_INTERVALS = (
    f"[low, high]: 95 % of {RESAMPLES:,} bootstrap resamples (seed {SEED}), in each of which an article is drawn a"
    " Poisson(1) number of times"
)
_FAILURES = 50  # shown; failures.jsonl has them all


@dataclass
class Totals:
    """Everything the page and the card say of a collection; grows with languages and systems, not with articles."""

    articles: int = 0
    copies: int = 0
    failed: int = 0
    segments: Counter[str] = field(default_factory=Counter)  # by language, those translated
    untranslated: Counter[str] = field(default_factory=Counter)
    made: Counter[str] = field(default_factory=Counter)  # segments by "language signature"
    rows: Counter[str] = field(default_factory=Counter)  # by table
    findings: Counter[tuple[str, str, str]] = field(default_factory=Counter)  # check, severity, language
    concepts: Counter[tuple[str, str, str]] = field(default_factory=Counter)  # concept, verdict, language
    groups: dict[tuple[str, str], Sums] = field(default_factory=dict)  # by language and signature
    apart: Sums = field(default_factory=lambda: Sums(divergence.SHARES))


def totals(folder: Folder) -> Totals:
    """Read every finished shard, one at a time."""
    found = Totals(failed=folder.failed())
    for _, record in folder.shards():
        found.articles += record["articles"] - record["copies"]
        found.copies += record["copies"]
        found.segments.update(record["segments"])
        found.untranslated.update(record["untranslated"])
        found.made.update(record["made"])
        for name, file in record["files"].items():
            config = name.partition("/")[0]
            found.rows[config] += file["rows"]
            if config == "findings":
                _count_findings(found, folder.path / name)
            elif config == "measures":
                _count_measures(found, folder.path / name)
    return found


def _count_findings(found: Totals, path: Any) -> None:
    from pyarrow import parquet

    table = parquet.read_table(path, columns=["check", "severity", "lang", "concept", "verdict"])
    for keys, into in (
        (("check", "severity", "lang"), found.findings),
        (("concept", "verdict", "lang"), found.concepts),
    ):
        grouped = table.group_by(list(keys)).aggregate([([], "count_all")])
        for row in grouped.to_pylist():
            key = tuple(SEVERITIES[row[k]] if k == "severity" else row[k] for k in keys)
            into[key] += row["count_all"]


def _count_measures(found: Totals, path: Any) -> None:
    from pyarrow import parquet

    for row in parquet.read_table(path).to_pylist():
        counts = {one["name"]: one["count"] for one in row["counts"]}
        if not row["lang"]:
            found.apart.add(row["article"], counts)
            continue
        key = (row["lang"], row["signature"])
        if key not in found.groups:
            found.groups[key] = Sums(SHARES)
        found.groups[key].add(row["article"], counts)


def page(found: Totals, failures: Iterable[Failure], settings: Settings) -> str:
    """The page."""
    css = (resources.files("align") / "data" / "page" / "page.css").read_text(encoding="utf-8")
    title = f"{found.articles:,} article{'s' if found.articles != 1 else ''}"
    groups = [
        Group(lang, signature.partition("|")[0], sums.scores())
        for (lang, signature), sums in sorted(found.groups.items(), key=_place)
    ]
    parts = [
        "<!DOCTYPE html>", '<html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">', f"<title>{title}</title>",
        f"<style>{css}</style></head><body>", f"<h1>{title}</h1>", f"<p>{NOTE}</p>",
        _rows(_overview(found, settings)), "<h2>Findings</h2>", _rows(_findings(found, settings)),
        "<h2>Names and terms with most findings</h2>", _rows(_concepts(found)),
        "<h2>Measures</h2>", *(_rows(_filled(rows)) for rows in tables(named(groups))),
    ]  # fmt: skip
    if found.apart.number:
        parts.append(_rows(diverging([Divergence("all", settings.langs, found.apart.scores())])))
    if found.articles > 1:
        parts.append(f"<p>{_INTERVALS}</p>")
    parts += [_failures(found, failures), "<h2>How this was made</h2>", _rows(_made(found, settings))]
    return "\n".join([*parts, "</body></html>\n"])


def _filled(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """The columns that say anything."""
    kept = [i for i in range(len(rows[0])) if any(row[i] != "–" for row in rows[1:])]
    return [[row[i] for i in kept] for row in rows]


def _place(item: tuple[tuple[str, str], Any]) -> tuple[int, str]:
    return LANGUAGES.index(item[0][0]), item[0][1]


def _overview(found: Totals, settings: Settings) -> list[list[str]]:
    return [
        ["language", "articles", "copies", "failed", "segments", "translated", "left untranslated"],
        *(
            [
                lang, f"{found.articles:,}", f"{found.copies:,}", f"{found.failed:,}", f"{found.segments['en']:,}",
                f"{found.segments[lang]:,}", f"{found.untranslated[lang]:,}",
            ]
            for lang in settings.langs
        ),
    ]  # fmt: skip


def _findings(found: Totals, settings: Settings) -> list[list[str]]:
    kinds = sorted({key[:2] for key in found.findings}, key=lambda k: (-SEVERITIES.index(k[1]), k[0]))
    per = [[f"{found.findings[(*kind, lang)]:,}" for lang in settings.langs] for kind in kinds]
    return [
        ["check", "severity", *settings.langs],
        *([check, severity, *row] for (check, severity), row in zip(kinds, per, strict=True)),
    ]


def _concepts(found: Totals) -> list[list[str]]:
    ranked = sorted((-n, *key) for key, n in found.concepts.items() if key[0])
    return [
        ["concept", "what became of it", "language", "times"],
        *([concept, verdict, lang, f"{-n:,}"] for n, concept, verdict, lang in ranked[:_CONCEPTS]),
    ]


def _failures(found: Totals, failures: Iterable[Failure]) -> str:
    if not found.failed:
        return ""
    rows = [["article", "reason"], *([f.name, f.reason] for f in islice(failures, _FAILURES))]
    more = f"<p>The first {_FAILURES}; failures.jsonl has all.</p>" if found.failed > _FAILURES else ""
    return f"<h2>Failed</h2>{_rows(rows)}{more}"


def _made(found: Totals, settings: Settings) -> list[list[str]]:
    engines = [["translated by", key, f"{n:,} segments"] for key, n in sorted(found.made.items()) if n]
    return [
        ["", "", ""], *engines, ["checked with", f"termbase {settings.termbase.version}", ""],
        ["", f"profile {settings.profile.name}{'' if settings.explicit else ' (not asked for)'}", ""],
        ["", f"Araxes {tool_version()}", ""],
    ]  # fmt: skip


def _rows(rows: Sequence[Sequence[str]]) -> str:
    """A table; cells that are numbers stand to the right."""
    if len(rows) < 2:
        return '<p class="none">None.</p>'
    head = "".join(f"<th>{html(cell)}</th>" for cell in rows[0])
    body = "".join(
        "<tr>" + "".join(f"<td{' class=n' if _numeric(c) else ''}>{html(c)}</td>" for c in row) + "</tr>"
        for row in rows[1:]
    )
    heading = f"<thead><tr>{head}</tr></thead>" if any(rows[0]) else ""
    return (
        f'<div class="scroll" style="margin-bottom:.8rem"><table>{heading}<tbody>{body}</tbody></table></div>'
    )


def _numeric(cell: str) -> bool:
    return cell[:1].isdigit() or (cell[:1] in "+-–" and len(cell) < 24)


def counts(found: Totals) -> Mapping[str, int]:
    """The figures of a collection for machines."""
    return {
        "articles": found.articles,
        "copies": found.copies,
        "failed": found.failed,
        "segments": found.segments["en"],
        "untranslated": sum(found.untranslated.values()),
    }
