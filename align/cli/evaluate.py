"""Commands that judge and take back: score, import."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from align.cli.common import Day, Json, ProfileName, Terms, chosen_profile, day, language, note, termbase
from models.errors import InputError

if TYPE_CHECKING:
    from align.scores import Comparison, Score, TermScores
    from align.scores.project import VersionScores
    from align.scores.tables import Named

_REFERENCE = "reference"
_NAMES = {"bleu": "BLEU", "chrf": "chrF2", "chrf++": "chrF2++", "ter": "TER", "comet": "COMET"}


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
    if len(files) == 1 or any(file.is_dir() for file in files):
        _projects(files, chosen, reference, profile, date, terms, form, json)
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
    parts = _parts(systems, wanted, chosen, names, segments)
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
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 at byte {error.start}; save it as UTF-8") from error
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
            {**one.scores, "comet": comet(sources, systems[one.name], wanted)[0]},
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
    systems: dict[str, list[str]],
    wanted: list[str],
    chosen: tuple[str, ...],
    names: list[str],
    segments: bool,
) -> dict[str, dict[str, Any]]:
    """Scores by document and by line, of every system."""
    from align.scores import score as score_lines
    from align.scores import sentence_scores

    surface = [m for m in chosen if m != "comet"]
    found: dict[str, dict[str, Any]] = {}
    for system, lines in systems.items():
        part: dict[str, Any] = {}
        if names:
            part["documents"] = {}
            for name in dict.fromkeys(names):
                at = [i for i, other in enumerate(names) if other == name]
                scores = score_lines([lines[i] for i in at], [wanted[i] for i in at], surface)
                part["documents"][name] = {m: round(s.score, 4) for m, s in scores.items()}
        if segments:
            columns = [sentence_scores(lines, wanted, m) for m in surface]
            part["segments"] = [
                dict(zip(surface, (round(v, 4) for v in row), strict=True))
                for row in zip(*columns, strict=True)
            ]
        found[system] = part
    return found


def _row(
    one: Comparison, measured: dict[str, TermScores], parts: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    scores = {
        metric: {**s.row(), **({} if one.p[metric] is None else {"p": round(one.p[metric] or 0.0, 4)})}
        for metric, s in one.scores.items()
    }
    return {
        **scores,
        **({"terms": measured[one.name].row(bounds=True)} if measured else {}),
        **parts[one.name],
    }


def _print(
    found: list[Comparison], measured: dict[str, TermScores], parts: dict[str, dict[str, Any]], form: str
) -> None:
    from align.scores.show import show

    metrics = list(found[0].scores)
    rows = [["system", *(_NAMES[m] for m in metrics)]]
    rows += [[one.name, *(_cell(one.scores[m], one.p[m]) for m in metrics)] for one in found]
    notes = [f"{_NAMES[m]}  {found[0].scores[m].signature}" for m in metrics]
    if len(found) > 1:
        notes.append(f"* differs from {found[0].name} with p < 0.05 (paired bootstrap)")
    typer.echo(show(rows, form, notes))
    if measured:
        truth = measured[_REFERENCE]
        _print_terms([(n, one, None if n == _REFERENCE else truth) for n, one in measured.items()], form)
    for system, part in parts.items():
        for kind, by in (
            ("document", part.get("documents", {})),
            ("segment", dict(enumerate(part.get("segments", []), 1))),
        ):
            if by:
                rows = [[f"{system}: {kind}", *(_NAMES[m] for m in metrics if m != "comet")]]
                rows += [[str(n), *(f"{value:.1f}" for value in scores.values())] for n, scores in by.items()]
                typer.echo("\n" + show(rows, form))


def _cell(one: Score, p: float | None) -> str:
    digits = 4 if one.metric == "comet" else 1
    width = "" if one.low is None or one.high is None else f" ± {(one.high - one.low) / 2:.{digits}f}"
    return f"{one.score:.{digits}f}{width}{'*' if p is not None and p < 0.05 else ''}"


def _print_terms(found: Named, form: str) -> None:
    from align.scores import tables
    from align.scores.show import show

    for rows in tables.tables(found):
        typer.echo("\n" + show(rows, form))
    for line in tables.notes(found):
        typer.echo("\n" + ("% " if form == "latex" else "") + line)


def _projects(
    folders: list[Path],
    chosen: tuple[str, ...],
    reference: str,
    profile: str,
    date: str,
    terms: list[Path],
    form: str,
    json: bool,
) -> None:
    from align.rows import dumps
    from align.scores.collection import divergences, groups
    from align.scores.project import RoundScores, scored
    from align.scores.show import show
    from align.scores.tables import diverging, named
    from align.store import Project, article_day

    for where in folders:
        if where.is_file():
            raise InputError(
                f"{where}: one file alone cannot be scored; name its reference too, or projects' folders alone"
            )
    if "comet" in chosen:
        raise InputError("--metrics comet: COMET scores files, not projects; name hypothesis and reference")
    base = termbase(terms)
    found: list[VersionScores] = []
    rounds: list[RoundScores] = []
    for where in dict.fromkeys(folders):
        project = Project.open(where)
        house, _ = chosen_profile(profile or project.setting("profile") or "")
        when = day(date) or article_day(project)
        some, dealt = scored(project, base, house, day=when, metrics=chosen, reference=reference)
        found += some
        rounds += dealt
    together, apart = groups(found), divergences(found, rounds)
    if json:
        measured = {"measures": [o.row() for o in together], "divergence": [o.row() for o in apart]}
        typer.echo(dumps({"translations": [one.row() for one in found], **measured}))
        return
    if len(folders) == 1 or any(one.scores for one in found):
        _print_versions(found, chosen, form)
    _print_terms(named(together), form)
    typer.echo("\n" + show(diverging(apart), form))


def _print_versions(found: list[VersionScores], chosen: tuple[str, ...], form: str) -> None:
    from align.scores.show import show

    rows = [["lang", "translation", "against", "segments", *(_NAMES[m] for m in chosen)]]
    for one in found:
        scores = [f"{s.score:.1f}" for s in one.scores] or ["–"] * len(chosen)
        rows.append([one.lang, one.signature, one.reference or "–", str(one.segments or "–"), *scores])
    signatures = {s.metric: f"{_NAMES[s.metric]}  {s.signature}" for one in found for s in one.scores}
    typer.echo(show(rows, form, list(signatures.values())))


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
    from align.imports import read, take
    from align.rows import dumps
    from align.store import Project

    report = take(Project.open(project), read(file), reviewer)
    if json:
        typer.echo(dumps(report.row()))
    else:
        typer.echo(report.text)
    if report.open:
        note(
            f"{len(report.open)} places were left as they are; mend them in the review or export and edit again"
        )
        raise typer.Exit(3)
