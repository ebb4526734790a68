"""An encoder without weights: hashed letter sequences of a rough Latin spelling, and numbers.

It knows no meaning. Names, numbers and borrowed words, which a translation of news keeps, are enough to
align faithful translations where no model can be had.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from models.base import Vectors

Codes = NDArray[np.int64]

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’ʼ][^\W\d_]+)*")
_UPPER = "".join(chr(n) for n in range(0x590) if chr(n).isupper())  # Latin, Greek, Cyrillic, Armenian
_NAME_OR_NUMBER = re.compile(rf"\d(?:[.,]?\d)*|[{_UPPER}](?<![^\W\d_].)[^\W\d_]*(?:['’ʼ][^\W\d_]+)*")
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


def tokens(text: str, *, names: bool = False) -> list[str]:
    """The distinct words and numbers of `text`, in order; with `names` only capitalised words and numbers."""
    pattern = _NAME_OR_NUMBER if names else _TOKEN
    return list(dict.fromkeys(pattern.findall(unicodedata.normalize("NFC", text))))


@lru_cache(maxsize=262_144)
def features(token: str) -> tuple[Codes, Vectors]:
    """The features of a word or number: their codes, and their weights, whose signs make clashes cancel."""
    if token[0].isdigit():
        names, weight = [f"#{re.sub('[.,]', '', token)}"], _NUMBER
    else:
        word = f"^{spelled(token)}$"
        names = [word[i : i + n] for n in _LENGTHS for i in range(max(1, len(word) - n + 1))]
        weight = (_NAME if token[0].isupper() else 1.0) / max(1.0, len(names)) ** 0.5
    return signed([code(name) for name in names], weight)


def signed(codes: Sequence[int], weight: float) -> tuple[Codes, Vectors]:
    """Codes as an array, and `weight` with the sign that each of them carries."""
    array = np.array(codes, np.int64)
    return array, np.where(array & 0x80000000, weight, -weight).astype(np.float32)


class LexicalEncoder:
    """Vectors of 1,024 hashed features; the same text always gives the same vector."""

    signature = "lexical|features:1024|grams:3-4|v:1"
    dim = 1024

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (len(texts), 1024)."""
        vectors = np.zeros((len(texts), self.dim), np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for token in tokens(text):
                codes, weights = features(token)
                np.add.at(row, codes % self.dim, weights)
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / np.where(norms > 0, norms, 1), dtype=np.float32)
