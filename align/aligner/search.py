"""Search: the best way through a grid of segment boundaries, one bead a step.

A grid point (i, j) says that the first i source and the first j target segments are accounted for. A bead
of a source and b target segments leads from (i - a, j - b) to (i, j). Only the points of a corridor are
visited, so the cost grows with its area.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Step = tuple[int, int]

_ROWS = 128  # grid rows scored at a time: bounds memory


@dataclass(frozen=True, slots=True)
class Corridor:
    """The grid points to visit: in row i the columns `low[i]` to `high[i] - 1`; both never fall."""

    low: Ints
    high: Ints

    @property
    def size(self) -> int:
        """The number of grid points."""
        return int((self.high - self.low).sum())


def everything(n: int, m: int) -> Corridor:
    """The whole grid of `n` source and `m` target segments."""
    return Corridor(np.zeros(n + 1, np.int64), np.full(n + 1, m + 1, np.int64))


def around(path: Sequence[tuple[int, int]], n: int, m: int, margin: int) -> Corridor:
    """All grid points at most `margin` rows and columns from `path`, which runs from (0, 0) to (n, m)."""
    points = np.asarray(path, np.int64)
    first, last = np.full(n + 1, m, np.int64), np.zeros(n + 1, np.int64)
    np.minimum.at(first, points[:, 0], points[:, 1])
    np.maximum.at(last, points[:, 0], points[:, 1])
    # A row the path skips lies between its neighbours.
    first = np.minimum.accumulate(first[::-1])[::-1]
    last = np.maximum.accumulate(last)
    rows = np.arange(n + 1)
    low = np.maximum(first[np.maximum(rows - margin, 0)] - margin, 0)
    high = np.minimum(last[np.minimum(rows + margin, n)] + margin, m) + 1
    return Corridor(low, high)


# Scores of the beads of one kind that end at the grid points (rows, columns): one number a point.
Scorer = Callable[[Ints, Ints], Iterator[Floats]]


def best_path(
    corridor: Corridor, kinds: Sequence[Step], scorer: Scorer, left_out: Floats, added: Floats
) -> list[Step]:
    """The steps of the path of highest total score through `corridor`.

    `kinds` are the shapes of beads with something on both sides, scored by `scorer` in that order;
    `left_out[i]` and `added[j]` are the scores of leaving source segment i and target segment j alone.
    Equal totals are settled in favour of the kind named first.
    """
    low, high = corridor.low, corridor.high
    n = len(low) - 1
    start = np.concatenate([[0], np.cumsum(high - low)])
    total = np.full(int(start[-1]) + 1, -np.inf)
    back = np.zeros(int(start[-1]), np.uint8)
    steps = [*kinds, (1, 0)]
    side = len(steps)  # the number of the step (0, 1), taken within a row
    run = np.concatenate([[0.0], np.cumsum(added)])
    for top in range(0, n + 1, _ROWS):
        bottom = min(top + _ROWS, n + 1)
        widths = high[top:bottom] - low[top:bottom]
        rows = np.repeat(np.arange(top, bottom), widths)
        columns = np.arange(len(rows)) - np.repeat(start[top:bottom] - start[top], widths) + low[rows]
        before = np.stack([_before(low, high, start, rows, columns, step) for step in steps])
        gains = np.stack([*scorer(rows, columns), np.append(0.0, left_out)[rows]])
        for row in range(top, bottom):
            here = slice(start[row] - start[top], start[row + 1] - start[top])
            reached = total[before[:, here]] + gains[:, here]
            if row == 0:
                reached[0, 0] = 0.0
            choice = reached.argmax(axis=0)
            value = reached[choice, np.arange(len(choice))]
            level = run[low[row] : high[row]]
            carried = np.maximum.accumulate(value - level)
            sideways = carried > value - level
            total[start[row] : start[row + 1]] = np.where(sideways, carried + level, value)
            back[start[row] : start[row + 1]] = np.where(sideways, side, choice)
    return _trace(back, start, low, [*steps, (0, 1)])


def _before(low: Ints, high: Ints, start: Ints, rows: Ints, columns: Ints, step: Step) -> Ints:
    """Where the point that `step` comes from is kept; the last place where there is no such point."""
    i, j = rows - step[0], columns - step[1]
    at = np.maximum(i, 0)
    inside = (i >= 0) & (low[at] <= j) & (j < high[at])
    return np.where(inside, start[at] + j - low[at], start[-1])


def _trace(back: NDArray[np.uint8], start: Ints, low: Ints, steps: Sequence[Step]) -> list[Step]:
    i = len(low) - 1
    j = int(start[-1] - start[-2] - 1 + low[-1])
    path = []
    while i or j:
        a, b = steps[back[start[i] + j - low[i]]]
        path.append((a, b))
        i, j = i - a, j - b
    return path[::-1]
