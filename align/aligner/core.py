"""One alignment from texts to beads, with what it takes to explain them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from align.aligner.evidence import Terms, alone, total, weights
from align.aligner.grid import KINDS, Strip
from align.aligner.search import Floats, Ints, Search, Step
from align.aligner.sides import Side, Text, sides
from align.aligner.survey import Survey, survey
from models.base import Encoder

Span = tuple[tuple[int, int], tuple[int, int]]  # source and target segments, half-open


@dataclass(frozen=True, slots=True)
class Settings:
    """`skip` is added to the score of leaving a segment alone: below 0 for free translation."""

    skip: float = 0.0

    @property
    def signature(self) -> str:
        """The settings as `name:value|…`."""
        return f"skip:{self.skip:g}|model:1"


@dataclass(frozen=True, slots=True)
class Link:
    """A bead as found: its likeness, the odds that it is better than its nearest rival, and that rival."""

    span: Span
    likeness: float
    lead: float
    rival: Span | None

    @property
    def sure(self) -> float:
        """How sure the bead is, from 0 to 1: the lower of its likeness and its lead over the nearest rival."""
        ahead = 1 / (1 + float(np.exp(-min(self.lead, 50.0))))
        (a, b), (c, d) = self.span
        return ahead if a == b or c == d else min(self.likeness, ahead)


class Alignment:
    """The best alignment of two texts, neither of them empty."""

    def __init__(self, source: Text, target: Text, encoder: Encoder, settings: Settings) -> None:
        self._both = sides(source, target, encoder)
        self._seen: Survey = survey(*self._both)
        self._settings = settings
        self._alone = [total(terms, weights()) + settings.skip for terms in self._alone_terms()]
        search = Search(self._seen.corridor, KINDS, self._scores, (self._alone[0], self._alone[1]))
        steps = search.best()
        self.links: tuple[Link, ...] = tuple(self._links(steps, search))

    @property
    def alike(self) -> float:
        """How much the texts look like translations of each other, from 0 to 1: see `LIKE`."""
        held = sum((b - a) * link.likeness for link in self.links for a, b in link.span)
        return float(held / (len(self._both[0]) + len(self._both[1])))

    def terms(self, span: Span) -> dict[str, float]:
        """What each term adds to the score of a bead."""
        (a, b), (c, d) = span
        if a == b or c == d:
            side = 0 if c == d else 1
            terms = self._alone_terms()[side]
            at = (a, c)[side]
            named = {name: float(value[at]) * weights()[name] for name, value in terms.items()}
            return named | ({"skip": self._settings.skip} if self._settings.skip else {})
        strip = Strip(
            self._both, np.array([b]), np.array([d]), self._seen.found.ratio, self._seen.found.spread
        )
        return {
            name: float(value[0]) * weights()[name] for name, value in strip.terms((b - a, d - c)).items()
        }

    def _alone_terms(self) -> list[Terms]:
        return [
            alone(nearest, side.lengths, self._seen.found)
            for nearest, side in zip(self._seen.nearest, self._both, strict=True)
        ]

    def _scores(self, rows: Ints, columns: Ints) -> Iterator[Floats]:
        strip = Strip(self._both, rows, columns, self._seen.found.ratio, self._seen.found.spread)
        for kind in KINDS:
            yield strip.total(kind, weights())

    def _links(self, steps: Sequence[Step], search: Search) -> Iterator[Link]:
        i = j = 0
        for (a, b), rival in zip(steps, search.rivals(steps), strict=True):
            span = (i, i + a), (j, j + b)
            i, j = i + a, j + b
            other = None
            if rival is not None:
                (p, q), (e, f) = rival.step, rival.end
                other = (e - p, e), (f - q, f)
            yield Link(span, self._likeness(span), rival.behind if rival else np.inf, other)

    def _likeness(self, span: Span) -> float:
        """From 0 (no more like each other than any two segments) to 1, with 0.5 where it is doubtful."""
        one, other = (_joined(side, *part) for side, part in zip(self._both, span, strict=True))
        norm = float(np.linalg.norm(one) * np.linalg.norm(other))
        if norm <= 0:
            return 0.0
        return float(1 / (1 + np.exp(-(float(one @ other) / norm - _DOUBT) / _SOFT)))


_DOUBT, _SOFT = 0.27, 0.07  # the cosine at which a pair is as likely to be none, and how sharp the limit is


def _joined(side: Side, first: int, last: int) -> Floats:
    return np.asarray(side.sums[first:last].sum(axis=0), np.float64)
