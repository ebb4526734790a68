"""Taking work back from other tools: files to rows, rows to reviews."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from align.exports.xml import root_name
from align.imports import sheet, tmx, xliff
from align.imports.base import Row
from align.imports.take import Report, take
from models.errors import InputError

__all__ = ["Report", "Row", "read", "take"]

_XML: dict[str, Callable[[Path], Iterator[Row]]] = {"tmx": tmx.rows, "xliff": xliff.rows}


def read(path: Path) -> Iterator[Row]:
    """The rows of a TMX, XLIFF, XLSX or CSV file, told apart by what is in them.

    Raises `InputError`, also while the rows are read, where the file is none of these or is broken.
    """
    try:
        with path.open("rb") as file:
            start = file.read(512)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error}); check its name") from error
    if start.startswith(b"PK"):
        return sheet.workbook_rows(path)
    marked = start.removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"").lstrip(b"\xff\xfe").lstrip()
    if not marked.startswith(b"<"):
        return sheet.csv_rows(path)
    name = root_name(path)
    if not name:
        return _XML["tmx"](path)  # says where it is broken
    if name not in _XML:
        raise InputError(f"{path}: a <{name}> file; work comes back as TMX, XLIFF, CSV or XLSX")
    return _XML[name](path)
