"""Russian Шуши: an indeclinable name in any case, or the genitive of Шуша? The word before it tells.

The same holds for every name whose inflected form equals a rival's dictionary form.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

_GENITIVE = frozenset(
    [
        "из",
        "от",
        "до",
        "около",
        "у",
        "для",
        "без",
        "вокруг",
        "против",
        "после",
        "возле",
        "близ",
        "кроме",
        "ради",
        "с",
        "со",
        "вне",
    ]
)
_OTHER = frozenset(
    [
        "в",
        "во",
        "на",
        "к",
        "ко",
        "по",
        "за",
        "под",
        "над",
        "о",
        "об",
        "обо",
        "при",
        "через",
        "про",
        "между",
        "перед",
    ]
)
_LAST_WORD = re.compile(r"([^\W\d_]+)[ ]+[«\"„]?$")


@lru_cache(maxsize=1)
def _analyzer() -> Any:
    import pymorphy3

    return pymorphy3.MorphAnalyzer()


@lru_cache(maxsize=8192)
def _governs_genitive(word: str) -> bool:
    """Whether a noun, adjective or number before the name puts it into the genitive."""
    tags = [parse.tag for parse in _analyzer().parse(word) if parse.score > 0.05]
    if not tags or any(tag.POS in ("VERB", "INFN", "GRND", "PRTF", "PRTS") for tag in tags[:1]):
        return False
    if tags[0].POS == "NOUN":  # город Шуши, but города Шуши and жители Шуши
        return word != "город"
    return tags[0].POS in ("ADJF", "NUMR", "CONJ", "PREP")


def is_genitive(before: str) -> bool:
    """Whether a name after the text `before` (folded, lower case) is best read as a genitive."""
    match = _LAST_WORD.search(before)
    if not match:
        return False  # at the start, or after a comma: a subject
    word = match[1]
    if word in _GENITIVE:
        return True
    if word in _OTHER:
        return False
    return _governs_genitive(word)
