"""Evidence: how well a stretch of source segments and a stretch of target segments fit together.

The score of a bead is a weighted sum of terms, and so is that of leaving a segment alone. The weights are
those of a log-linear model of whole alignments (`data/aligner/weights.toml`), so a difference of scores is
the logarithm of odds.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import numpy as np

from align.aligner.search import Floats, Step
from align.aligner.sides import Side, lexical_vectors

KINDS: tuple[Step, ...] = ((1, 1), (1, 2), (2, 1), (2, 2), (1, 3), (3, 1), (1, 4), (4, 1), (2, 3), (3, 2))
WIDEST = 4
_SPREAD = 0.22  # what the lengths of a pair usually differ by: standard deviation of the logarithm
_NOWHERE = -1.0  # the likeness to a segment that is not there

Terms = dict[str, Floats]
Weights = Mapping[str, float]


@lru_cache(maxsize=1)
def weights() -> Weights:
    """The packaged weights by the name of their term."""
    text = (resources.files("align") / "data" / "aligner" / "weights.toml").read_text(encoding="utf-8")
    return {name: float(value) for name, value in tomllib.loads(text)["weights"].items()}


@dataclass(frozen=True, slots=True)
class Statistics:
    """What two texts have in common, from pairs that are each other's nearest.

    `ratio` is the logarithm of source length over target length, `spread` its standard deviation, `pairs`
    the number of pairs and `likeness` their mean cosine.
    """

    ratio: float
    spread: float
    likeness: float
    pairs: int


def total(terms: Terms, by: Weights) -> Floats:
    """The weighted sum of terms."""
    return np.asarray(sum(by[name] * value for name, value in terms.items()), np.float64)


def alone(best: Floats, lengths: Floats, found: Statistics) -> Terms:
    """The terms of leaving each segment alone; `best` is its likeness to the likest nearby."""
    best = np.maximum(best, 0)
    return {
        "alone": np.ones(len(best)),
        "alone: nearest": best,
        "alone: near enough": np.maximum(best - 0.4, 0),
        "alone: length": np.log(lengths + 1) / 5,
        "alone: spread": np.full(len(best), 5 * (found.spread - _SPREAD)),
    }


class Grid:
    """The terms of all beads between two sides, or parts of them.

    Every term is an array of shape (source segments + 1, target segments + 1): its element (i, j) belongs
    to the bead that ends before source segment i and target segment j.
    """

    def __init__(self, source: Side, target: Side, found: Statistics) -> None:
        self.n, self.m, self.found = len(source), len(target), found
        self.shape = (self.n + 1, self.m + 1)
        self._meaning = _Joined(source.sums, target.sums)
        self._words = _Joined(lexical_vectors(source), lexical_vectors(target))
        self._lengths = [
            _windows(source.lengths),
            _windows(target.lengths * np.exp(found.ratio)),
        ]
        self._covered = _Coverage(source, target)
        self._breaks = [_windows(side.breaks.astype(np.float64)) for side in (source, target)]
        self._cosines = {
            (a, b): self._meaning.cosine(a, b) for a in range(1, WIDEST + 1) for b in range(1, WIDEST + 1)
        }

    def terms(self, kind: Step) -> Terms:
        """The terms of beads of one kind."""
        a, b = kind
        cosine, near = self._cosines[kind], self._near(a, b)
        one, other = self._lengths[0][a][:, None] + 5, self._lengths[1][b][None] + 5
        odds = np.log(one / other)
        fit = np.log2(1 + np.exp(-np.abs(odds)))
        covered = self._covered.both(a, b)
        lexical, lost = self._words.cosine(a, b), self._words.difference(a, b)
        wide = 5 * (self.found.spread - _SPREAD)
        terms = {
            "cosine": cosine,
            "neighbours": near,
            "cosine, lengths fit": cosine * fit,
            "neighbours, lengths fit": near * fit,
            "lengths fit": fit,
            "length odds squared": np.minimum(odds * odds, 1),
            "length odds": np.abs(odds),
            "length difference squared": np.minimum((one - other) ** 2 / (one + other), 25) / 10,
            "covered, worse side": np.minimum(*covered),
            "covered, both sides": (covered[0] + covered[1]) / 2,
            "names and numbers shared": lexical,
            "names and numbers lost": lost,
            f"kind {a}-{b}": np.ones(self.shape),
        }
        if a + b > 2:
            gain, part = self._parts(a, b)
            terms |= {
                "least gain of a part": gain,
                "least likeness of a part": part,
                "join, spread": np.full(self.shape, wide),
                "join across a break": self._across(a, b),
            }
        if min(a, b) > 1:
            terms["many to many, spread"] = np.full(self.shape, wide)
        return terms

    def _near(self, a: int, b: int) -> Floats:
        """The mean likeness of each side to the single segments beside the other."""
        n, m = self.n, self.m
        near, count = np.zeros(self.shape), np.zeros(self.shape)
        row, column = self._cosines[a, 1], self._cosines[1, b]
        near[:, :m] += row[:, 1:]
        count[:, :m] += 1
        near[:n] += column[1:]
        count[:n] += 1
        if m > b:
            near[:, b + 1 :] += row[:, 1 : m + 1 - b]
            count[:, b + 1 :] += 1
        if n > a:
            near[a + 1 :] += column[1 : n + 1 - a]
            count[a + 1 :] += 1
        return near / np.maximum(count, 1)

    def _parts(self, a: int, b: int) -> tuple[Floats, Floats]:
        """How much the join gains by its least useful end, and how like its least like part is."""
        n, m = self.n, self.m
        cosine = self._cosines[a, b]
        gain, part = np.ones(self.shape), np.ones(self.shape)
        if a > 1:
            shorter = self._cosines[a - 1, b]
            np.minimum(gain, cosine - shorter, out=gain)
            gain[1:] = np.minimum(gain[1:], cosine[1:] - shorter[:-1])
            for k in range(min(a, n + 1)):
                part[a:] = np.minimum(part[a:], self._cosines[1, b][a - k : n + 1 - k])
        if b > 1:
            shorter = self._cosines[a, b - 1]
            np.minimum(gain, cosine - shorter, out=gain)
            gain[:, 1:] = np.minimum(gain[:, 1:], cosine[:, 1:] - shorter[:, :-1])
            for k in range(min(b, m + 1)):
                part[:, b:] = np.minimum(part[:, b:], self._cosines[a, 1][:, b - k : m + 1 - k])
        return gain, part

    def _across(self, a: int, b: int) -> Floats:
        """How many breaks between blocks the join spans; one before its first segment is none."""
        return self._breaks[0][a - 1][:, None] + self._breaks[1][b - 1][None]


def _windows(values: Floats) -> list[Floats]:
    """For k = 0 to `WIDEST` the sums of the k values before each point; 0 where there are fewer."""
    run = np.concatenate([[0.0], np.cumsum(values)])
    sums = [np.zeros(len(run))]
    for k in range(1, WIDEST + 1):
        window = np.zeros(len(run))
        window[k:] = run[k:] - run[: max(0, len(run) - k)]
        sums.append(window)
    return sums


class _Joined:
    """Dot products of the sums of up to `WIDEST` vectors in a row, without forming them."""

    def __init__(self, source: Floats, target: Floats) -> None:
        products = np.zeros((len(source) + 1, len(target) + 1))
        products[1:, 1:] = (source @ target.T).astype(np.float64).cumsum(axis=0).cumsum(axis=1)
        self._sums = products
        self._norms = [_norms(source), _norms(target)]

    def product(self, a: int, b: int) -> Floats:
        """Dot products of the sums of a source and b target vectors; 0 where there are too few."""
        sums = self._sums
        joined = np.zeros(sums.shape)
        if a < sums.shape[0] and b < sums.shape[1]:
            joined[a:, b:] = sums[a:, b:] - sums[:-a, b:] - sums[a:, :-b] + sums[:-a, :-b]
        return joined

    def cosine(self, a: int, b: int) -> Floats:
        """Their cosines; 0 where one of them is zero."""
        scale = self._norms[0][a][:, None] * self._norms[1][b][None]
        return np.where(scale > 1e-6, self.product(a, b) / np.maximum(scale, 1e-6), 0.0)

    def difference(self, a: int, b: int) -> Floats:
        """The length of their difference, over 20."""
        squares = self._norms[0][a][:, None] ** 2 + self._norms[1][b][None] ** 2
        return np.sqrt(np.maximum(squares - 2 * self.product(a, b), 0)) / 20


def _norms(vectors: Floats) -> list[Floats]:
    norms = [np.zeros(len(vectors) + 1)]
    joined = np.zeros_like(vectors)
    for k in range(min(WIDEST, len(vectors))):
        joined[k:] += vectors[: len(vectors) - k]
        norm = np.zeros(len(vectors) + 1)
        norm[k + 1 :] = np.linalg.norm(joined[k:], axis=1)
        norms.append(norm)
    return norms + [np.zeros(len(vectors) + 1)] * (WIDEST + 1 - len(norms))


class _Coverage:
    """How well the pieces of one side find their match in a stretch of the other, weighed by length."""

    def __init__(self, source: Side, target: Side) -> None:
        likeness = (source.vectors @ target.vectors.T).astype(np.float64)
        s, t = source.starts[:-1], target.starts[:-1]
        self._source = _covered(np.maximum.reduceat(likeness, t, axis=1), source)
        self._target = _covered(np.maximum.reduceat(likeness, s, axis=0).T, target)
        self._lengths = _windows(source.lengths), _windows(target.lengths)

    def both(self, a: int, b: int) -> tuple[Floats, Floats]:
        """The coverage of a source by b target segments, and the other way round."""
        return (
            _mean(self._source[b], self._lengths[0], a),
            _mean(self._target[a], self._lengths[1], b).T,
        )


def _covered(best: Floats, side: Side) -> list[Floats]:
    """For k = 0 to `WIDEST`, (segments, other + 1): likeness of a segment's pieces to k others, times length."""
    width = best.shape[1]
    found = [np.zeros((len(side), width + 1))]
    for k in range(1, WIDEST + 1):
        widest = np.full((len(best), width + 1), _NOWHERE)
        for q in range(k if width >= k else 0):
            np.maximum(widest[:, k:], best[:, k - 1 - q : width - q], out=widest[:, k:])
        found.append(np.add.reduceat(widest * side.weights[:, None], side.starts[:-1], axis=0))
    return found


def _mean(covered: Floats, lengths: list[Floats], count: int) -> Floats:
    """The mean over `count` segments in a row, weighed by length: (segments + 1, other + 1)."""
    n = len(covered)
    joined = np.zeros((n + 1, covered.shape[1]))
    for k in range(count if n >= count else 0):
        joined[count:] += covered[count - 1 - k : n - k]
    return joined / np.maximum(lengths[count], 1)[:, None]
