"""The two sides of an alignment as numbers: vectors, lengths and lexical features of their segments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from align.aligner.pieces import pieces
from align.aligner.search import Floats, Ints
from models.base import Encoder, Vectors
from models.lexical import code, features, signed, tokens

Span = tuple[tuple[int, int], tuple[int, int]]  # source and target segments, half-open

_PLACES = 512  # places of a lexical vector
_COMMON = 3  # segments that what an encoder's vectors have in common counts for
_MANY = 8  # pieces beyond which a segment's mean is that of no sentence, and centred piece by piece
_MARK = 3.0  # weight of a mark, beside 4 of a number


@dataclass(frozen=True, slots=True)
class Text:
    """What is known of one side: its segments, and for each of them marks and a block number.

    A mark is anything that a translation keeps, such as a concept named; segments of different blocks
    (paragraphs, or a heading and a paragraph) are seldom joined.
    """

    segments: Sequence[str]
    marks: Sequence[Sequence[str]] = ()
    blocks: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Lexical:
    """Features of segments: those of segment i stand at `starts[i]` to `starts[i + 1] - 1`."""

    places: Ints
    weights: Vectors
    starts: Ints

    def part(self, first: int, last: int) -> Lexical:
        """The segments `first` to `last - 1` alone."""
        a, b = self.starts[first], self.starts[last]
        return Lexical(self.places[a:b], self.weights[a:b], self.starts[first : last + 1] - a)

    def vectors(self) -> Vectors:
        """One vector a segment."""
        count = len(self.starts) - 1
        rows = np.repeat(np.arange(count), np.diff(self.starts))
        summed = np.bincount(rows * _PLACES + self.places, self.weights, minlength=count * _PLACES)
        return summed.reshape(count, _PLACES).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Side:
    """The segments `first` to `first + len - 1` of one text.

    `vectors` are the centred unit vectors of the pieces, `weights` the pieces' lengths in characters,
    `starts` the first piece of each segment and one past the last; `sums` the weighted vectors of
    each segment, centred too. `breaks` is 1 where a segment begins a new block. `common` is what was taken
    from the vectors to centre them.
    """

    vectors: Vectors
    weights: Floats
    starts: Ints
    sums: Vectors
    lexical: Lexical
    breaks: Ints
    common: Vectors

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def lengths(self) -> Floats:
        """The length of each segment."""
        return np.add.reduceat(self.weights, self.starts[:-1])

    def part(self, first: int, last: int) -> Side:
        """The segments `first` to `last - 1` alone."""
        a, b = self.starts[first], self.starts[last]
        return Side(
            self.vectors[a:b],
            self.weights[a:b],
            self.starts[first : last + 1] - a,
            self.sums[first:last],
            self.lexical.part(first, last),
            self.breaks[first:last],
            self.common,
        )


def units(vectors: Vectors) -> Vectors:
    """The vectors at length 1; empty ones stay zero."""
    norms = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
    return np.asarray(vectors / np.where(norms > 1e-6, norms, 1)[:, None], np.float32)


def shared(vectors: Vectors, common: Vectors | None) -> Vectors:
    """What all of a text's vectors have in common; nothing where it is too short to tell.

    `common` is what all vectors of the encoder have in common, if that is known: it counts like a few
    segments of the text, and so stands in where the text is too short.
    """
    count = int(vectors.any(axis=1).sum())
    if common is not None:
        return np.asarray((vectors.sum(axis=0) + _COMMON * common) / np.float32(count + _COMMON), np.float32)
    if count < 3:  # the mean of one or two says nothing about the rest
        return np.zeros(vectors.shape[1], np.float32)
    return np.asarray(vectors.sum(axis=0) / np.float32(count), np.float32)


def centred(vectors: Vectors, mean: Vectors) -> Vectors:
    """Unit vectors without `mean`; empty ones stay zero."""
    if not mean.any():
        return vectors
    moved = vectors - mean
    moved[~vectors.any(axis=1)] = 0
    return units(moved)


def encode(texts: Sequence[str], encoder: Encoder) -> Vectors:
    """The vectors of `texts`, each distinct text encoded once."""
    distinct = list(dict.fromkeys(texts))
    place = {text: i for i, text in enumerate(distinct)}
    vectors = encoder.encode(distinct)
    return vectors if len(distinct) == len(texts) else vectors[[place[text] for text in texts]]


def sides(source: Text, target: Text, encoder: Encoder) -> tuple[Side, Side]:
    """Both sides, neither of them empty, encoded together."""
    split = [[pieces(segment) for segment in text.segments] for text in (source, target)]
    flat = [[piece for found in side for piece in found] for side in split]
    vectors = encode([*flat[0], *flat[1]], encoder)
    lexical = _lexical((source, target))
    both = (vectors[: len(flat[0])], vectors[len(flat[0]) :])
    built = [
        _side(found, raw, words, text, getattr(encoder, "common", None))
        for found, raw, words, text in zip(split, both, lexical, (source, target), strict=True)
    ]
    return built[0], built[1]


def _side(found: list[list[str]], raw: Vectors, lexical: Lexical, text: Text, common: Vectors | None) -> Side:
    starts = np.concatenate([[0], np.cumsum([len(parts) for parts in found])]).astype(np.int64)
    weights = np.array(
        [max(1, len(" ".join(piece.split()))) for parts in found for piece in parts], np.float64
    )
    mean = shared(raw, common)
    vectors = sums = centred(raw, mean)
    if len(raw) > len(found):
        means = raw[starts[:-1]]
        for i in np.flatnonzero(np.diff(starts) > 1):
            part = slice(starts[i], starts[i + 1])
            means[i] = units((weights[part, None] * raw[part]).sum(axis=0, keepdims=True))[0]
        sums = centred(means, shared(means, common))
        for i in np.flatnonzero(np.diff(starts) > _MANY):
            part = slice(starts[i], starts[i + 1])
            sums[i] = units((weights[part, None] * vectors[part]).sum(axis=0, keepdims=True))[0]
    sums = sums * np.add.reduceat(weights, starts[:-1])[:, None].astype(np.float32)
    blocks = np.asarray(text.blocks if len(text.blocks) else np.zeros(len(found)), np.int64)
    breaks = np.concatenate([[0], (np.diff(blocks) != 0).astype(np.int64)])
    return Side(vectors, weights, starts, sums, lexical, breaks, mean)


def _lexical(texts: Sequence[Text]) -> list[Lexical]:
    """Features of every segment: names, numbers and marks, weighted by how rare they are in the two texts."""
    found = []
    for text in texts:
        marks = text.marks or [()] * len(text.segments)
        parts = [
            [features(token) for token in tokens(segment, names=True)]
            + [signed([code(f"mark:{mark}")], _MARK) for mark in named]
            for segment, named in zip(text.segments, marks, strict=True)
        ]
        flat = [pair for row in parts for pair in row]
        counts = [sum(len(codes) for codes, _ in row) for row in parts]
        found.append(
            Lexical(
                np.concatenate([np.zeros(0, np.int64), *(codes for codes, _ in flat)]) % _PLACES,
                np.concatenate([np.zeros(0, np.float32), *(weights for _, weights in flat)]),
                np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            )
        )
    seen = np.zeros(_PLACES)
    for side in found:
        rows = np.repeat(np.arange(len(side.starts) - 1), np.diff(side.starts))
        seen += np.bincount(np.unique(rows * _PLACES + side.places) % _PLACES, minlength=_PLACES)
    rarity = np.maximum(np.log((sum(len(text.segments) for text in texts) + 1) / (seen + 0.5)), 0)
    return [
        Lexical(side.places, side.weights * rarity[side.places].astype(np.float32), side.starts)
        for side in found
    ]
