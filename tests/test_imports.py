"""What other tools change comes back, nothing else does, and hostile files are refused."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path

import pytest
from exported import bead, make
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from align.exports import EXPORTS, Options
from align.exports.sheet import guard, unguard
from align.exports.xml import clean
from align.imports import read, take
from align.store import Project

INTERCHANGE = ("csv", "xlsx", "tmx-pairs", "xliff", "xliff12")
HARD = [
    "a\tb  c", "Ա\u0587և և", "e\u0301é", "\u202eשלום\u202c \u200f", "😀𝒳", "<&>\"' ]]>", "“x” «y» ‘z’", "a\u000bb\u0001",
    "=1+1", "'=1+1", "@x", "-5", "＝1", "İIıi", "a\u00a0b\u2028c", "\ufffe\uffff", "%s{}\\n", "_x000B_",
]  # fmt: skip


# ---- There and back


def edited(name: str, path: Path, old: str, new: str) -> None:
    """Change a text as another tool would."""
    if name == "xlsx":
        from openpyxl import load_workbook

        with path.open("rb") as file:
            book = load_workbook(file)
        for row in book.worksheets[0].iter_rows():
            for cell in row:
                if cell.value == old:
                    cell.value = new
                    cell.data_type = "s"
        book.save(path)
        return
    files = [path] if path.is_file() else sorted(path.glob("*.xlf"))
    for file in files:
        text = file.read_text(encoding="utf-8-sig")
        assert name != "csv" or '"' not in old + new
        file.write_text(text.replace(_escaped(old, name), _escaped(new, name)), encoding="utf-8", newline="")


def _escaped(text: str, name: str) -> str:
    if name == "csv":
        return guard(text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def imported(name: str, path: Path) -> Path:
    return path if path.is_file() else next(iter(sorted(path.glob("hy.xlf"))))


@pytest.mark.parametrize("name", INTERCHANGE)
def test_an_edit_made_elsewhere_comes_back_as_a_review(name: str, tmp_path: Path) -> None:
    project = make(tmp_path / "project")
    subject, other = bead(project, "hy", 3), bead(project, "hy", 2)
    project.review(other, "edit", "Ani", text="Սա բանաձև չէ։")
    path = tmp_path / "out"
    EXPORTS[name].write(project, path)
    edited(name, path, "Ոչ ոք չի տուժել։", "=Ոչ ոք չի <վիրավորվել> & չի տուժել։")
    report = take(project, read(imported(name, path)), "Davit")
    assert (dict(report.taken), report.open) == ({"edit": 1}, [])
    (review,) = project.reviews(subject)
    assert (review.reviewer, review.text) == ("Davit", "=Ոչ ոք չի <վիրավորվել> & չի տուժել։")
    assert len(project.reviews(other)) == 1, "somebody else's work was touched"
    again = take(project, read(imported(name, path)), "Davit")
    assert not again.taken, "a second import doubles the work"
    assert not again.open


@pytest.mark.parametrize("name", INTERCHANGE)
def test_who_came_first_keeps_it(name: str, tmp_path: Path) -> None:
    project = make(tmp_path / "project")
    subject = bead(project, "hy", 3)
    path = tmp_path / "out"
    EXPORTS[name].write(project, path)
    edited(name, path, "Ոչ ոք չի տուժել։", "Մեկ այլ տարբերակ։")
    project.review(subject, "edit", "Ani", text="Տուժածներ չկան։")
    report = take(project, read(imported(name, path)), "Davit")
    assert not report.taken
    assert len(report.open) == 1
    assert "Ani" in report.open[0]
    assert [r.reviewer for r in project.reviews(subject)] == ["Ani"]


@pytest.mark.parametrize("name", [*INTERCHANGE, "tmx"])
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_hard_text_goes_there_and_back(
    name: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    letters = st.text(
        st.characters(exclude_categories=["Cs"], exclude_characters="\n\r"), min_size=1, max_size=12
    )
    lines = data.draw(st.lists(st.sampled_from(HARD) | letters, min_size=1, max_size=6))
    lines = ["x" + line if not line.strip() or len(line.splitlines()) != 1 else line for line in lines]
    where = tmp_path_factory.mktemp("hard")
    source = tuple(f"Line {i}." for i in range(len(lines)))
    project = make(where / "project", {"hy": tuple("…" for _ in lines)}, source)
    for i, line in enumerate(lines):
        project.review(bead(project, "hy", i), "edit", "Ani", text=line)
    path = where / "out.xlf" if name.startswith("xliff") else where / "out"
    EXPORTS[name].write(project, path, Options(langs=("hy",)))
    rows = list(read(path))
    # XLIFF 2 has codes for what XML cannot hold; elsewhere U+FFFD stands for it
    assert [row.text for row in rows] == (lines if name == "xliff" else list(map(clean, lines)))
    report = take(project, rows, "Davit")
    assert not report.taken, "what nobody changed comes back as an edit"
    assert not report.open


def test_states_travel(tmp_path: Path) -> None:
    project = make(tmp_path / "project")
    path = tmp_path / "hy.xlf"
    EXPORTS["xliff"].write(project, path, Options(langs=("hy",)))
    text = path.read_text(encoding="utf-8").replace(
        'state="initial" subState="araxes:draft"', 'state="reviewed"', 2
    )
    path.write_text(text, encoding="utf-8")
    report = take(project, read(path), "Davit")
    assert dict(report.taken) == {"accept": 2}
    EXPORTS["xliff"].write(project, path, Options(langs=("hy",)))
    assert path.read_text(encoding="utf-8").count('state="reviewed" subState="araxes:reviewed"') == 2


def test_a_memory_without_our_marks_is_matched_by_its_source(tmp_path: Path) -> None:
    project = make(tmp_path / "project")
    path = tmp_path / "theirs.tmx"
    path.write_text(
        '<?xml version="1.0"?><!DOCTYPE tmx SYSTEM "tmx11.dtd"><tmx version="1.1"><header/><body><tu>'
        '<tuv lang="EN-US"><seg>Nobody was hurt.</seg></tuv>'
        '<tuv lang="RU" changeid="Вера"><seg>Обошлось без жертв.</seg></tuv></tu>'
        '<tu><tuv lang="EN-US"><seg>Unknown.</seg></tuv><tuv lang="RU"><seg>Неизвестно.</seg></tuv></tu></body></tmx>',
        encoding="utf-8",
    )
    report = take(project, read(path))
    assert dict(report.taken) == {"edit": 1}
    assert (report.foreign, report.open) == (1, []), "what else a memory holds is no fault"
    assert project.reviews(bead(project, "ru", 3))[0].reviewer == "Вера"
    other = make(tmp_path / "other", {"ru": ("Другое.",)}, ("Another text.",))
    assert "is it the right one?" in take(other, read(path)).open[0]


@given(st.text(max_size=8) | st.sampled_from(HARD))
def test_no_cell_is_computed_and_every_cell_comes_back(text: str) -> None:
    assert guard(text)[:1] not in tuple("=+-@\t\r\n＝＋－＠")
    assert unguard(guard(text)) == text


def test_no_cell_of_a_workbook_is_a_formula(small: Project, tmp_path: Path) -> None:
    EXPORTS["xlsx"].write(small, tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as packed:
        sheet = packed.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    assert "=1+1 is no formula." in sheet.decode() or b"sharedStrings" in b"".join(
        map(str.encode, packed.namelist())
    )
    EXPORTS["csv"].write(small, tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_a_unit_of_several_beads_is_not_guessed_at(tmp_path: Path) -> None:
    project = make(tmp_path / "project")
    path = tmp_path / "all.tmx"
    EXPORTS["tmx"].write(project, path)
    assert not take(project, read(path)).open
    text = path.read_text(encoding="utf-8").replace("Ոչ ոք չի տուժել։ Շուշիի", "Ոչ ոք չի տուժել, և Շուշիի")
    path.write_text(text.replace("Бои у Шуши", "Бои под Шуши"), encoding="utf-8")
    report = take(project, read(path), "Davit")
    assert dict(report.taken) == {"edit": 1}
    assert len(report.open) == 1
    assert "covers 2 beads" in report.open[0]
