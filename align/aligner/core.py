"""One alignment from texts to beads, with what it takes to explain them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from align.aligner.clauses import set_apart
from align.aligner.evidence import Terms, alone, total, weights
from align.aligner.grid import KINDS, WIDEST, Strip
from align.aligner.search import Floats, Ints, Search, Step
from align.aligner.sides import Span, Text, sides
from align.aligner.survey import Survey, survey
from models.base import Encoder, Vectors

_DOUBT, _SOFT = 0.27, 0.07  # the cosine at which a pair is as likely to be none, and how sharp the limit is


@dataclass(frozen=True, slots=True)
class Settings:
    """`skip` is added to the score of leaving a segment alone: below 0 for free translation."""

    skip: float = 0.0

    @property
    def signature(self) -> str:
        """The settings as `name:value|…`."""
        return f"skip:{self.skip:g}|model:2"


@dataclass(frozen=True, slots=True)
class Link:
    """A bead as found: its likeness, and by how much its score is ahead of its nearest rival (log odds).

    `clause` is what a segment that had no partner answers, where one was joined for its sake.
    """

    span: Span
    likeness: float
    lead: float
    clause: str = ""

    @property
    def sure(self) -> float:
        """How sure the bead is, from 0 to 1: the lower of its likeness and its lead over the nearest rival."""
        ahead = 1 / (1 + math.exp(-min(self.lead, 50.0)))
        (a, b), (c, d) = self.span
        return ahead if a == b or c == d else min(self.likeness, ahead)


@lru_cache(maxsize=1)
def _blas() -> Any:
    """The threads of numpy's products: for the small ones here, several take more time than they save."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


class Alignment:
    """The best alignment of two texts, neither of them empty."""

    def __init__(self, source: Text, target: Text, encoder: Encoder, settings: Settings) -> None:
        self._both = sides(source, target, encoder)
        with _blas().limit(limits=1, user_api="blas"):
            links = self._searched(settings)
        apart = set_apart([link.span for link in links], (source, target), self._both, encoder)
        self.links: tuple[Link, ...] = tuple(self._joined(links, apart))

    def _searched(self, settings: Settings) -> list[Link]:
        self._seen: Survey = survey(*self._both)
        self._settings = settings
        self._alone = [total(terms, weights()) + settings.skip for terms in self._alone_terms()]
        self._search = Search(self._seen.corridor, KINDS, self._scores, (self._alone[0], self._alone[1]))
        return list(self._links(self._search.best()))

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

    def rival(self, link: Link) -> Span | None:
        """The best bead that would replace this one."""
        (a, b), (c, d) = link.span
        found = self._search.rival((b - a, d - c), (b, d))
        if found is None:
            return None
        (p, q), (e, f) = found
        return (e - p, e), (f - q, f)

    def _alone_terms(self) -> list[Terms]:
        return [
            alone(nearest, side.lengths, self._seen.found)
            for nearest, side in zip(self._seen.nearest, self._both, strict=True)
        ]

    def _scores(self, rows: Ints, columns: Ints) -> Iterator[NDArray[np.floating[Any]]]:
        strip = Strip(self._both, rows, columns, self._seen.found.ratio, self._seen.found.spread)
        yield from strip.totals(weights())

    def _links(self, steps: Sequence[Step]) -> Iterator[Link]:
        points = np.cumsum(np.array([(0, 0), *steps]), axis=0)
        likeness = self._likeness(points)
        leads = self._search.leads(steps)
        places = points.tolist()
        for (i, j), (k, m), like, lead in zip(places[:-1], places[1:], likeness, leads, strict=True):
            yield Link(((i, k), (j, m)), float(like), float(lead))

    def _joined(self, links: list[Link], apart: dict[int, tuple[int, str]]) -> list[Link]:
        """The links with each one of `apart` joined to its neighbour."""
        for k, (n, clause) in apart.items():
            (a, b), (c, d) = links[k].span
            (e, f), (g, h) = links[n].span
            span = (min(a, e), max(b, f)), (min(c, g), max(d, h))
            if max(span[0][1] - span[0][0], span[1][1] - span[1][0]) <= WIDEST:
                points = np.array([[span[0][0], span[1][0]], [span[0][1], span[1][1]]])
                like = float(self._likeness(points)[0])
                links[n] = Link(span, like, links[n].lead, clause)
                links[k] = replace(links[k], span=((a, a), (c, c)))
        return [link for link in links if any(x < y for x, y in link.span)]

    def _likeness(self, points: Ints) -> Floats:
        """From 0 (no more like each other than any two segments) to 1, with 0.5 where it is doubtful."""
        both = np.flatnonzero((np.diff(points, axis=0) > 0).all(axis=1))
        likeness = np.zeros(len(points) - 1)
        one, other = (
            _joined(side.sums, points[both, at], points[both + 1, at]) for at, side in enumerate(self._both)
        )
        norms = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
        cosines = np.einsum("ij,ij->i", one, other) / np.where(norms > 0, norms, 1)
        likeness[both] = np.where(norms > 0, 1 / (1 + np.exp((_DOUBT - cosines) / _SOFT)), 0)
        return likeness


def _joined(sums: Vectors, starts: Ints, ends: Ints) -> Vectors:
    """The sum of the rows from each start to its end."""
    joined = sums[starts]
    counts = ends - starts
    for k in range(1, int(counts.max(initial=1))):
        more = np.flatnonzero(counts > k)
        joined[more] += sums[starts[more] + k]
    return joined
