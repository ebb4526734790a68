"""What every language's endings are written with."""

from __future__ import annotations

import re
from dataclasses import dataclass

ANY_LETTERS = r"[^\W\d_]{0,16}(?:'[^\W\d_]{1,14})?"


@dataclass(frozen=True, slots=True)
class Alternative:
    """A word that begins with `prefix` and whose rest matches `tail` whole; `adjective` where it is derived."""

    prefix: str
    tail: re.Pattern[str]
    adjective: bool = False


Word = tuple[Alternative, ...]


@dataclass(frozen=True, slots=True)
class Paradigm:
    """One word of a form and where it stands in it."""

    lower: str
    cased: str
    last: bool
    first: bool
    several: bool
    name: bool

    @property
    def acronym(self) -> bool:
        """Whether the word is written in capitals throughout."""
        return len(self.cased) > 1 and self.cased.isupper()


def alternative(prefix: str, tail: str, *, adjective: bool = False) -> Alternative:
    """An `Alternative` from a pattern string."""
    return Alternative(prefix, _compiled(tail), adjective)


_cache: dict[str, re.Pattern[str]] = {}


def _compiled(tail: str) -> re.Pattern[str]:
    return _cache.setdefault(tail, re.compile(tail))
