"""Commands that judge and take back: score, import."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from align.cli import scored
from align.cli.common import (
    Day,
    Json,
    ProfileName,
    Terms,
    chosen_profile,
    count,
    day,
    language,
    note,
    termbase,
)
from models.errors import InputError

if TYPE_CHECKING:
    from align.scores import Comparison, TermScores

_REFERENCE = "reference"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(score)
    app.command("import")(import_)


def score(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="HYPOTHESIS … REFERENCE, line by line; or the folders of one or more projects.",
            show_default=False,
        ),
    ],
    to: Annotated[
        str, typer.Option("--to", "-t", help="Language of the translation; needed for term measures.")
    ] = "",
    metrics: Annotated[str, typer.Option(help="Of bleu, chrf, chrf++, ter, comet.")] = "bleu,chrf,ter",
    source: Annotated[
        Path | None, typer.Option(help="The source, line by line: for COMET and term measures.")
    ] = None,
    documents: Annotated[
        Path | None, typer.Option(help="Names the document of each line: scores by document.")
    ] = None,
    segments: Annotated[bool, typer.Option(help="Scores by line as well.")] = False,
    confidence: Annotated[bool, typer.Option(help="95 % intervals from 1,000 bootstrap resamples.")] = False,
    reference: Annotated[
        str, typer.Option(help="In a project: score against the translation of this name.")
    ] = "",
    profile: ProfileName = "",
    date: Day = "",
    terms: Terms = [],  # noqa: B006
    form: Annotated[str, typer.Option("--format", "-f", help="table, markdown or latex.")] = "table",
    json: Json = False,
) -> None:
    """Score translations against a reference with sacreBLEU, and measure their names and loaded terms.

    Several hypotheses are tested against the first; several projects are measured as one collection.
    """
    from align.scores import METRICS
    from align.scores.show import FORMS

    if form not in FORMS:
        raise InputError(f"-f {form}: the forms are {', '.join(FORMS)}")
    chosen = tuple(dict.fromkeys(m.strip().lower() for m in metrics.split(",") if m.strip()))
    for name in chosen:
        if name not in METRICS:
            raise InputError(f"--metrics {name}: the metrics are {', '.join(METRICS)}")
    if not chosen:
        raise InputError(f"--metrics names none; the metrics are {', '.join(METRICS)}")
    if len(files) == 1 or any(file.is_dir() for file in files):
        if documents or source or to:
            raise InputError("--documents, --source and --to speak of files; a project knows its own")
        scored.projects(files, chosen, reference, profile, date, terms, form, json, segments)
        return
    *paths, truth = files
    wanted = _lines(truth)
    systems = {_name(path, paths): _lines(path, wanted, truth) for path in paths}
    sources = _lines(source, wanted, truth) if source else None
    if "comet" in chosen and sources is None:
        raise InputError("--metrics comet: COMET reads the source too; name its file with --source")
    found = _compared(systems, wanted, chosen, sources, confidence)
    names = _lines(documents, wanted, truth) if documents else []
    measured = _measured(systems, wanted, sources, names, to, profile, date, terms)
    parts = _parts(found, systems, wanted, names, segments)
    if json:
        from align.rows import dumps

        rows = {one.name: _row(one, measured, parts) for one in found}
        oracle = {"reference_terms": measured[_REFERENCE].row(bounds=True)} if measured else {}
        several = {"baseline": found[0].name, "systems": rows, **oracle}
        typer.echo(dumps(several if len(found) > 1 else {**rows[found[0].name], **oracle}))
        return
    _print(found, measured, parts, form)


def _lines(path: Path, like: list[str] | None = None, other: Path | None = None) -> list[str]:
    try:
        data = path.read_bytes()
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(f"{path}:{line}: not UTF-8; save it as UTF-8") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); check its name") from error
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    if lines and not lines[-1]:
        lines.pop()
    if not lines:
        raise InputError(f"{path} is empty; give it at least one line")
    if like is not None and len(lines) != len(like):
        raise InputError(
            f"{path} has {len(lines)} lines and {other} has {len(like)}; line n must translate line n, so mend the shorter"
        )
    return lines


def _name(path: Path, paths: list[Path]) -> str:
    """What to call a system: its file's name, or its path where two have the same name."""
    return path.name if sum(p.name == path.name for p in paths) == 1 else str(path)


def _compared(
    systems: dict[str, list[str]],
    wanted: list[str],
    chosen: tuple[str, ...],
    sources: list[str] | None,
    confidence: bool,
) -> list[Comparison]:
    from align.scores import Comparison, comet, compare
    from align.scores import score as score_lines

    surface = [m for m in chosen if m != "comet"]
    if len(systems) > 1 and surface:
        found = compare(systems, wanted, surface)
    else:
        found = [
            Comparison(
                name, score_lines(lines, wanted, surface, intervals=confidence), dict.fromkeys(surface)
            )
            for name, lines in systems.items()
        ]
    if "comet" not in chosen or sources is None:
        return found
    return [
        Comparison(
            one.name,
            {**one.scores, "comet": comet(sources, systems[one.name], wanted)},
            {**one.p, "comet": None},
        )
        for one in found
    ]


