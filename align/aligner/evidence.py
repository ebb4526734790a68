"""Evidence: how well a stretch of source segments and a stretch of target segments fit together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from align.aligner.search import Floats, Ints, Step
from models.base import Vectors

KINDS: tuple[Step, ...] = ((1, 1), (1, 2), (2, 1), (2, 2), (1, 3), (3, 1), (1, 4), (4, 1), (2, 3), (3, 2))


@dataclass(frozen=True, slots=True)
class Settings:
    """What the score of a bead is made of. `skip` is the one knob: lower for free translation."""

    skip: float = -0.05
    context: float = 0.5
    penalty: float = 0.03

    @property
    def signature(self) -> str:
        """The settings as `name:value|…`."""
        return f"skip:{self.skip:g}|context:{self.context:g}|penalty:{self.penalty:g}"


@dataclass(frozen=True, slots=True)
class Side:
    """The segments of one text: centred unit vectors, and lengths in characters of the source text."""

    vectors: Vectors
    lengths: Floats

    def __len__(self) -> int:
        return len(self.lengths)


def centred(vectors: Vectors) -> Vectors:
    """Unit vectors without what all of a text's segments have in common; empty segments stay zero."""
    filled = np.abs(vectors).sum(axis=1, keepdims=True) > 0
    if filled.sum() < 3:  # the mean of one or two says nothing about the rest
        return vectors
    moved = np.where(filled, vectors - vectors.sum(axis=0) / filled.sum(), 0)
    norms = np.linalg.norm(moved, axis=1, keepdims=True)
    return np.asarray(moved / np.where(norms > 1e-6, norms, 1), np.float32)


def sides(texts: Sequence[Sequence[str]], vectors: Sequence[Vectors]) -> tuple[Side, Side]:
    """Both sides, target lengths scaled to source ones by the median ratio of sure pairs."""
    lengths = [np.array([len(" ".join(text.split())) for text in side], np.float64) for side in texts]
    means = [centred(side) for side in vectors]
    ratio = _length_ratio(means[0], means[1], lengths[0], lengths[1])
    return Side(means[0], lengths[0]), Side(means[1], lengths[1] * ratio)


def _length_ratio(s: Vectors, t: Vectors, source: Floats, target: Floats) -> float:
    totals = float((source.sum() + 1) / (target.sum() + 1))
    if min(len(source), len(target)) < 100:
        return totals
    rows = np.linspace(0, len(source) - 1, min(len(source), 1000)).astype(int)
    there = (s[rows] @ t.T).argmax(axis=1)
    back = (t[there] @ s.T).argmax(axis=1)
    mutual = (back == rows) & (source[rows] > 0) & (target[there] > 0)
    if mutual.sum() < 50:
        return totals
    return float(np.median(source[rows][mutual] / target[there][mutual]))


class Evidence:
    """Scores beads between two sides."""

    def __init__(self, source: Side, target: Side, settings: Settings) -> None:
        self.source, self.target, self.settings = source, target, settings

    def likeness(self, top: int, bottom: int) -> Vectors:
        """Rows of the matrix for the rough path."""
        return self.source.vectors[top:bottom] @ self.target.vectors.T - np.float32(0.2)

    def scores(self, rows: Ints, columns: Ints) -> Iterator[Floats]:
        """The gain of each kind of bead that ends at the grid points (rows, columns)."""
        block = _Block(self, rows, columns)
        for a, b in KINDS:
            yield block.gain(a, b)


