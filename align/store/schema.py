"""The tables of a project, and how a project of an older version becomes one of this version."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace

import sqlalchemy as sa

from align.rows import dumps, finding_from, finding_row
from align.types import content_id
from models.errors import InputError

META = sa.MetaData()
SETTINGS = sa.Table("setting", META, sa.Column("key", sa.Text, primary_key=True), sa.Column("value", sa.Text))
DOCUMENTS = sa.Table(
    "document",
    META,
    sa.Column("id", sa.String(16), primary_key=True),
    sa.Column("body", sa.Text, nullable=False),
)
TRANSLATIONS = sa.Table(
    "translation",
    META,
    sa.Column("id", sa.String(16), primary_key=True),
    sa.Column("source", sa.String(16), sa.ForeignKey("document.id"), nullable=False),
    sa.Column("target", sa.String(16), sa.ForeignKey("document.id"), nullable=False),
    sa.Column("lang", sa.String(8), nullable=False),
    sa.Column("signature", sa.Text, nullable=False),
    sa.Column("links", sa.Text),
    sa.Column("method", sa.Text, nullable=False),
    sa.Column("beads", sa.Text, nullable=False),
)
FINDINGS = sa.Table(
    "finding",
    META,
    sa.Column("translation", sa.String(16), sa.ForeignKey("translation.id"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("id", sa.String(16), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)
REVIEWS = sa.Table(
    "review",
    META,
    sa.Column("subject", sa.String(16), primary_key=True),
    sa.Column("revision", sa.Integer, primary_key=True),
    sa.Column("decision", sa.String(16), nullable=False),
    sa.Column("reviewer", sa.Text, nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
)


def _create(connection: sa.Connection) -> None:
    META.create_all(connection)


def _index_reviews(connection: sa.Connection) -> None:
    """What others did lately is asked for every few seconds."""
    connection.exec_driver_sql("CREATE INDEX IF NOT EXISTS review_at ON review (at)")


def _findings_by_pair(connection: sa.Connection) -> None:
    """Equal findings of two translations shared one id and so one decision; each gets its own, with all of it."""
    ids: dict[str, set[str]] = defaultdict(set)
    held = sa.select(FINDINGS, TRANSLATIONS.c.source, TRANSLATIONS.c.target).join(TRANSLATIONS)
    for row in connection.execute(held).all():
        finding = finding_from(json.loads(row.body))
        if finding.pair:
            continue
        finding = replace(finding, pair=content_id(row.source, row.target))
        ids[row.id].add(finding.id)
        here = (FINDINGS.c.translation == row.translation) & (FINDINGS.c.position == row.position)
        connection.execute(
            sa.update(FINDINGS).where(here).values(id=finding.id, body=dumps(finding_row(finding)))
        )
    decided = [
        row for row in connection.execute(sa.select(REVIEWS)).mappings().all() if row["subject"] in ids
    ]
    for old in decided:
        copies = [{**old, "subject": new} for new in sorted(ids[old["subject"]])]
        connection.execute(sa.insert(REVIEWS), copies)
    for subject in {old["subject"] for old in decided}:
        connection.execute(sa.delete(REVIEWS).where(REVIEWS.c.subject == subject))


MIGRATIONS: tuple[Callable[[sa.Connection], None], ...] = (_create, _index_reviews, _findings_by_pair)


def migrate(connection: sa.Connection) -> None:
    """Bring the database to the newest version, step by step. Raises `InputError` if it is newer than that."""
    if connection.dialect.name == "postgresql":  # two servers may start at once
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('araxes schema'))")
    if connection.dialect.name == "sqlite":  # on a server other programs may keep their tables beside ours
        held = set(sa.inspect(connection).get_table_names())
        if held and "schema_version" not in held:
            raise InputError("its database is another program's; choose another folder")
    connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)")
    version = connection.execute(sa.text("SELECT MAX(version) FROM schema_version")).scalar() or 0
    if version > len(MIGRATIONS):
        raise InputError(f"a newer Araxes made this project (version {version}); install that one")
    for number, step in enumerate(MIGRATIONS[version:], start=version + 1):
        step(connection)
        connection.execute(sa.text("INSERT INTO schema_version VALUES (:v)"), {"v": number})
