"""How the words of a form look in running text: a fixed beginning and a pattern of endings, per language.

`words(text, lang, name=…)` turns a form into one `Word` a word; each `Word` lists its alternatives. Texts
and patterns are folded (`align.fold`): lower case, straight apostrophes, no dotless ı in Azerbaijani and
Turkish, `եվ` for `և`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from align.fold import fold
from align.inflect import armenian, english, russian, turkic
from align.inflect.base import ANY_LETTERS, Alternative, Paradigm, Word

__all__ = ["Alternative", "Word", "stem_words", "words"]

_PARADIGMS: dict[str, Callable[[Paradigm], list[Alternative]]] = {
    "en": english.alternatives,
    "hy": armenian.alternatives,
    "az": turkic.azerbaijani,
    "ru": russian.alternatives,
    "tr": turkic.turkish,
}
_SPLIT = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


def tokens(folded: str) -> list[tuple[int, int]]:
    """Spans of the words of a folded text; an apostrophe inside a word does not end it."""
    return [match.span() for match in _SPLIT.finditer(folded)]


@cache
def words(text: str, lang: str, *, name: bool) -> tuple[Word, ...]:
    """The words of a dictionary form with all endings its language gives them."""
    folded = fold(text, lang)
    spans = tokens(folded.cased)
    paradigms = [
        Paradigm(
            lower=folded.lower[start:end],
            cased=folded.cased[start:end],
            last=i == len(spans) - 1,
            first=i == 0,
            several=len(spans) > 1,
            name=name,
        )
        for i, (start, end) in enumerate(spans)
    ]
    return tuple(tuple(_PARADIGMS[lang](paradigm)) for paradigm in paradigms)


@cache
def stem_words(stems: str, lang: str) -> tuple[Word, ...]:
    """The words of a `stems` pattern: `нейтрализ* точк*`; a word without `*` stands as it is, `*` is any word."""
    found: list[Word] = []
    for part in stems.split():
        if part == "*" and found:
            found.append((Alternative("", re.compile(r"[^\W_]+(?:'[^\W_]+)*")),))
            continue
        stem = part.rstrip("*")
        ending = ANY_LETTERS if part.endswith("*") else ""
        pieces = [fold(stem, lang).lower[start:end] for start, end in tokens(fold(stem, lang).lower)]
        found += [(Alternative(piece, re.compile("")),) for piece in pieces[:-1]]
        found += [(Alternative(piece, re.compile(ending)),) for piece in pieces[-1:]]
    return tuple(found)
