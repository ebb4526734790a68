"""Commands for whole articles: demo, run, translate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sized
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from align.cli.common import (
    Day,
    EncoderName,
    Json,
    ProfileName,
    Quiet,
    Terms,
    by_language,
    chosen_profile,
    count,
    day,
    note,
    targets,
    told_script,
    tools,
    write,
)
from align.columns import table
from align.types import SEVERITIES
from models.errors import InputError

if TYPE_CHECKING:
    from align.pipeline import Outcome
    from align.types import Document, Translation

Article = Annotated[Path, typer.Argument(help="Plain text, Markdown or HTML.", show_default=False)]
Targets = Annotated[
    list[str], typer.Option("--to", "-t", help="Target language: hy, az, ru or tr; all by default.")
]
Engine = Annotated[
    list[str], typer.Option(help="auto, a model name, directory or URL; LANG=… for one language.")
]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="The project's folder.")]


_TOLD = 100  # findings of a language that the summary names; a text that is no translation has thousands


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(demo)
    app.command()(run)
    app.command()(translate)


def demo(output: Output = None, quiet: Quiet = False) -> None:
    """Run the packaged sample through the whole pipeline, offline."""
    from align.demo import run_demo

    where = output or Path("araxes-demo")
    report = run_demo(where, tools([], "e5", quiet=quiet))
    typer.echo(report.text)
    typer.echo(f"\nReview it in a browser: araxes review {where}")
    if report.missed or report.false:
        raise typer.Exit(1)


def run(
    article: Article,
    to: Targets = [],  # noqa: B006
    engine: Engine = ["auto"],  # noqa: B006
    with_: Annotated[
        list[str], typer.Option("--with", help="LANG=FILE: a translation that exists already.")
    ] = [],  # noqa: B006
    profile: ProfileName = "",
    date: Day = "",
    terms: Terms = [],  # noqa: B006
    encoder: EncoderName = "e5",
    output: Output = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Translate an article, align and check it, and keep it as a project to review."""
    from align.aligner.explain import warning as doubtful
    from align.pipeline import Plan, work
    from align.reader import read
    from align.rows import dumps, finding_row
    from align.store import Project

    source = read(article, "en")
    given = {
        lang: read(Path(path), lang)
        for lang, path in by_language(with_, "--with").items()
        if _named(lang, path)
    }
    engines = by_language(engine, "--engine")
    chosen, explicit = chosen_profile(profile)
    languages = targets(to)
    for lang in given:
        if lang not in languages:
            raise InputError(f"--with {lang}=…: {lang} is not among the targets; add -t {lang}")
    for lang in filter(None, engines):
        if lang not in languages:
            raise InputError(f"--engine {lang}=…: {lang} is not among the targets; add -t {lang}")
    for document in (source, *given.values()):
        told_script(document)
    plan = Plan(
        languages,
        {lang: engines.get(lang, engines.get("", "auto")) for lang in languages},
        given,
        chosen,
        explicit,
        day(date),
    )
    kit = tools(terms, encoder, quiet=quiet)
    where = output or article.with_suffix(".araxes")
    project = Project.create(where)
    outcomes = work(source, plan, kit, project)
    if json:
        findings = [
            {**finding_row(f), "signature": o.bitext.translation.signature}
            for o in outcomes
            for f in o.findings
        ]
        passed_over = [
            {"lang": o.bitext.lang, "segment": i, "text": text}
            for o in outcomes
            for i, text in o.bitext.translation.passed_over
        ]
        found = {"article": source.id, "project": str(where), "findings": findings}
        missing = [
            {"lang": o.bitext.lang, "segments": [s.index for s in o.untranslated]}
            for o in outcomes
            if o.untranslated
        ]
        typer.echo(dumps({**found, "passed_over": passed_over, "untranslated": missing}))
    else:
        typer.echo(summary(source, outcomes))
        typer.echo(f"\nReview it in a browser: araxes review {where}")
    for one in outcomes:
        if one.bitext.lang in given and (doubt := doubtful(one.bitext)):
            note(f"{one.bitext.lang}: {doubt}")
    _incomplete(outcomes)


