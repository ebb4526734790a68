"""The store: one project's documents, translations, beads, findings and reviews in a database.

SQLite in the project's folder, or any SQLAlchemy URL. Machine output is written whole, in one
transaction a translation; reviews are only ever appended, each with the next revision of its subject.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError, DBAPIError, IntegrityError, OperationalError

from align.rows import bead_from, bead_row, document_from, document_row, dumps, finding_from, finding_row
from align.store.schema import DOCUMENTS, FINDINGS, REVIEWS, SETTINGS, TRANSLATIONS, migrate
from align.types import Bitext, Decision, Document, Finding, Review, Translation
from models.errors import InputError

FILE = "project.sqlite"


class ConflictError(InputError):
    """Somebody else's review came first; `latest` is theirs."""

    def __init__(self, latest: Review) -> None:
        super().__init__(
            f"{latest.reviewer} saved revision {latest.revision} meanwhile; look at it, then save again"
        )
        self.latest = latest


_TRIES = 100  # looks at the last revision before a writer gives up
_OPTIONS: dict[str, dict[str, Any]] = {
    "sqlite": {"connect_args": {"timeout": 30}},
    "postgresql": {"pool_pre_ping": True, "pool_size": 10, "connect_args": {"connect_timeout": 10}},
}
_KEEP = sa.text(
    "INSERT INTO setting (key, value) VALUES (:key, :value)"
    " ON CONFLICT (key) DO UPDATE SET value = excluded.value"
)
_KEEP_ONCE = sa.text("INSERT INTO document (id, body) VALUES (:id, :body) ON CONFLICT (id) DO NOTHING")
_COUNT_CHANGE = sa.text(
    "INSERT INTO setting (key, value) VALUES ('changes', '1') ON CONFLICT (key)"
    " DO UPDATE SET value = CAST(CAST(setting.value AS INTEGER) + 1 AS TEXT)"
)


