"""Concepts and forms between a file and the termbase, kept on disk so that a million of them take little memory."""

from __future__ import annotations

import pickle
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from operator import attrgetter
from typing import Self

from align.fold import key
from align.termfiles.base import fitted
from align.types import LANGUAGES, Concept, Form

_TABLES = """
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -8000; PRAGMA temp_store = FILE;
CREATE TABLE concepts (key TEXT PRIMARY KEY, id TEXT, line INTEGER, scale TEXT, data BLOB) WITHOUT ROWID;
CREATE TABLE forms (key TEXT, lang TEXT, rank INTEGER, folded TEXT, data BLOB);
CREATE TABLE ids (id TEXT PRIMARY KEY, line INTEGER) WITHOUT ROWID;
"""
_WHOLE = "(SELECT COUNT(DISTINCT lang) FROM forms WHERE forms.key = concepts.key) = ?"
_SHARED = """
SELECT lang, folded, GROUP_CONCAT(DISTINCT id) FROM forms JOIN concepts USING (key) GROUP BY lang, folded
HAVING COUNT(DISTINCT CASE scale WHEN '' THEN id ELSE scale END) > 1 ORDER BY lang, folded
"""


_values = attrgetter(*Form.__slots__)  # a tuple of them takes a third of the time that a form takes


class Spool:
    """A temporary database of concepts by a key of the reader's own; `left_out` counts what was not taken.

    With `merge`, a form that only repeats another one of its concept is dropped.
    """

    def __init__(self, *, merge: bool) -> None:
        self.merge = merge
        self.left_out: Counter[str] = Counter()
        self._db = sqlite3.connect("")  # a file without a name, gone with the connection
        self._db.executescript(_TABLES)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def concept(self, name: str, concept: Concept, line: int = 0) -> None:
        """Keep a concept's own facts, replacing those that were kept under the same key."""
        values = (name, concept.id, line, concept.scale, pickle.dumps(replace(concept, forms=())))
        self._db.execute("INSERT OR REPLACE INTO concepts VALUES (?, ?, ?, ?, ?)", values)

    def known(self, name: str) -> tuple[Concept, int] | None:
        """The concept kept under a key, and the line it came from."""
        row = self._db.execute("SELECT data, line FROM concepts WHERE key = ?", (name,)).fetchone()
        return (pickle.loads(row[0]), row[1]) if row else None

    def form(self, name: str, form: Form, rank: int = 0) -> None:
        """Keep a form of the concept under a key; forms of lower rank come first, then those kept first."""
        kept = fitted(form)
        if kept is None:
            self.left_out["names without text"] += 1
            return
        values = (name, kept.lang, rank, key(kept.text, kept.lang), pickle.dumps(_values(kept)))
        self._db.execute("INSERT INTO forms VALUES (?, ?, ?, ?, ?)", values)

    def first(self, own: str, line: int) -> int:
        """The line on which the file first had this id of its own: `line` itself where it is new."""
        try:
            self._db.execute("INSERT INTO ids VALUES (?, ?)", (own, line))
        except sqlite3.IntegrityError:
            return int(self._db.execute("SELECT line FROM ids WHERE id = ?", (own,)).fetchone()[0])
        return line

    def keys(self) -> Iterator[str]:
        """The keys under which forms were kept, in order."""
        self._index()
        for (name,) in self._db.execute("SELECT DISTINCT key FROM forms ORDER BY key"):
            yield name

    def forms(self, name: str) -> tuple[Form, ...]:
        """The forms kept under a key, language by language."""
        rows = self._db.execute("SELECT data FROM forms WHERE key = ? ORDER BY rank, rowid", (name,))
        found = [Form(*pickle.loads(data)) for (data,) in rows]
        if self.merge:
            first: dict[tuple[object, ...], Form] = {}
            for f in found:
                first.setdefault((f.lang, f.text, f.sides, f.pos, f.load, f.since), f)
            found = list(first.values())
        return tuple(f for lang in LANGUAGES for f in found if f.lang == lang)

    def count(self, *, whole: bool) -> int:
        """How many concepts have names in every language, or in some but not all."""
        self._index()
        row = self._db.execute(f"SELECT COUNT(*) FROM concepts WHERE {self._where(whole)}", (len(LANGUAGES),))
        return int(row.fetchone()[0])

    def concepts(self, *, whole: bool) -> Iterator[Concept]:
        """The concepts with names in every language, or those without, by id."""
        self._index()
        rows = self._db.execute(
            f"SELECT key, data FROM concepts WHERE {self._where(whole)} ORDER BY id", (len(LANGUAGES),)
        )
        for name, data in rows:
            yield replace(pickle.loads(data), forms=self.forms(name))

    def shared(self) -> Iterator[tuple[str, str, list[str]]]:
        """Language, folded text and ids wherever two concepts have the same form."""
        for lang, folded, ids in self._db.execute(_SHARED):
            yield lang, folded, sorted(ids.split(","))

    def _index(self) -> None:
        """Make lookups by key fast, once everything was read."""
        self._db.execute("CREATE INDEX IF NOT EXISTS by_key ON forms (key, lang, rank)")

    @staticmethod
    def _where(whole: bool) -> str:
        return _WHOLE if whole else f"NOT {_WHOLE} AND key IN (SELECT key FROM forms)"
