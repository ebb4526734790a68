"""Rows of a CSV or XLSX file that was exported and edited."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from align.exports.sheet import ABOVE, PER_LANGUAGE, unguard
from align.imports.base import Row
from align.review import STATES
from align.types import SOURCE_LANGUAGE, TARGETS
from models.errors import InputError

_UNPACKED = 256 << 20  # bytes a workbook may unpack to
_RATIO = 200  # how much smaller than its content a member may be


def csv_rows(path: Path) -> Iterator[Row]:
    """The rows of a CSV file; comma, semicolon and tab are all taken for what separates cells."""
    try:
        data = path.read_bytes()
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(f"{path}:{line}: not UTF-8; save it as CSV UTF-8, or as XLSX") from error
    if not text.strip():
        raise InputError(f"{path} is empty; export the project again")
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    limit = csv.field_size_limit(1 << 24)
    try:
        cells = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise InputError(f"{path}: not readable as CSV ({error}); save it again as CSV UTF-8") from error
    finally:
        csv.field_size_limit(limit)
    yield from _rows(str(path), [[unguard(cell) for cell in row] for row in cells])


def workbook_rows(path: Path) -> Iterator[Row]:
    """The rows of the first sheet of a workbook; its size is checked before anything is unpacked."""
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(path) as packed:
            _check(path, packed)
        with path.open("rb") as file:
            sheet = load_workbook(file, read_only=True, data_only=False, keep_links=False).worksheets[0]
            read = sheet.iter_rows(values_only=True)
            cells = [["" if value is None else str(value) for value in row] for row in read]
    except InputError:
        raise
    except Exception as error:  # openpyxl raises whatever a broken member raises
        reason = str(error).partition("\n")[0]
        raise InputError(f"{path}: not a workbook this can read ({reason}); save it again as XLSX") from error
    yield from _rows(str(path), cells)


def _check(path: Path, packed: zipfile.ZipFile) -> None:
    members = packed.infolist()
    total = sum(info.file_size for info in members)
    if total > _UNPACKED or any(
        info.file_size > _RATIO * max(info.compress_size, 1 << 12) for info in members
    ):
        raise InputError(
            f"{path}: unpacks to {total >> 20} MiB, which no workbook of texts does; save it again"
        )
    for info in members:
        if info.filename.endswith((".xml", ".rels")):
            with packed.open(info) as member:
                if re.search(rb"<!DOCTYPE|<!ENTITY", member.read(4096).replace(b"\0", b""), re.I):
                    raise InputError(
                        f"{path}: {info.filename} declares a document type; save it again as XLSX"
                    )


def _rows(name: str, cells: Sequence[Sequence[str]]) -> Iterator[Row]:
    columns = {title.strip(): i for i, title in enumerate(cells[0])} if cells else {}
    langs = [lang for lang in TARGETS if lang in columns and f"{lang} bead" in columns]
    if SOURCE_LANGUAGE not in columns or not langs:
        raise InputError(
            f"{name}: the columns en, LANG and LANG bead are not there; keep the first row as it was exported"
        )
    for number, row in enumerate(cells[1:], start=2):
        for lang in langs:
            text, state, note, _, bead, revision = _cells(
                row, (columns.get(lang + part) for part in PER_LANGUAGE)
            )
            if bead and state != ABOVE:
                (source,) = _cells(row, (columns[SOURCE_LANGUAGE],))
                yield Row(
                    f"{name}, row {number}", lang, source, text, (bead,),
                    (int(revision),) if revision.isdecimal() else (), state if state in STATES else "", note,
                )  # fmt: skip


def _cells(row: Sequence[str], at: Iterable[int | None]) -> list[str]:
    return [row[i] if i is not None and i < len(row) else "" for i in at]