class Project:
    """An open project. Methods raise `InputError` where the database cannot be read or written."""

    def __init__(self, engine: sa.Engine, name: str) -> None:
        self._engine, self.name = engine, name
        self._writer = engine.execution_options(writes=True)

    @classmethod
    def create(cls, where: Path | str) -> Project:
        """Open the project at a folder or database URL, made if it is not there yet."""
        if isinstance(where, Path):
            try:
                where.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise InputError(
                    f"{where}: cannot make this project folder ({error.strerror}); choose another with -o"
                ) from error
            where = f"sqlite:///{where / FILE}"
        return cls._open(where)

    @classmethod
    def open(cls, where: Path | str) -> Project:
        """Open a project that exists."""
        if isinstance(where, Path) and not ((where / FILE).is_file() and (where / FILE).stat().st_size):
            raise InputError(f"{where}: no project here; make one with: araxes run ARTICLE -o {where}")
        return cls.create(where)

    @classmethod
    def _open(cls, url: str) -> Project:
        name = url.split("///", maxsplit=1)[-1].removesuffix(f"/{FILE}")
        try:
            address = sa.make_url(url)
            name = name if address.drivername.startswith("sqlite") else address.render_as_string()
            engine = sa.create_engine(address, **_OPTIONS.get(address.get_backend_name(), {}))
        except sa.exc.ArgumentError as error:
            raise InputError("a database URL is written dialect+driver://user@host/name") from error
        except ImportError as error:
            mend = "; install it with: pip install 'araxes[postgres]'" if "psycopg" in str(error) else ""
            raise InputError(f"{name}: the driver of this database is missing ({error}){mend}") from error
        if engine.dialect.name == "sqlite":
            sa.event.listen(engine, "connect", _pragmas)
            sa.event.listen(engine, "begin", _begin)
        project = cls(engine, name)
        try:
            with project._writer.begin() as connection:
                migrate(connection)
        except InputError as error:
            raise InputError(f"{name}: {error}") from error
        except OperationalError as error:
            mend = "check the folder's permissions and its disk, or copy it to where you can write"
            if engine.dialect.name != "sqlite":
                mend = "look whether its server runs"
            raise InputError(f"{name}: the project cannot be opened ({_reason(error)}); {mend}") from error
        except DatabaseError as error:
            raise InputError(_damaged(name, error)) from error
        return project

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        """A connection to read with; a database that does not answer is an error for people."""
        try:
            with self._engine.connect() as connection:
                yield connection
        except DBAPIError as error:
            if _is_damaged(error):
                raise InputError(_damaged(self.name, error)) from error
            raise InputError(f"{self.name}: cannot be read now ({_reason(error)}); try again") from error

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        """A transaction: all of it is kept, or nothing."""
        try:
            with self._writer.begin() as connection:
                yield connection
        except IntegrityError:
            raise
        except DBAPIError as error:
            raise InputError(
                f"{self.name}: nothing was saved ({_reason(error)}); look at the disk and the database, then try again"
            ) from error

    def setting(self, key: str) -> str | None:
        """A value kept with the project."""
        with self._reading() as connection:
            return connection.execute(sa.select(SETTINGS.c.value).where(SETTINGS.c.key == key)).scalar()

    def set(self, **values: str) -> None:
        """Keep values with the project."""
        with self._writing() as connection:
            for key, value in values.items():
                connection.execute(_KEEP, {"key": key, "value": value})

    def save(self, bitext: Bitext, findings: Iterable[Finding]) -> None:
        """Keep a bitext and its findings, whole; an older version of the same translation is replaced."""
        one = bitext.translation
        with self._writing() as connection:
            connection.execute(_COUNT_CHANGE)  # first: who saves at the same time waits here
            for document in (one.source, one.target):
                connection.execute(_KEEP_ONCE, {"id": document.id, "body": dumps(document_row(document))})
            connection.execute(sa.delete(FINDINGS).where(FINDINGS.c.translation == one.id))
            connection.execute(sa.delete(TRANSLATIONS).where(TRANSLATIONS.c.id == one.id))
            connection.execute(
                sa.insert(TRANSLATIONS).values(
                    id=one.id,
                    source=one.source.id,
                    target=one.target.id,
                    lang=one.target.lang,
                    signature=one.signature,
                    links=None if one.links is None else dumps(one.links),
                    method=bitext.method,
                    beads=dumps([bead_row(b) for b in bitext.beads]),
                )
            )
            rows = [
                {"translation": one.id, "position": i, "id": f.id, "body": dumps(finding_row(f))}
                for i, f in enumerate(findings)
            ]
            if rows:
                connection.execute(sa.insert(FINDINGS), rows)

    def drop(self, translation: str) -> None:
        """Forget a translation that a newer one has taken the place of; its reviews stay."""
        with self._writing() as connection:
            connection.execute(_COUNT_CHANGE)
            connection.execute(sa.delete(FINDINGS).where(FINDINGS.c.translation == translation))
            connection.execute(sa.delete(TRANSLATIONS).where(TRANSLATIONS.c.id == translation))

    def changes(self) -> int:
        """How often translations were saved or dropped; equal numbers, equal machine output."""
        return int(self.setting("changes") or 0)

    def documents(self) -> list[Document]:
        """The source documents that have a translation, by id."""
        query = sa.select(DOCUMENTS.c.body).where(DOCUMENTS.c.id.in_(sa.select(TRANSLATIONS.c.source)))
        with self._reading() as connection:
            return [
                document_from(json.loads(body))
                for (body,) in connection.execute(query.order_by(DOCUMENTS.c.id))
            ]

    def bitexts(self, source: str | None = None) -> list[Bitext]:
        """The bitexts of a source document, or of all: by source, language and signature."""
        query = sa.select(TRANSLATIONS).order_by(
            TRANSLATIONS.c.source, TRANSLATIONS.c.lang, TRANSLATIONS.c.signature, TRANSLATIONS.c.id
        )
        if source is not None:
            query = query.where(TRANSLATIONS.c.source == source)
        with self._reading() as connection:
            rows = connection.execute(query).all()
            bodies = dict(connection.execute(sa.select(DOCUMENTS.c.id, DOCUMENTS.c.body)).tuples().all())
        documents = {i: document_from(json.loads(bodies[i])) for r in rows for i in (r.source, r.target)}
        return [
            Bitext(
                Translation(
                    documents[row.source],
                    documents[row.target],
                    row.signature,
                    None if row.links is None else tuple(json.loads(row.links)),
                ),
                tuple(map(bead_from, json.loads(row.beads))),
                row.method,
            )
            for row in rows
        ]

    def findings(self, translation: str) -> list[Finding]:
        """The findings of one translation, in order."""
        query = sa.select(FINDINGS.c.body).where(FINDINGS.c.translation == translation)
        with self._reading() as connection:
            rows = connection.execute(query.order_by(FINDINGS.c.position))
            return [finding_from(json.loads(body)) for (body,) in rows]

    def review(
        self,
        subject: str,
        decision: Decision,
        reviewer: str,
        *,
        text: str = "",
        note: str = "",
        seen: int | None = None,
    ) -> Review:
        """Append a review. `seen` is the revision the reviewer looked at; raises `ConflictError` if it is not the last."""
        at = datetime.now(UTC).isoformat(timespec="seconds")
        for _ in range(_TRIES):
            try:
                with self._writing() as connection:
                    last = self._last(connection, subject)
                    revision = last.revision if last else 0
                    if seen is not None and last and revision != seen:
                        raise ConflictError(last)
                    review = Review(subject, decision, reviewer, at, text, note, revision + 1)
                    connection.execute(sa.insert(REVIEWS).values(_values(review)))
                return review
            except IntegrityError:
                continue  # somebody took this revision between the look and the write
        raise InputError(f"{self.name}: too many people are writing here at once; save again")

    def review_all(self, wanted: Sequence[Review]) -> list[Review]:
        """Append many reviews in one transaction; `revision` of each is the one that its reviewer looked at.

        A subject that somebody reviewed since is left out. Returns what was appended.
        """
        at = datetime.now(UTC).isoformat(timespec="seconds")
        for _ in range(_TRIES):
            try:
                with self._writing() as connection:
                    done = []
                    for one in wanted:
                        last = self._last(connection, one.subject)
                        if (last.revision if last else 0) == one.revision:
                            done.append(replace(one, at=at, revision=one.revision + 1))
                    if done:
                        connection.execute(sa.insert(REVIEWS), [_values(review) for review in done])
                return done
            except IntegrityError:
                continue
        raise InputError(f"{self.name}: too many people are writing here at once; try again")

    def _last(self, connection: sa.Connection, subject: str) -> Review | None:
        query = (
            sa.select(REVIEWS)
            .where(REVIEWS.c.subject == subject)
            .order_by(REVIEWS.c.revision.desc())
            .limit(1)
        )
        row = connection.execute(query).first()
        return _review(row) if row else None

    def reviews(self, subject: str | None = None, *, since: str = "") -> list[Review]:
        """Every review, those of one subject, or those made at or after a time; oldest first in a subject."""
        query = sa.select(REVIEWS).order_by(REVIEWS.c.subject, REVIEWS.c.revision)
        if subject is not None:
            query = query.where(REVIEWS.c.subject == subject)
        if since:
            query = query.where(REVIEWS.c.at >= since)
        with self._reading() as connection:
            return [_review(row) for row in connection.execute(query)]

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()


