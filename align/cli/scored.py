"""What `araxes score` prints: the scores of projects, and the tables that files and projects share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from align.cli.common import chosen_profile, day, termbase
from models.errors import InputError

if TYPE_CHECKING:
    from align.scores import Score
    from align.scores.collection import Pooled
    from align.scores.project import RoundScores, VersionScores
    from align.scores.tables import Named

NAMES = {"bleu": "BLEU", "chrf": "chrF2", "chrf++": "chrF2++", "ter": "TER", "comet": "COMET"}


def cell(one: Score, p: float | None) -> str:
    """A score with half of its interval, and a star where it differs from the baseline's."""
    digits = 4 if one.metric == "comet" else 1
    width = "" if one.low is None or one.high is None else f" ± {(one.high - one.low) / 2:.{digits}f}"
    return f"{one.score:.{digits}f}{width}{'*' if p is not None and p < 0.05 else ''}"


def print_terms(found: Named, form: str) -> None:
    """Print the term measures, and what their intervals are."""
    from align.scores import tables
    from align.scores.show import show

    for rows in tables.tables(found):
        typer.echo("\n" + show(rows, form))
    for line in tables.notes(found):
        typer.echo("\n" + ("% " if form == "latex" else "") + line)


def projects(
    folders: list[Path],
    chosen: tuple[str, ...],
    reference: str,
    profile: str,
    date: str,
    terms: list[Path],
    form: str,
    json: bool,
    segments: bool,
) -> None:
    """Print the scores and measures of every translation of projects, and of all of them together."""
    from align.rows import dumps
    from align.scores.collection import divergences, groups, pooled
    from align.scores.project import scored
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
        if not project.documents():
            raise InputError(
                f"{where}: nothing to score yet; make something with: araxes run ARTICLE -o {where}"
            )
        house, _ = chosen_profile(profile or project.setting("profile") or "")
        when = day(date) or article_day(project)
        some, dealt = scored(project, base, house, day=when, metrics=chosen, reference=reference)
        found += some
        rounds += dealt
    together, apart, systems = groups(found), divergences(found, rounds), pooled(found, chosen)
    if json:
        measured = {"measures": [o.row() for o in together], "divergence": [o.row() for o in apart]}
        each = [
            {**one.row(), **({"units": one.by_segment()} if segments and one.lines else {})} for one in found
        ]
        typer.echo(dumps({"translations": each, "systems": [one.row() for one in systems], **measured}))
        return
    if len(folders) == 1 or any(one.scores for one in found):
        _print_versions(found, chosen, form, segments)
    if systems:
        _print_systems(systems, form)
    print_terms(named(together), form)
    typer.echo("\n" + show(diverging(apart), form))


def _print_versions(found: list[VersionScores], chosen: tuple[str, ...], form: str, segments: bool) -> None:
    from align.scores.show import show

    names = [NAMES[m] for m in chosen]
    rows = [["lang", "translation", "against", "segments", *names]]
    for one in found:
        scores = [f"{s.score:.1f}" for s in one.scores] or ["–"] * len(chosen)
        rows.append([one.lang, one.signature, one.reference or "–", str(one.segments or "–"), *scores])
    signatures = {s.metric: f"{NAMES[s.metric]}  {s.signature}" for one in found for s in one.scores}
    typer.echo(show(rows, form, list(signatures.values())))
    for one in found if segments else ():
        if one.lines:
            rows = [[f"{one.lang} {one.signature}: segment", *names]]
            for row in one.by_segment():
                place = "–".join(str(i + 1) for i in dict.fromkeys((row["source"][0], row["source"][-1])))
                rows.append([place, *(f"{row[m]:.1f}" for m in chosen)])
            typer.echo("\n" + show(rows, form))


def _print_systems(found: list[Pooled], form: str) -> None:
    from align.scores.show import show

    metrics = list(found[0].result.scores)
    rows = [["all articles", "articles", "segments", *(NAMES[m] for m in metrics)]]
    for one in found:
        cells = (cell(one.result.scores[m], one.result.p[m]) for m in metrics)
        rows.append([f"{one.lang} {one.result.name}", str(one.articles), str(one.segments), *cells])
    notes = ["± half of a 95 % interval of 1,000 bootstrap resamples of the segments"]
    notes += [
        f"* in {one.lang}: differs from {one.baseline} with p < 0.05 (paired bootstrap)"
        for one in {one.lang: one for one in found if one.baseline}.values()
    ]
    typer.echo("\n" + show(rows, form, notes))
