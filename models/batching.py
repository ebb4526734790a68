"""Batches of like length under a budget of tokens: little padding, and equal work for every worker."""

from __future__ import annotations

import math
from collections.abc import Sequence

# What a step of a batch costs: reading the weights, as much as this many sentences, and then the sentences, in
# eights. Measured with CTranslate2 in int8 on a model of NLLB-600M's shape, one thread: 83, 115, 141, 159, 231 and
# 261 ms a step for 8, 16, 24, 32, 40 and 48 rows; 33 rows take 222 ms.
_STEP = 15
_EIGHT = 8
# On a CPU; 32 rows are a tenth faster where there are beams, and take 250 MB more with two workers.
ROWS = 16


def batches(
    lengths: Sequence[int], budget: int, workers: int = 1, rows: int | None = None
) -> list[list[int]]:
    """The indexes of `lengths` in batches, the longest first.

    A batch takes at most `budget` tokens with its padding (a single longer one stands alone) and `rows` rows.
    There are as few batches as that allows, in a multiple of `workers`, and the dearest is as cheap as can be.
    """
    order = sorted(range(len(lengths)), key=lambda i: -lengths[i])
    if not order:
        return []
    rows = rows or len(order)
    most = math.inf
    count = len(_filled(order, lengths, budget, rows, most))
    count = math.ceil(count / workers) * workers
    low, most = 0.0, _cost(lengths[order[0]], len(order))
    while most - low > 0.01 * most:
        middle = (low + most) / 2
        if len(_filled(order, lengths, budget, rows, middle)) <= count:
            most = middle
        else:
            low = middle
    return _filled(order, lengths, budget, rows, most)


def _cost(width: int, size: int) -> float:
    return width * (_STEP + math.ceil(size / _EIGHT) * _EIGHT)


def _filled(
    order: Sequence[int], lengths: Sequence[int], budget: int, rows: int, most: float
) -> list[list[int]]:
    """Batches in `order`, each filled up to `budget` tokens, `rows` rows and the cost `most`."""
    made: list[list[int]] = []
    for i in order:
        if made:
            width, size = lengths[made[-1][0]], len(made[-1]) + 1
            if size <= rows and width * size <= budget and _cost(width, size) <= most:
                made[-1].append(i)
                continue
        made.append([i])
    return made


def halved(batch: list[int], error: RuntimeError) -> list[list[int]]:
    """The halves of a batch that a GPU had no room for. Raises any other `error`, and that of a single row."""
    if "out of memory" not in str(error) or len(batch) == 1:
        raise error
    return [batch[: len(batch) // 2], batch[len(batch) // 2 :]]
