"""What checking gave, kept between runs: by the two texts, the termbase and the profile."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

from models.errors import InputError

_ASKED_AT_ONCE = 500  # SQLite bounds the parameters of one statement


class Checked:
    """Results by key in one SQLite file, or nowhere without a path."""

    def __init__(self, path: Path | None) -> None:
        self.path = path

    def get(self, keys: Sequence[str]) -> dict[str, str]:
        """What is known of `keys`."""
        if self.path is None or not self.path.exists():
            return {}
        found: dict[str, str] = {}
        with closing(self._open(self.path)) as db:
            for at in range(0, len(keys), _ASKED_AT_ONCE):
                some = keys[at : at + _ASKED_AT_ONCE]
                marks = ",".join("?" * len(some))
                rows = db.execute(f"SELECT key, body FROM checked WHERE key IN ({marks})", some)
                found |= {key: zlib.decompress(body).decode() for key, body in rows}
        return found

    def put(self, results: Iterable[tuple[str, str]]) -> None:
        """Keep results. Raises `InputError` where the file cannot be written."""
        if self.path is None:
            return
        with closing(self._open(self.path)) as db, db:
            rows = [(key, zlib.compress(text.encode(), 1)) for key, text in results]
            db.executemany("INSERT OR REPLACE INTO checked VALUES (?, ?)", rows)

    def _open(self, path: Path) -> sqlite3.Connection:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            db = sqlite3.connect(path, timeout=60)
            db.execute("PRAGMA journal_mode=WAL")
            db.execute("PRAGMA synchronous=OFF")  # a loss costs a check
            db.execute(
                "CREATE TABLE IF NOT EXISTS checked (key TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID"
            )
        except (sqlite3.Error, OSError) as error:
            raise InputError(f"{path}: cannot be used ({error}); remove it, and it is made again") from error
        return db
