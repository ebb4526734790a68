"""Batches of like length under a budget of tokens: little padding, and equal work for every worker."""

from __future__ import annotations

import math
from collections.abc import Sequence

# A step of a batch costs as much as this many sentences before the first is counted: the weights have to be
# read whatever the batch. Measured with CTranslate2 in int8 on a model of NLLB-600M's shape (64 ms a step and
# 5.6 ms a sentence); the exact number matters little.
_STEP = 11.0


def batches(lengths: Sequence[int], budget: int, workers: int = 1) -> list[list[int]]:
    """The indexes of `lengths` in batches, the longest first.

    A batch takes at most `budget` tokens with its padding (a single longer one stands alone). There are as
    few batches as that allows, in a multiple of `workers`, and the dearest is as cheap as can be.
    """
    order = sorted(range(len(lengths)), key=lambda i: -lengths[i])
    if not order:
        return []
    most = math.inf
    count = len(_filled(order, lengths, budget, most))
    count = math.ceil(count / workers) * workers
    low, most = 0.0, lengths[order[0]] * (_STEP + len(order))
    while most - low > 0.01 * most:
        middle = (low + most) / 2
        if len(_filled(order, lengths, budget, middle)) <= count:
            most = middle
        else:
            low = middle
    return _filled(order, lengths, budget, most)


def _filled(order: Sequence[int], lengths: Sequence[int], budget: int, most: float) -> list[list[int]]:
    """Batches in `order`, each filled up to `budget` tokens and to `most` steps times sentences."""
    made: list[list[int]] = []
    for i in order:
        if made:
            width, size = lengths[made[-1][0]], len(made[-1]) + 1
            if width * size <= budget and width * (_STEP + size) <= most:
                made[-1].append(i)
                continue
        made.append([i])
    return made
