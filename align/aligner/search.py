"""Search: the best way through a grid of segment boundaries, one bead a step.

A grid point (i, j) says that the first i source and the first j target segments are accounted for. A bead
of a source and b target segments leads from (i - a, j - b) to (i, j). Only the points of a corridor are
visited, so the cost grows with its area.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Step = tuple[int, int]

_ROWS = 256  # grid rows scored at a time: bounds memory


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
Scorer = Callable[[Ints, Ints], Iterator[NDArray[np.floating[Any]]]]


class Search:
    """All beads of a corridor and their scores.

    `kinds` are the shapes of beads with something on both sides, scored by `scorer` in that order;
    `left_out[i]` and `added[j]` are the scores of leaving source segment i and target segment j alone.
    """

    def __init__(
        self, corridor: Corridor, kinds: Sequence[Step], scorer: Scorer, alone: tuple[Floats, Floats]
    ) -> None:
        self._low, self._high = corridor.low, corridor.high
        self.steps = (*kinds, (1, 0), (0, 1))
        widths = self._high - self._low
        self._start = np.concatenate([[0], np.cumsum(widths)])
        self._rows = np.repeat(np.arange(len(widths)), widths)
        self._columns = np.arange(corridor.size) - self._start[self._rows] + self._low[self._rows]
        # One more place than there are points: what lies outside the corridor.
        self._gains = np.full((len(self.steps) - 1, corridor.size + 1), -np.inf, np.float32)
        # Every score is counted from that of leaving all target segments alone, which is then worth nothing.
        self._added = np.concatenate([[0.0], np.cumsum(alone[1])])
        for top in range(0, len(widths), _ROWS):
            part = slice(self._start[top], self._start[min(top + _ROWS, len(widths))])
            columns = self._columns[part]
            level = self._added[columns]
            for kind, gains in enumerate(scorer(self._rows[part], columns)):
                before = self._added[np.maximum(columns - kinds[kind][1], 0)]
                self._gains[kind, part] = gains + (before - level)
        self._gains[-1, :-1] = np.append(0.0, alone[0])[self._rows]

    def best(self) -> list[Step]:
        """The steps of the path of highest total; equal totals are settled for the kind named first."""
        self._forward = self._totals()
        i, j = len(self._low) - 1, int(self._high[-1]) - 1
        path = []
        while i or j:
            here = self._place(i, j)
            reached = self._forward[self._before[:, here]] + self._gains[:, here]
            kind = int(reached.argmax())
            a, b = self.steps[kind] if reached[kind] >= self._forward[here] else (0, 1)
            path.append((a, b))
            i, j = i - a, j - b
        return path[::-1]

    def _place(self, i: int, j: int) -> int:
        return int(self._start[i] + j - self._low[i])

    def _neighbours(self, part: slice, sign: int) -> NDArray[np.int64]:
        """For each kind of step, where the points one step before (sign -1) or after (+1) `part` are kept."""
        rows, columns = self._rows[part], self._columns[part]
        found = np.empty((len(self.steps) - 1, len(rows)), np.intp)
        for a in range(max(step[0] for step in self.steps) + 1):
            row = np.arange(len(self._low)) + sign * a
            there = (row >= 0) & (row < len(self._low))
            row[~there] = 0
            low, high, start = (values[row] for values in (self._low, self._high, self._start))
            high = np.where(there, high, low)
            # Of the row a step leads to: its columns, and what to add to a column for its place.
            low, high, shift = low[rows], high[rows], (start - low)[rows]
            for kind, step in enumerate(self.steps[:-1]):
                if step[0] == a:
                    column = columns + sign * step[1]
                    outside = (column < low) | (column >= high)
                    column += shift
                    column[outside] = self._start[-1]
                    found[kind] = column
        return found

    def _totals(self) -> Floats:
        """For every point the total of the best path from the beginning."""
        start = self._start.tolist()
        total = np.full(start[-1] + 1, -np.inf)
        self._before = np.empty((len(self.steps) - 1, start[-1]), np.intp)
        for top in range(0, len(start) - 1, _ROWS):
            bottom = min(top + _ROWS, len(start) - 1)
            part = slice(start[top], start[bottom])
            self._before[:, part] = self._neighbours(part, -1)
            for a, b in zip(start[top:bottom], start[top + 1 : bottom + 1], strict=True):
                reached = total.take(self._before[:, a:b])
                reached += self._gains[:, a:b]
                if a == 0:
                    reached[0, 0] = 0.0
                np.maximum.accumulate(reached.max(axis=0), out=total[a:b])
        return total

    def _remaining(self) -> Floats:
        """For every point the total of the best path to the end."""
        start = self._start.tolist()
        total = np.full(start[-1] + 1, -np.inf)
        for top in range((len(start) - 2) // _ROWS * _ROWS, -1, -_ROWS):
            bottom = min(top + _ROWS, len(start) - 1)
            first = start[top]
            after = self._neighbours(slice(first, start[bottom]), 1)
            gains = np.take_along_axis(self._gains, after, axis=1)
            for a, b in zip(start[top:bottom][::-1], start[top + 1 : bottom + 1][::-1], strict=True):
                left = total.take(after[:, a - first : b - first])
                left += gains[:, a - first : b - first]
                value = left.max(axis=0)
                if b == start[-1]:
                    value[-1] = self._added[-1]
                np.maximum.accumulate(value[::-1], out=total[a:b][::-1])
        return total

    def leads(self, path: Sequence[Step]) -> Floats:
        """For each bead of the best path, by how much it is ahead of any other bead that holds its first segment."""
        remaining = self._remaining()
        through = np.empty((len(self.steps), int(self._start[-1])))
        through[:-1] = self._forward[self._before]
        through[:-1] += self._gains[:, :-1]
        through[-1, 1:] = self._forward[:-2]
        through[-1, self._start[:-1]] = -np.inf  # the first point of a row
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
