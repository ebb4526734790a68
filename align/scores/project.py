"""The scores of a project: each translation against a reference, what people changed in it, and its measures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from align.exports.units import Round, Version, rounds, units
from align.gazetteer import places
from align.profiles import Profile
from align.renderings import renderings
from align.scores.divergence import divergence
from align.scores.metrics import Score, score, sentence_scores
from align.scores.terms import Article, TermScores, measures
from align.terms import Termbase
from models.errors import InputError

if TYPE_CHECKING:
    from align.store import Project

_PEOPLE = ("translated", "reviewed", "approved")  # states that a person has put their name to


@dataclass(frozen=True, slots=True)
class Line:
    """One unit of a translation: its source segments, what it says, and what that is scored against."""

    segments: tuple[int, ...]
    hypothesis: str
    reference: str


@dataclass(frozen=True, slots=True)
class VersionScores:
    """One translation: its term measures, and its scores over `lines` against `reference`.

    `oracle` are the term measures of the reference, where that is a translation of its own. `version` tells
    the translations of one project, or of several, apart.
    """

    lang: str
    signature: str
    article: str
    terms: TermScores
    reference: str = ""
    scores: tuple[Score, ...] = ()
    oracle: TermScores | None = None
    project: str = ""
    version: str = ""
    lines: tuple[Line, ...] = ()

    @property
    def segments(self) -> int:
        """The number of units that were scored."""
        return len(self.lines)

    def by_segment(self) -> list[dict[str, Any]]:
        """The scores of each unit, with its source segments, as JSON values."""
        hypotheses, references = [x.hypothesis for x in self.lines], [x.reference for x in self.lines]
        columns = {s.metric: sentence_scores(hypotheses, references, s.metric) for s in self.scores}
        return [
            {
                "source": list(line.segments),
                **{name: round(float(column[i]), 4) for name, column in columns.items()},
            }
            for i, line in enumerate(self.lines)
        ]

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
    grown = {one.source.id: termbase.with_places(places(one.source, termbase)) for one in dealt}
    base = {v.id: grown[v.bitext.source.id] for v in held}
    against = _against(held, reference)
    rendered = {v.id: renderings(v.bitext, base[v.id]) for v in held}
    terms = {v.id: measures(v.bitext, rendered[v.id], base[v.id], profile, day) for v in held}
    found = []
    for version in held:
        other, lines = against[version.id]
        scores = score([x.hypothesis for x in lines], [x.reference for x in lines], metrics) if lines else {}
        article, signature = version.bitext.source.id, version.bitext.translation.signature
        name = other.bitext.translation.signature if other else "reviews" if lines else ""
        found.append(
            VersionScores(
                version.lang, signature, article, terms[version.id], name, tuple(scores.values()),
                terms[other.id] if other else None, where, f"{where}#{version.id}", tuple(lines),
            )
        )  # fmt: skip
    return found, [_round(one, where, divergence(one, rendered, grown[one.source.id])) for one in dealt]


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


def _against(held: Sequence[Version], reference: str) -> dict[str, tuple[Version | None, list[Line]]]:
    """By translation: what it is scored against (nothing where that is people's own text), and the lines.

    The translations that are scored against one are scored over the same units, so that they can be compared.
    """
    found: dict[str, tuple[Version | None, list[Line]]] = {}
    together: dict[str, tuple[Version, list[Version]]] = {}
    for version in held:
        other = _reference(version, held, reference)
        found[version.id] = (other, [])
        if other:
            together.setdefault(other.id, (other, []))[1].append(version)
        elif not reference:
            done = [p for p in version.pairs if p.state.name in _PEOPLE and p.machine]
            found[version.id][1].extend(Line(p.segments, p.machine, p.target) for p in done)
    for other, members in together.values():
        for unit in units(Round(other.bitext.source, 0, (*members, other))):
            *sides, (_, wanted) = unit.pairs
            if any(pair.machine for pair in wanted):
                text = " ".join(pair.target for pair in wanted if pair.target)
                for version, (_, pairs) in zip(members, sides, strict=True):
                    ours = " ".join(pair.machine for pair in pairs if pair.machine)
                    found[version.id][1].append(Line(unit.segments, ours, text))
    return found
