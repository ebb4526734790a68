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
        "из-за",
        "из-под",
        "внутри",
        "вблизи",
        "напротив",
        "мимо",
        "вместо",
        "помимо",
        "посреди",
        "насчет",
        "относительно",
        "севернее",
        "южнее",
        "западнее",
        "восточнее",
    ]
)
# beside the name and in its case, but not in the genitive: город Шуши, в городе Шуши
_BESIDE = re.compile("(?:город|поселок|поселк)(?:у|ом|е)?|сел[оуе]|селом|деревн(?:я|е|ю|ей)")
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
_LAST_WORD = re.compile(r"([^\W\d_]+(?:-[^\W\d_]+)*)[ ]+[«\"„]?$")


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
    if tags[0].POS == "NOUN":  # города Шуши, жители Шуши
        return not _BESIDE.fullmatch(word)
    if tags[0].POS == "ADJF":  # древней Шуши, but древние Шуши
        return any({"gent", "femn"} in tag for tag in tags)
    return tags[0].POS in ("NUMR", "PREP")


@lru_cache(maxsize=8192)
def _may_be_genitive(word: str) -> bool:
    return any("gent" in parse.tag for parse in _analyzer().parse(word))


def is_genitive(before: str) -> bool:
    """Whether a name after the text `before` (folded, lower case) is best read as a genitive."""
    match = _LAST_WORD.search(before)
    if not match:
        return False  # at the start, or after a comma: a subject
    word = match[1].replace("ё", "е")
    if word in _GENITIVE:
        return True
    if word in _OTHER:
        return False
    if word in ("и", "или", "либо"):  # Лачина и Шуши, but Степанакерт и Шуши
        other = _LAST_WORD.search(before[: match.start()])
        return other is not None and _may_be_genitive(other[1])
    return _governs_genitive(word)
