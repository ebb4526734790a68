"""A termbase as TBX, through the import and the export of projects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from align.exports.tbx import DCA, Style, tbx
from align.imports.tbx import entries
from align.termfiles.base import slug
from align.termfiles.spool import Spool
from align.types import Concept, Kind
from models.errors import InputError


def fill(path: Path, spool: Spool, kind: Kind) -> None:
    """Read a TBX file of 2019 or an older martif; `kind` is for entries that do not say theirs.

    Entries without an id of ours get one from their name, and a number where a name comes again. Raises
    `InputError` where two entries have one id, and where the file is broken or declares entities.
    """
    number = 0
    for entry in entries(path, kind):
        if entry.own and (before := spool.first(entry.own, entry.line)) != entry.line:
            raise InputError(
                f"{path}:{entry.line}: the duplicate id {entry.own!r} stands on line {before} already; rename one"
            )
        concept = entry.concept
        if not concept.forms:
            continue
        number += 1
        base = name = slug(concept.id) or f"concept-{number}"
        copies = 1
        while spool.known(name):
            copies += 1
            name = f"{base}-{copies}"
        spool.concept(name, replace(concept, id=name), number)
        for form in concept.forms:
            spool.form(name, form)


def pieces(concepts: Iterable[Concept], style: Style = DCA) -> Iterator[str]:
    """The document, whole."""
    from lxml import etree

    data: bytes = etree.tostring(
        tbx(concepts, style), encoding="UTF-8", xml_declaration=True, pretty_print=True
    )
    yield data.decode("utf-8")
