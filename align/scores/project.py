"""The scores of a project: each translation against a reference, and what people changed in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from align.exports.units import Round, Version, units, versions
from align.profiles import Profile
from align.scores.metrics import Score, score
from align.scores.terms import TermScores, term_scores
from align.terms import Termbase
from models.errors import InputError

if TYPE_CHECKING:
    from align.store import Project

_PEOPLE = ("translated", "reviewed", "approved")  # states that a person has put their name to


@dataclass(frozen=True, slots=True)
class VersionScores:
    """One translation: its term measures, and its scores over `segments` units against `reference`."""

    lang: str
    signature: str
    article: str
    terms: TermScores
    reference: str = ""
    segments: int = 0
    scores: tuple[Score, ...] = ()

    def row(self) -> dict[str, Any]:
        """The scores as JSON values."""
        return {
            "lang": self.lang,
            "signature": self.signature,
            "article": self.article,
            "reference": self.reference,
            "segments": self.segments,
            **{one.metric: one.row() for one in self.scores},
            "terms": self.terms.row(),
        }


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
    held = [v for v in versions(project) if v.bitext.target.segments]
    if reference and not any(reference in v.bitext.translation.signature for v in held):
        known = ", ".join(sorted({v.bitext.translation.signature for v in held}))
        raise InputError(
            f"--reference {reference}: no translation is called that; the translations are: {known}"
        )
    found = []
    for version in held:
        hypothesis, wanted, name = _against(version, held, reference)
        scores = tuple(score(hypothesis, wanted, metrics).values()) if hypothesis else ()
        terms = term_scores(version.bitext, termbase, profile, day)
        article, signature = version.bitext.source.id, version.bitext.translation.signature
        found.append(VersionScores(version.lang, signature, article, terms, name, len(hypothesis), scores))
    return found


def _against(version: Version, held: Sequence[Version], reference: str) -> tuple[list[str], list[str], str]:
    """Hypothesis and reference lines, and what the reference is."""
    if not reference:
        done = [p for p in version.pairs if p.state.name in _PEOPLE and p.machine]
        return [p.machine for p in done], [p.target for p in done], "reviews" if done else ""
    other = next(
        (
            v for v in held
            if reference in v.bitext.translation.signature and v.id != version.id
            and (v.lang, v.bitext.source.id) == (version.lang, version.bitext.source.id)
        ),
        None,
    )  # fmt: skip
    if other is None:
        return [], [], ""
    hypothesis, wanted = [], []
    for unit in units(Round(version.bitext.source, 0, (version, other))):
        (_, one), (_, two) = (*unit.pairs, ("", ()), ("", ()))[:2]
        if len(unit.pairs) == 2 and any(p.machine for p in two):
            hypothesis.append(" ".join(p.machine for p in one if p.machine))
            wanted.append(" ".join(p.target for p in two if p.target))
    return hypothesis, wanted, other.bitext.translation.signature
