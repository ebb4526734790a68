"""Batches in several processes and on a Ray cluster: workers, nodes and the whole run are killed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from batches import TERMS, Echo, Runs, articles, content, json_lines

from align.batch import jobs
from align.batch.jobs import Worker
from align.batch.pool import Processes
from align.reader import from_text
from models.base import Hypothesis
from models.errors import ModelError


class Mortal(Echo):
    """An echo whose process is killed by the first sentence of day 5 that it is ever asked, and is slow."""

    def __init__(self, once: Path) -> None:
        super().__init__()
        self.once = once

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[Hypothesis]:
        if any("day 5." in text for text in texts) and not self.once.exists():
            self.once.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(0.02)
        return super().translate(texts, source, target)


def worker(once: Path, make: Callable[[], Worker]) -> Worker:
    """A worker of another process, with what the tests put in the place of models and readers."""
    import models.choose

    def reading(text: str, *rest: Any, **named: Any) -> Any:
        if "poison" in text:
            os._exit(1)
        return from_text(text, *rest, **named)

    models.choose.choose = lambda _engine, _lang: Mortal(once)
    jobs.from_text = reading  # type: ignore[attr-defined]
    return make()


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runs:
    return Runs(tmp_path, monkeypatch)


def processes(once: Path, size: int = 2) -> Callable[[Callable[[], Worker]], Processes]:
    return lambda make: Processes(partial(worker, once, make), size)


def test_processes_give_what_one_gives_though_a_worker_is_killed(runs: Runs, tmp_path: Path) -> None:
    source = json_lines(tmp_path / "in.jsonl", articles(40))
    runs(source, "one")
    runs(source, "two", make=processes(tmp_path / "once"))
    assert (tmp_path / "once").exists(), "nobody was killed"
    assert content(tmp_path / "one") == content(tmp_path / "two")


def test_an_article_that_kills_its_readers_fails_alone(runs: Runs, tmp_path: Path) -> None:
    rows = articles(7)
    rows[4] = {"id": "bad", "text": "This is poison."}
    found = runs(json_lines(tmp_path / "in.jsonl", rows), "out", make=processes(tmp_path / "once", 1))
    assert (found.articles, found.failed) == (6, 1)
    text = (tmp_path / "out" / "failures.jsonl").read_text(encoding="utf-8")
    assert '"name":"bad"' in text
    assert "the worker that read it died" in text


def test_a_translator_that_cannot_be_used_ends_the_run(runs: Runs, tmp_path: Path) -> None:
    source = json_lines(tmp_path / "in.jsonl", articles(3))
    with pytest.raises(ModelError, match="this worker's translator is echo"):
        runs(source, "out", make=processes(tmp_path / "once"), signatures={"ru": "other", "tr": "other"})


def araxes(source: Path, out: Path, engine: Path, home: Path, *more: str) -> subprocess.Popen[bytes]:
    """The command, begun."""
    home.mkdir(exist_ok=True)
    terms = home / "terms.toml"
    terms.write_text(TERMS, encoding="utf-8")
    env = {**os.environ, "XDG_DATA_HOME": str(home / "data"), "XDG_CACHE_HOME": str(home / "cache")}
    command = [
        sys.executable,
        "-m",
        "align.cli",
        "batch",
        str(source),
        "-o",
        str(out),
        "-t",
        "ru",
        "--engine",
    ]
    command += [str(engine), "--shard", "8", "--terms", str(terms), "--quiet", *more]
    return subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny model, converted once for all."""
    pytest.importorskip("torch")
    from tiny_checkpoint import tiny

    from models.convert import convert

    folder = tmp_path_factory.mktemp("model") / "tiny"
    convert(tiny("nllb"), folder)
    return folder


@pytest.mark.slow
def test_the_command_is_killed_at_random_moments(engine: Path, tmp_path: Path) -> None:
    seed = int(os.environ.get("ARAXES_SEED", random.randrange(10**6)))
    sys.stderr.write(f"ARAXES_SEED={seed}\n")
    chance = random.Random(seed)
    source = json_lines(tmp_path / "in.jsonl", articles(64))
    began = time.monotonic()
    assert araxes(source, tmp_path / "whole", engine, tmp_path / "home").wait() == 0
    length = time.monotonic() - began
    whole = content(tmp_path / "whole")
    for n in range(2):
        out, home = tmp_path / f"out{n}", tmp_path / f"home{n}"
        for _ in range(2):
            process = araxes(source, out, engine, home, "--workers", "2")
            time.sleep(chance.uniform(0.3, 1) * length)
            process.kill()
            process.wait()
        finished = araxes(source, out, engine, home, "--workers", str(n % 2 + 1))
        _, said = finished.communicate()
        assert finished.returncode == 0, said.decode()
        assert content(out) == whole, f"ARAXES_SEED={seed}, run {n}"


@pytest.mark.slow
def test_no_worker_outlives_a_killed_command(engine: Path, tmp_path: Path) -> None:
    psutil = pytest.importorskip("psutil")

    source = json_lines(tmp_path / "in.jsonl", articles(400))
    process = araxes(source, tmp_path / "out", engine, tmp_path, "--workers", "2")
    workers: list[Any] = []
    until = time.monotonic() + 120
    while len(workers) < 2 and time.monotonic() < until:
        time.sleep(0.2)
        workers = [p for p in psutil.Process(process.pid).children() if "spawn_main" in " ".join(p.cmdline())]
    assert len(workers) == 2
    process.kill()
    process.wait()
    _, alive = psutil.wait_procs(workers, timeout=60)
    assert not alive


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A Ray cluster of two nodes on this machine, each with room for one worker."""
    pytest.importorskip("ray")
    from ray.cluster_utils import Cluster

    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))  # for what takes the place of models
    made = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    yield made
    made.shutdown()


@pytest.mark.slow
def test_a_node_of_a_ray_cluster_is_killed(runs: Runs, tmp_path: Path, cluster: Any) -> None:
    from align.batch.pool import Died
    from align.batch.ray import Ray

    second = cluster.add_node(num_cpus=1)
    source = json_lines(tmp_path / "in.jsonl", articles(150))
    runs(source, "one")
    answers: list[bool] = []

    class Watched(Ray):
        """Loses a node after ten answers, when both nodes have been seen at work."""

        def answer(self) -> Any:
            if len(answers) == 10:
                assert len(self._actors) == 2
                cluster.remove_node(second, allow_graceful=False)
            found = super().answer()
            answers.append(isinstance(found[1], Died))
            return found

    def make(build: Callable[[], Worker]) -> Watched:
        made = Watched(partial(worker, tmp_path / "once", build), cluster.address, 2)
        while len(made._actors) < 2:
            made._started(wait=False)
            time.sleep(0.1)
        return made

    (tmp_path / "once").touch()  # nobody is to be killed by a sentence here
    runs(source, "ray", make=make)
    assert any(answers), "no job was lost with the node"
    assert len(answers) > 20
    assert content(tmp_path / "one") == content(tmp_path / "ray")
