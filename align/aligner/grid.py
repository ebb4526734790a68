"""Terms of all beads in a strip of the grid, as whole-array arithmetic.

A strip follows the diagonal: its arrays have one row for each grid row i and one column for each offset
k = j - i, so that moving along either text is a shift by constant steps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from align.aligner.search import Ints, Step
from align.aligner.sides import Side

KINDS: tuple[Step, ...] = ((1, 1), (1, 2), (2, 1), (2, 2), (1, 3), (3, 1), (1, 4), (4, 1), (2, 3), (3, 2))
WIDEST = 4  # the most segments on one side of a bead
USUAL_SPREAD = 0.22  # what the lengths of a pair usually differ by: standard deviation of the logarithm
_HALO = WIDEST + 2  # rows before a grid point that its terms look at
_FRAME = WIDEST + 1  # how far one array looks into another
_BLOCK = 32  # rows whose dot products are computed at a time
_NOWHERE = -1.0  # the likeness to a segment that is not there

Array = NDArray[np.floating[Any]]
Terms = dict[str, Array]


class Strip:
    """The terms of beads that end at grid points (rows, columns), which lie in neighbouring rows.

    `ratio` is the logarithm of source length over target length, `spread` how much lengths differ.
    """

    def __init__(
        self, sides: tuple[Side, Side], rows: Ints, columns: Ints, ratio: float, spread: float
    ) -> None:
        source, target = sides
        n, m = len(source), len(target)
        self._top = top = max(int(rows.min()) - _HALO, 0)
        bottom = min(int(rows.max()) + 1, n)
        offsets = columns - rows
        self._least = least = int(offsets.min()) - WIDEST
        self._width = int(offsets.max()) + WIDEST + 1 - least
        self._at = rows - top, offsets - least
        self._height = bottom - top + 1
        # Columns the strip passes, and those of them that are in the text.
        self._first = top + least
        self._span = self._height - 1 + self._width
        left, right = max(self._first - 1, 0), max(0, min(self._first + self._span, m))
        one, other = source.part(top, bottom), target.part(min(left, right), right)
        self._left = min(left, right)
        self._wide = 5 * (spread - USUAL_SPREAD)
        points = np.arange(top, bottom + 1)
        self._after = (points < n)[:, None], self._along_columns(lambda j: j < m)
        self._before = [(points > k)[:, None] for k in range(WIDEST + 1)]
        self._ahead = [self._along_columns(partial(np.less, k)) for k in range(WIDEST + 1)]
        self._cosine = self._cosines(one.sums, other.sums)
        self._words = self._lexical(one.lexical.vectors(), other.lexical.vectors())
        own = _windows(one.lengths), _windows(other.lengths)
        self._lengths = own[0], [length * np.float32(np.exp(ratio)) for length in own[1]]
        self._own = own[0], [self._column(length) for length in own[1]]
        self._covered = self._coverage(one, other)
        self._breaks = _windows(one.breaks.astype(np.float64)), _windows(other.breaks.astype(np.float64))

    def terms(self, kind: Step) -> Terms:
        """The terms of beads of one kind, one number for each grid point."""
        full = (self._height, self._width)
        return {name: np.broadcast_to(term, full)[self._at] for name, term in self._terms(kind).items()}

    def totals(self, weights: Mapping[str, float]) -> Iterator[Array]:
        """For each of `KINDS` the weighted sum of the terms, one number for each grid point."""
        for kind in KINDS:
            total = np.zeros((self._height, self._width), np.float32)
            constant = 0.0
            for name, term in self._terms(kind).items():
                if term.ndim:
                    total += np.float32(weights[name]) * term
                else:
                    constant += weights[name] * float(term)
            yield total[self._at] + np.float32(constant)

    def _terms(self, kind: Step) -> Terms:
        a, b = kind
        cosine, near = self._cosine[a, b], self._near(a, b)
        one = self._lengths[0][a][:, None] + 5
        other = self._column(self._lengths[1][b]) + 5
        odds = np.abs(np.log(one) - self._column(np.log(self._lengths[1][b] + 5)))
        fit = np.log1p(np.exp(-odds)) / np.float32(np.log(2))
        worse, mean = self._covered_by(a, b)
        shared, lost = self._words[a, b]
        level = np.ones((), np.float32)
        terms = {
            "cosine": cosine,
            "neighbours": near,
            "cosine, lengths fit": cosine * fit,
            "neighbours, lengths fit": near * fit,
            "lengths fit": fit,
            "length odds": odds,
            "length odds squared": np.minimum(odds * odds, 1),
            "length difference squared": np.minimum((one - other) ** 2 / (one + other), 25) / 10,
            "covered, worse side": worse,
            "covered, both sides": mean,
            "names and numbers shared": shared,
            "names and numbers lost": lost,
            f"kind {a}-{b}": level,
        }
        if a + b > 2:
            gain, part = self._parts(a, b)
            terms |= {
                "least gain of a part": gain,
                "least likeness of a part": part,
                "join, spread": self._wide * level,
                "join across a break": self._breaks[0][a - 1][:, None] + self._column(self._breaks[1][b - 1]),
            }
        if min(a, b) > 1:
            terms["many to many, spread"] = self._wide * level
        return terms

    def _along_columns(self, test: Callable[[Ints], NDArray[np.bool_]]) -> NDArray[Any]:
        columns = np.arange(self._first, self._first + self._span)
        return self._seen(test(columns))

    def _column(self, values: Array) -> Array:
        """Values of the points before each target segment of the strip, seen from every row."""
        padded = np.zeros(self._span, np.float32)
        start = self._left - self._first
        stop = min(self._span, start + len(values))
        padded[max(start, 0) : stop] = values[max(-start, 0) : stop - start]
        return self._seen(padded)

    def _seen(self, values: NDArray[Any]) -> NDArray[Any]:
        """Values along the columns, each row of the strip one further on; a view."""
        step = values.strides[0]
        return np.ndarray((self._height, self._width), values.dtype, values, 0, (step, step))

    def _slant(self, values: Array) -> Array:
        """(points, target points) as (points, offsets); 0 where there is no such point."""
        padded = np.zeros((self._height, self._span), np.float32)
        start = self._left - self._first
        stop = min(self._span, start + values.shape[1])
        padded[:, max(start, 0) : stop] = values[:, max(-start, 0) : stop - start]
        row, column = padded.strides
        return np.ndarray((self._height, self._width), padded.dtype, padded, 0, (row + column, column))

    def _framed(self, values: Array) -> Array:
        """The values with zeros around them, as `_shift` needs them."""
        frame = np.zeros((self._height + 2 * _FRAME, self._width + 2 * _FRAME), np.float32)
        inner = frame[_FRAME:-_FRAME, _FRAME:-_FRAME]
        inner[...] = values
        return inner

    def _blocks(self, n: int, m: int) -> Iterator[tuple[slice, slice]]:
        """The source and target segments of the strip whose pairs lie in it, in blocks along the diagonal."""
        for top in range(0, n, _BLOCK):
            bottom = min(top + _BLOCK, n)
            left = max(0, self._first + top - self._left - 1)
            right = min(self._first + bottom + self._width - self._left, m)
            if left < right:
                yield slice(top, bottom), slice(left, right)

    def _products(self, one: Array, other: Array) -> dict[Step, Array]:
        """Dot products of sums of up to `WIDEST` vectors in a row."""
        single = np.zeros((len(one) + 1, len(other) + 1), np.float32)
        for rows, columns in self._blocks(len(one), len(other)):
            single[1:, 1:][rows, columns] = one[rows] @ other[columns].T
        flat = self._framed(self._slant(single))
        found: dict[Step, Array] = {}
        row = flat
        for a in range(1, WIDEST + 1):
            if a > 1:
                row = self._framed(row + _shift(flat, 1 - a, 0))
            joined = row
            for b in range(1, WIDEST + 1):
                if (a, b) not in KINDS:
                    break
                if b > 1:
                    joined = joined + _shift(row, 0, 1 - b)
                found[a, b] = joined
        return found

    def _cosines(self, one: Array, other: Array) -> dict[Step, Array]:
        products = self._products(one, other)
        rows = [_inverse(norm)[:, None] for norm in _norms(one)]
        columns = [self._column(_inverse(norm)) for norm in _norms(other)]
        return {(a, b): self._framed(product * rows[a] * columns[b]) for (a, b), product in products.items()}

    def _lexical(self, one: Array, other: Array) -> dict[Step, tuple[Array, Array]]:
        """Cosines and distances (over 20) of lexical vectors."""
        norms = _norms(one), _norms(other)
        inverse = (
            [_inverse(norm)[:, None] for norm in norms[0]],
            [self._column(_inverse(n)) for n in norms[1]],
        )
        square = [norm[:, None] ** 2 for norm in norms[0]], [self._column(norm**2) for norm in norms[1]]
        found: dict[Step, tuple[Array, Array]] = {}
        for (a, b), product in self._products(one, other).items():
            lost = square[0][a] + square[1][b]
            lost -= 2 * product
            np.sqrt(np.maximum(lost, 0, out=lost), out=lost)
            lost /= 20
            found[a, b] = product * inverse[0][a] * inverse[1][b], lost
        return found

    def _near(self, a: int, b: int) -> Array:
        """The mean likeness of each side to the single segments beside the other."""
        row, column = self._cosine[a, 1], self._cosine[1, b]
        near = _shift(row, 0, 1) + _shift(row, 0, -b) * self._ahead[b]
        near += _shift(column, 1, 0) + _shift(column, -a, 0) * self._before[a]
        count = (self._after[0].astype(np.float32) + self._before[a]) + self._after[1] + self._ahead[b]
        return np.asarray(near / np.maximum(count, 1))

    def _parts(self, a: int, b: int) -> tuple[Array, Array]:
        """How much the join gains by its least useful end, and how like its least like part is."""
        cosine = self._cosine[a, b]
        shorter, parts = [], []
        if a > 1:
            shorter += [self._cosine[a - 1, b], _shift(self._cosine[a - 1, b], -1, 0)]
            parts += [_shift(self._cosine[1, b], -k, 0) for k in range(a)]
        if b > 1:
            shorter += [self._cosine[a, b - 1], _shift(self._cosine[a, b - 1], 0, -1)]
            parts += [_shift(self._cosine[a, 1], 0, -k) for k in range(b)]
        return cosine - np.maximum.reduce(shorter), np.minimum.reduce(parts)

    def _coverage(self, one: Side, other: Side) -> tuple[list[Array], list[Array]]:
        """For k = 0 to `WIDEST` and the last segment before each point: its length times its coverage.

        A segment of one side is covered as well as its pieces are alike to the likest of the last k of the
        other. A list for each side.
        """
        n, m = len(one), len(other)
        # Of each piece the likeness to the segments of the other side; the last column is nowhere.
        source = np.full((len(one.vectors), m + 1), np.float32(_NOWHERE))
        target = np.full((len(other.vectors), n + 1), np.float32(_NOWHERE))
        for rows, columns in self._blocks(n, m):
            starts = one.starts[rows.start : rows.stop + 1], other.starts[columns.start : columns.stop + 1]
            row, column = (slice(start[0], start[-1]) for start in starts)
            likeness = one.vectors[row] @ other.vectors[column].T
            source[row, columns] = _by_segment(np.maximum, likeness.T, starts[1] - starts[1][0]).T
            target[column, rows] = _by_segment(np.maximum, likeness, starts[0] - starts[0][0]).T
        offsets = np.arange(self._width) + self._first - self._left
        pairs = np.arange(n)[:, None] + offsets, np.arange(m)[:, None] - offsets
        partner = np.where((pairs[0] >= 0) & (pairs[0] < m), pairs[0], m)
        mirrored = np.where((pairs[1] >= 0) & (pairs[1] < n), pairs[1], n)[:, ::-1]
        none = np.zeros((1, self._width), np.float32)
        rows_covered = _widened(source, partner, one)
        columns_covered = [
            np.concatenate([best[:, ::-1], none]) for best in _widened(target, mirrored, other)
        ]
        every = np.arange(self._width)
        return (
            [self._framed(np.concatenate([none, best])) for best in rows_covered],
            [self._framed(np.concatenate([none, best[partner, every]])) for best in columns_covered],
        )

    def _covered_by(self, a: int, b: int) -> tuple[Array, Array]:
        """How well the pieces of each side are matched on the other: the worse side, and the mean."""
        row, column = self._covered[0][b], self._covered[1][a]
        source, target = row, column
        for k in range(1, a):
            source = source + _shift(row, -k, 0)
        for k in range(1, b):
            target = target + _shift(column, 0, -k)
        source = source / np.maximum(self._own[0][a], 1)[:, None]
        target = target / np.maximum(self._own[1][b], 1)
        return np.minimum(source, target), (source + target) / 2


def _shift(framed: Array, down: int, right: int) -> Array:
    """The values `down` source and `right` target points further on; 0 where there are none. A view."""
    frame: Array = framed.base  # type: ignore[assignment]
    top, left = _FRAME + down, _FRAME + right - down
    height, width = framed.shape
    return frame[top : top + height, left : left + width]


def _windows(values: NDArray[np.float64]) -> list[Array]:
    """For k = 0 to `WIDEST` the sums of the k values before each point; 0 where there are fewer."""
    run = np.concatenate([[0.0], np.cumsum(values)])
    sums = [np.zeros(len(run), np.float32)]
    for k in range(1, WIDEST + 1):
        window = np.zeros(len(run), np.float32)
        window[k:] = run[k:] - run[: max(0, len(run) - k)]
        sums.append(window)
    return sums


def _norms(vectors: Array) -> list[Array]:
    """For k = 0 to `WIDEST` the norm of the sum of the k vectors before each point."""
    norms = [np.zeros(len(vectors) + 1, np.float32)]
    joined = np.zeros_like(vectors)
    for k in range(WIDEST):
        norm = np.zeros(len(vectors) + 1, np.float32)
        if k < len(vectors):
            joined[k:] += vectors[: len(vectors) - k]
            norm[k + 1 :] = np.sqrt(np.einsum("ij,ij->i", joined[k:], joined[k:]))
        norms.append(norm)
    return norms


def _inverse(norm: Array) -> Array:
    return np.where(norm > 1e-6, 1 / np.maximum(norm, np.float32(1e-6)), np.float32(0))


def _widened(likeness: Array, partner: Ints, side: Side) -> list[Array]:
    """For k = 0 to `WIDEST`: likeness of a segment's pieces to its partner and the k - 1 before, times length.

    `partner[i, o]` is the column of `likeness` that segment i meets at offset o.
    """
    owner = np.repeat(np.arange(len(side)), np.diff(side.starts))
    best = np.take_along_axis(likeness, partner[owner], axis=1)
    weights = side.weights[:, None].astype(np.float32)
    found = [np.zeros(partner.shape, np.float32)]
    widest = best
    for k in range(1, WIDEST + 1):
        if k > 1:
            widest = np.concatenate([best[:, :1], np.maximum(widest[:, :-1], best[:, 1:])], axis=1)
        found.append(_by_segment(np.add, widest * weights, side.starts))
    return found


def _by_segment(join: np.ufunc, pieces: Array, starts: Ints) -> Array:
    """The rows of each segment's pieces as one; faster than `reduceat` where most have a single piece."""
    joined: Array = pieces[starts[:-1]]
    counts = np.diff(starts)
    for k in range(1, int(counts.max(initial=1))):
        more = np.flatnonzero(counts > k)
        joined[more] = join(joined[more], pieces[starts[more] + k])
    return joined
