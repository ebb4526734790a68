"""A first look at two texts: roughly which way they run together, and what their sure pairs have in common.

Long texts are cut at anchors, pairs of segments that are each other's nearest in the whole text and lie in
order, so that the cost grows about linearly.
"""

from __future__ import annotations

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
_MARGIN = 4  # larger ones this many segments to each side of the rough path
_NEARBY = 16  # how far from the path a segment's likest partner is looked for
_WHOLE = 1_000_000  # points of a box that is not cut any further if it can be helped
_LARGEST = 16_000_000  # points of a box that cannot be cut and is still looked at as a whole
_SMALL = 256  # points of a box in which a straight path is near enough to any other
_SAMPLES = 200  # segments of a box that are tried as anchors
_UNLIKE = 0.2  # cosine below which two segments are no pair
_SURE = 0.35  # cosine of an anchor
_TIE = 0.1  # partners whose cosine is within this of the best one's are as good
_PARTNERS = 32  # partners of a segment that are tried
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
        nearly = n * m <= _SMALL and abs(n - m) < _MARGIN
        steps = _straight(n, m) if nearly or n * m > _LARGEST else _whole(s, t)
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
    """Sure pairs of a sample of segments, in order on both sides; points of the box, without its corner.

    A text may repeat itself, so a segment may have several partners as good as its best; of all of them the
    chain is kept that is likest in sum.
    """
    n, m = len(s), len(t)
    rows = np.unique(np.linspace(0, n - 1, min(n, _SAMPLES)).astype(np.int64))
    pairs: list[tuple[int, Ints, Floats]] = []
    for top in range(0, len(rows), _ROWS):
        part = rows[top : top + _ROWS]
        block = s[part] @ t.T
        floor = np.maximum(block.max(axis=1) - _TIE, _SURE)
        for row, likeness, least in zip(part.tolist(), block, floor, strict=True):
            columns = np.flatnonzero(likeness >= least)
            columns = columns[np.argsort(np.abs(columns * n - row * m), kind="stable")[:_PARTNERS]]
            pairs.append((row, np.sort(columns), likeness[columns].astype(np.float64)))
    wanted = np.unique(np.concatenate([columns for _, columns, _ in pairs]))
    best = np.full(m, np.inf)
    for top in range(0, len(wanted), _ROWS):
        part = wanted[top : top + _ROWS]
        best[part] = (t[part] @ s.T).max(axis=1)
    mutual = []
    for row, columns, likeness in pairs:
        keep = (likeness >= best[columns] - _TIE) & ((row > 0) | (columns > 0))
        mutual.append((row, columns[keep], likeness[keep]))
    return _chain(mutual, m)


def _chain(pairs: Sequence[tuple[int, Ints, Floats]], m: int) -> list[Point]:
    """The pairs that rise on both sides and are likest in sum; each row of `pairs` gives one at most."""
    top = np.zeros(m + 1)  # of chains that end before a column, the greatest sum
    last = np.full(m + 1, -1)  # and its last pair
    chain: list[tuple[int, int, int]] = []  # row, column, the pair before
    for row, columns, likeness in pairs:
        sums = top[columns] + likeness
        before = last[columns]
        for column, total, previous in zip(columns.tolist(), sums.tolist(), before.tolist(), strict=True):
            beaten = column + 1 + int(np.searchsorted(top[column + 1 :], total))
            if beaten > column + 1:
                top[column + 1 : beaten] = total
                last[column + 1 : beaten] = len(chain)
            chain.append((row, column, previous))
    found: list[Point] = []
    k = int(last[m])
    while k >= 0:
        row, column, k = chain[k]
        found.append((row, column))
    return found[::-1]


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
