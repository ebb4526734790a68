"""`araxes batch` as a user runs it: what it prints, and its exit status."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import resources
from pathlib import Path

from batches import articles, content, json_lines

from align.batch.progress import Progress


def batch(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "align.cli", "batch", *words]
    return subprocess.run(
        command, cwd=folder, env={**os.environ}, capture_output=True, text=True, check=False
    )


def test_exit_statuses(tmp_path: Path) -> None:
    sample = resources.files("align").joinpath("data", "sample", "article.en.txt").read_text(encoding="utf-8")
    rows = [{"id": "sample", "text": sample}]
    json_lines(tmp_path / "in.jsonl", rows)
    done = batch(tmp_path, "in.jsonl", "-o", "out", "-t", "hy", "--json")
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert (figures["articles"], figures["failed"], figures["untranslated"]) == (1, 0, 0)

    json_lines(tmp_path / "in.jsonl", [*rows, *articles(2), {"id": "void", "text": ""}])
    more = batch(tmp_path, "in.jsonl", "-o", "out", "-t", "hy")
    assert more.returncode == 3
    assert "1 article failed; out/failures.jsonl says why" in more.stderr
    assert "hy: 9 segments are left untranslated: name a model" in more.stderr

    before = content(tmp_path / "out")
    other = batch(tmp_path, "in.jsonl", "-o", "out", "-t", "ru")
    assert other.returncode == 2
    assert other.stderr.startswith("araxes: out: holds a run with other settings (languages: 'hy', now 'ru')")
    assert len(other.stderr.splitlines()) == 1
    assert content(tmp_path / "out") == before
    assert batch(tmp_path, "nowhere", "-o", "new").returncode == 2
    assert not (tmp_path / "new").exists()


def test_the_line_of_progress() -> None:
    progress = Progress(articles=40, failed=2, met=60, at=0.5, base=0.3)
    progress.started -= 20
    progress.add_tokens(["Two words, three.", "Don't"])
    assert progress.line() == "100 articles, 0 tokens/s, 0:00:50 left, 2 failed"
    assert progress.tokens == 8
