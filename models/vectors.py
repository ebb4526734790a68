"""A cache of vectors on disk, so that a sentence is encoded once however often it is met."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from models.base import Encoder, Vectors

_ASKED_AT_ONCE = 500  # SQLite takes at most 999 values in one question


class CachedEncoder:
    """An encoder that keeps every vector in an SQLite file under its own signature and the text's digest.

    A file that cannot be used costs time, never a result: it is then left alone.
    """

    def __init__(self, encoder: Encoder, path: Path) -> None:
        self.encoder, self.path = encoder, path

    @property
    def signature(self) -> str:
        """The signature of the encoder behind the cache."""
        return self.encoder.signature

    @property
    def common(self) -> Vectors | None:
        """What all vectors of the encoder behind the cache have in common, if it is known."""
        found: Vectors | None = getattr(self.encoder, "common", None)
        return found

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (len(texts), dim); only texts not seen before are encoded."""
        keys = [self._key(text) for text in texts]
        known = self._read(keys)
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if missing or not texts:
            fresh = self.encoder.encode(list(missing.values()))
            if not texts:
                return fresh
            known |= dict(zip(missing, fresh, strict=True))
            self._write({key: known[key] for key in missing})
        return np.stack([known[key] for key in keys])

    def _key(self, text: str) -> bytes:
        name = f"{self.signature}\0{text}".encode("utf-8", "surrogatepass")
        return hashlib.blake2b(name, digest_size=16).digest()

    def _open(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(self.path, timeout=10)
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID")
        return db

    def _read(self, keys: Sequence[bytes]) -> dict[bytes, Vectors]:
        found: dict[bytes, Vectors] = {}
        distinct = list(dict.fromkeys(keys))
        try:
            with closing(self._open()) as db:
                for at in range(0, len(distinct), _ASKED_AT_ONCE):
                    part = distinct[at : at + _ASKED_AT_ONCE]
                    marks = ",".join("?" * len(part))
                    rows = db.execute(f"SELECT key, vector FROM vectors WHERE key IN ({marks})", part)
                    found |= {key: np.frombuffer(vector, np.float32) for key, vector in rows}
        except (sqlite3.Error, OSError):
            return {}
        return found

    def _write(self, vectors: dict[bytes, Vectors]) -> None:
        rows = [(key, np.ascontiguousarray(vector, np.float32).tobytes()) for key, vector in vectors.items()]
        try:
            with closing(self._open()) as db, db:
                db.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)
        except (sqlite3.Error, OSError):
            return
