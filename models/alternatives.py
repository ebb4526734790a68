"""Which of several alternatives to take: the best, unless one that fits better costs little."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Protocol, runtime_checkable

from models.base import Hypothesis, Made, Translator, gathered, streamed

COUNT = 4  # alternatives of a segment: as many as beams, so the first of them is the translation itself
LOSS = 0.25  # mean log probability of a token that a better fit may cost

Misfits = Callable[[str, str, str], int]  # source text, target language, translation: how much does not fit


@runtime_checkable
class Alternatives(Protocol):
    """What a translator has that can offer several hypotheses a text."""

    def alternatives(
        self, texts: Sequence[str], source: str, target: str, count: int
    ) -> list[list[Hypothesis]]:
        """Up to `count` hypotheses a text, the best first, each with its score."""


class Fitting:
    """A translator that looks for an alternative where its translation does not fit, and takes it if it costs little.

    `name` says in the signature what it has to fit. A hypothesis that took the place of the model's own
    names that one in `passed_over`.
    """

    def __init__(self, translator: Translator, misfits: Misfits, name: str) -> None:
        if not isinstance(translator, Alternatives):
            raise TypeError(f"{type(translator).__name__} offers no alternatives")
        self.translator = translator
        self._alternatives = translator.alternatives
        self.misfits = misfits
        self.name = name

    @property
    def signature(self) -> str:
        """The settings that make a translation."""
        return f"{self.translator.signature}|fit:{self.name}|alternatives:{COUNT}|loss:{LOSS}"

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[Hypothesis]:
        """One hypothesis a text. Raises `ModelError` where the model does not know a language."""
        return gathered(self.stream(texts, source, target))

    def stream(self, texts: Sequence[str], source: str, target: str) -> Iterator[Made]:
        """The same, batch by batch as they are made."""
        for made in streamed(self.translator, texts, source, target):
            best = dict(made)
            wrong = [i for i, h in made if h.text and self.misfits(texts[i], target, h.text)]
            asked = list(dict.fromkeys(texts[i] for i in wrong))
            found = self._alternatives(asked, source, target, COUNT) if asked else []
            others = dict(zip(asked, found, strict=True))
            for i in wrong:
                best[i] = fittest(best[i], others[texts[i]], partial(self.misfits, texts[i], target), LOSS)
            yield list(best.items())


def fittest(
    first: Hypothesis, others: Sequence[Hypothesis], misfits: Callable[[str], int], loss: float
) -> Hypothesis:
    """Of `others`, the one with the fewest misfits that costs at most `loss`; `first` where none has fewer.

    One in which a guard saw more flaws than in `first` is never taken, nor one without a score: what it
    costs is not known. Of equal ones the model's own order decides.
    """
    scores = [h.score for h in others if h.score is not None]
    if not scores or not first.text:
        return first
    own = next((h.score for h in others if h.text == first.text), None)
    least = (max(scores) if own is None else own) - loss
    open_ = [
        h
        for h in others
        if h.text and h.score is not None and h.score >= least and len(h.notes) <= len(first.notes)
    ]
    taken = min(open_, key=lambda h: misfits(h.text or ""), default=first)
    if taken.text == first.text or misfits(taken.text or "") >= misfits(first.text):
        return first
    return replace(taken, passed_over=first.text)
