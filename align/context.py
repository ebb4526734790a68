"""What stands beside a term: words that deny it ("no aggression") or hold it at a distance ("alleged").

A term keeps both as context. Neither changes its load: a denied word is still the word that was chosen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from align.fold import fold
from align.phrases import any_of, listed

_REACH = 3  # words on either side of the term
_WINDOW = 80  # characters that hold them
_BEFORE = re.compile(rf"(?:[^\W_]+(?:['-][^\W_]+)* ){{0,{_REACH}}}[«“„\"]?$")
_AFTER = re.compile(rf"[»”\"]?(?:['-][^\W_]+)?(?: [^\W_]+(?:['-][^\W_]+)*){{0,{_REACH}}}")


@dataclass(frozen=True, slots=True)
class _Cues:
    """The patterns of one language."""

    negation: tuple[re.Pattern[str], re.Pattern[str]]
    hedge: tuple[re.Pattern[str], re.Pattern[str]]
    elsewhere: re.Pattern[str]


@cache
def _cues(lang: str) -> _Cues | None:
    row = listed("context.toml").get(lang)
    if row is None:
        return None
    negation, hedge = (
        (any_of(row[kind]["before"], lang), any_of(row[kind]["after"], lang))
        for kind in ("negation", "hedge")
    )
    return _Cues(negation, hedge, any_of(row["elsewhere"], lang))


def around(text: str, start: int, end: int, lang: str) -> tuple[str, str]:
    """The negation and the hedge beside a span of `text`, folded; empty where there is none."""
    cues = _cues(lang)
    if cues is None:
        return "", ""
    before = _BEFORE.search(fold(text[max(0, start - _WINDOW) : start], lang).lower)
    after = _AFTER.match(fold(text[end : end + _WINDOW], lang).lower)
    left, right = before[0] if before else "", after[0] if after else ""
    return _first(cues.negation, left, right), _first(cues.hedge, left, right)


def _first(cues: tuple[re.Pattern[str], re.Pattern[str]], left: str, right: str) -> str:
    match = cues[0].search(left) or cues[1].search(right)
    return match[0] if match else ""


def distanced(text: str, lang: str) -> bool:
    """Whether anything in a sentence may hold one of its words at a distance."""
    cues = _cues(lang)
    return cues is None or bool(cues.elsewhere.search(fold(text, lang).lower))
