"""What ends a run: the termbase as a table, the card, the summary page, and the lists of shards and failures."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from align.batch.folder import Folder
from align.batch.settings import Settings
from align.batch.summary import Totals, page, totals
from align.batch.tables import CONFIGS, encoded, features
from align.exports.base import tool_version
from align.exports.card import contents, front
from align.exports.hub import term_rows
from align.rows import dumps
from align.types import LANGUAGES, SOURCE_LANGUAGE

_ABOUT = {
    "bitext": "one row a source segment: its text in every language, the beads, the findings",
    "articles": "one row an article as it came, with its own id; a copy has the `article` of the first one",
    "findings": "one row a finding, with its evidence",
    "measures": "one row an article and language: the counts behind the measures; without a language, divergence",
    "termbase": "one row a name or term: language, sides that use it, dates, load",
}


def finish(folder: Folder, settings: Settings) -> Totals:
    """Write everything that speaks of the whole collection; equal shards, equal files."""
    terms = term_rows(settings.termbase)
    data = encoded(terms, features("termbase").arrow_schema)
    folder.write("termbase/train-000000.parquet", data)
    found = totals(folder)
    found.rows["termbase"] = len(terms)
    sizes = {"termbase": len(data)}
    for _, record in folder.shards():
        for name, file in record["files"].items():
            config = name.partition("/")[0]
            sizes[config] = sizes.get(config, 0) + file["bytes"]
    lines = ({"shard": number, **record} for number, record in folder.shards())
    folder.write("manifest.jsonl", _lines(lines))
    failures = ({"name": f.name, "origin": f.origin, "reason": f.reason} for f in folder.failures())
    folder.write("failures.jsonl", _lines(failures))
    folder.write("summary.html", page(found, folder.failures(), settings).encode())
    folder.write("README.md", _card(found, sizes, settings).encode())
    return found


def _lines(rows: Iterable[dict[str, Any]]) -> bytes:
    return "".join(dumps(row) + "\n" for row in rows).encode()


def _card(found: Totals, sizes: dict[str, int], settings: Settings) -> str:
    held = [config for config in CONFIGS if found.rows[config]]
    files = {
        config: [{"name": "train", "num_bytes": sizes[config], "num_examples": found.rows[config]}]
        for config in held
    }
    people = any(key.partition(" ")[2].startswith("human") for key in found.made)
    langs = tuple(lang for lang in LANGUAGES if lang in (SOURCE_LANGUAGE, *settings.langs))
    columns = {config: features(config)._to_yaml_list() for config in held}
    head = front(
        files, columns, found.rows["bitext"], machines=bool(found.made), people=people, reviewed=False, langs=langs
    )  # fmt: skip
    return f"{head}\n{_body(found, held, settings)}"


def _body(found: Totals, held: list[str], settings: Settings) -> str:
    lines = [
        "# News translated, aligned and checked for the names it uses",
        "",
        f"{found.articles:,} articles of {found.segments[SOURCE_LANGUAGE]:,} segments in English, translated into"
        f" {', '.join(settings.langs)}, aligned by sentence and checked by Araxes {tool_version()}: how contested"
        " place names and loaded terms were rendered.",
        *contents({config: (f"{found.rows[config]:,}", _ABOUT[config]) for config in held}),
        "## How the translations were made",
        "",
        *(f"- {_engine(key, n)}" for key, n in sorted(found.made.items()) if n),
        *(
            f"- {lang}: {n:,} segments are left untranslated"
            for lang, n in sorted(found.untranslated.items())
            if n
        ),
        "",
        f"Termbase version `{settings.termbase.version}`, profile `{settings.profile.name}`."
        f" {found.copies:,} articles came more than once, {found.failed:,} failed. Offsets are code points.",
        "",
        "## Before you use or publish it",
        "",
        "- The articles and their translations belong to their publishers; publishing them needs their consent."
        if settings.text
        else "- This variant has no text: ids, offsets, verdicts and the termbase's own words only.",
        "- The termbase records usage with its sources; usage changes, and sides are not people.",
        "",
    ]
    return "\n".join(lines)


def _engine(key: str, count: int) -> str:
    """What translated how much, and the licence of a model that the catalogue knows."""
    from models.catalogue import known

    lang, _, signature = key.partition(" ")
    entries = [known(part.partition("|")[0]) for part in signature.split(" + ")]
    terms = "; ".join(dict.fromkeys(entry.conditions for entry in entries if entry))
    return f"{lang}: `{signature}`, {count:,} segments{f' (licence of the model: {terms})' if terms else ''}"
