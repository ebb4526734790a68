"""Tiny checkpoints of every family through the command line: article, translation, project, dataset."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from tiny_checkpoint import COLUMNS, pairs, tiny

ROOT = Path(__file__).parents[1]
SENTENCES = [source for source, _ in pairs("hy")]


def araxes(*words: str | Path, expect: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "align.cli", *map(str, words)],
        capture_output=True, text=True, check=False, cwd=ROOT, timeout=300,
    )  # fmt: skip
    assert done.returncode == expect, done.stderr
    return done


def article(folder: Path, sentences: Sequence[str]) -> Path:
    path = folder / "article.txt"
    path.write_text("\n\n".join(" ".join(sentences[i : i + 4]) for i in range(0, len(sentences), 4)), "utf-8")
    return path


def test_nllb_from_an_article_to_a_dataset(tmp_path: Path) -> None:
    from datasets import load_from_disk

    source, project = article(tmp_path, SENTENCES[:12]), tmp_path / "project"
    araxes("run", source, "--engine", tiny("nllb"), "-o", project, "-q")
    araxes("export", project, "--to", "dataset", "-o", tmp_path / "dataset")
    rows = load_from_disk(str(tmp_path / "dataset"))
    made = {text for row in rows for text in json.dumps(row, ensure_ascii=False, default=str).split('"')}
    for lang in COLUMNS:
        known = [target for _, target in pairs(lang)[:12]]
        assert sum(target in made for target in known) >= 11, lang


@pytest.mark.slow
@pytest.mark.parametrize("family", ["m2m100", "madlad", "marian"])
def test_every_family_translates_an_article_and_keeps_it(family: str, tmp_path: Path) -> None:
    source, project = article(tmp_path, SENTENCES[:6]), tmp_path / "project"
    done = araxes("translate", source, "-t", "ru", "--engine", tiny(family))
    assert done.stdout.strip()
    araxes("run", source, "-t", "ru", "--engine", tiny(family), "-o", project)
    araxes("export", project, "--to", "jsonl", "-o", tmp_path / "out.jsonl")
    lines = (tmp_path / "out.jsonl").read_text("utf-8").splitlines()
    assert len(lines) >= 6


def test_a_killed_translation_goes_on_where_it_stopped(tmp_path: Path) -> None:
    texts = [f"{text.rstrip('.')}, {n}." for n in range(30) for text in SENTENCES]
    source, out = article(tmp_path, texts), tmp_path / "out.txt"
    memory = Path(os.environ["XDG_DATA_HOME"]) / "araxes" / "memory.sqlite"
    command = [sys.executable, "-m", "align.cli", "translate", str(source), "-t", "tr", "-o", str(out)]
    command += ["--engine", str(tiny("nllb"))]

    def kept() -> int:
        with sqlite3.connect(memory) as db:
            return int(db.execute("SELECT count(*) FROM translations").fetchone()[0])

    running = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        for _ in range(1200):
            time.sleep(0.05)
            if memory.exists() and memory.stat().st_size and kept() >= 100:
                break
            assert running.poll() is None, "it was over before it could be killed"
    finally:
        running.send_signal(signal.SIGKILL)
        running.wait()
    before = kept()
    assert 100 <= before < len(texts)
    assert not out.exists()
    with sqlite3.connect(memory) as db:
        (last,) = db.execute("SELECT max(made) FROM translations").fetchone()
    araxes(*command[3:])
    with sqlite3.connect(memory) as db:
        (again,) = db.execute("SELECT count(*) FROM translations WHERE made > ?", [last]).fetchone()
    assert again == kept() - before, "nothing that was kept is translated twice"
    assert kept() == len(set(texts))
    assert out.read_text("utf-8").strip()
