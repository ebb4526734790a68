"""Command lines that go wrong: one sentence and a status, nothing half written, nothing of anybody's written over."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from exported import make

from align.cli import main
from align.store import FILE, Project

ARTICLE = "A title\n\nShelling hit Goris on Tuesday. Two people died.\n"
RUSSIAN = "Заголовок\n\nВо вторник обстрелян Горис. Погибли двое.\n"


class Done(NamedTuple):
    status: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture
def araxes(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Run a command line in a folder full of files made to go wrong."""
    monkeypatch.chdir(tmp_path)
    files: dict[str, bytes] = {
        "article.txt": ARTICLE.encode(),
        "ru.txt": RUSSIAN.encode(),
        "empty.txt": b"",
        "empty.csv": b"\n",
        "binary.txt": bytes(range(256)) * 8,
        "nul.txt": ARTICLE.replace("Goris", "Go\0ris").encode(),
        "utf16.csv": '"id","en"\n'.encode("utf-16"),
        "cut.txt": "Line.\nЛин".encode()[:-1],
        "mine.csv": b"a thesis",
    }
    for name, data in files.items():
        Path(name).write_bytes(data)
    Path("folder").mkdir()

    def run(*arguments: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["araxes", *arguments])
        try:
            main()
            status = 0
        except SystemExit as stopped:
            status = stopped.code if isinstance(stopped.code, int) else 1
        return Done(status, *capsys.readouterr())

    return run


