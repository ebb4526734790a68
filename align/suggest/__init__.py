"""Suggestions: an accepted form put into the grammatical shape that the found form has.

A suggestion is for the reviewer to look at; nothing is ever replaced in silence.
"""

from __future__ import annotations

from collections.abc import Callable

from align.suggest import armenian, russian, turkic

_LANGUAGES: dict[str, Callable[[str, str, str], str | None]] = {
    "hy": armenian.suggest,
    "az": turkic.azerbaijani,
    "ru": russian.suggest,
    "tr": turkic.turkish,
}


def suggest(found: str, dictionary: str, accepted: str, lang: str) -> str | None:
    """`accepted` in the shape of `found`, whose dictionary form is `dictionary` ("" where it is unknown).

    `None` where the shape cannot be told; the reviewer then gets the dictionary form. Capitals throughout
    are kept: a headline stays one.
    """
    shaped = _LANGUAGES[lang](found, dictionary, accepted) if lang in _LANGUAGES else None
    letters = [c for c in found if c.isalpha()]
    if shaped and len(letters) > 1 and all(c.isupper() for c in letters) and not dictionary.isupper():
        return upper(shaped, lang)
    return shaped


def upper(text: str, lang: str) -> str:
    """Capitals as the language writes them: i becomes İ in Azerbaijani and Turkish, և becomes ԵՎ."""
    if lang in ("az", "tr"):
        text = text.replace("i", "İ")
    return text.replace("և", "ԵՎ").upper()
