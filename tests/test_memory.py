"""The translation memory: what is found again, what survives, what is refused."""

from __future__ import annotations

import json
import multiprocessing
import sqlite3
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import InputError
from models.memory import (
    HUMAN_SIGNATURE,
    PACKAGED_SIGNATURE,
    Memory,
    digest,
    normalise,
    write_packaged,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("“Peace”, he said", '"Peace", he said'),
        ("Azerbaijan’s army", "Azerbaijan's army"),
        ("a — b", "a - b"),
        ("two\n  lines ", "two lines"),
        ("caf\u00e9", "cafe\u0301"),
        ("soft\u00adhyphen", "softhyphen"),
    ],
)
def test_the_same_text_typed_otherwise_has_one_digest(one: str, other: str) -> None:
    assert digest(one) == digest(other)


def test_other_words_and_other_case_have_another_digest() -> None:
    assert len({digest("Peace"), digest("peace"), digest("Peace."), digest("War")}) == 4


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


def test_what_was_put_is_got(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "deep" / "memory.sqlite")
    memory.put(["One.", "Two."], "tr", "engine|a:1", ["Bir.", "İki."])
    assert memory.get(["Two.", "Three.", "One."], "tr", "engine|a:1") == ["İki.", None, "Bir."]
    assert memory.get(["One."], "ru") == [None]
    assert memory.get(["One."], "tr", "engine|a:2") == [None]


def test_a_person_comes_first_then_the_package_then_the_latest(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "memory.sqlite")
    memory.put(["Zzyzx."], "tr", "old", ["eski"])
    memory.put(["Zzyzx."], "tr", "new", ["yeni"])
    assert memory.get(["Zzyzx."], "tr") == ["yeni"]
    memory.put(["Zzyzx."], "tr", HUMAN_SIGNATURE, ["insan"])
    memory.put(["Zzyzx."], "tr", "newer", ["daha yeni"])
    assert memory.get(["Zzyzx."], "tr") == ["insan"]


def test_more_texts_than_one_question_holds(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "memory.sqlite")
    texts = [f"Sentence {n}." for n in range(1203)]
    memory.put(texts, "az", "s", [text.upper() for text in texts])
    assert memory.get(texts, "az", "s") == [text.upper() for text in texts]


def test_packaged_entries_hold_no_source_and_are_read_only_by_digest(tmp_path: Path) -> None:
    folder = Path(str(resources.files("models"))) / "data" / "memory"
    files = sorted(folder.glob("*.jsonl"))
    assert files, "the package brings no memory"
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            assert set(entry) == {"digest", "lang", "text"}
            assert len(entry["digest"]) == 32
            assert entry["text"].strip()


def test_written_entries_are_sorted_and_lack_the_source(tmp_path: Path) -> None:
    path = tmp_path / "out" / "x.jsonl"
    write_packaged([("Beta.", "hy", "բ"), ("Alpha.", "hy", "ա"), ("Alpha.", "hy", "ա")], path)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 2
    assert lines == sorted(lines)
    assert "Alpha" not in path.read_text(encoding="utf-8")


def test_without_a_file_only_the_package_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.memory._packaged", lambda: {(digest("Hello."), "tr"): "Merhaba."})
    memory = Memory(None)
    memory.put(["Kept nowhere."], "tr", "s", ["-"])
    assert memory.get(["Hello.", "Kept nowhere."], "tr") == ["Merhaba.", None]
    assert memory.get(["Hello."], "tr", PACKAGED_SIGNATURE) == ["Merhaba."]
    assert memory.get(["Hello."], "tr", "another") == [None]


def test_a_damaged_file_is_named_with_the_mend(tmp_path: Path) -> None:
    path = tmp_path / "memory.sqlite"
    path.write_bytes(b"this is no database, and never was one" * 100)
    with pytest.raises(InputError, match=r"memory\.sqlite.*move it away"):
        Memory(path).get(["One."], "hy")


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="folder that can be written"):
        Memory(tmp_path / "file" / "memory.sqlite").put(["One."], "hy", "s", ["մեկ"])


def test_a_batch_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "memory.sqlite")
    memory.put(["One."], "tr", "s", ["Bir."])
    with pytest.raises(ValueError, match="argument 2 is shorter"):
        memory.put(["Two.", "Three."], "tr", "s", ["İki."])
    with sqlite3.connect(tmp_path / "memory.sqlite") as db:
        assert db.execute("SELECT count(*) FROM translations").fetchone() == (1,)


def _write(path: Path, name: int) -> None:
    memory = Memory(path)
    for n in range(20):
        memory.put([f"{name} {n}"], "ru", "s", [f"{n}"])


def test_several_processes_write_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "memory.sqlite"
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_write, args=(path, name)) for name in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    texts = [f"{name} {n}" for name in range(3) for n in range(20)]
    assert None not in Memory(path).get(texts, "ru", "s")
