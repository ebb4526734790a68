"""How far a run is, and a line that says so."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

_TOKEN = re.compile(r"\w+|[^\w\s]")


@dataclass(slots=True)
class Progress:
    """Counts since the run was started: articles done and failed, those met that were done before.

    `tokens` are words and punctuation marks of the source that were translated, once for each language; `at`
    is the share of the input that is done, `base` the share that was done before.
    """

    articles: int = 0
    failed: int = 0
    met: int = 0
    tokens: int = 0
    at: float = 0.0
    base: float = 0.0
    started: float = field(default_factory=time.monotonic)

    def add_tokens(self, texts: Iterable[str]) -> None:
        """Count the tokens of translated texts."""
        self.tokens += sum(1 for text in texts for _ in _TOKEN.finditer(text))

    def line(self) -> str:
        """Everything in one line."""
        passed = max(time.monotonic() - self.started, 0.001)
        parts = [f"{self.met + self.articles} articles", f"{self.tokens / passed:.0f} tokens/s"]
        if self.base < self.at < 1:
            left = passed * (1 - self.at) / (self.at - self.base)
            parts.append(f"{timedelta(seconds=round(left))} left")
        return ", ".join([*parts, f"{self.failed} failed"])
