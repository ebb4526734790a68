"""The store: one project's documents, translations, beads, findings and reviews in a database.

SQLite in the project's folder, or any SQLAlchemy URL. Machine output is written whole, in one
transaction a translation; reviews are only ever appended, each with the next revision of its subject.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError

from align.rows import bead_from, bead_row, document_from, document_row, dumps, finding_from, finding_row
from align.types import Bitext, Decision, Document, Finding, Review, Translation
from models.errors import InputError

FILE = "project.sqlite"

_meta = sa.MetaData()
_settings = sa.Table(
    "setting", _meta, sa.Column("key", sa.Text, primary_key=True), sa.Column("value", sa.Text)
)
_documents = sa.Table(
    "document",
    _meta,
    sa.Column("id", sa.String(16), primary_key=True),
    sa.Column("body", sa.Text, nullable=False),
)
_translations = sa.Table(
    "translation",
    _meta,
    sa.Column("id", sa.String(16), primary_key=True),
    sa.Column("source", sa.String(16), sa.ForeignKey("document.id"), nullable=False),
    sa.Column("target", sa.String(16), sa.ForeignKey("document.id"), nullable=False),
    sa.Column("lang", sa.String(8), nullable=False),
    sa.Column("signature", sa.Text, nullable=False),
    sa.Column("links", sa.Text),
    sa.Column("method", sa.Text, nullable=False),
    sa.Column("beads", sa.Text, nullable=False),
)
_findings = sa.Table(
    "finding",
    _meta,
    sa.Column("translation", sa.String(16), sa.ForeignKey("translation.id"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("id", sa.String(16), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)
_reviews = sa.Table(
    "review",
    _meta,
    sa.Column("subject", sa.String(16), primary_key=True),
    sa.Column("revision", sa.Integer, primary_key=True),
    sa.Column("decision", sa.String(16), nullable=False),
    sa.Column("reviewer", sa.Text, nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
)


def _create(connection: sa.Connection) -> None:
    _meta.create_all(connection)


def _index_reviews(connection: sa.Connection) -> None:
    """What others did lately is asked for every few seconds."""
    connection.exec_driver_sql("CREATE INDEX IF NOT EXISTS review_at ON review (at)")


MIGRATIONS: tuple[Callable[[sa.Connection], None], ...] = (_create, _index_reviews)


class ConflictError(InputError):
    """Somebody else's review came first; `latest` is theirs."""

    def __init__(self, latest: Review) -> None:
        super().__init__(
            f"{latest.reviewer} saved revision {latest.revision} meanwhile; look at it, then save again"
        )
        self.latest = latest


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
        if isinstance(where, Path) and not (where / FILE).is_file():
            raise InputError(f"{where}: no project here; make one with: araxes run ARTICLE -o {where}")
        return cls.create(where)

    @classmethod
    def _open(cls, url: str) -> Project:
        name = url.rsplit("///", maxsplit=1)[-1].removesuffix(f"/{FILE}")
        try:
            engine = sa.create_engine(url, connect_args={"timeout": 30} if url.startswith("sqlite") else {})
        except (sa.exc.ArgumentError, ImportError) as error:
            raise InputError(f"{name}: not a database this can open: {error}") from error
        if engine.dialect.name == "sqlite":
            sa.event.listen(engine, "connect", _pragmas)
            sa.event.listen(engine, "begin", _begin)
        project = cls(engine, name)
        try:
            with project._writer.begin() as connection:
                connection.exec_driver_sql(
                    "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)"
                )
                row = connection.execute(sa.text("SELECT MAX(version) FROM schema_version")).scalar()
                for version, migrate in enumerate(MIGRATIONS[row or 0 :], start=(row or 0) + 1):
                    migrate(connection)
                    connection.execute(sa.text("INSERT INTO schema_version VALUES (:v)"), {"v": version})
        except OperationalError as error:
            raise InputError(
                f"{name}: the project cannot be written ({error.orig}); choose another with -o"
            ) from error
        except DatabaseError as error:
            raise InputError(
                f"{name}: not a project database ({error.orig}); choose another with -o"
            ) from error
        return project

    def setting(self, key: str) -> str | None:
        """A value kept with the project."""
        with self._engine.connect() as connection:
            return connection.execute(sa.select(_settings.c.value).where(_settings.c.key == key)).scalar()

    def set(self, **values: str) -> None:
        """Keep values with the project."""
        with self._writer.begin() as connection:
            for key, value in values.items():
                connection.execute(sa.delete(_settings).where(_settings.c.key == key))
                connection.execute(sa.insert(_settings).values(key=key, value=value))

    def save(self, bitext: Bitext, findings: Iterable[Finding]) -> None:
        """Keep a bitext and its findings, whole; an older version of the same translation is replaced."""
        one = bitext.translation
        with self._writer.begin() as connection:
            for document in (one.source, one.target):
                known = sa.select(_documents.c.id).where(_documents.c.id == document.id)
                if connection.execute(known).scalar() is None:
                    connection.execute(
                        sa.insert(_documents).values(id=document.id, body=dumps(document_row(document)))
                    )
            connection.execute(sa.delete(_findings).where(_findings.c.translation == one.id))
            connection.execute(sa.delete(_translations).where(_translations.c.id == one.id))
            connection.execute(
                sa.insert(_translations).values(
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
                connection.execute(sa.insert(_findings), rows)
            _count_change(connection)

    def drop(self, translation: str) -> None:
        """Forget a translation that a newer one has taken the place of; its reviews stay."""
        with self._writer.begin() as connection:
            connection.execute(sa.delete(_findings).where(_findings.c.translation == translation))
            connection.execute(sa.delete(_translations).where(_translations.c.id == translation))
            _count_change(connection)

    def changes(self) -> int:
        """How often translations were saved or dropped; equal numbers, equal machine output."""
        return int(self.setting("changes") or 0)

    def documents(self) -> list[Document]:
        """The source documents that have a translation, by id."""
        query = sa.select(_documents.c.body).where(_documents.c.id.in_(sa.select(_translations.c.source)))
        with self._engine.connect() as connection:
            return [
                document_from(json.loads(body))
                for (body,) in connection.execute(query.order_by(_documents.c.id))
            ]

    def bitexts(self, source: str | None = None) -> list[Bitext]:
        """The bitexts of a source document, or of all: by source, language and signature."""
        query = sa.select(_translations).order_by(
            _translations.c.source, _translations.c.lang, _translations.c.signature, _translations.c.id
        )
        if source is not None:
            query = query.where(_translations.c.source == source)
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
            bodies = dict(connection.execute(sa.select(_documents.c.id, _documents.c.body)).tuples().all())
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
        query = sa.select(_findings.c.body).where(_findings.c.translation == translation)
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(_findings.c.position))
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
        for _ in range(100):
            try:
                with self._writer.begin() as connection:
                    last = self._last(connection, subject)
                    revision = last.revision if last else 0
                    if seen is not None and last and revision != seen:
                        raise ConflictError(last)
                    review = Review(subject, decision, reviewer, at, text, note, revision + 1)
                    connection.execute(
                        sa.insert(_reviews).values(
                            subject=subject,
                            revision=review.revision,
                            decision=decision,
                            reviewer=reviewer,
                            at=at,
                            text=text,
                            note=note,
                        )
                    )
                    return review
            except IntegrityError:
                continue  # somebody took this revision between the look and the write
        raise InputError(f"{self.name}: too many people are writing here at once; save again")

    def _last(self, connection: sa.Connection, subject: str) -> Review | None:
        query = (
            sa.select(_reviews)
            .where(_reviews.c.subject == subject)
            .order_by(_reviews.c.revision.desc())
            .limit(1)
        )
        row = connection.execute(query).first()
        return _review(row) if row else None

    def reviews(self, subject: str | None = None, *, since: str = "") -> list[Review]:
        """Every review, those of one subject, or those made at or after a time; oldest first in a subject."""
        query = sa.select(_reviews).order_by(_reviews.c.subject, _reviews.c.revision)
        if subject is not None:
            query = query.where(_reviews.c.subject == subject)
        if since:
            query = query.where(_reviews.c.at >= since)
        with self._engine.connect() as connection:
            return [_review(row) for row in connection.execute(query)]

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()


def _review(row: sa.Row[tuple[object, ...]]) -> Review:
    return Review(row.subject, row.decision, row.reviewer, row.at, row.text, row.note, row.revision)


def _count_change(connection: sa.Connection) -> None:
    query = sa.select(_settings.c.value).where(_settings.c.key == "changes")
    count = int(connection.execute(query).scalar() or 0)
    connection.execute(sa.delete(_settings).where(_settings.c.key == "changes"))
    connection.execute(sa.insert(_settings).values(key="changes", value=str(count + 1)))


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
