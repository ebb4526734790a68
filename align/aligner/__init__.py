"""Sentence alignment: which source and target segments translate each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from align.aligner.evidence import alone, total, weights
from align.aligner.grid import KINDS, Strip
from align.aligner.search import Floats, Ints, best_path
from align.aligner.sides import Side, Text, sides
from align.aligner.survey import Survey, survey
from align.terms import Termbase
from align.types import Bead, Bitext, Document, Translation
from models.base import Encoder

__all__ = ["Settings", "align", "align_documents", "by_construction"]


@dataclass(frozen=True, slots=True)
class Settings:
    """`skip` is added to the score of leaving a segment alone: below 0 for free translation."""

    skip: float = 0.0

    @property
    def signature(self) -> str:
        """The settings as `name:value|…`."""
        return f"skip:{self.skip:g}"


def align(
    source: Sequence[str], target: Sequence[str], encoder: Encoder, settings: Settings | None = None
) -> list[Bead]:
    """Beads that hold every segment of both sides exactly once, in order.

    A bead's score is the likeness of its two sides, from 0 to 1; 0 where one side is empty.
    """
    return _oriented(Text(source), Text(target), encoder, settings or Settings())


def _oriented(source: Text, target: Text, encoder: Encoder, settings: Settings) -> list[Bead]:
    """Align in one orientation for every pair of texts, so that swapping them swaps the beads and no more."""
    one, other = list(source.segments), list(target.segments)
    if (len(one), one) <= (len(other), other):
        return _align(source, target, encoder, settings)
    return [Bead(bead.target, bead.source, bead.score) for bead in _align(target, source, encoder, settings)]


def _align(source: Text, target: Text, encoder: Encoder, settings: Settings) -> list[Bead]:
    n, m = len(source.segments), len(target.segments)
    if not n or not m:
        return [Bead((i,), (), 0.0) for i in range(n)] + [Bead((), (j,), 0.0) for j in range(m)]
    both = sides(source, target, encoder)
    seen = survey(*both)
    by = weights()
    apart = [
        total(alone(nearest, side.lengths, seen.found), by) + settings.skip
        for nearest, side in zip(seen.nearest, both, strict=True)
    ]

    def scores(rows: Ints, columns: Ints) -> Iterator[Floats]:
        return _scores(both, seen, rows, columns)

    steps = best_path(seen.corridor, KINDS, scores, apart[0], apart[1])
    beads, i, j = [], 0, 0
    for a, b in steps:
        score = _likeness(both[0], both[1], (i, i + a), (j, j + b))
        beads.append(Bead(tuple(range(i, i + a)), tuple(range(j, j + b)), score))
        i, j = i + a, j + b
    return beads


def _scores(both: tuple[Side, Side], seen: Survey, rows: Ints, columns: Ints) -> Iterator[Floats]:
    """For each kind of bead its scores at some grid points, which lie in a few neighbouring rows."""
    strip = Strip(both, rows, columns, seen.found.ratio, seen.found.spread)
    for kind in KINDS:
        yield strip.total(kind, weights())


def _likeness(source: Side, target: Side, rows: tuple[int, int], columns: tuple[int, int]) -> float:
    if rows[0] == rows[1] or columns[0] == columns[1]:
        return 0.0
    one, other = source.sums[slice(*rows)].sum(axis=0), target.sums[slice(*columns)].sum(axis=0)
    norm = float(np.linalg.norm(one) * np.linalg.norm(other))
    return round(min(1.0, max(0.0, float(one @ other) / norm)), 4) if norm > 0 else 0.0


def align_documents(
    translation: Translation,
    encoder: Encoder,
    termbase: Termbase | None = None,
    settings: Settings | None = None,
) -> Bitext:
    """The bitext of a translation: by construction where its links are known, else by likeness."""
    if translation.links is not None:
        return by_construction(translation)
    settings = settings or Settings()
    source, target = (_text(document, termbase) for document in (translation.source, translation.target))
    beads = _oriented(source, target, encoder, settings)
    return Bitext(translation, tuple(beads), f"{encoder.signature}|{settings.signature}")


def _text(document: Document, termbase: Termbase | None) -> Text:
    """A document for the aligner: its concepts and roles are marks, its paragraphs blocks."""
    segments = document.segments
    marks: list[list[str]] = [[] if s.role == "body" else [s.role] for s in segments]
    if termbase is not None:
        from align.matcher import mentions

        place = {segment.index: i for i, segment in enumerate(segments)}
        for mention in mentions(document, termbase):
            marks[place[mention.segment]].append(mention.concept)
    kinds = [(segment.paragraph, segment.role) for segment in segments]
    number = {kind: i for i, kind in enumerate(dict.fromkeys(kinds))}
    return Text([segment.text for segment in segments], marks, [number[kind] for kind in kinds])


def by_construction(translation: Translation) -> Bitext:
    """The bitext of a translation made segment by segment, from its links.

    Raises `ValueError` where there are no links, or they do not run in order.
    """
    links = translation.links
    if links is None or len(links) != len(translation.target.segments) or list(links) != sorted(links):
        raise ValueError(
            "to align by construction, a translation needs links: one a target segment, in order"
        )
    targets: dict[int, list[int]] = {}
    for target, source in enumerate(links):
        targets.setdefault(source, []).append(target)
    count = len(translation.source.segments)
    if targets and not 0 <= min(targets) <= max(targets) < count:
        raise ValueError(f"a link names a source segment that is not there; the source has {count}")
    beads = tuple(Bead((i,), tuple(targets.get(i, ())), 1.0 if i in targets else 0.0) for i in range(count))
    return Bitext(translation, beads, "by construction")
