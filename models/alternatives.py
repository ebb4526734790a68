"""Which of several alternatives to take: the best, unless one that fits better costs little."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from models.base import Hypothesis

LOSS = 0.25  # mean log probability of a token that a better fit may cost


@runtime_checkable
class Alternatives(Protocol):
    """A translator that can offer several hypotheses a text."""

    def alternatives(
        self, texts: Sequence[str], source: str, target: str, count: int
    ) -> list[list[Hypothesis]]:
        """Up to `count` hypotheses a text, the best first, each with its score."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One hypothesis a text, and the places of those where the model's first choice was not taken."""

    hypotheses: tuple[Hypothesis, ...]
    changed: tuple[int, ...]


def choose_fitting(
    found: Sequence[Sequence[Hypothesis]], fit: Callable[[int, str], float], loss: float = LOSS
) -> Choice:
    """Take for each text the hypothesis that fits best, of those at most `loss` below the best score.

    One in which a guard saw more flaws than in the model's first choice is never taken.

    `fit(i, text)` says how well a translation of text `i` fits (more is better); of equal fits the model's
    own order decides.
    """
    chosen, changed = [], []
    for i, hypotheses in enumerate(found):
        best = hypotheses[0]
        least = (best.score or 0.0) - loss
        open_ = [
            h
            for h in hypotheses
            if h.text and h.score is not None and h.score >= least and len(h.notes) <= len(best.notes)
        ]
        taken = max(open_, key=lambda h: fit(i, h.text or ""), default=best)  # the first of equals
        chosen.append(taken)
        if taken is not best and taken.text != best.text:
            changed.append(i)
    return Choice(tuple(chosen), tuple(changed))