class _Block:
    """Cosines of the part of the matrix that some grid points need, joins included."""

    def __init__(self, evidence: Evidence, rows: Ints, columns: Ints) -> None:
        self.settings = evidence.settings
        n, m = len(evidence.source), len(evidence.target)
        widest = max(a for a, _ in KINDS)
        self.i, self.j = rows, columns
        self.n, self.m = n, m
        self.top, self.left = max(int(rows.min()) - widest - 1, 0), max(int(columns.min()) - widest - 1, 0)
        s = slice(self.top, min(int(rows.max()) + 1, n))
        t = slice(self.left, min(int(columns.max()) + 1, m))
        self.s = _Joins(evidence.source, s, widest)
        self.t = _Joins(evidence.target, t, widest)
        self.weighted = self.s.weighted @ self.t.weighted.T

    def _sum(self, a: int, b: int, di: int = 0, dj: int = 0) -> Floats:
        """Dot products of sums: source i-a..i-1 (moved by di) and target j-b..j-1 (moved by dj)."""
        total = np.zeros(len(self.i))
        for k in range(a):
            for q in range(b):
                row, column = self.i - 1 - k + di - self.top, self.j - 1 - q + dj - self.left
                inside = (
                    (row >= 0)
                    & (row < self.weighted.shape[0])
                    & (column >= 0)
                    & (column < self.weighted.shape[1])
                )
                total += np.where(
                    inside, self.weighted[np.where(inside, row, 0), np.where(inside, column, 0)], 0
                )
        return total

    def cosine(self, a: int, b: int) -> Floats:
        """The cosine of the joined vectors."""
        return self._sum(a, b) / (self.s.norm(a, self.i - self.top) * self.t.norm(b, self.j - self.left))

    def gain(self, a: int, b: int) -> Floats:
        """Likeness beyond that of the neighbours, weighed by how well the lengths fit."""
        i, j, settings = self.i, self.j, self.settings
        norm_s, norm_t = self.s.norm(a, i - self.top), self.t.norm(b, j - self.left)
        near, count = np.zeros(len(i)), np.zeros(len(i))
        for beyond, there in ((0, i < self.n), (1, i - a > 0)):
            move = 1 if beyond == 0 else -a
            other = self.s.norm(1, i + move - self.top)
            near += np.where(there, self._sum(1, b, di=move) / (other * norm_t), 0)
            count += there
        for beyond, there in ((0, j < self.m), (1, j - b > 0)):
            move = 1 if beyond == 0 else -b
            other = self.t.norm(1, j + move - self.left)
            near += np.where(there, self._sum(a, 1, dj=move) / (norm_s * other), 0)
            count += there
        cosine = self._sum(a, b) / (norm_s * norm_t)
        margin = cosine - settings.context * near / np.maximum(count, 1)
        one, other = self.s.length(a, i - self.top), self.t.length(b, j - self.left)
        fit = np.log2(1 + (np.minimum(one, other) + 1) / (np.maximum(one, other) + 1))
        return margin * fit - settings.penalty * (a + b - 2)


class _Joins:
    """Vectors weighted by length, and the lengths and norms of sums of up to `widest` in a row."""

    def __init__(self, side: Side, part: slice, widest: int) -> None:
        lengths = side.lengths[part]
        self.weighted = side.vectors[part] * np.maximum(lengths, 1)[:, None].astype(np.float32)
        self._norms, self._lengths = [], []
        joined, length = np.zeros_like(self.weighted), np.zeros(len(lengths))
        for k in range(min(widest, len(lengths))):
            joined[k:] += self.weighted[: len(lengths) - k]
            length[k:] += lengths[: len(lengths) - k]
            self._norms.append(np.maximum(np.linalg.norm(joined, axis=1), 1e-9))
            self._lengths.append(length.copy())

    def norm(self, count: int, ends: Ints) -> Floats:
        """The norm of the sum of `count` vectors before each of `ends`; 1 where there is no such sum."""
        return self._at(self._norms, count, ends, 1.0)

    def length(self, count: int, ends: Ints) -> Floats:
        """The length of the `count` segments before each of `ends`."""
        return self._at(self._lengths, count, ends, 0.0)

    @staticmethod
    def _at(table: list[Floats], count: int, ends: Ints, otherwise: float) -> Floats:
        if count > len(table):
            return np.full(len(ends), otherwise)
        values = table[count - 1]
        inside = (ends >= count) & (ends <= len(values))
        return np.where(inside, values[np.where(inside, ends - 1, 0)], otherwise)