def _values(review: Review) -> dict[str, Any]:
    return {field.name: getattr(review, field.name) for field in fields(Review)}


def _reason(error: DBAPIError) -> str:
    """The first line of what the driver says."""
    return (str(error.orig).strip().splitlines() or ["no reason given"])[0]


def _is_damaged(error: DBAPIError) -> bool:
    return "malformed" in str(error.orig) or "not a database" in str(error.orig)


def _damaged(name: str, error: DBAPIError) -> str:
    return (
        f"{name}: cannot be read: its {FILE} is damaged, or not a project database ({_reason(error)});"
        " put a copy of it back, or choose another folder"
    )


def _review(row: sa.Row[tuple[object, ...]]) -> Review:
    return Review(row.subject, row.decision, row.reviewer, row.at, row.text, row.note, row.revision)


def _pragmas(connection: object, _record: object) -> None:
    """Readers do not wait for writers, and transactions begin where SQLAlchemy says."""
    connection.isolation_level = None  # type: ignore[attr-defined]
    cursor = connection.cursor()  # type: ignore[attr-defined]
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin(connection: sa.Connection) -> None:
    """A writer takes SQLite's lock at once, so that two of them wait for each other instead of failing."""
    connection.exec_driver_sql(
        "BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN"
    )


def article_day(project: Project) -> date | None:
    """The article's date that the project was made with."""
    value = project.setting("day")
    return date.fromisoformat(value) if value else None