PAIR = ("article.txt", "ru.txt", "--to", "ru", "--encoder", "lexical")
BAD = {
    "a NUL in a good text": (["translate", "nul.txt", "-t", "ru"], "NUL character on line 3; delete it"),
    "a skip that is no number": (["align", *PAIR, "--skip", "nan"], "--skip nan"),
    "a skip without end": (["align", *PAIR, "--skip=-inf"], "--skip -inf"),
    "gold without beads": (["align", *PAIR, "--gold", "empty.txt"], "empty.txt is empty"),
    "reasons as columns": (["align", *PAIR, "--explain", "-f", "tsv"], "leave out -f tsv"),
    "no language": (["align", "article.txt", "ru.txt", "--lines", "--to", ""], "the languages are"),
    "a language that checks do not know": (
        ["check", "article.txt", "ru.txt", "--lines", "--to", "fr"],
        "--to fr: the languages are en, hy, az, ru, tr\n",
    ),
    "an engine for another language": (
        ["run", "article.txt", "-t", "ru", "--engine", "hy=firefox"],
        "hy is not among the targets",
    ),
    "a profile's file that is not there": (
        ["check", *PAIR, "--profile", "x.toml"],
        "x.toml does not exist",
    ),
    "a termbase without a concept": (["terms", "list", "--terms", "empty.txt"], "empty.txt:1: no concept"),
    "a binary termbase": (["terms", "list", "--terms", "binary.txt"], "binary.txt:1: not UTF-8; save it"),
    "a missing termbase": (["check", *PAIR, "--terms", "x"], "x does not exist; name a termbase file"),
    "an unknown kind": (["terms", "list", "--kind", "zz"], "--kind zz: the kinds are toponym"),
    "no metric": (["score", "ru.txt", "ru.txt", "--metrics", ","], "the metrics are bleu"),
    "a language that measures do not know": (
        ["score", "ru.txt", "ru.txt", "--source", "article.txt", "--to", "xx"],
        "--to xx: the languages are en, hy, az, ru, tr\n",
    ),
    "a cut letter in what is scored": (["score", "ru.txt", "cut.txt"], "cut.txt:2: not UTF-8; save it as"),
    "no repository": (["export", "project", "--to", "hub", "--push", "me"], "write OWNER/NAME"),
    "no upload of that kind": (["export", "project", "--to", "csv", "--push", "me/it"], "--to hub"),
    "a folder for a file": (["translate", "article.txt", "-t", "ru", "-o", "folder"], "folder: cannot be written"),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_what_is_wrong_is_one_sentence(what: str, araxes: Run, tmp_path: Path) -> None:
    arguments, words = BAD[what]
    if what == "a folder for a file":
        remember(araxes, tmp_path)
    before = sorted(path.name for path in tmp_path.iterdir() if path.name[:3] != "xdg")
    done = araxes(*arguments)
    assert done.status == 2, done
    assert done.out == ""
    assert done.err.startswith("araxes: ")
    assert done.err.count("\n") == 1, done.err
    assert words in done.err
    assert sorted(path.name for path in tmp_path.iterdir() if path.name[:3] != "xdg") == before


def remember(araxes: Run, tmp_path: Path) -> None:
    """Put translations of the article's segments into the memory of the test."""
    from platformdirs import user_data_path

    from align.reader import read
    from models.memory import HUMAN_SIGNATURE, Memory

    memory = Memory(user_data_path("araxes", appauthor=False) / "memory.sqlite")
    texts = [segment.text for segment in read(tmp_path / "article.txt").segments]
    memory.put(texts, "ru", HUMAN_SIGNATURE, ["Заголовок", "Горис обстрелян.", "Погибли двое."])


@pytest.mark.parametrize(("break_", "words"), [
    (lambda data: data[: len(data) // 2], "is damaged, or not a project database"),
    (lambda data: data[:50], "is damaged, or not a project database"),
    (lambda data: data[:4096] + b"\xff" * (len(data) - 4096), "is damaged, or not a project database"),
    (lambda data: b"", "no project here"),
    (lambda data: b"a text" * 1000, "is damaged, or not a project database"),
])  # fmt: skip
@pytest.mark.parametrize("command", [["export", "project", "--to", "csv"], ["score", "project"]])
def test_a_damaged_project_is_told_and_left_alone(
    break_: Callable[[bytes], bytes], words: str, command: list[str], araxes: Run, tmp_path: Path
) -> None:
    make(tmp_path / "project", checked=False).close()
    file = tmp_path / "project" / FILE
    file.write_bytes(broken := break_(file.read_bytes()))
    done = araxes(*command)
    assert done.status == 2
    assert words in done.err
    assert "project" in done.err
    assert file.read_bytes() == broken
    assert not (tmp_path / "project" / "export.csv").exists()


@pytest.mark.parametrize("command", [
    ["run", "article.txt", "-o", "other"], ["export", "other", "--to", "csv"], ["score", "other"],
    ["import", "other", "mine.csv"],
])  # fmt: skip
def test_another_programs_database_gets_no_tables(command: list[str], araxes: Run, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    file = tmp_path / "other" / FILE
    with sqlite3.connect(file) as base:
        base.execute("CREATE TABLE bookmarks (url TEXT)")
    base.close()
    done = araxes(*command)
    assert done.status == 2
    assert "another program's" in done.err
    with sqlite3.connect(file) as base:
        assert base.execute("SELECT name FROM sqlite_master").fetchall() == [("bookmarks",)]
    base.close()


def test_an_export_writes_over_its_own_files_only(araxes: Run, tmp_path: Path) -> None:
    make(tmp_path / "project", checked=False).close()
    refused = araxes("export", "project", "--to", "csv", "-o", "mine.csv")
    assert refused.status == 2
    assert "mine.csv: exists" in refused.err
    assert (tmp_path / "mine.csv").read_bytes() == b"a thesis"
    out = tmp_path / "sheet.csv"
    for _ in range(2):
        assert araxes("export", "project", "--to", "csv", "-o", "sheet.csv").status == 0
    out.write_bytes(edited := out.read_bytes().replace("Горис".encode(), b"Goris") + b"\r\n")
    assert araxes("export", "project", "--to", "csv", "-o", "sheet.csv").status == 2, "a person's work"
    assert out.read_bytes() == edited


def test_a_project_without_translations_says_so(araxes: Run, tmp_path: Path) -> None:
    Project.create(tmp_path / "project").close()
    for command in (["export", "project", "--to", "csv"], ["score", "project"]):
        done = araxes(*command)
        assert done.status == 2
        assert "yet; make something with: araxes run" in done.err


def test_scores_with_intervals_are_json(araxes: Run, tmp_path: Path) -> None:
    project = make(tmp_path / "project", checked=False)
    (bitext,) = (one for one in project.bitexts() if one.lang == "ru")
    project.review(bitext.bead_id(0), "edit", "Vera", text="Один два четыре.")
    project.close()
    done = araxes("score", "project", "--json")
    assert done.status == 0, done.err
    assert json.loads(done.out)["systems"][0]["chrf"]["low"] >= 0


def test_what_is_wrong_with_an_edited_sheet(araxes: Run, tmp_path: Path) -> None:
    make(tmp_path / "project", checked=False).close()
    make(tmp_path / "other", {"ru": ("Другое.",)}, ("Another text.",), checked=False).close()
    assert "utf16.csv:1: not UTF-8" in araxes("import", "project", "utf16.csv").err
    assert "empty.csv is empty" in araxes("import", "project", "empty.csv").err
    assert araxes("export", "project", "--to", "csv", "-o", "sheet.csv").status == 0
    foreign = araxes("import", "other", "sheet.csv")
    assert foreign.status == 3
    assert "is it the right one?" in foreign.out
    assert foreign.err == "", "no place of this project was left open"


def test_one_segment_is_one_segment(araxes: Run, tmp_path: Path) -> None:
    (tmp_path / "word.txt").write_text("Shusha\n", encoding="utf-8")
    (tmp_path / "kept.txt").write_text("a translation of an earlier day", encoding="utf-8")
    done = araxes("translate", "word.txt", "-t", "ru", "-o", "kept.txt")
    assert done.status == 3
    assert "1 segment is left untranslated" in done.err
    assert (tmp_path / "kept.txt").read_text(encoding="utf-8") == "a translation of an earlier day"
    done = araxes("run", "word.txt", "-t", "ru", "-q", "--json", "-o", "project")
    assert done.status == 3
    assert "ru: 1 segment is left untranslated" in done.err
    assert json.loads(done.out)["untranslated"] == [{"lang": "ru", "segments": [0]}]


def test_a_text_in_another_script_is_told(araxes: Run) -> None:
    done = araxes("align", "article.txt", "ru.txt", "--to", "hy", "--encoder", "lexical", "-f", "beads")
    assert done.status == 0
    assert "ru.txt was read as hy, but most of its letters are Cyrillic" in done.err
    done = araxes("translate", "ru.txt", "-t", "hy")
    assert done.status == 3
    assert "ru.txt was read as en, but most of its letters are Cyrillic" in done.err
    assert "was read as" not in araxes("align", *PAIR, "-f", "beads").err


def test_a_long_list_of_findings_is_cut_in_the_summary(araxes: Run, tmp_path: Path) -> None:
    (tmp_path / "long.txt").write_text("\n\n".join(f"Строка {i} не отсюда." for i in range(400)), "utf-8")
    done = araxes("run", "article.txt", "-t", "ru", "--with", "ru=long.txt", "--encoder", "lexical", "-q")
    assert done.status == 0
    assert done.out.count("\nru  ") < 110
    assert "more, which the review and --json show" in done.out


def test_nothing_found_is_said(araxes: Run) -> None:
    done = araxes("check", "article.txt", "ru.txt", "--to", "ru", "--parallel")
    assert (done.status, done.out, done.err) == (0, "", "araxes: no findings\n")


def test_the_version(araxes: Run) -> None:
    done = araxes("--version")
    assert done.status == 0
    assert done.out.startswith("araxes ")
    assert done.err == ""


def _start(*arguments: str) -> subprocess.Popen[bytes]:
    """The command line in a process of its own; it prints a line when it has been imported."""
    code = "from align.cli import main; print('up', flush=True); main()"
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="there is no /dev/full")
@pytest.mark.parametrize("command", [["terms", "list"], ["terms", "export", "--to", "csv"]])
def test_a_full_disk_is_one_sentence(command: list[str], araxes: Run) -> None:
    with Path("/dev/full").open("wb") as full:
        running = subprocess.run(
            [sys.executable, "-m", "align.cli", *command], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert running.returncode == 2
    assert (
        running.stderr.decode() == "araxes: No space left on device; look at the disk and the permissions\n"
    )


def test_a_reader_who_has_enough_is_no_error(araxes: Run) -> None:
    running = _start("terms", "list")
    assert running.stdout
    assert running.stderr
    running.stdout.readline()
    running.stdout.close()
    assert (running.wait(60), running.stderr.read()) == (0, b"")
    running.stderr.close()


def test_a_device_is_written_to_and_not_replaced(araxes: Run, tmp_path: Path) -> None:
    remember(araxes, tmp_path)
    os.mkfifo(tmp_path / "pipe")
    reader = subprocess.Popen(["cat", "pipe"], stdout=subprocess.PIPE)
    assert araxes("translate", "article.txt", "-t", "ru", "-o", "pipe").status == 0
    assert "Горис обстрелян." in reader.communicate(timeout=60)[0].decode()
    assert (tmp_path / "pipe").is_fifo()


def test_ctrl_c_says_that_what_was_done_is_kept(araxes: Run, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "slow.txt")  # reading it waits
    running = _start("translate", "slow.txt", "-t", "ru")
    assert running.stdout
    running.stdout.readline()
    with pytest.raises(subprocess.TimeoutExpired):
        running.wait(1)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert (running.returncode, out) == (130, b"")
    assert err.decode() == "araxes: stopped; what was done is kept, and the same command continues\n"
