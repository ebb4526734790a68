"""A first look at two texts: roughly which way they run together, and what their sure pairs have in common.

Long texts are cut at anchors, pairs of segments that are each other's nearest in the whole text and lie in
order, so that the cost grows about linearly.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from align.aligner.evidence import Statistics
from align.aligner.grid import USUAL_SPREAD
from align.aligner.search import Corridor, Floats, Ints, around, everything
from align.aligner.sides import Side, units
from models.base import Vectors

Point = tuple[int, int]

_EXACT = 40_000  # grids up to this many points are searched whole
_MARGIN = 10  # larger ones this many segments to each side of the rough path
_NEARBY = 16  # how far from the path a segment's likest partner is looked for
_WHOLE = 1_000_000  # points of a box that is not cut any further if it can be helped
_LARGEST = 16_000_000  # points of a box that cannot be cut and is still looked at as a whole
_SAMPLES = 300  # segments of a box that are tried as anchors
_UNLIKE = 0.2  # cosine below which two segments are no pair
_SURE = 0.35  # cosine of an anchor
_ROWS = 64
_USUAL_PAIRS = 10  # how many pairs the usual spread is worth


@dataclass(frozen=True, slots=True)
class Survey:
    """The grid points to search, the statistics, and each segment's likeness to its likest one nearby."""

    corridor: Corridor
    found: Statistics
    nearest: tuple[Floats, Floats]


def survey(source: Side, target: Side) -> Survey:
    """Look at both sides, neither of them empty."""
    s, t = units(source.sums), units(target.sums)
    n, m = len(s), len(t)
    path = _path(s, t, (0, 0), [])
    window = around(path, n, m, _NEARBY)
    nearest, partner = _nearest(s, t, window)
    found = _statistics(source.lengths, target.lengths, nearest, partner)
    corridor = everything(n, m) if (n + 1) * (m + 1) <= _EXACT else around(path, n, m, _MARGIN)
    return Survey(corridor, found, nearest)


def _path(s: Vectors, t: Vectors, origin: Point, path: list[Point]) -> list[Point]:
    """Append to `path` the grid points of the box of `s` and `t` whose corner is `origin`."""
    n, m = len(s), len(t)
    anchors = _anchors(s, t) if n * m > _WHOLE else []
    if not anchors:
        steps = _whole(s, t) if n * m <= _LARGEST else _straight(n, m)
        path += [(origin[0] + i, origin[1] + j) for i, j in steps]
        return path
    before = (0, 0)
    for i, j in [*anchors, (n, m)]:
        _path(s[before[0] : i], t[before[1] : j], (origin[0] + before[0], origin[1] + before[1]), path)
        before = (i, j)
    return path


def _whole(s: Vectors, t: Vectors) -> list[Point]:
    """The best path of 1-1, 1-0 and 0-1 beads alone; leaving segments alone costs nothing."""
    n, m = len(s), len(t)
    diagonal, up = np.zeros((n + 1, m + 1), np.bool_), np.zeros((n + 1, m + 1), np.bool_)
    above = np.zeros(m + 1, np.float32)
    for row in range(1, n + 1):
        if (row - 1) % 256 == 0:
            block = s[row - 1 : row + 255] @ t.T - np.float32(_UNLIKE)
        here = above.copy()
        np.maximum(here[1:], above[:-1] + block[(row - 1) % 256], out=here[1:])
        np.greater(here[1:], above[1:], out=diagonal[row, 1:])
        above = np.maximum.accumulate(here)
        np.equal(above, here, out=up[row])
    i, j, path = n, m, [(n, m)]
    while i or j:
        if i and up[i, j]:
            j -= int(diagonal[i, j])
            i -= 1
        else:
            j -= 1
        path.append((i, j))
    return path[::-1]


