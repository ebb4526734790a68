"""The output folder: shards that appear whole or not at all, and the record of what is done.

    OUT/README.md  summary.html  manifest.jsonl  failures.jsonl     written when the input has come to its end
    OUT/bitext/train-000000.parquet …                               one file a table and shard
    OUT/.araxes/run.sqlite                                          the record; `lock.sqlite` is held by a run

A shard's files are written under `.araxes`, moved into place, and only then recorded. What a kill leaves behind
is a file without a record, which the same shard, made again of the same articles, replaces by the same bytes.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from align.batch.inputs import Item
from align.batch.jobs import Finished, Texts
from align.rows import dumps
from models.errors import InputError

HIDDEN = ".araxes"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS setting (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS item (
    name TEXT PRIMARY KEY, key TEXT NOT NULL, pass INTEGER NOT NULL, shard INTEGER, failed INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS article (id TEXT PRIMARY KEY, shard INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS shard (number INTEGER PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS failure (origin TEXT PRIMARY KEY, name TEXT NOT NULL, shard INTEGER, reason TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS pack (key TEXT PRIMARY KEY, shard INTEGER NOT NULL, body BLOB NOT NULL) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Failure:
    """An article that came to nothing, and why."""

    origin: str
    name: str
    reason: str


class Folder:
    """An open output folder; one run at a time holds it. Methods raise `InputError` where it cannot be written."""

    def __init__(self, path: Path, settings: Mapping[str, str]) -> None:
        """Open or make the folder.

        Raises `InputError` where it holds something else, a run with other settings, or a run under way.
        """
        self.path, self.hidden = path, path / HIDDEN
        fresh = not (self.hidden / "run.sqlite").exists()
        if fresh and path.exists() and (not path.is_dir() or any(p.name != HIDDEN for p in path.iterdir())):
            raise InputError(f"{path}: exists and was not written by araxes batch; choose another with -o")
        with self._writing():
            self.hidden.mkdir(parents=True, exist_ok=True)
            self._lock = self._locked()
            self._db = sqlite3.connect(self.hidden / "run.sqlite", isolation_level=None)
        try:
            self._begin(settings)
        except BaseException:
            self.close()
            raise

    def _locked(self) -> sqlite3.Connection:
        """A lock that ends with the process, however that ends."""
        lock = sqlite3.connect(self.hidden / "lock.sqlite", isolation_level=None, timeout=0)
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            raise InputError(
                f"{self.path}: another run is writing here; wait for it, or choose another with -o"
            ) from error
        return lock

    def _begin(self, settings: Mapping[str, str]) -> None:
        with self._writing():
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.executescript(_SCHEMA)
            with self._transaction():
                self._claim(settings)
            shutil.rmtree(self.hidden / "new", ignore_errors=True)  # what a kill left half written
            (self.hidden / "new").mkdir()
        self.began = float(self._setting("began"))
        self._pass = int(self._setting("pass"))
        self._forget_lost()

    def _claim(self, settings: Mapping[str, str]) -> None:
        held = dict(self._db.execute("SELECT key, value FROM setting"))
        if not held:
            start = {"settings": dumps(dict(settings)), "began": repr(time.time()), "pass": "0"}
            self._db.executemany("INSERT INTO setting VALUES (?, ?)", start.items())
        else:
            was = json.loads(held["settings"])
            for name in dict.fromkeys([*was, *settings]):
                if was.get(name) != settings.get(name):
                    raise InputError(
                        f"{self.path}: holds a run with other settings ({name}: {was.get(name)!r}, now "
                        f"{settings.get(name)!r}); choose another with -o, and what is known is not made again"
                    )
        self._db.execute("UPDATE setting SET value = value + 1 WHERE key = 'pass'")

    def _setting(self, key: str) -> str:
        return str(self._db.execute("SELECT value FROM setting WHERE key = ?", [key]).fetchone()[0])

    def _forget_lost(self) -> None:
        """Shards whose files are gone or cut short are made again."""
        lost = [
            number
            for number, record in self.shards()
            if any(not _sized(self.path / name, one["bytes"]) for name, one in record["files"].items())
        ]
        for number in lost:
            with self._writing(), self._transaction():
                self._db.execute("UPDATE item SET shard = NULL, failed = 0 WHERE shard = ?", [number])
                for table in ("article", "failure"):
                    self._db.execute(f"DELETE FROM {table} WHERE shard = ?", [number])
                self._db.execute("DELETE FROM shard WHERE number = ?", [number])

    def close(self) -> None:
        """Let go of the folder."""
        self._db.close()
        self._lock.close()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except (OSError, sqlite3.OperationalError) as error:
            reason = getattr(error, "strerror", None) or error
            raise InputError(
                f"{self.path}: cannot be written ({reason}); make room or choose another with -o, and the same "
                "command continues"
            ) from error
        except sqlite3.DatabaseError as error:
            raise InputError(
                f"{self.path}: the record of this run is damaged ({error}); choose another with -o"
            ) from error

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN")
        try:
            yield
        except BaseException:
            if self._db.in_transaction:  # a full disk has ended it already
                self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def admit(self, some: Iterable[Item], count: int, retry: bool) -> tuple[list[Item], int]:
        """The next `count` of `some` that are not done, and how many were met that are.

        With `retry`, those that failed are not done. A name that comes again in one pass over the input is not
        admitted: with the same text it is one article, with another it is a failure.
        """
        found: list[Item] = []
        met = 0
        with self._writing(), self._transaction():
            for item in some:
                key = item.key
                held = self._db.execute(
                    "SELECT key, pass, shard, failed FROM item WHERE name = ?", [item.name]
                ).fetchone()
                if held is not None and held[1] == self._pass:
                    if key != held[0]:
                        self._fail(
                            Failure(
                                item.origin, item.name,
                                f"{item.origin}: the id {item.name} was used before by another text; "
                                "give each article its own",
                            ), None,
                        )  # fmt: skip
                    continue
                done = held is not None and held[0] == key and held[2] is not None
                if done and not (retry and held[3]):
                    met += 1
                    self._db.execute("UPDATE item SET pass = ? WHERE name = ?", [self._pass, item.name])
                    continue
                self._db.execute(
                    "INSERT OR REPLACE INTO item VALUES (?, ?, ?, NULL, 0)", [item.name, key, self._pass]
                )
                found.append(item)
                if len(found) == count:
                    break
        return found, met

    def _fail(self, failure: Failure, shard: int | None) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO failure VALUES (?, ?, ?, ?)",
            [failure.origin, failure.name, shard, failure.reason],
        )

    def numbers(self) -> Iterator[int]:
        """The numbers of shards still to be made: those free, from 0 on."""
        taken = {number for (number,) in self._db.execute("SELECT number FROM shard")}
        number = 0
        while True:
            if number not in taken:
                yield number
            number += 1

    def known(self, article: str) -> bool:
        """Whether a finished shard has this article."""
        return self._db.execute("SELECT 1 FROM article WHERE id = ?", [article]).fetchone() is not None

    def recall(self, key: str) -> Texts | None:
        """The translations of a pack that an interrupted run made."""
        held = self._db.execute("SELECT body FROM pack WHERE key = ?", [key]).fetchone()
        return tuple(json.loads(zlib.decompress(held[0]))) if held else None

    def keep(self, key: str, shard: int, texts: Texts) -> None:
        """Keep the translations of a pack until its shard is done."""
        with self._writing():
            body = zlib.compress(dumps(texts).encode(), 1)
            self._db.execute("INSERT OR REPLACE INTO pack VALUES (?, ?, ?)", [key, shard, body])

    def commit(
        self, number: int, items: Sequence[Item], failures: Sequence[Failure], articles: Sequence[str], done: Finished
    ) -> None:  # fmt: skip
        """Put a shard's files in place and record it."""
        files: dict[str, dict[str, Any]] = {}
        with self._writing():
            for config, (data, rows) in done.files.items():
                name = f"{config}/train-{number:06}.parquet"
                self.write(name, data)
                files[name] = {
                    "rows": rows,
                    "bytes": len(data),
                    "blake2b": blake2b(data, digest_size=16).hexdigest(),
                }
            body = {"files": files, "items": len(items), "failed": len(failures), **done.stats}
            failed = {failure.name for failure in failures}
            with self._transaction():
                self._db.execute("INSERT INTO shard VALUES (?, ?)", [number, dumps(body)])
                self._db.executemany(
                    "UPDATE item SET shard = ?, failed = ? WHERE name = ?",
                    [(number, item.name in failed, item.name) for item in items],
                )
                self._db.executemany("DELETE FROM failure WHERE origin = ?", [(i.origin,) for i in items])
                for failure in failures:
                    self._fail(failure, number)
                self._db.executemany("INSERT INTO article VALUES (?, ?)", [(a, number) for a in articles])
                self._db.execute("DELETE FROM pack WHERE shard = ?", [number])

    def write(self, name: str, data: bytes) -> None:
        """Write a file of the folder, whole or not at all."""
        with self._writing():
            partial, target = self.hidden / "new" / name.replace("/", "-"), self.path / name
            target.parent.mkdir(exist_ok=True)
            with partial.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(target)

    def shards(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Every finished shard's number and record, in order."""
        for number, body in self._db.execute("SELECT number, body FROM shard ORDER BY number"):
            yield number, json.loads(body)

    def failures(self) -> Iterator[Failure]:
        """Every article that came to nothing, by shard and origin."""
        for row in self._db.execute("SELECT origin, name, reason FROM failure ORDER BY shard, origin"):
            yield Failure(*row)

    def failed(self) -> int:
        """How many articles came to nothing."""
        return int(self._db.execute("SELECT COUNT(*) FROM failure").fetchone()[0])


def _sized(path: Path, size: int) -> bool:
    try:
        return path.stat().st_size == size
    except OSError:
        return False
