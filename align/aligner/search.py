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


# Scores of the beads of each kind that end at the grid points (rows, columns): one number a point.
Scorer = Callable[[Ints, Ints], Iterator[Floats]]


class Search:
    """All beads of a corridor and their scores.

    `kinds` are the shapes of beads with something on both sides, scored by `scorer` in that order;
    `left_out[i]` and `added[j]` are the scores of leaving source segment i and target segment j alone.
    """

    def __init__(
        self, corridor: Corridor, kinds: Sequence[Step], scorer: Scorer, alone: tuple[Floats, Floats]
    ) -> None:
        self._low, self._high = corridor.low, corridor.high
        self._added = np.concatenate([[0.0], np.cumsum(alone[1])])
        self.steps = (*kinds, (1, 0), (0, 1))
        widths = self._high - self._low
        self._start = np.concatenate([[0], np.cumsum(widths)])
        self._rows = np.repeat(np.arange(len(widths)), widths)
        self._columns = np.arange(corridor.size) - self._start[self._rows] + self._low[self._rows]
        # One more place than there are points: what lies outside the corridor.
        self._gains = np.full((len(self.steps) - 1, corridor.size + 1), -np.inf, np.float32)
        for top in range(0, len(widths), _ROWS):
            part = slice(self._start[top], self._start[min(top + _ROWS, len(widths))])
            for kind, gains in enumerate(scorer(self._rows[part], self._columns[part])):
                self._gains[kind, part] = gains
        self._gains[-1, :-1] = np.append(0.0, alone[0])[self._rows]

    def best(self) -> list[Step]:
        """The steps of the path of highest total; equal totals are settled for the kind named first."""
        self._forward, back = self._totals()
        i, j = len(self._low) - 1, int(self._high[-1]) - 1
        path = []
        while i or j:
            a, b = self.steps[back[self._place(i, j)]]
            path.append((a, b))
            i, j = i - a, j - b
        return path[::-1]

    def _place(self, i: int, j: int) -> int:
        return int(self._start[i] + j - self._low[i])

    def _neighbours(self, step: Step, part: slice, sign: int) -> Ints:
        """Where the points one `step` before (sign -1) or after (+1) those of `part` are kept."""
        i, j = self._rows[part] + sign * step[0], self._columns[part] + sign * step[1]
        row = np.clip(i, 0, len(self._low) - 1)
        inside = (i == row) & (self._low[row] <= j) & (j < self._high[row])
        return np.asarray(np.where(inside, self._start[row] + j - self._low[row], self._start[-1]), np.int64)

    def _totals(self) -> tuple[Floats, NDArray[np.uint8]]:
        """For every point the total of the best path from the beginning, and the last step of that path."""
        low, high, start = self._low, self._high, self._start
        total = np.full(int(start[-1]) + 1, -np.inf)
        back = np.zeros(int(start[-1]), np.uint8)
        self._before = np.empty((len(self.steps) - 1, int(start[-1])), np.int32)
        for top in range(0, len(low), _ROWS):
            part = slice(start[top], start[min(top + _ROWS, len(low))])
            for kind, step in enumerate(self.steps[:-1]):
                self._before[kind, part] = self._neighbours(step, part, -1)
            before = self._before[:, part]
            for row in range(top, min(top + _ROWS, len(low))):
                a, b = start[row], start[row + 1]
                reached = total[before[:, a - part.start : b - part.start]] + self._gains[:, a:b]
                if row == 0:
                    reached[0, 0] = 0.0
                choice = reached.argmax(axis=0)
                value = reached[choice, np.arange(b - a)]
                level = self._added[low[row] : high[row]]
                carried = np.maximum.accumulate(value - level)
                sideways = carried > value - level
                total[a:b] = np.where(sideways, carried + level, value)
                back[a:b] = np.where(sideways, len(self.steps) - 1, choice)
        return total, back

    def _remaining(self) -> Floats:
        """For every point the total of the best path to the end."""
        low, high, start = self._low, self._high, self._start
        total = np.full(int(start[-1]) + 1, -np.inf)
        for top in range((len(low) - 1) // _ROWS * _ROWS, -1, -_ROWS):
            part = slice(start[top], start[min(top + _ROWS, len(low))])
            after = np.stack([self._neighbours(step, part, 1) for step in self.steps[:-1]])
            gains = np.take_along_axis(self._gains, after, axis=1)
            for row in range(min(top + _ROWS, len(low)) - 1, top - 1, -1):
                a, b = start[row], start[row + 1]
                here = slice(a - part.start, b - part.start)
                value = (total[after[:, here]] + gains[:, here]).max(axis=0)
                if row == len(low) - 1:
                    value[-1] = 0.0
                level = self._added[low[row] : high[row]]
                total[a:b] = np.maximum.accumulate((value + level)[::-1])[::-1] - level
        return total

    def leads(self, path: Sequence[Step]) -> Floats:
        """For each bead of the best path, by how much it is ahead of any other bead that holds its first segment."""
        remaining = self._remaining()
        every = slice(0, int(self._start[-1]))
        through = np.empty((len(self.steps), every.stop))
        for kind, before in enumerate(self._before):
            through[kind] = self._forward[before] + self._gains[kind, :-1]
        added = self._added[self._columns] - self._added[np.maximum(self._columns - 1, 0)]
        through[-1] = self._forward[self._neighbours((0, 1), every, -1)] + added
        through += remaining[:-1]
        ends = np.cumsum(np.array([(0, 0), *path]), axis=0)[1:]
        taken = np.array([self.steps.index(step) for step in path])
        through[taken, self._start[ends[:, 0]] + ends[:, 1] - self._low[ends[:, 0]]] = -np.inf
        self._through = through
        rows = np.maximum.reduceat(through, self._start[:-1], axis=1)
        by_row = _holding(rows, [step[0] for step in self.steps])
        held = np.array([step[0] for step in path]) > 0
        values = np.full(len(path), -np.inf)
        values[held] = by_row[(ends[:, 0] - [a for a, _ in path])[held]]
        if not held.all():
            columns = np.full((len(self.steps), int(self._high[-1])), -np.inf)
            for kind in range(len(self.steps)):
                np.maximum.at(columns[kind], self._columns, through[kind])
            values[~held] = _holding(columns, [step[1] for step in self.steps])[ends[~held, 1] - 1]
        return np.asarray(remaining[0] - values, np.float64)

    def rival(self, step: Step, end: tuple[int, int]) -> tuple[Step, tuple[int, int]] | None:
        """The best bead that would replace a bead of the best path: its step and end; after `leads`."""
        side = 0 if step[0] else 1
        first = end[side] - max(step[side], 1)
        along = self._rows if side == 0 else self._columns
        best: tuple[float, int, int] = (-np.inf, 0, 0)
        for kind, other in enumerate(self.steps):
            points = np.flatnonzero((along > first) & (along <= first + other[side]))
            if len(points):
                place = int(points[self._through[kind, points].argmax()])
                best = max(best, (float(self._through[kind, place]), kind, place), key=lambda found: found[0])
        if best[0] == -np.inf:
            return None
        return self.steps[best[1]], (int(self._rows[best[2]]), int(self._columns[best[2]]))


def _holding(ending: Floats, counts: Sequence[int]) -> Floats:
    """For each segment the best of the beads that hold it, from the best of each kind that end at each point."""
    length = ending.shape[1] - 1
    best = np.full(length, -np.inf)
    for values, count in zip(ending, counts, strict=True):
        for k in range(1, min(count, length) + 1):
            np.maximum(best[: length - k + 1], values[k:], out=best[: length - k + 1])
    return best