def _straight(n: int, m: int) -> list[Point]:
    steps = max(n, m)
    return [(n * k // steps, m * k // steps) for k in range(steps + 1)]


def _anchors(s: Vectors, t: Vectors) -> list[Point]:
    """Sure pairs of a sample of segments, in order on both sides; points strictly inside the box."""
    n = len(s)
    rows = np.unique(np.linspace(0, n - 1, min(n, _SAMPLES)).astype(np.int64))
    columns = _argmax(s[rows], t)
    back = _argmax(t[columns], s)
    likeness = np.einsum("ij,ij->i", s[rows], t[columns])
    mutual = (back == rows) & (likeness > _SURE)
    pairs = [
        (int(i), int(j))
        for i, j in zip(rows[mutual], columns[mutual], strict=True)
        if (i or j) and _supported(s, t, int(i), int(j))
    ]
    return _in_order(pairs)


def _argmax(of: Vectors, among: Vectors) -> Ints:
    """For each row the most similar of `among`, the first of equals; in bounded memory."""
    parts = [(of[k : k + 64] @ among.T).argmax(axis=1) for k in range(0, len(of), 64)]
    return np.concatenate(parts)


def _supported(s: Vectors, t: Vectors, i: int, j: int) -> bool:
    """Whether segments just before or just after a pair look like a pair too."""
    before = s[max(0, i - 2) : i] @ t[max(0, j - 2) : j].T
    after = s[i + 1 : i + 3] @ t[j + 1 : j + 3].T
    return bool(max(before.max(initial=0), after.max(initial=0)) > _SURE)


def _in_order(pairs: Sequence[Point]) -> list[Point]:
    """The longest run of pairs that rises on both sides; `pairs` rise in the first place."""
    tops: list[int] = []
    ends: list[int] = []
    before = [-1] * len(pairs)
    for k, (_, j) in enumerate(pairs):
        at = bisect_left(tops, j)
        if at == len(tops):
            tops.append(j)
            ends.append(k)
        else:
            tops[at], ends[at] = j, k
        before[k] = ends[at - 1] if at else -1
    chain: list[Point] = []
    k = ends[-1] if ends else -1
    while k >= 0:
        chain.append(pairs[k])
        k = before[k]
    return chain[::-1]


def _nearest(s: Vectors, t: Vectors, window: Corridor) -> tuple[tuple[Floats, Floats], tuple[Ints, Ints]]:
    """Each segment's greatest cosine with one of the other side in the window, and which that is."""
    n, m = len(s), len(t)
    best = (np.zeros(n), np.zeros(m))
    which = (np.full(n, -1), np.full(m, -1))
    for top in range(0, n, _ROWS):
        bottom = min(top + _ROWS, n)
        # Segment (i, j) lies between the grid points (i, j) and (i + 1, j + 1).
        left, right = int(window.low[top]), min(int(window.high[bottom]), m)
        columns = np.arange(left, right)
        block = (s[top:bottom] @ t[left:right].T).astype(np.float64)
        outside = (columns < window.low[top:bottom, None]) | (
            columns >= window.high[top + 1 : bottom + 1, None]
        )
        block[outside] = 0
        if not block.size:
            continue
        best[0][top:bottom], which[0][top:bottom] = block.max(axis=1), left + block.argmax(axis=1)
        highest, row = block.max(axis=0), top + block.argmax(axis=0)
        better = highest > best[1][left:right]
        best[1][left:right] = np.where(better, highest, best[1][left:right])
        which[1][left:right] = np.where(better, row, which[1][left:right])
    return best, which


def _statistics(
    source: Floats, target: Floats, nearest: tuple[Floats, Floats], partner: tuple[Ints, Ints]
) -> Statistics:
    """What pairs that are each other's nearest tell; totals and usual values where they are few."""
    totals = float(np.log(source.sum() + 1) - np.log(target.sum() + 1))
    i = np.arange(len(source))
    j = partner[0]
    sure = (partner[1][j] == i) & (nearest[0] > 0.3) & (source > 10) & (target[j] > 10)
    i, j = i[sure], j[sure]
    pairs = len(i)
    if not pairs:
        return Statistics(totals, USUAL_SPREAD, 0.0, 0)
    odds, size = np.log(source[i]) - np.log(target[j]), np.minimum(source[i], target[j])
    order = np.argsort(odds, kind="stable")
    run = np.cumsum(size[order])
    median = float(odds[order][np.searchsorted(run, run[-1] / 2)])
    ratio = (pairs * median + totals) / (pairs + 1) if pairs < 200 else median
    spread = 1.48 * float(np.median(np.abs(odds - ratio)))
    variance = (pairs * spread**2 + _USUAL_PAIRS * USUAL_SPREAD**2) / (pairs + _USUAL_PAIRS)
    return Statistics(ratio, variance**0.5, float(nearest[0][i].mean()), pairs)
