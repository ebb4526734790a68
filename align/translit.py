"""Names across scripts: a rough Latin spelling of any word, and how alike two words sound."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from importlib import resources

from align.fold import fold

_SAME_SOUND = (
    ("tch", "C"),
    ("sch", "S"),
    ("sh", "S"),
    ("ch", "C"),
    ("zh", "Z"),
    ("dz", "z"),
    ("ts", "c"),
    ("tz", "c"),
    ("kh", "h"),
    ("gh", "g"),
    ("ph", "f"),
    ("th", "t"),
    ("ck", "k"),
    ("q", "k"),
    ("x", "ks"),
    ("w", "v"),
    ("ou", "u"),
    ("oo", "u"),
    ("ee", "i"),
    ("y", "i"),
    ("j", "Z"),
)


@lru_cache(maxsize=8)
def _table(lang: str) -> dict[int, str]:
    path = resources.files("align") / "data" / "translit" / f"{lang}.tsv"
    if not path.is_file():
        return {}
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    return {ord(letter): latin for letter, latin in rows}


@lru_cache(maxsize=65536)
def latin(word: str, lang: str) -> str:
    """A plain Latin spelling of `word`, lower case, without diacritics."""
    text = fold(word, lang).lower.translate(_table(lang))
    if lang == "hy":
        text = text.replace("ov", "u") if "ու" in fold(word, lang).lower else text
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c) and (c.isascii() or not c.isalpha()))


@lru_cache(maxsize=65536)
def sound(word: str, lang: str) -> str:
    """How `word` sounds, roughly: one letter a sound, double letters once, weak vowels merged."""
    text = latin(word, lang)
    for spelled, heard in _SAME_SOUND:
        text = text.replace(spelled, heard)
    text = re.sub(r"[^a-zA-Z]", "", text)
    text = re.sub(r"(.)\1+", r"\1", text)
    return text


def distance(one: str, other: str) -> int:
    """Levenshtein distance."""
    if len(one) < len(other):
        one, other = other, one
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        previous, row[0] = row[0], i
        for j, b in enumerate(other, start=1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (a != b))
    return row[-1]


def alike(one: str, one_lang: str, other: str, other_lang: str) -> float:
    """How alike two words sound, from 0 to 1; `other` may carry an ending that `one` lacks."""
    a, b = sound(one, one_lang), sound(other, other_lang)
    if not a or not b:
        return 0.0
    best = max(_ratio(a, b), _ratio(a, b[: len(a)]) - 0.02 * max(0, len(b) - len(a)))
    skeletons = [re.sub("[aeiou]", "", s) for s in (a, b[: len(a) + 1])]
    if min(map(len, skeletons)) >= 3:
        best = max(best, 0.9 * _ratio(*skeletons))
    return max(0.0, best)


def _ratio(a: str, b: str) -> float:
    return 1 - distance(a, b) / max(len(a), len(b), 1)
