"""Batches of like length under a budget of tokens: little padding, and work for every thread."""

from __future__ import annotations

import math
from collections.abc import Sequence


def batches(lengths: Sequence[int], budget: int, workers: int = 1) -> list[list[int]]:
    """The indexes of `lengths` in batches, the longest first.

    A batch takes at most `budget` tokens with its padding (a single longer one stands alone). Where the
    work is little, the batches are made smaller, so that each of `workers` has as much to do.
    """
    order = sorted(range(len(lengths)), key=lambda i: -lengths[i])
    share = math.ceil(sum(lengths) * 1.15 / workers)
    budget = min(budget, max(share, 1))
    made: list[list[int]] = []
    for i in order:
        if made and lengths[made[-1][0]] * (len(made[-1]) + 1) <= budget:
            made[-1].append(i)
        else:
            made.append([i])
    return made
