"""Commands for a text and its translation, no project needed: align, check."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from align.cli.common import (
    Day,
    EncoderName,
    ProfileName,
    Terms,
    chosen_profile,
    day,
    encoder,
    language,
    note,
    termbase,
    told_script,
)
from align.columns import table
from align.types import SEVERITIES, Severity
from models.errors import InputError

if TYPE_CHECKING:
    from align.types import Bitext, Finding, Translation

Source = Annotated[Path, typer.Argument(help="The source text.", show_default=False)]
Target = Annotated[Path, typer.Argument(help="Its translation.", show_default=False)]
From = Annotated[str, typer.Option("--from", help="Language of the source.")]
To = Annotated[str, typer.Option("--to", "-t", help="Language of the translation.")]
Lines = Annotated[bool, typer.Option("--lines", help="Each line is one segment; any language pair will do.")]
CheckLines = Annotated[bool, typer.Option("--lines", help="Each line is one segment.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(align)
    app.command()(check)


def align(
    source: Source,
    target: Target,
    to: To,
    from_: From = "en",
    lines: Lines = False,
    form: Annotated[str, typer.Option("--format", "-f", help="text, beads, tsv, jsonl or tmx.")] = "text",
    explain: Annotated[bool, typer.Option("--explain", help="Say why each bead was preferred.")] = False,
    gold: Annotated[Path | None, typer.Option(help="Score the beads against this bead file.")] = None,
    skip: Annotated[
        float, typer.Option(help="Added to leaving a sentence alone: below 0 for free translation.")
    ] = 0.0,
    encoder_name: EncoderName = "e5",
) -> None:
    """Align two texts sentence by sentence."""
    from align.aligner import Settings, explained
    from align.aligner.explain import told, warning
    from align.aligner.gold import read as read_beads
    from align.aligner.gold import score
    from align.beads import FORMS, in_lines, render

    if form not in FORMS:
        raise InputError(f"-f {form}: the forms are {', '.join(FORMS)}")
    if explain and form != "text":
        raise InputError(f"--explain: reasons are given as text; leave out -f {form}, or --explain")
    if not isfinite(skip):
        raise InputError(f"--skip {skip}: not a number that can be added; give one such as -0.5")
    wanted = read_beads(gold) if gold else None
    if wanted is not None and not wanted:
        raise InputError(f"{gold} is empty; give it at least one bead, such as [0]:[0, 1]")
    pair = _pair(source, target, from_, to, lines)
    bitext, reasons = explained(pair, encoder(encoder_name)(), termbase([]), Settings(skip))
    if doubt := warning(bitext):
        note(doubt)
    if wanted is not None:
        scored = score(wanted, in_lines(bitext) if lines else bitext.beads)
        rows = [
            [name, *(f"{value:.3f}" for value in prf)]
            for name, prf in (("strict", scored.strict), ("lax", scored.lax))
        ]
        typer.echo(
            table([["", "precision", "recall", "F1"], *rows, ["left alone", "", "", f"{scored.alone:.3f}"]])
        )
    elif explain:
        for text, reason in zip(render(bitext, "text").split("\n\n"), reasons, strict=False):
            typer.echo(f"{text}\n{told(reason)}\n")
    else:
        typer.echo(render(bitext, form, lines=lines), nl=False)


def check(
    source: Source,
    target: Target,
    to: To,
    from_: From = "en",
    lines: CheckLines = False,
    parallel: Annotated[
        bool, typer.Option("--parallel", help="Line n translates line n: nothing is aligned.")
    ] = False,
    profile: ProfileName = "",
    date: Day = "",
    terms: Terms = [],  # noqa: B006
    form: Annotated[
        str, typer.Option("--format", "-f", help="table or tsv, counted from 1; jsonl, from 0.")
    ] = "table",
    fail_on: Annotated[
        str, typer.Option(help="Exit with status 1 at this severity: info, warning or error.")
    ] = "",
    encoder_name: EncoderName = "e5",
) -> None:
    """Check a translation: whose names, how strong a word, numbers, omissions."""
    from align.checks import View, at_least, run
    from align.rows import dumps, finding_row

    if form not in ("table", "tsv", "jsonl"):
        raise InputError(f"-f {form}: the forms are table, tsv, jsonl")
    if fail_on and fail_on not in SEVERITIES:
        raise InputError(f"--fail-on {fail_on}: the severities are {', '.join(SEVERITIES)}")
    chosen, explicit = chosen_profile(profile)
    language(from_, "--from")
    language(to, "--to")
    if parallel:
        bitext = _parallel(source, target, from_, to)
    else:
        bitext = _aligned(source, target, from_, to, lines, encoder_name, terms)
    found = run(View(bitext, termbase(terms), chosen, explicit, day(date)))
    if lines:
        found = tuple(_in_lines(finding, bitext) for finding in found)
    if form == "jsonl":
        typer.echo("".join(dumps(finding_row(f)) + "\n" for f in found), nl=False)
    elif found:
        typer.echo(_listing(found, form, lined=lines or parallel))
    if not found:
        note("no findings")
    if fail_on and at_least(found, severity(fail_on)):
        raise typer.Exit(1)


def _in_lines(finding: Finding, bitext: Bitext) -> Finding:
    """The finding with line numbers in the place of segment numbers."""
    source, target = (
        tuple(replace(span, segment=document.segments[span.segment].paragraph) for span in spans)
        for spans, document in ((finding.source, bitext.source), (finding.target, bitext.target))
    )
    return replace(finding, source=source, target=target)


def severity(name: str) -> Severity:
    """The severity of that name."""
    return next(s for s in SEVERITIES if s == name)


def _listing(found: tuple[Finding, ...], form: str, *, lined: bool) -> str:
    """Findings as columns; the place is the line where each line is a segment, else the segment."""
    rows = [["line" if lined else "segment", "severity", "check", "verdict", "concept", "message"]]
    for f in found:
        place = (f.source or f.target)[0].segment + 1
        rows.append([str(place), f.severity, f.check, f.verdict, f.concept, " ".join(f.message.split())])
    return "\n".join("\t".join(row) for row in rows) if form == "tsv" else table(rows)


def _parallel(source: Path, target: Path, from_: str, to: str) -> Bitext:
    from align.reader import read
    from align.sources import lined, parallel

    one, other = (
        lined(read(path, lang, lines=True).text, lang, str(path))
        for path, lang in ((source, from_), (target, to))
    )
    told_script(one)
    told_script(other)
    if len(one.segments) != len(other.segments):
        raise InputError(
            f"{source} has {len(one.segments)} lines and {target} has {len(other.segments)};"
            " --parallel needs as many, or leave it out to align them"
        )
    return parallel(one, other)


def _pair(source: Path, target: Path, from_: str, to: str, lines: bool) -> Translation:
    from align.reader import read
    from align.types import Translation

    more = "; any other needs --lines"
    one = read(source, language(from_, "--from", lines=lines, more=more), lines=lines)
    other = read(target, language(to, "--to", lines=lines, more=more), lines=lines)
    told_script(one)
    told_script(other)
    if one.text.split() == other.text.split():
        note(f"{source} and {target} hold the same text; check that the second is the translation")
    return Translation(one, other, "given")


def _aligned(
    source: Path, target: Path, from_: str, to: str, lines: bool, encoder_name: str, terms: list[Path]
) -> Bitext:
    from align.aligner import align_documents
    from align.aligner.explain import warning

    bitext = align_documents(
        _pair(source, target, from_, to, lines), encoder(encoder_name)(), termbase(terms)
    )
    if doubt := warning(bitext):
        note(doubt)
    return bitext
