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
    text = word.lower().replace("ու", "u").translate(_table())
    return "".join(
        c for c in unicodedata.normalize("NFD", text) if c.isalnum() and not unicodedata.combining(c)
    )


@lru_cache(maxsize=65536)
def _features(token: str) -> tuple[tuple[int, float], ...]:
    if token[0].isdigit():
        names, weight = [f"#{re.sub('[.,]', '', token)}"], _NUMBER
    else:
        word = f"^{spelled(token)}$"
        names = [word[i : i + n] for n in _LENGTHS for i in range(max(1, len(word) - n + 1))]
        weight = (_NAME if token[0].isupper() else 1.0) / max(1.0, len(names)) ** 0.5
    return tuple((zlib.crc32(name.encode("utf-8", "surrogatepass")), weight) for name in names)


class LexicalEncoder:
    """Vectors of 1,024 hashed features; the same text always gives the same vector."""

    signature = "lexical|features:1024|grams:3-4|v:1"
    dim = 1024

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (len(texts), 1024)."""
        vectors = np.zeros((len(texts), self.dim), np.float32)
        for row, text in zip(vectors, texts, strict=True):
            tokens = Counter(_TOKEN.findall(unicodedata.normalize("NFC", text)))
            for token, count in tokens.items():
                for code, weight in _features(token):
                    sign = 1 if code & 0x80000000 else -1
                    row[code % self.dim] += sign * weight * count**0.5
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / np.where(norms > 0, norms, 1), dtype=np.float32)
