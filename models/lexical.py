"""An encoder without weights: hashed letter sequences of a rough Latin spelling, and numbers.

It knows no meaning. Names, numbers and borrowed words, which a translation of news keeps, are enough to
align faithful translations where no model can be had.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources

import numpy as np

from models.base import Vectors

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’ʼ][^\W\d_]+)*")
_LENGTHS = (3, 4)
_NUMBER, _NAME = 4.0, 2.0  # how much more a number or a capitalised word says than another word


@lru_cache(maxsize=1)
def _table() -> dict[int, str]:
    text = (resources.files("models") / "data" / "latin.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines()]
    return {ord(letter): latin for letter, latin in rows}


@lru_cache(maxsize=65536)
def spelled(word: str) -> str:
    """A rough Latin spelling of `word` whatever its script, lower case, without diacritics."""
    text = unicodedata.normalize("NFD", word.lower().replace("ու", "u").translate(_table()))
    return "".join(c for c in text if c.isalnum() and not unicodedata.combining(c))


def code(name: str) -> int:
    """The 32-bit number of a feature, the same on every machine."""
    return zlib.crc32(name.encode("utf-8", "surrogatepass"))


@lru_cache(maxsize=65536)
def _of_token(token: str) -> tuple[tuple[int, float], ...]:
    if token[0].isdigit():
        names, weight = [f"#{re.sub('[.,]', '', token)}"], _NUMBER
    else:
        word = f"^{spelled(token)}$"
        names = [word[i : i + n] for n in _LENGTHS for i in range(max(1, len(word) - n + 1))]
        weight = (_NAME if token[0].isupper() else 1.0) / max(1.0, len(names)) ** 0.5
    return tuple((code(name), weight) for name in names)


def features(text: str) -> list[tuple[int, float]]:
    """The features of `text`: their numbers and weights; one may stand several times."""
    tokens = Counter(_TOKEN.findall(unicodedata.normalize("NFC", text)))
    return [(at, weight * count**0.5) for token, count in tokens.items() for at, weight in _of_token(token)]


def add(row: Vectors, found: Sequence[tuple[int, float]]) -> None:
    """Add features to a vector: each lands on one of its places, with a sign, so that clashes cancel."""
    for at, weight in found:
        row[at % len(row)] += weight if at & 0x80000000 else -weight


class LexicalEncoder:
    """Vectors of 1,024 hashed features; the same text always gives the same vector."""

    signature = "lexical|features:1024|grams:3-4|v:1"
    dim = 1024

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (len(texts), 1024)."""
        vectors = np.zeros((len(texts), self.dim), np.float32)
        for row, text in zip(vectors, texts, strict=True):
            add(row, features(text))
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / np.where(norms > 0, norms, 1), dtype=np.float32)
