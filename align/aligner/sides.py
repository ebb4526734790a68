"""The two sides of an alignment as numbers: vectors, lengths and lexical features of their segments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from align.aligner.pieces import pieces
from align.aligner.search import Floats, Ints
from models.base import Encoder, Vectors
from models.lexical import add, code, features

_LEXICAL = 512  # places of a lexical vector
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
class Side:
    """The segments `first` to `first + len - 1` of one text.

    `vectors` are the centred unit vectors of the pieces, `weights` the pieces' lengths in characters,
    `starts` the first piece of each segment and one past the last; `raw` the sums of weighted vectors of
    each segment as the encoder gave them. `lexical` holds the features of each segment.
    """

    vectors: Vectors
    weights: Floats
    starts: Ints
    sums: Vectors
    lexical: Sequence[Sequence[tuple[int, float]]]
    breaks: Ints

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
            self.lexical[first:last],
            self.breaks[first:last],
        )


def centred(vectors: Vectors) -> Vectors:
    """Unit vectors without what all of a text's pieces have in common; empty ones stay zero."""
    filled = np.abs(vectors).sum(axis=1, keepdims=True) > 0
    count = int(filled.sum())
    if count < 3:  # the mean of one or two says nothing about the rest
        return vectors
    moved = np.where(filled, vectors - vectors.sum(axis=0) / count, 0)
    norms = np.linalg.norm(moved, axis=1, keepdims=True)
    return np.asarray(moved / np.where(norms > 1e-6, norms, 1), np.float32)


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
        _side(found, raw, words, text)
        for found, raw, words, text in zip(split, both, lexical, (source, target), strict=True)
    ]
    return built[0], built[1]


def _side(found: list[list[str]], raw: Vectors, lexical: list[list[tuple[int, float]]], text: Text) -> Side:
    starts = np.concatenate([[0], np.cumsum([len(parts) for parts in found])]).astype(np.int64)
    weights = np.array(
        [max(1, len(" ".join(piece.split()))) for parts in found for piece in parts], np.float64
    )
    vectors = centred(raw)
    means = np.add.reduceat(raw * weights[:, None].astype(np.float32), starts[:-1], axis=0)
    sums = centred(means) * np.add.reduceat(weights, starts[:-1])[:, None].astype(np.float32)
    blocks = np.asarray(text.blocks if len(text.blocks) else np.zeros(len(found)), np.int64)
    breaks = np.concatenate([[0], (np.diff(blocks) != 0).astype(np.int64)])
    return Side(vectors, weights, starts, sums.astype(np.float32), lexical, breaks)


def _lexical(texts: Sequence[Text]) -> list[list[list[tuple[int, float]]]]:
    """Features of every segment, weighted by how rare they are in the two texts."""
    found = [
        [
            features(segment)
            + [(code(f"mark:{mark}"), _MARK) for mark in (text.marks[i] if text.marks else ())]
            for i, segment in enumerate(text.segments)
        ]
        for text in texts
    ]
    seen = Counter(place for side in found for words in side for place in {at % _LEXICAL for at, _ in words})
    total = sum(map(len, found)) + 1
    rarity = [max(0.0, float(np.log(total / (seen[place] + 0.5)))) for place in range(_LEXICAL)]
    return [
        [[(at, weight * rarity[at % _LEXICAL]) for at, weight in words] for words in side] for side in found
    ]


def lexical_vectors(side: Side) -> Vectors:
    """The lexical vectors of all segments of `side`."""
    vectors = np.zeros((len(side), _LEXICAL), np.float32)
    for row, words in zip(vectors, side.lexical, strict=True):
        add(row, words)
    return vectors
