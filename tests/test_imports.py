"""What other tools change comes back, nothing else does, and hostile files are refused."""

from __future__ import annotations

import contextlib
import csv
import subprocess
import sys
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
from models.errors import InputError

INTERCHANGE = ("csv", "xlsx", "tmx-pairs", "xliff", "xliff12")
HARD = [
    "a\tb  c", "Ա\u0587և և", "e\u0301é", "\u202eשלום\u202c \u200f", "😀𝒳", "<&>\"' ]]>", "“x” «y» ‘z’", "a\u000bb\u0001",
    "=1+1", "'=1+1", "@x", "-5", "＝1", "İIıi", "a\u00a0b\u2028c", "\ufffe\uffff", "%s{}\\n", "_x000B_",
]  # fmt: skip


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("small") / "project"


@pytest.fixture(scope="session")
def small(folder: Path) -> Project:
    return make(folder)


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


@pytest.mark.parametrize("name", INTERCHANGE)
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
    assert len(report.open) == 1
    assert project.reviews(bead(project, "ru", 3))[0].reviewer == "Вера"


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


# ---- Hostile files

CANARY = "CANARY-7f3a"
UNIT = '<tmx><body><tu><tuv xml:lang="en"><seg>{}</seg></tuv></tu></body></tmx>'
BOMB = "".join(f'<!ENTITY a{i + 1} "{f"&a{i};" * 10}">' for i in range(9))


@pytest.mark.parametrize(("what", "text"), [
    ("entity bomb", f'<!DOCTYPE tmx [<!ENTITY a0 "ha">{BOMB}]>{UNIT.format("&a9;")}'),
    ("external entity", '<!DOCTYPE tmx [<!ENTITY x SYSTEM "FILE">]>' + UNIT.format("&x;")),
    ("parameter entity", '<!DOCTYPE tmx [<!ENTITY % x SYSTEM "FILE"> %x;]><tmx><body/></tmx>'),
    ("entity in UTF-16", '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE tmx [<!ENTITY x SYSTEM "FILE">]><tmx>&x;</tmx>'),
    ("late entity", "<!--" + "x" * 70_000 + '--><!DOCTYPE tmx [<!ENTITY x SYSTEM "FILE">]><tmx>&x;</tmx>'),
    ("wrong root", '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'),
    ("cut short", '<tmx version="1.4"><header/><body><tu>'),
    ("mixed encodings", '<?xml version="1.0" encoding="UTF-8"?><tmx><body><tu>BYTES</tu></body></tmx>'),
])  # fmt: skip
def test_hostile_xml_is_refused_with_a_sentence(what: str, text: str, tmp_path: Path) -> None:
    secret, path = tmp_path / "secret.txt", tmp_path / "bad.tmx"
    secret.write_text(CANARY)
    data = text.replace("FILE", secret.as_uri()).encode("utf-16" if "UTF-16" in text else "utf-8")
    path.write_bytes(data.replace(b"BYTES", b"\xe0\xe1\xff"))
    with pytest.raises(InputError) as caught:
        list(read(path))
    message = str(caught.value)
    assert message.startswith(str(path)), what
    assert "\n" not in message, what
    assert CANARY not in message, what


def test_an_external_type_is_not_fetched(tmp_path: Path) -> None:
    secret, path = tmp_path / "secret.dtd", tmp_path / "a.tmx"
    secret.write_text(f'<!ENTITY x "{CANARY}">')
    path.write_text(
        f'<!DOCTYPE tmx SYSTEM "{secret.as_uri()}"><tmx version="1.4"><body><tu><tuv xml:lang="en"><seg>a&x;</seg></tuv>'
        '<tuv xml:lang="ru"><seg>б&x;</seg></tuv></tu></body></tmx>'
    )
    with contextlib.suppress(InputError):
        assert CANARY not in str(list(read(path)))


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * (40 << 20))
    with pytest.raises(InputError, match="unpacks to 40 MiB"):
        list(read(path))


def test_a_workbook_with_an_entity_is_refused(small: Project, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.xlsx", tmp_path / "bad.xlsx"
    EXPORTS["xlsx"].write(small, good)
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(bad, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "xl/workbook.xml":
                data = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>' + data
            new.writestr(name, data)
    with pytest.raises(InputError, match="document type"):
        list(read(bad))


@pytest.mark.parametrize(
    "data",
    [b"", b"PK\x03\x04broken", b"id,en\n1,x\n", b"\xff\xfe\x00", "ы;ы\n".encode("cp1251"), b"\x00" * 50],
)
def test_what_is_no_export_is_refused_with_a_sentence(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(data)
    with pytest.raises(InputError) as caught:
        list(read(tmp_path / "a.csv"))
    assert "\n" not in str(caught.value)


def test_a_long_memory_is_read_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "long.tmx"
    unit = '<tu><tuv xml:lang="en"><seg>{0}</seg></tuv><tuv xml:lang="ru"><seg>{0}</seg></tuv></tu>\n'
    with path.open("w") as file:
        file.write('<?xml version="1.0"?>\n<tmx version="1.4"><header/><body>\n')
        for i in range(60_000):
            file.write(unit.format(f"{i} " + "x" * 200))
        file.write("</body></tmx>")
    code = (
        "import resource, sys; from pathlib import Path; from align.imports import read;"
        "rows = read(Path(sys.argv[1])); next(rows); low = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss;"
        "n = 1 + sum(1 for _ in rows); print(n, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - low)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    count, grown = map(int, done.stdout.split())
    assert count == 60_000
    assert grown < 20_000, f"{path.stat().st_size >> 20} MiB of TMX took {grown >> 10} MiB"