def _measured(
    systems: dict[str, list[str]],
    wanted: list[str],
    sources: list[str] | None,
    documents: list[str],
    to: str,
    profile: str,
    date: str,
    terms: list[Path],
) -> dict[str, TermScores]:
    """Term measures of every system and, as the rate within reach, of the reference; none without a source.

    The articles are the documents, where they are named, else all lines are one.
    """
    from align.scores import TermScores, term_scores
    from align.sources import lined, parallel

    if sources is None or not to:
        return {}
    language(to, "--to")
    base, (chosen, _), when = termbase(terms), chosen_profile(profile), day(date)
    names = documents or [""] * len(wanted)
    articles = [[i for i, n in enumerate(names) if n == name] for name in dict.fromkeys(names)]

    def measure(lines: list[str], at: list[int]) -> TermScores:
        source, target = (
            lined("\n".join(text[i] for i in at), lang) for text, lang in ((sources, "en"), (lines, to))
        )
        return term_scores(parallel(source, target), base, chosen, when)

    return {
        name: sum((measure(lines, at) for at in articles), TermScores())
        for name, lines in {**systems, _REFERENCE: wanted}.items()
    }


def _parts(
    found: list[Comparison],
    systems: dict[str, list[str]],
    wanted: list[str],
    names: list[str],
    segments: bool,
) -> dict[str, dict[str, Any]]:
    """Scores by document and by line, of every system; a document's COMET is the mean of its lines'."""
    from align.scores import score as score_lines
    from align.scores import sentence_scores

    places = {name: [i for i, other in enumerate(names) if other == name] for name in dict.fromkeys(names)}
    parts: dict[str, dict[str, Any]] = {}
    for one in found:
        lines = systems[one.name]
        surface = [m for m in one.scores if m != "comet"]
        each = {m: list(s.each) for m, s in one.scores.items() if s.each}
        part: dict[str, Any] = {}
        if places:
            part["documents"] = {}
            for name, at in places.items():
                scores = score_lines([lines[i] for i in at], [wanted[i] for i in at], surface)
                means = {m: sum(values[i] for i in at) / len(at) for m, values in each.items()}
                row = {**{m: s.score for m, s in scores.items()}, **means}
                part["documents"][name] = {m: round(row[m], 4) for m in one.scores}
        if segments:
            columns = {**{m: sentence_scores(lines, wanted, m) for m in surface}, **each}
            part["segments"] = [{m: round(columns[m][i], 4) for m in one.scores} for i in range(len(lines))]
        parts[one.name] = part
    return parts


def _row(
    one: Comparison, measured: dict[str, TermScores], parts: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    return {
        **one.row(),
        **({"terms": measured[one.name].row(bounds=True)} if measured else {}),
        **parts[one.name],
    }


def _print(
    found: list[Comparison], measured: dict[str, TermScores], parts: dict[str, dict[str, Any]], form: str
) -> None:
    from align.scores.show import show

    metrics = list(found[0].scores)
    rows = [["system", *(scored.NAMES[m] for m in metrics)]]
    rows += [[one.name, *(scored.cell(one.scores[m], one.p[m]) for m in metrics)] for one in found]
    notes = [f"{scored.NAMES[m]}  {found[0].scores[m].signature}" for m in metrics]
    if len(found) > 1:
        notes.append(f"* differs from {found[0].name} with p < 0.05 (paired bootstrap)")
    typer.echo(show(rows, form, notes))
    if measured:
        truth = measured[_REFERENCE]
        scored.print_terms(
            [(n, one, None if n == _REFERENCE else truth) for n, one in measured.items()], form
        )
    for system, part in parts.items():
        for kind, by in (
            ("document", part.get("documents", {})),
            ("segment", dict(enumerate(part.get("segments", []), 1))),
        ):
            if by:
                rows = [[f"{system}: {kind}", *(scored.NAMES[m] for m in metrics)]]
                rows += [
                    [str(n), *(f"{scores[m]:.{4 if m == 'comet' else 1}f}" for m in metrics)]
                    for n, scores in by.items()
                ]
                typer.echo("\n" + show(rows, form))


def import_(
    project: Annotated[Path, typer.Argument(help="A project's folder.", show_default=False)],
    file: Annotated[
        Path,
        typer.Argument(
            help="A TMX, XLIFF, CSV or XLSX file that was exported and worked on.", show_default=False
        ),
    ],
    reviewer: Annotated[str, typer.Option(help="Whose work it is, where the file does not say.")] = "",
    json: Json = False,
) -> None:
    """Take back what was done in another tool, as reviews; what somebody else has changed since is left alone."""
    from align.api import open_project, take_back
    from align.rows import dumps

    report = take_back(open_project(project), file, reviewer=reviewer)
    if json:
        typer.echo(dumps(report.row()))
    else:
        typer.echo(report.text)
    if report.open:
        if not report.alien:
            left = count(len(report.open), "place was left as it is", "places were left as they are")
            note(f"{left}; mend this in the review, or export and edit again")
        raise typer.Exit(3)