def translate(
    article: Article,
    to: Annotated[str, typer.Option("--to", "-t", help="Target language: hy, az, ru or tr.")],
    engine: Annotated[str, typer.Option(help="auto, a model name, directory or URL.")] = "auto",
    profile: ProfileName = "",
    date: Day = "",
    terms: Terms = [],  # noqa: B006
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A file for the text, instead of standard output.")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Translate an article into one language and print the text."""
    from align.naming import Naming
    from align.pipeline import flaws, untranslated
    from align.pipeline import translate as translate_document
    from align.reader import read
    from models.choose import ways_out

    lang, *others = targets([to])
    if others:
        raise InputError(f"-t {to}: one language at a time; araxes run takes several")
    ((only, engine),) = by_language([engine], "--engine").items()
    if only not in ("", lang):
        raise InputError(
            f"--engine {only}={engine}: this is for {only} and -t asks for {lang}; make them agree"
        )
    source = read(article, "en")
    told_script(source)
    kit = tools(terms, "e5", quiet=quiet)
    naming = Naming(kit.termbase, *chosen_profile(profile), day(date))
    translation, reason = translate_document(source, lang, engine, kit, naming)
    missing = untranslated(translation)
    if translation.target.segments:  # else a file of an earlier day stays as it is
        write(translation.target.text + "\n", output)
    if words := chosen(translation):
        note(words)
    for segment, notes in flaws(translation):
        note(f"segment {segment.index + 1} looks flawed ({', '.join(notes)}): {segment.text[:80]}")
    if missing:
        note(f"{_left(missing)} left untranslated: {reason or ways_out(lang)}")
        raise typer.Exit(3)


def _named(lang: str, path: str) -> bool:
    if not lang:
        raise InputError(f"--with {path}: say which language it is, as in --with hy={path}")
    return True


def summary(source: Document, outcomes: list[Outcome]) -> str:
    """What was found per language, as a table, and the findings themselves from warnings on."""
    rows = [["lang", "segments", "beads", "errors", "warnings", "notes", "made by"]]
    details: list[str] = []
    for one in outcomes:
        found = Counter(f.severity for f in one.findings)
        done = len(source.segments) - len(one.untranslated)
        numbers = [str(found[severity]) for severity in reversed(SEVERITIES)]
        beads = str(sum(1 for bead in one.bitext.beads if bead.source and bead.target))
        signature = one.bitext.translation.signature
        rows.append([one.bitext.lang, f"{done}/{len(source.segments)}", beads, *numbers, signature])
        told = [f for f in one.findings if f.severity != "info"]
        details += [f"{one.bitext.lang}  {f.severity:7}  {f.check:12}  {f.message}" for f in told[:_TOLD]]
        if len(told) > _TOLD:
            details.append(
                f"{one.bitext.lang}  and {len(told) - _TOLD} more, which the review and --json show"
            )
    details += [words for one in outcomes if (words := chosen(one.bitext.translation))]
    return "\n".join([table(rows), *([""] if details else []), *details])


def chosen(translation: Translation) -> str:
    """How often the profile changed the model's choice; empty where it was not asked."""
    from models.alternatives import LOSS

    if "|fit:" not in translation.signature:
        return ""
    return (
        f"{translation.target.lang}  the profile chose {len(translation.passed_over)} of "
        f"{len(translation.target.segments)} segments otherwise than the model, for at most {LOSS} of mean log "
        "probability"
    )


def _left(missing: Sized) -> str:
    return f"{count(len(missing), 'segment')} {'is' if len(missing) == 1 else 'are'}"


def _incomplete(outcomes: list[Outcome]) -> None:
    """Exit with status 3, saying what is missing and how to get it."""
    from models.choose import ways_out

    missing = [o for o in outcomes if o.untranslated]
    for one in missing:
        how = one.reason or ways_out(one.bitext.lang)
        note(f"{one.bitext.lang}: {_left(one.untranslated)} left untranslated: {how}")
    if missing:
        raise typer.Exit(3)
