"""`--push`, to a hub on this machine: what arrives is the folder, and only what was asked for is gone."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest
from hub_server import TOKEN, Hub, hub

from align.store import Project

DATASET = "me/araxes-test"


@pytest.fixture
def here() -> Iterator[Hub]:
    with hub() as held:
        yield held


def push(held: Hub, *words: str, token: str = TOKEN) -> subprocess.CompletedProcess[str]:
    """`araxes` with `--push` as a user of that hub runs it."""
    env = {
        **os.environ, "HF_ENDPOINT": held.address, "HF_TOKEN": token, "HF_HUB_OFFLINE": "0", "NO_PROXY": "127.0.0.1",
    }  # fmt: skip
    command = [sys.executable, "-m", "align.cli", *words, "--push", DATASET]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


def written(folder: Path) -> dict[str, bytes]:
    """The files of a folder, a run's record apart."""
    files = (p for p in folder.rglob("*") if p.is_file() and ".araxes" not in p.parts)
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in files}


def test_a_project_is_uploaded_as_it_lies_in_the_folder(
    here: Hub, small: Project, folder: Path, tmp_path: Path
) -> None:
    import datasets

    done = push(here, "export", str(folder), "--to", "hub", "-o", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    assert f"uploaded to {here.address}/datasets/{DATASET}" in done.stderr
    assert here.private == {DATASET: True}
    assert here.files[DATASET] == written(tmp_path / "out")

    copy = tmp_path / "copy"
    for name, data in here.files[DATASET].items():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_bytes(data)
    rows = datasets.load_dataset(str(copy), "bitext", cache_dir=str(tmp_path / "cache"))["train"]
    assert len(rows) == len(small.documents()[0].segments)


def test_a_second_upload_leaves_nothing_of_the_first_and_all_that_is_not_ours(
    here: Hub, small: Project, folder: Path, tmp_path: Path
) -> None:
    mine = {"LICENSE": b"mine", "extra/notes.parquet": b"mine"}
    stale = {"bitext/train-000009.parquet": b"old", "measures/train-000000.parquet": b"old"}
    here.files[DATASET], here.private[DATASET] = {**mine, **stale}, False
    done = push(here, "export", str(folder), "--to", "hub", "-o", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    assert here.files[DATASET] == {**mine, **written(tmp_path / "out")}
    assert not here.private[DATASET], "what is public stays so; that is its owner's to say"


def test_a_batch_is_uploaded_and_again_when_it_has_grown(here: Hub, tmp_path: Path) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    sample = resources.files("align").joinpath("data", "sample", "article.en.txt").read_text(encoding="utf-8")
    (texts / "a.txt").write_text(sample, encoding="utf-8")
    command = ["batch", str(texts), "-o", str(tmp_path / "out"), "-t", "hy"]
    assert push(here, *command).returncode == 0
    assert here.files[DATASET] == written(tmp_path / "out")
    (texts / "b.txt").write_text(sample.split("\n\n")[0], encoding="utf-8")
    assert push(here, *command).returncode == 0
    assert here.files[DATASET] == written(tmp_path / "out")
    assert "bitext/train-000001.parquet" in here.files[DATASET]


@pytest.mark.parametrize(
    ("token", "refuses", "words"),
    [
        ("hf_wrong", "", "log in with: hf auth login"),
        (TOKEN, "license is not valid", "the hub refuses the card"),
    ],
)
def test_a_refused_upload_is_one_sentence_and_the_folder_stays(
    here: Hub, small: Project, folder: Path, tmp_path: Path, token: str, refuses: str, words: str
) -> None:
    here.refuses = refuses
    done = push(here, "export", str(folder), "--to", "hub", "-o", str(tmp_path / "out"), token=token)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert words in done.stderr.splitlines()[-1]
    assert (tmp_path / "out" / "README.md").exists()
