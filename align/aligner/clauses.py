"""Segments left alone that are a clause of their neighbour's partner.

A desk may set a clause apart as a sentence of its own: "…, the ministry said." becomes two sentences, of which
the second says *The ministry reported this*. It is too unlike the whole sentence to be joined to it, but it is
like that clause, which nothing else in the neighbour answers. On the development documents none of 627
segments without a partner is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from align.aligner.grid import WIDEST
from align.aligner.sides import Side, Span, Text, encode, units
from models.base import Encoder, Vectors

_BREAK = re.compile(r"(?<=[,;:—–՝․])\s+|\s[-–—]\s")
_LIKE = 0.25  # cosine of the segment and the clause
_AHEAD = 0.2  # by how much that is above the clause's likeness to what it is joined to already


def clauses(text: str) -> list[str]:
    """The parts of `text` between commas and the like that have two words or more; at least one."""
    return [part for part in _BREAK.split(text) if len(part.split()) > 1] or [text]


def set_apart(
    spans: Sequence[Span], texts: tuple[Text, Text], sides: tuple[Side, Side], encoder: Encoder
) -> dict[int, tuple[int, str]]:
    """For each span of a single segment that is such a clause: the neighbour it belongs to, and the clause."""
    asked = [(k, n, *_parts(spans[k], spans[n], texts)) for k, n in _neighbours(spans)]
    asked = [one for one in asked if len(one[4]) > 1]  # a sentence without commas has no clause to set apart
    strings = [text for _, _, _, *lists in asked for some in lists for text in some]
    vectors = iter(encode(strings, encoder)) if strings else iter(())
    found: dict[int, tuple[int, str]] = {}
    best: dict[int, float] = {}
    for k, n, side, own, partner, mates in asked:
        here, there = sides[side].common, sides[1 - side].common
        one, other, beside = (
            _units([next(vectors) for _ in some], mean)
            for some, mean in ((own, here), (partner, there), (mates, here))
        )
        likeness = other @ one[0]
        at = int(likeness.argmax())
        ahead = float(likeness[at] - (beside @ other[at]).max())
        if likeness[at] >= _LIKE and ahead >= max(_AHEAD, best.get(k, 0.0)):
            best[k], found[k] = ahead, (n, partner[at])
    return found


def _neighbours(spans: Sequence[Span]) -> Iterator[tuple[int, int]]:
    """Each span of a single segment with each neighbour that has something on both sides and room for more."""
    for left, right in pairwise(range(len(spans))):
        for k, n in ((left, right), (right, left)):
            sizes = [[b - a for a, b in spans[i]] for i in (k, n)]
            if sum(sizes[0]) == 1 and all(sizes[1]) and max(sizes[1]) < WIDEST:
                yield k, n


def _parts(
    alone: Span, neighbour: Span, texts: tuple[Text, Text]
) -> tuple[int, list[str], list[str], list[str]]:
    """The side of the segment, the segment, the clauses of its neighbour's other side and of its own side."""
    side = 0 if alone[0][0] < alone[0][1] else 1
    other, own = (
        [part for i in range(*neighbour[at]) for part in clauses(texts[at].segments[i])]
        for at in (1 - side, side)
    )
    return side, [texts[side].segments[alone[side][0]]], other, own


def _units(rows: list[Vectors], common: Vectors) -> Vectors:
    return units(np.stack(rows) - common)
