"""The translation memory: every translation made is kept, so nothing is ever translated twice.

Entries are found by a digest of the source text, the target language and the signature of what made
them. The package brings read-only entries of its own: digests and translations, no source text.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import sqlite3
import time
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from functools import cache
from importlib import resources
from pathlib import Path

from models.errors import InputError

PACKAGED_SIGNATURE = "packaged|version:1"
HUMAN_SIGNATURE = "human"

_SCHEMA = """
CREATE TABLE IF NOT EXISTS translations (
    digest TEXT NOT NULL, lang TEXT NOT NULL, signature TEXT NOT NULL,
    text TEXT NOT NULL, made REAL NOT NULL,
    PRIMARY KEY (digest, lang, signature)
) WITHOUT ROWID
"""
_BUSY_SECONDS = 60.0
_ASKED_AT_ONCE = 500  # SQLite bounds the parameters of one statement

# What one outlet types and another does not; a translation is the same for both.
_SAME = str.maketrans(
    {
        **dict.fromkeys("“”„‟«»″", '"'),
        **dict.fromkeys("‘’‚‛′ʼ`´", "'"),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", ""),
        "…": "...",
    }
)
_SPACE = re.compile(r"\s+")


def normalise(text: str) -> str:
    """`text` in NFC with plain quotation marks, apostrophes and dashes, and single spaces."""
    return _SPACE.sub(" ", unicodedata.normalize("NFC", text).translate(_SAME)).strip()


def digest(text: str) -> str:
    """32 hexadecimal digits that equal source texts share, however they were typed."""
    data = normalise(text).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def write_packaged(pairs: Iterable[tuple[str, str, str]], path: Path) -> None:
    """Write `(source, lang, translation)` triples as the package keeps them: sorted, without the source."""
    entries = sorted({(lang, digest(source), text) for source, lang, text in pairs})
    lines = (
        json.dumps({"digest": key, "lang": lang, "text": text}, ensure_ascii=False)
        for lang, key, text in entries
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")


@cache
def _packaged() -> dict[tuple[str, str], str]:
    entries: dict[tuple[str, str], str] = {}
    folder = resources.files("models").joinpath("data", "memory")
    for file in sorted(folder.iterdir(), key=lambda item: item.name):
        if file.name.endswith(".jsonl"):
            for line in file.read_text(encoding="utf-8").splitlines():
                entry = json.loads(line)
                entries[entry["digest"], entry["lang"]] = entry["text"]
    return entries


class Memory:
    """The translations kept in one SQLite file; several processes may use it at a time.

    `path=None` keeps nothing and knows the packaged entries only.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path

    def get(
        self, texts: Sequence[str], lang: str, signature: str | None = None, before: float = math.inf
    ) -> list[str | None]:
        """The translation of each text into `lang`, `None` where there is none.

        With a `signature`, only what was made with it; with `before`, only what was kept before that time
        (seconds of the epoch). Without a signature, what a person wrote comes first, then what the package
        brings, then the latest. Raises `InputError` where the file cannot be read.
        """
        keys = [digest(text) for text in texts]
        kept = self._kept(keys, lang, signature, before)
        packaged = _packaged() if signature in (None, PACKAGED_SIGNATURE) else {}
        found: list[str | None] = []
        for key in keys:
            text, maker = kept.get(key, (None, ""))
            found.append(text if maker == HUMAN_SIGNATURE else packaged.get((key, lang), text))
        return found

    def put(self, texts: Sequence[str], lang: str, signature: str, translations: Sequence[str]) -> None:
        """Keep the translations of `texts`, all of them or none. Raises `InputError` where that fails."""
        if self.path is None or not texts:
            return
        now = time.time()
        rows = [
            (digest(text), lang, signature, translation, now)
            for text, translation in zip(texts, translations, strict=True)
        ]
        with self._open() as db:
            db.execute("BEGIN IMMEDIATE")
            db.executemany("INSERT OR REPLACE INTO translations VALUES (?, ?, ?, ?, ?)", rows)
            db.execute("COMMIT")

    def _kept(
        self, keys: Sequence[str], lang: str, signature: str | None, before: float
    ) -> dict[str, tuple[str, str]]:
        """Text and signature of each key that the file holds; a person's before the latest."""
        if self.path is None or not self.path.exists():
            return {}
        wanted, asked = ("", []) if signature is None else (" AND signature = ?", [signature])
        kept: dict[str, tuple[str, str]] = {}
        with self._open() as db:
            for at in range(0, len(keys), _ASKED_AT_ONCE):
                some = keys[at : at + _ASKED_AT_ONCE]
                rows = db.execute(
                    "SELECT digest, text, signature FROM translations WHERE lang = ? AND made < ? AND digest IN "
                    f"({','.join('?' * len(some))}){wanted} ORDER BY signature = ?, made",
                    [lang, before, *some, *asked, HUMAN_SIGNATURE],
                )
                kept |= {key: (text, maker) for key, text, maker in rows}  # the last row of a key counts
        return kept

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        # A connection for each call: they may come from any thread, and a forked worker inherits none.
        assert self.path is not None
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(self.path, timeout=_BUSY_SECONDS, isolation_level=None)
            with closing(connection) as db:
                with suppress(sqlite3.OperationalError):  # another process may be switching it now
                    db.execute("PRAGMA journal_mode=WAL")
                db.execute("PRAGMA synchronous=NORMAL")
                db.execute(_SCHEMA)
                yield db
        except sqlite3.OperationalError as error:
            raise InputError(
                f"{self.path}: the translation memory cannot be used ({error}); "
                "free some space there, or set XDG_DATA_HOME to a folder that can be written"
            ) from error
        except sqlite3.DatabaseError as error:
            raise InputError(
                f"{self.path}: this file is damaged or no translation memory ({error}); "
                "move it away and run again, and a new one is begun"
            ) from error
        except OSError as error:
            raise InputError(
                f"{self.path}: the translation memory cannot be opened ({error.strerror or error}); "
                "set XDG_DATA_HOME to a folder that can be written"
            ) from error
