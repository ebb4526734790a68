"""Whose words: whether a sentence says that somebody said it."""

from __future__ import annotations

import re
from functools import cache

from align.fold import fold
from align.phrases import any_of, listed


@cache
def _patterns(lang: str) -> dict[str, re.Pattern[str]]:
    lists = listed("attribution.toml").get(lang, {})
    return {name: any_of(phrases, lang) for name, phrases in lists.items()}


def told(text: str, lang: str) -> tuple[int, int] | None:
    """Where `text` plainly says that somebody said it; `None` where it does not or the language has no list."""
    patterns, folded = _patterns(lang), fold(text, lang)
    if "told" not in patterns:
        return None
    idioms = [match.span() for match in patterns["untold"].finditer(folded.lower)]
    for match in patterns["told"].finditer(folded.lower):
        if all(match.end() <= start or end <= match.start() for start, end in idioms):
            return folded.span(*match.span())
    return None


def tells(text: str, lang: str) -> bool:
    """Whether anything in `text` may say whose words it gives; true where the language has no list."""
    pattern = _patterns(lang).get("tells")
    return pattern is None or bool(pattern.search(fold(text, lang).lower))
