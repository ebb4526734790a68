"""Batches: every row once within the bounds, and what is done where there is no room for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.batching import batches, halved


@given(
    st.lists(st.integers(1, 200), max_size=80), st.integers(1, 2000), st.integers(1, 8), st.integers(1, 40)
)
def test_batches_hold_every_row_once_within_the_bounds(
    lengths: list[int], budget: int, workers: int, rows: int
) -> None:
    made = batches(lengths, budget, workers, rows)
    assert sorted(i for batch in made for i in batch) == list(range(len(lengths)))
    for batch in made:
        assert len(batch) <= rows
        width = max(lengths[i] for i in batch)
        assert len(batch) == 1 or width * len(batch) <= budget


def test_another_error_of_a_batch_is_no_lack_of_room() -> None:
    with pytest.raises(RuntimeError, match="device-side assert"):
        halved([0, 1], RuntimeError("CUDA error: device-side assert triggered"))
    with pytest.raises(RuntimeError, match="out of memory"):
        halved([0], RuntimeError("CUDA failed with error out of memory"))
