"""CSV and XLSX: a row a source segment, a group of columns a language; edited there, they can be imported again.

No cell can become a formula: XLSX cells are typed as text, and a CSV cell that a spreadsheet would compute
gets one apostrophe before it, which the import takes off.
"""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from align.beads import joined
from align.exports.base import Export, Options, whole
from align.exports.units import Pair, Round, rounds
from align.exports.xml import clean
from align.types import SOURCE_LANGUAGE, TARGETS
from models.errors import InputError

if TYPE_CHECKING:
    from align.store import Project

FIXED = ("id", "article", "segment", "role", SOURCE_LANGUAGE)
PER_LANGUAGE = ("", " state", " note", " findings", " bead", " revision")
ABOVE = "↑"  # the segment is translated in a row above, with the one before it
_RISKY = "[=+\\-@\t\r\n＝＋－＠]"
_COMPUTED = re.compile(f"'*{_RISKY}")
_GUARDED = re.compile(f"'+{_RISKY}")
_CELL = 32_767  # characters an Excel cell holds
_WIDTHS = {"": 60, " state": 11, " note": 24, " findings": 40}


def guard(text: str) -> str:
    """The text as a CSV cell that no spreadsheet computes."""
    return f"'{text}" if _COMPUTED.match(text) else text


def unguard(cell: str) -> str:
    """The text of a guarded cell."""
    return cell[1:] if _GUARDED.match(cell) else cell


def header(langs: tuple[str, ...]) -> list[str]:
    """The names of the columns."""
    return [*FIXED, *(lang + part for lang in langs for part in PER_LANGUAGE)]


def table_rows(project: Project, langs: tuple[str, ...]) -> Iterator[list[str]]:
    """The cells of every row, clean of characters that no spreadsheet holds."""
    for one in rounds(project, langs):
        for segment in one.source.segments:
            cells = [
                f"{one.source.id}-{one.number}-{segment.index}", one.source.title or one.source.id, str(segment.index),
                segment.role, joined(one.source, (segment.index,)),
            ]  # fmt: skip
            for lang in langs:
                cells += _cells(one, lang, segment.index)
            yield [clean(cell) for cell in cells]


def _cells(one: Round, lang: str, segment: int) -> list[str]:
    pair: Pair | None = next(
        (p for v in one.versions if v.lang == lang for p in v.pairs if segment in p.segments), None
    )
    if pair is None:
        return [""] * len(PER_LANGUAGE)
    if segment != pair.segments[0]:
        return ["", ABOVE, *[""] * (len(PER_LANGUAGE) - 2)]
    said = "; ".join(f"{f.severity}: {f.message}" for f in pair.findings)
    return [pair.target, pair.state.name, pair.state.note, said, pair.id, str(pair.state.revision)]


class Csv(Export):
    """One CSV file in UTF-8 with a byte order mark, every cell quoted."""

    id = "csv"
    title = "CSV"
    suffix = "csv"

    def write(self, project: Project, path: Path, options: Options = Options()) -> int:  # noqa: B008
        """Write the file."""
        langs = options.langs or TARGETS
        count = 0
        with whole(path) as partial, partial.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file, quoting=csv.QUOTE_ALL)
            writer.writerow(header(langs))
            for row in table_rows(project, langs):
                writer.writerow([guard(cell) for cell in row])
                count += 1
        return count


class Xlsx(Export):
    """One XLSX workbook; the columns that only the import reads are hidden."""

    id = "xlsx"
    title = "XLSX"
    suffix = "xlsx"

    def write(self, project: Project, path: Path, options: Options = Options()) -> int:  # noqa: B008
        """Write the file. Raises `InputError` where a text is longer than a cell can hold."""
        from openpyxl import Workbook
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Alignment, Font
        from openpyxl.utils import get_column_letter

        langs = options.langs or TARGETS
        names = header(langs)
        book = Workbook(write_only=True)
        sheet = book.create_sheet("bitext")
        sheet.freeze_panes = f"{get_column_letter(len(FIXED) + 1)}2"
        for i, name in enumerate(names, start=1):
            column = sheet.column_dimensions[get_column_letter(i)]
            lang, _, part = name.partition(" ")
            column.width = (
                _WIDTHS.get(f" {part}" if part else "", 10) if lang in (*langs, SOURCE_LANGUAGE) else 8
            )
            column.hidden = name in ("id", "article") or part in ("bead", "revision")
        wrapped, bold = Alignment(wrap_text=True, vertical="top"), Font(bold=True)
        count = -1
        for cells in (names, *table_rows(project, langs)):
            row = []
            for name, text in zip(names, cells, strict=True):
                if len(text) > _CELL:
                    raise InputError(
                        f"row {count + 1}, {name}: a cell of XLSX holds {_CELL} characters; export csv instead"
                    )
                cell = WriteOnlyCell(sheet, value=text or None)
                if text:
                    cell.data_type = "s"  # text, whatever it begins with
                cell.number_format, cell.alignment = "@", wrapped
                if count < 0:
                    cell.font = bold
                row.append(cell)
            sheet.append(row)
            count += 1
        with whole(path) as partial:
            book.save(partial)
            _steady(partial)
        return count


def _steady(path: Path) -> None:
    """Take the time of writing out of a workbook, so that equal projects give equal files."""
    with zipfile.ZipFile(path) as old:
        members = [(info.filename, old.read(info)) for info in old.infolist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in members:
            timeless = data
            if name == "docProps/core.xml":
                timeless = re.sub(rb">\d{4}-\d\d-\d\dT[\d:.]+Z?<", b">2000-01-01T00:00:00Z<", data)
            new.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), timeless, zipfile.ZIP_DEFLATED)
