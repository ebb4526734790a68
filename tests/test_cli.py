"""The command line as a user meets it: results on standard output, one sentence and a status for what is wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from align.cli import main

ARTICLE = "A title\n\nShelling hit Goris on Tuesday. Two people died.\n"
REFERENCE = "Заголовок\n\nВо вторник обстрелян Горис. Погибли двое.\n"


class Done(NamedTuple):
    status: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture
def araxes(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Run a command line in a folder of its own that holds an article and a translation."""
    (tmp_path / "article.txt").write_text(ARTICLE, encoding="utf-8")
    (tmp_path / "ru.txt").write_text(REFERENCE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["araxes", *arguments])
        try:
            main()
            status = 0
        except SystemExit as stopped:
            status = stopped.code if isinstance(stopped.code, int) else 1
        return Done(status, *capsys.readouterr())

    return run


BAD = {
    "an empty file": (["run", "empty.txt"], "empty"),
    "a missing file": (["run", "nowhere.txt"], "does not exist"),
    "a folder": (["run", "folder"], "directory"),
    "a binary": (["run", "binary.bin"], "binary.bin"),
    "a language nobody offers": (["run", "article.txt", "-t", "de"], "hy, az, ru, tr"),
    "two translations": (
        ["run", "article.txt", "--with", "ru=ru.txt", "--with", "ru=ru.txt"],
        "two values for ru",
    ),
    "no language": (["run", "article.txt", "--with", "ru.txt"], "which language"),
    "a translation that is not there": (["run", "article.txt", "--with", "ru=x.txt"], "x.txt"),
    "a profile nobody has": (
        ["check", "article.txt", "ru.txt", "-t", "ru", "--profile", "martian"],
        "martian",
    ),
    "a date": (["check", "article.txt", "ru.txt", "-t", "ru", "--date", "yesterday"], "YYYY-MM-DD"),
    "a severity": (
        ["check", "article.txt", "ru.txt", "-t", "ru", "--parallel", "--fail-on", "bad"],
        "info, warning, error",
    ),
    "lines that do not match": (["check", "article.txt", "short.txt", "-t", "ru", "--parallel"], "as many"),
    "a pair without --lines": (["align", "article.txt", "ru.txt", "-t", "fr"], "--lines"),
    "an unknown form": (["align", "article.txt", "ru.txt", "-t", "ru", "-f", "pdf"], "pdf"),
    "a malformed termbase": (
        ["check", "article.txt", "ru.txt", "-t", "ru", "--terms", "bad.toml"],
        "bad.toml:2",
    ),
    "a termbase with an unknown side": (
        ["check", "article.txt", "ru.txt", "-t", "ru", "--terms", "side.toml"],
        "side.toml:3",
    ),
    "a folder that is no project": (["export", "folder", "--to", "jsonl"], "no project here"),
    "an export nobody writes": (["export", "folder", "--to", "docx"], "the exports are"),
    "an unknown concept": (["terms", "show", "atlantis"], "atlantis"),
    "an unwritable place": (["run", "article.txt", "-o", "article.txt/project"], "project"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_one_sentence(case: str, araxes: Run, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "folder").mkdir()
    (tmp_path / "binary.bin").write_bytes(bytes(range(256)) * 8)
    (tmp_path / "short.txt").write_text("Одна строка\n")
    (tmp_path / "bad.toml").write_text('[x]\nkind = "toponym\n')
    (tmp_path / "side.toml").write_text(
        '[x]\nkind = "toponym"\nen = [{ text = "X", sides = ["martian"] }]\nhy = ["Ա"]\naz = ["X"]\nru = ["Х"]\n'
        'tr = ["X"]\n'
    )
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    arguments, named = BAD[case]
    done = araxes(*arguments)
    assert done.status == 2, done.err
    assert named in done.err
    assert done.err.strip().count("\n") == 0, done.err
    assert "Traceback" not in done.err
    assert not done.out
    assert all(p.read_bytes() == data for p, data in before.items()), "something was overwritten"


def test_what_no_model_translates_is_status_3(araxes: Run) -> None:
    done = araxes("run", "article.txt", "-t", "ru", "-o", "p", "-q")
    assert done.status == 3
    assert "left untranslated" in done.err
    assert "--engine ru=DIRECTORY" in done.err
    assert "araxes models fetch" in done.err


def test_a_given_translation_needs_no_model(araxes: Run) -> None:
    done = araxes(
        "run", "article.txt", "-t", "ru", "--with", "ru=ru.txt", "-o", "p", "-q", "--encoder", "lexical"
    )
    assert done.status == 0, done.err
    assert "ru" in done.out


def test_check_prints_findings_as_json(araxes: Run, tmp_path: Path) -> None:
    (tmp_path / "en.txt").write_text("Shelling hit Goris.\nHe left.\n", encoding="utf-8")
    (tmp_path / "hy.txt").write_text("Հրետակոծվել է Goris-ը։\nՆա հեռացավ։\n", encoding="utf-8")
    done = araxes("check", "en.txt", "hy.txt", "-t", "hy", "--parallel", "-f", "jsonl", "--fail-on", "error")
    assert done.status == 1
    (finding,) = [json.loads(line) for line in done.out.splitlines() if '"error"' in line]
    assert {
        "id",
        "check",
        "severity",
        "lang",
        "concept",
        "source",
        "target",
        "expected",
        "found",
        "profile",
        "message",
    } <= set(finding)
    (span,) = finding["target"]
    assert (
        (tmp_path / "hy.txt").read_text(encoding="utf-8")[span["start"] : span["end"]]
        == span["text"]
        == "Goris"
    )


@pytest.mark.parametrize("form", ["text", "beads", "tsv", "jsonl"])
def test_align_prints_every_form(form: str, araxes: Run) -> None:
    done = araxes("align", "article.txt", "ru.txt", "-t", "ru", "-f", form, "--encoder", "lexical")
    assert done.status == 0, done.err
    if form == "beads":
        assert done.out.splitlines()[0].startswith("[0]:[0]:")
    elif form != "text":
        assert len(done.out.splitlines()) == 3


def test_any_pair_by_lines(araxes: Run, tmp_path: Path) -> None:
    (tmp_path / "de").write_text("Guten Tag.\nAuf Wiedersehen.\n")
    (tmp_path / "fr").write_text("Bonjour.\nAu revoir.\n")
    done = araxes(
        "align", "de", "fr", "--lines", "--from", "de", "--to", "fr", "-f", "beads", "--encoder", "lexical"
    )
    assert done.status == 0, done.err
    assert len(done.out.splitlines()) == 2


def test_terms_show_prints_every_name(araxes: Run) -> None:
    done = araxes("terms", "show", "shusha")
    assert done.status == 0
    for name in ("Shusha", "Shushi", "Շուշի", "Şuşa", "Шуша", "Шуши"):
        assert name in done.out


def test_terms_list_and_models_list(araxes: Run) -> None:
    assert "stepanakert" in araxes("terms", "list", "--kind", "toponym").out
    assert "nllb-200" in araxes("models", "list").out


def test_a_closed_pipe_is_no_error(tmp_path: Path) -> None:
    command = f"{sys.executable} -m align.cli terms list | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False, env=os.environ)
    assert "Traceback" not in done.stderr


def test_lines_are_numbered_as_in_the_file(araxes: Run, tmp_path: Path) -> None:
    (tmp_path / "en").write_text("Hello there, my friend.\n\nI went to Goris in 2020.\n", encoding="utf-8")
    (tmp_path / "ru").write_text("Привет, мой друг.\n\n\nЯ поехал в Горис в 2021.\n", encoding="utf-8")
    pair = [str(tmp_path / "en"), str(tmp_path / "ru"), "--to", "ru", "--lines"]
    beads = araxes("align", *pair, "-f", "beads").out.splitlines()
    assert [bead.rsplit(":", 1)[0] for bead in beads] == ["[0]:[0]", "[2]:[3]"]
    rows = [json.loads(row) for row in araxes("check", *pair, "-f", "jsonl").out.splitlines()]
    assert [
        (r["source"][0]["segment"], r["target"][0]["segment"]) for r in rows if r["check"] == "number"
    ] == [(2, 3)]
