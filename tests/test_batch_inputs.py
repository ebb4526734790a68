"""Where batches read from, what is wrong with inputs and outputs, and that neither costs anything already there."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from batches import Runs, articles, content, json_lines

from align.batch.folder import Folder
from align.batch.inputs import items
from models.errors import InputError


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runs:
    return Runs(tmp_path, monkeypatch)


def parquet(path: Path, rows: list[dict[str, Any]], group: int = 5) -> Path:
    import pyarrow as pa
    from pyarrow import parquet as pq

    pq.write_table(pa.Table.from_pylist(rows), path, row_group_size=group, compression="none")
    return path


def saved(path: Path, rows: list[dict[str, Any]]) -> Path:
    import datasets

    datasets.disable_progress_bars()
    datasets.Dataset.from_list(rows).save_to_disk(str(path))
    return path


@pytest.mark.parametrize("write", [json_lines, parquet, saved])
def test_rows_of_every_kind_are_the_same_articles(write: Callable[..., Path], tmp_path: Path) -> None:
    rows = articles(9)
    found = list(items(str(write(tmp_path / f"in{SUFFIX[write.__name__]}", rows))))
    assert [(i.name, i.title, i.body, i.url) for i in found] == [
        (r["id"], r["title"], r["text"], r["url"]) for r in rows
    ]
    assert found[3].day == date(2020, 10, 4)
    assert found[-1].at == 1
    assert [i.at for i in found] == sorted(i.at for i in found)


SUFFIX = {"json_lines": ".jsonl", "parquet": ".parquet", "saved": ""}


def test_a_folder_is_read_in_the_order_of_its_names(
    runs: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "in"
    (folder / "b").mkdir(parents=True)
    (folder / "b" / "two.md").write_text("# Two\n\nSeen in Goris.", encoding="utf-8")
    (folder / "a.txt").write_text("One\n\nSeen in Shusha.", encoding="utf-8")
    (folder / "c.html").write_text(
        "<html><body><article><h1>Three towns</h1><p>Seen in Shushi, they said, on the road to the town below, "
        "where nobody had been for days.</p><p>A second paragraph of the article says the same.</p></article></body></html>",
        encoding="utf-8",
    )
    json_lines(folder / "d.jsonl", articles(2))
    (folder / "notes.xyz").write_text("not read", encoding="utf-8")
    (folder / ".hidden.txt").write_text("not read either", encoding="utf-8")
    names = ["a.txt", "b/two.md", "c.html", "n0", "n1"]
    assert [i.name for i in items(str(folder))] == names
    found = runs(folder, "in/out")
    assert (found.articles, found.failed) == (5, 0)
    assert [i.name for i in items(str(folder), folder / "out")] == names, "the output is no input"
    monkeypatch.chdir(tmp_path)
    assert [i.name for i in items("in", Path("in/out"))] == names


def test_ten_bad_files_among_a_thousand(runs: Runs, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for n in range(990):
        (folder / f"{n:04}.txt").write_text(
            f"Report {n}\n\nThe road to Shusha was closed on day {n}.", "utf-8"
        )
    for n, data in enumerate([b"", b" \n", b"\x00\x01\x02\xff\xfe\x80" * 50, b"\n\n\n", b"\xef\xbb\xbf"] * 2):
        (folder / f"{n * 99:04}-bad.txt").write_bytes(data)
    found = runs(folder, "out", langs=("ru",), shard=100)
    assert (found.articles, found.failed) == (990, 10)
    failures = [
        json.loads(line) for line in (tmp_path / "out" / "failures.jsonl").read_text("utf-8").splitlines()
    ]
    assert len(failures) == 10
    assert all(f["name"].endswith("-bad.txt") and f["name"] in f["reason"] for f in failures)
    before = content(tmp_path / "out")
    for n in range(10):
        bad = next(folder.glob(f"{n * 99:04}-bad.txt"))
        bad.write_text(f"Mended {n}\n\nThe road is open, day {n}.", encoding="utf-8")
    assert runs(folder, "out", langs=("ru",), shard=100, retry=True).failed == 0
    after = content(tmp_path / "out")
    assert {name: data for name, data in before.items() if "train-" in name}.items() <= after.items()
    assert (tmp_path / "out" / "failures.jsonl").read_text("utf-8") == ""


def test_failed_articles_are_left_alone_until_asked_for(runs: Runs, tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        *articles(9),
        {"id": "void", "text": ""},
        {"id": "when", "text": "A.", "date": "?"},
    ]
    source = json_lines(tmp_path / "in.jsonl", rows)
    with source.open("a", encoding="utf-8") as file:
        file.write("{broken\n[1]\n")
    assert runs(source, "out").failed == 4
    before = content(tmp_path / "out")
    assert runs(source, "out").failed == 4
    assert content(tmp_path / "out") == before
    reasons = [json.loads(line)["reason"] for line in before["failures.jsonl"].decode().splitlines()]
    for part in (
        "in.jsonl:10 is empty",
        "in.jsonl:11: date '?'",
        "in.jsonl:12: not a line",
        "in.jsonl:13: not a JSON",
    ):
        assert any(part in reason for reason in reasons), part


def test_a_parquet_file_that_is_cut_short(runs: Runs, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    whole = parquet(folder / "a.parquet", articles(20))
    cut = folder / "b.parquet"
    cut.write_bytes(whole.read_bytes()[:-200])
    with pytest.raises(InputError, match=r"b\.parquet: damaged or no Parquet file"):
        runs(cut, "out")
    assert not (tmp_path / "out").exists()
    damaged = bytearray(parquet(tmp_path / "c.parquet", articles(20, 50)).read_bytes())
    middle = damaged.find(b"closed on day 61")
    damaged[middle - 900 : middle + 900] = bytes(1800)
    (folder / "c.parquet").write_bytes(damaged)
    found = runs(folder, "out")
    assert found.articles >= 20
    failures = (tmp_path / "out" / "failures.jsonl").read_text("utf-8")
    assert "b.parquet: damaged or no Parquet file" in failures
    assert "c.parquet: damaged from row" in failures


def test_columns_that_are_not_there(tmp_path: Path) -> None:
    path = parquet(tmp_path / "a.parquet", [{"body": "A text."}])
    with pytest.raises(InputError, match="no column is called text"):
        items(str(path))
    with pytest.raises(InputError, match="no column is called text"):
        list(items(str(saved(tmp_path / "d", [{"body": "A text."}]))))


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nothing", "does not exist"),
        ("empty", "no article is in this folder"),
        ("a.pdf", "not read"),
        ("e.jsonl", "no article"),
    ],
)
def test_inputs_that_are_none(runs: Runs, tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.pdf").write_bytes(b"%PDF")
    (tmp_path / "e.jsonl").write_bytes(b"\n")
    with pytest.raises(InputError, match=message):
        runs(tmp_path / name, "out")


def test_a_folder_that_is_not_ours_is_left_alone(runs: Runs, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="was not written by araxes batch"):
        runs(json_lines(tmp_path / "in.jsonl", articles(2)), "out")
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["thesis.txt"]


def test_one_run_at_a_time(runs: Runs, tmp_path: Path) -> None:
    source = json_lines(tmp_path / "in.jsonl", articles(2))
    held = Folder(tmp_path / "out", runs.settings().row())
    with pytest.raises(InputError, match="another run is writing here"):
        runs(source, "out")
    held.close()
    assert runs(source, "out").articles == 2


def test_a_disk_that_fills_up_costs_nothing_done(
    runs: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = json_lines(tmp_path / "in.jsonl", articles(20))
    runs(source, "whole")
    real, left = os.fsync, [5]

    def full(file: int) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(file)

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        with pytest.raises(InputError, match=r"No space left on device.*the same command continues"):
            runs(source, "out")
    done = content(tmp_path / "out")
    assert done.items() <= content(tmp_path / "whole").items()
    runs(source, "out")
    assert content(tmp_path / "out") == content(tmp_path / "whole")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of half a megabyte."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = shutil.which("mount")
    if mount is None or os.geteuid() != 0:
        pytest.skip("mounting a small disk takes root")
    made = subprocess.run([mount, "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(disk)], check=False)
    if made.returncode:
        pytest.skip("no disk can be mounted here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_real_disk_that_is_full(runs: Runs, tmp_path: Path, small_disk: Path) -> None:
    source = json_lines(tmp_path / "in.jsonl", articles(200))
    runs(source, "whole")
    with pytest.raises(InputError, match=r"cannot be written .*(full|No space).*the same command continues"):
        runs(source, "disk/out", store="s")
    done = content(small_disk / "out")
    assert done.items() <= content(tmp_path / "whole").items()
    shutil.copytree(small_disk / "out", tmp_path / "moved")
    runs(source, "moved", store="s")
    assert content(tmp_path / "moved") == content(tmp_path / "whole")


def test_a_dataset_of_the_hub_is_read_as_a_stream(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import datasets

    rows = articles(3)
    asked: list[tuple[str, bool]] = []

    def load(name: str, *, streaming: bool) -> Any:
        asked.append((name, streaming))
        if name == "no/where":
            raise ConnectionError("the hub is out of reach\nand more")
        return datasets.IterableDatasetDict(
            {"train": datasets.IterableDataset.from_generator(lambda: iter(rows))}
        )

    monkeypatch.setattr("datasets.load_dataset", load)
    assert [(i.name, i.origin) for i in items("owner/name")] == [(f"n{n}", f"train:{n}") for n in range(3)]
    assert asked == [("owner/name", True)]
    with pytest.raises(
        InputError, match=r"neither a file here nor a dataset that can be had \(the hub is out of reach\)"
    ):
        items("no/where")


def test_every_split_of_a_saved_dataset(tmp_path: Path) -> None:
    import datasets

    rows = articles(3)
    splits = {"train": datasets.Dataset.from_list(rows[:2]), "test": datasets.Dataset.from_list(rows[2:])}
    datasets.DatasetDict(splits).save_to_disk(str(tmp_path / "d"))
    found = list(items(str(tmp_path / "d")))
    assert [i.origin for i in found] == ["train:0", "train:1", "test:0"]
    assert [i.body for i in found] == [row["text"] for row in rows]
