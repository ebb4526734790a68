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

from align.aligner.grid import USUAL_SPREAD
from align.aligner.search import Floats

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
        "alone: spread": np.full(len(best), 5 * (found.spread - USUAL_SPREAD)),
    }
