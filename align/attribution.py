"""Whose words: whether a sentence says that somebody said it."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources

from align.fold import fold


@cache
def _patterns(lang: str) -> dict[str, re.Pattern[str]]:
    text = (resources.files("align") / "data" / "attribution.toml").read_text(encoding="utf-8")
    found = {}
    for name, phrases in tomllib.loads(text).get(lang, {}).items():
        folded = (
            re.escape(fold(p, lang).lower).replace(r"\*", r"[^\W_]*").replace("…", r"[^.;:]{0,40}?")
            for p in phrases
        )
        found[name] = re.compile(rf"(?<![\w'])(?:{'|'.join(folded)})(?!\w)")
    return found


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
