"""The scores of a project: each translation against a reference, what people changed in it, and its measures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from align.exports.units import Round, Version, rounds, units
from align.profiles import Profile
from align.renderings import renderings
from align.scores.divergence import divergence
from align.scores.metrics import Score, score
from align.scores.terms import Article, TermScores, measures
from align.terms import Termbase
from models.errors import InputError

if TYPE_CHECKING:
    from align.store import Project

_PEOPLE = ("translated", "reviewed", "approved")  # states that a person has put their name to


@dataclass(frozen=True, slots=True)
class VersionScores:
    """One translation: its term measures, and its scores over `segments` units against `reference`.

    `oracle` are the term measures of the reference, where that is a translation of its own. `version` tells
    the translations of one project, or of several, apart.
    """

    lang: str
    signature: str
    article: str
    terms: TermScores
    reference: str = ""
    segments: int = 0
    scores: tuple[Score, ...] = ()
    oracle: TermScores | None = None
    project: str = ""
    version: str = ""

    def row(self) -> dict[str, Any]:
        """The scores as JSON values."""
        return {
            "lang": self.lang,
            "signature": self.signature,
            "article": self.article,
            "reference": self.reference,
            "segments": self.segments,
            **{one.metric: one.row() for one in self.scores},
            "terms": self.terms.row(bounds=True),
            **({} if self.oracle is None else {"oracle": self.oracle.row()}),
        }


@dataclass(frozen=True, slots=True)
class RoundScores:
    """Divergence in one round of translations of one article."""

    number: int
    langs: tuple[str, ...]
    versions: tuple[str, ...]
    article: Article


def project_scores(
    project: Project, termbase: Termbase, profile: Profile, *, day: date | None = None,
    metrics: Sequence[str] = ("bleu", "chrf", "ter"), reference: str = "",
) -> list[VersionScores]:  # fmt: skip
    """Score every translation of a project.

    With `reference`, a part of a signature, against that translation of the same article and language, over
    the smallest units both alignments agree on. Without it, against the text that people have accepted or
    written in its place (so that TER is what they had to change), where there is any. Raises `InputError`
    where no translation has that signature.
    """
    return scored(project, termbase, profile, day=day, metrics=metrics, reference=reference)[0]


def scored(
    project: Project, termbase: Termbase, profile: Profile, *, day: date | None = None,
    metrics: Sequence[str] = ("bleu", "chrf", "ter"), reference: str = "",
) -> tuple[list[VersionScores], list[RoundScores]]:  # fmt: skip
    """As `project_scores`, and divergence round by round."""
    dealt = rounds(project)
    held = [v for one in dealt for v in one.versions if v.bitext.target.segments]
    held.sort(key=lambda v: (v.lang, v.bitext.translation.signature))
    if reference and not any(reference in v.bitext.translation.signature for v in held):
        known = ", ".join(sorted({v.bitext.translation.signature for v in held}))
        raise InputError(
            f"--reference {reference}: no translation is called that; the translations are: {known}"
        )
    where = project.name
    rendered = {v.id: renderings(v.bitext, termbase) for v in held}
    terms = {v.id: measures(v.bitext, rendered[v.id], termbase, profile, day) for v in held}
    found = []
    for version in held:
        other = _reference(version, held, reference)
        hypothesis, wanted, name = _against(version, other) if other or not reference else ([], [], "")
        scores = tuple(score(hypothesis, wanted, metrics).values()) if hypothesis else ()
        article, signature = version.bitext.source.id, version.bitext.translation.signature
        oracle = terms[other.id] if other else None
        found.append(
            VersionScores(
                version.lang, signature, article, terms[version.id], name, len(hypothesis), scores, oracle, where,
                f"{where}#{version.id}",
            )
        )  # fmt: skip
    return found, [_round(one, where, divergence(one, rendered, termbase)) for one in dealt]


def _round(one: Round, where: str, article: Article) -> RoundScores:
    held = [v for v in one.versions if v.bitext.target.segments]
    names = tuple(f"{where}#{v.id}" for v in held)
    return RoundScores(one.number, tuple(v.lang for v in held), names, article)


def _reference(version: Version, held: Sequence[Version], reference: str) -> Version | None:
    """The translation of the same article and language that the others are scored against."""
    if not reference:
        return None
    return next(
        (
            v for v in held
            if reference in v.bitext.translation.signature and v.id != version.id
            and (v.lang, v.bitext.source.id) == (version.lang, version.bitext.source.id)
        ),
        None,
    )  # fmt: skip


def _against(version: Version, other: Version | None) -> tuple[list[str], list[str], str]:
    """Hypothesis and reference lines, and what the reference is: `other`, or without it what people made."""
    if other is None:
        done = [p for p in version.pairs if p.state.name in _PEOPLE and p.machine]
        return [p.machine for p in done], [p.target for p in done], "reviews" if done else ""
    hypothesis, wanted = [], []
    for unit in units(Round(version.bitext.source, 0, (version, other))):
        (_, one), (_, two) = (*unit.pairs, ("", ()), ("", ()))[:2]
        if len(unit.pairs) == 2 and any(p.machine for p in two):
            hypothesis.append(" ".join(p.machine for p in one if p.machine))
            wanted.append(" ".join(p.target for p in two if p.target))
    return hypothesis, wanted, other.bitext.translation.signature
