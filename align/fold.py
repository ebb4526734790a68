"""Language-aware folding for matching: what a reader takes for the same letters becomes the same string.

Folding keeps a map back, so that every match has exact offsets in the text as it was read.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache

# Marks inside a word that change nothing: Armenian emphasis, exclamation, question and apostrophe marks
# and the left half ring, soft hyphen, stress, zero-width characters.
_DROPPED = "\u0559\u055a\u055b\u055c\u055e\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f"
_SAME_LENGTH = {
    **dict.fromkeys(map(ord, "’‘ʼ`´ʹ′＇ʻ"), "'"),
    **dict.fromkeys(map(ord, "‐‑‒–—−"), "-"),
    **dict.fromkeys(map(ord, "\u00a0\u202f\u2009\u2007\r\n\t"), " "),
}
_BY_LANGUAGE = {
    "ru": str.maketrans("ёЁ", "еЕ"),
    # ǝ (U+01DD) is often typed for ə (U+0259); circumflexes come and go in Turkish.
    "az": str.maketrans("ǝƎâÂîÎûÛ", "əƏaAiİuU"),
    "tr": str.maketrans("âÂîÎûÛ", "aAiİuU"),
}
_TURKIC_LOWER = str.maketrans("Iİ", "ıi")
_ARMENIAN_EV = {"և": "եվ", "եւ": "եվ", "Եւ": "Եվ", "ԵՒ": "ԵՎ"}
_COMBINING = r"\w[\u0300-\u036f]+"
_SPECIAL = re.compile(f"[{_DROPPED}]|{_COMBINING}")
_SPECIAL_HY = re.compile(f"[{_DROPPED}]|{_COMBINING}|և|[եԵ]ւ|ԵՒ")


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text: `cased` keeps its capitals, `lower` does not; both have the same length.

    `breaks` and `shifts` are parallel: from folded position `breaks[i]` on, the original offset is the
    folded one plus `shifts[i]`.
    """

    cased: str
    lower: str
    breaks: tuple[int, ...]
    shifts: tuple[int, ...]

    def origin(self, position: int) -> int:
        """The offset in the original text of a folded `position`."""
        return position + self.shifts[bisect_right(self.breaks, position) - 1]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original span of a non-empty folded span; marks dropped inside it are included."""
        return self.origin(start), self.origin(end - 1) + 1


def _replacement(piece: str, lang: str) -> str:
    if piece in _DROPPED:
        return ""
    if piece in _ARMENIAN_EV and lang == "hy":
        return _ARMENIAN_EV[piece]
    base = unicodedata.normalize("NFC", piece.replace("\u0301", "") if lang == "ru" else piece)
    if lang in ("az", "tr"):
        base = base.replace("i\u0307", "i")
    return base


def fold(text: str, lang: str) -> Folded:
    """Fold `text` as a reader of `lang` would: quotes, dashes, spaces, marks inside words and case."""
    pattern = _SPECIAL_HY if lang == "hy" else _SPECIAL
    breaks, shifts, pieces = [0], [0], []
    done = length = 0
    for match in pattern.finditer(text):
        start, end = match.span()
        new = _replacement(match[0], lang)
        pieces += [text[done:start], new]
        length += start - done + len(new)
        done = end
        if len(new) > end - start:  # every extra letter points at the last original one
            for extra in range(len(new) - (end - start), 0, -1):
                breaks.append(length - extra)
                shifts.append(end - 1 - (length - extra))
        breaks.append(length)
        shifts.append(end - length)
    pieces.append(text[done:])
    cased = "".join(pieces).translate(_SAME_LENGTH)
    if lang in _BY_LANGUAGE:
        cased = cased.translate(_BY_LANGUAGE[lang])
    return Folded(cased, lower(cased, lang), tuple(breaks), tuple(shifts))


def lower(cased: str, lang: str) -> str:
    """Lower case of the same length; in Azerbaijani and Turkish the dot of i is folded away."""
    if lang in ("az", "tr"):
        cased = cased.translate(_TURKIC_LOWER)
    low = cased.lower()
    if len(low) != len(cased):
        low = "".join(c.lower() if len(c.lower()) == 1 else c for c in cased)
    return low.replace("ı", "i") if lang in ("az", "tr") else low


@lru_cache(maxsize=65536)
def key(text: str, lang: str) -> str:
    """The folded lower-case form of a short string, white space collapsed: what two equal names share."""
    return " ".join(fold(text, lang).lower.split())
