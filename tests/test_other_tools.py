"""Exported, edited in another tool, imported again: what was changed there is a review, and nothing else is.

OmegaT has a file of its own (test_omegat); here are translate-toolkit, a PO file made by it, and openpyxl.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from exported import TARGETS, bead, make

from align.exports import EXPORTS, Options
from align.exports.xml import clean
from align.imports import Report, read, take
from align.store import Project

pytest.importorskip("translate", reason="translate-toolkit is not installed; pip install 'araxes[test]'")

EDITS = [
    "Никто не ранен.", "a\tb  c", "Ա\u0587և և", "e\u0301é", "\u202eשלום\u202c", "😀𝒳", "<&>\"' ]]>", "“x” «y» ‘z’", "=1+1",
    "İIıi", "a\u00a0b", "%s{}\\n", "&amp;", "<mrk>x</mrk>",
]  # fmt: skip


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """One where Ani has worked on the first place, and Vera, after the export, on the last."""
    made = make(tmp_path / "project", {"ru": TARGETS["ru"]})
    made.review(bead(made, "ru", 0), "edit", "Ani", text="Бои под Шуши <&>")
    return made


def taken(project: Project, path: Path) -> Report:
    """Import after Vera has reviewed the last place; their own work must be as it was."""
    project.review(bead(project, "ru", 4), "accept", "Vera")
    report = take(project, read(path), "Davit")
    assert [r.reviewer for r in project.reviews(bead(project, "ru", 0))] == ["Ani"]
    assert [r.reviewer for r in project.reviews(bead(project, "ru", 4))] == ["Vera"]
    again = take(project, read(path), "Davit")
    assert not again.taken, "a second import doubles the work"
    return report


def toolkit(name: str, path: Path) -> Any:
    """The file as translate-toolkit's own classes read it."""
    from translate.storage import tmx, xliff, xliff2

    reader = {"xliff12": xliff.xlifffile, "xliff": xliff2.Xliff2File, "tmx-pairs": tmx.tmxfile}[name]
    return reader.parsefile(str(path))


@pytest.mark.parametrize("text", EDITS)
@pytest.mark.parametrize("name", ["xliff12", "xliff", "tmx-pairs"])
def test_translate_toolkit(name: str, text: str, project: Project, tmp_path: Path) -> None:
    path = tmp_path / "out.xlf"
    EXPORTS[name].write(project, path, Options(langs=("ru",)))
    store = toolkit(name, path)
    (unit,) = (u for u in store.units if str(u.target) == TARGETS["ru"][3])
    unit.target = text
    store.save()
    report = taken(project, path)
    # for translate-toolkit a unit of XLIFF 1.2 that was given a target is approved, and so it says in the file
    wanted = {"edit": 1, "approve": 1} if name == "xliff12" else {"edit": 1}
    assert (dict(report.taken), report.open) == (wanted, [])
    assert project.reviews(bead(project, "ru", 3))[0].text == text


@pytest.mark.parametrize("text", EDITS)
def test_a_po_file_made_of_the_xliff(text: str, project: Project, tmp_path: Path) -> None:
    from translate.convert.po2xliff import po2xliff
    from translate.convert.xliff2po import xliff2po
    from translate.storage import po, xliff

    path = tmp_path / "out.xlf"
    EXPORTS["xliff12"].write(project, path, Options(langs=("ru",)))
    with path.open("rb") as file:
        made = xliff2po().convertstore(file)
    catalogue = po.pofile.parsestring(bytes(made))
    (unit,) = (u for u in catalogue.units if str(u.target) == TARGETS["ru"][3])
    unit.target = text
    written = po2xliff().convertstore(
        po.pofile.parsestring(bytes(catalogue)), None, sourcelanguage="en", targetlanguage="ru"
    )
    path.write_bytes(written)
    assert xliff.xlifffile.parsestring(written).units
    report = taken(project, path)  # its ids are its own, so places are told by their source texts
    assert (dict(report.taken), report.open) == ({"edit": 1}, [])
    assert [r.text for r in project.reviews(bead(project, "ru", 3))] == [clean(text)]


@pytest.mark.parametrize("text", EDITS)
def test_openpyxl(text: str, project: Project, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    path = tmp_path / "out.xlsx"
    EXPORTS["xlsx"].write(project, path, Options(langs=("ru",)))
    book = load_workbook(path)
    (cell,) = (c for row in book.worksheets[0].iter_rows() for c in row if c.value == TARGETS["ru"][3])
    cell.value, cell.data_type = text, "s"
    book.save(path)
    report = taken(project, path)
    assert (dict(report.taken), report.open) == ({"edit": 1}, [])
    assert [r.text for r in project.reviews(bead(project, "ru", 3))] == [text]
