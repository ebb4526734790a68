"""What a batch costs beside its translator, whether its memory stays flat, and whether it survives being killed.

    python benchmarks/batch.py                      shares of the work and resident memory, 10,000 articles
    python benchmarks/batch.py --kills 50           50 SIGKILLs; each time the output is compared
    python benchmarks/batch.py --ray [--free]       two Ray workers beside one, held to a core each or on any

The articles are generated; the model is the tests' tiny NLLB, trained for half a minute and converted to
CTranslate2. It is some hundred times cheaper than NLLB-600M, so that everything else weighs as much more here
than it would. Each run has a process of its own, one thread a worker.
"""

from __future__ import annotations

import argparse
import filecmp
import json
import mmap
import multiprocessing
import os
import random
import resource
import shutil
import signal
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
LANG = "ru"
PHASES = (
    "translating and checking", "remembering", "noting a pack", "writing", "committing", "summing up", "planning",
    "starting",
)  # fmt: skip


def articles(path: Path, count: int) -> Path:
    """Generated articles as JSON lines: pairs of the tiny corpus's sentences, numbered, so that few come again."""
    from tiny_checkpoint import rows

    chance, sentences = random.Random(11), [row[0].rstrip(".") for row in rows()]

    def sentence() -> str:
        first, second = chance.sample(sentences, 2)
        return f"{first}, and {second[0].lower()}{second[1:]} at {chance.randrange(1000)}."

    with path.open("w", encoding="utf-8") as file:
        for n in range(count):
            text = "\n\n".join(" ".join(sentence() for _ in range(2)) for _ in range(2))
            row = {"id": f"n{n}", "title": f"Report {n}", "text": text, "date": f"2020-10-{n % 28 + 1:02}"}
            file.write(json.dumps(row) + "\n")
    return path


def model() -> str:
    """The directory of the tiny model, converted."""
    from tiny_checkpoint import tiny

    from models.convert import convert

    directory = tiny("nllb")
    converted = directory.with_name("tiny-nllb-int8")
    if not converted.exists():
        convert(directory, converted)
    return str(converted)


def settings(engine: str, shard: int = 250) -> Any:
    """A run's settings: one language, the packaged termbase."""
    from align.batch import Settings
    from align.profiles import profile
    from align.terms import default
    from models.choose import choose

    signature = choose(engine, LANG).signature
    return Settings({LANG: engine}, {LANG: signature}, default(), profile("international"), shard=shard)


def run(source: Path, out: Path, made: Any, pool: Callable[[Any], Any], report: Callable[[Any], None]) -> Any:
    """One run with a memory and cache of its own beside the output."""
    from functools import partial

    from align.batch import Kit
    from align.batch import run as batch
    from align.batch.checked import Checked
    from align.batch.jobs import Worker
    from align.batch.tables import schemas
    from models.memory import Memory

    store = out.with_name(f"{out.name}-store")
    kit = Kit(
        Memory(store / "memory.sqlite"), Checked(store / "checked.sqlite"),
        lambda: pool(partial(Worker, made, schemas())), report,
    )  # fmt: skip
    return batch(str(source), out, made, kit)


def resident() -> float:
    """Megabytes this process has resident now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


def measured(folder: Path, count: int, engine: str) -> dict[str, Any]:
    """Processor seconds by kind of work, and resident memory by articles done."""
    from align.batch.pool import Here

    seconds: Counter[str] = Counter()
    memory: dict[int, float] = {}

    class Timed(Here):
        def answer(self) -> Any:
            kind = type(self._jobs[0][1]).__name__
            ticket, done = super().answer()
            seconds[kind] += done.seconds  # type: ignore[union-attr]
            return ticket, done

    def report(progress: Any) -> None:
        memory.setdefault(progress.articles // 1000 * 1000, resident())

    made = settings(engine)
    began, clock = time.process_time(), time.perf_counter()
    found = run(folder / "in.jsonl", folder / "out", made, Timed, report)
    total, wall = time.process_time() - began, time.perf_counter() - clock
    memory[count] = resident()
    again = time.process_time()
    run(folder / "in.jsonl", folder / "out", made, Timed, lambda _progress: None)
    again = time.process_time() - again
    sizes = {
        "the record": (folder / "out" / ".araxes" / "run.sqlite").stat().st_size,
        "the memory": (folder / "out-store" / "memory.sqlite").stat().st_size,
        "what checking gave": (folder / "out-store" / "checked.sqlite").stat().st_size,
        "Parquet": sum(
            f.stat().st_size for f in (folder / "out").glob("[!t]*/*.parquet")
        ),  # the termbase apart
    }
    return {
        "seconds": dict(seconds), "total": total, "wall": wall, "memory": memory, "again": again, "sizes": sizes,
        "segments": found.segments["en"],
    }  # fmt: skip


def bare(folder: Path, count: int, engine: str) -> float:
    """Processor seconds a segment of the translator alone, on all segments of `count` articles in one call."""
    from align.reader import from_text
    from models.choose import choose

    lines = (folder / "in.jsonl").read_text(encoding="utf-8").splitlines()[:count]
    found = [from_text(f"{row['title']}\n\n{row['text']}", "en") for row in map(json.loads, lines)]
    texts = list(dict.fromkeys(" ".join(s.text.split()) for document in found for s in document.segments))
    translator = choose(engine, LANG)
    translator.translate(texts[:5], "en", LANG)
    began = time.process_time()
    translator.translate(texts, "en", LANG)
    return (time.process_time() - began) / len(texts)


def apart(work: Callable[..., Any], *given: Any) -> Any:
    """What `work` gives in a new process of one thread."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, given)


def shares(folder: Path, count: int) -> None:
    """The table of costs, and memory."""
    articles(folder / "in.jsonl", count)
    engine = model()
    before = apart(bare, folder, min(count, 500), engine)
    found = apart(measured, folder, count, engine)
    alone = (before + apart(bare, folder, min(count, 500), engine)) / 2  # what a machine gives drifts
    seconds, total = found["seconds"], found["total"]
    names = {
        "Translate": "translating",
        "Segment": "reading, segmenting",
        "Finish": "aligning, checking, Parquet",
    }
    rest = total - sum(seconds.values())
    print(
        f"\n{count:,} articles, {found['segments']:,} segments, one language, {found['wall']:.0f} s of wall time"
    )
    print(f"{'':44}{'CPU s':>8}{'ms/article':>12}{'of translating':>16}")
    for name, value in [
        *((names[k], seconds[k]) for k in names),
        ("queues, memory, journal, record, files", rest),
    ]:
        share = 100 * value / seconds["Translate"]
        print(f"{name:44}{value:8.1f}{1000 * value / count:12.2f}{share:15.1f}%")
    inside = seconds["Translate"] / found["segments"]
    print(f"the translator alone {1000 * alone:.2f} ms a segment, in the batch {1000 * inside:.2f} ms")
    over = (seconds["Translate"] + seconds["Segment"] + rest) / found["segments"] / alone - 1
    print(f"all but aligning, checking and Parquet: {100 * over:.1f} % more than the translator alone")
    print(
        "bytes an article: "
        + ", ".join(f"{name} {size / count:.0f}" for name, size in found["sizes"].items())
    )
    print(
        f"the same command again, which finds everything done: {1000 * found['again'] / count:.2f} ms an article"
    )
    memory = found["memory"]
    print("resident MB by articles: " + ", ".join(f"{n:,}: {mb:.0f}" for n, mb in sorted(memory.items())))
    if 1000 in memory:
        print(f"at the end {memory[count] / memory[1000]:.2f} times that at 1,000")


def killed(folder: Path, kills: int, seed: int) -> None:
    """Kill runs at random moments, finish each, compare its output with that of a run left alone."""
    from align.batch.pool import Here

    source, engine = articles(folder / "in.jsonl", 24), model()
    made = settings(engine, shard=4)
    warm(made)
    phase = mmap.mmap(-1, 1)

    def child(out: Path, wanted: str = "", nth: int = 0, delay: float = 0.0) -> int:
        pid = os.fork()
        if pid == 0:
            mark(phase, wanted, nth, delay)
            run(source, out, made, Here, lambda _progress: None)
            os._exit(0)
        return pid

    whole = folder / "whole"
    began = time.perf_counter()
    os.waitpid(child(whole), 0)
    length = time.perf_counter() - began
    landed: Counter[str] = Counter()
    chance = random.Random(seed)
    print(f"a run left alone takes {length:.1f} s; seed {seed}")
    for n in range(kills):
        out = folder / f"out{n}"
        if n % 2:  # at any time
            pid = child(out)
            time.sleep(chance.uniform(0, length))
            os.kill(pid, signal.SIGKILL)
        else:  # a moment after it begins to do something for the n-th time
            pid = child(out, PHASES[n // 2 % len(PHASES)], chance.randrange(6), chance.uniform(0, 0.005))
        _, status = os.waitpid(pid, 0)
        landed[PHASES[phase[0]] if status == signal.SIGKILL else "nothing more"] += 1
        os.waitpid(child(out), 0)
        if wrong := different(whole, out):
            sys.exit(f"seed {seed}, kill {n}: {wrong} differ")
        shutil.rmtree(out)
        shutil.rmtree(folder / f"out{n}-store")
    print(
        f"{kills} kills, every output identical; killed while "
        + ", ".join(f"{w} {k}" for w, k in landed.items())
    )


def warm(made: Any) -> None:
    """Import everything and build the matchers before children are forked, so that each lives for seconds only."""
    import datasets  # noqa: F401
    from pyarrow import parquet  # noqa: F401

    from align.aligner import by_construction
    from align.batch.tables import schemas
    from align.checks import View
    from align.checks import run as check
    from align.pipeline import assembled
    from align.reader import from_text

    schemas()
    document = from_text("A short report\n\nIt was quiet in Paris.", "en")
    text = assembled(document, LANG, ["Краткое сообщение", "В Париже было тихо."], "")
    check(View(by_construction(text), made.termbase, made.profile))


def mark(phase: mmap.mmap, wanted: str, nth: int, delay: float) -> None:
    """Say in shared memory what is being done, and die `delay` seconds after the `nth` time `wanted` begins."""
    import align.batch
    from align.batch.folder import Folder
    from align.batch.jobs import Worker
    from models.memory import Memory

    times: Counter[int] = Counter()

    def marked(owner: Any, name: str, number: int) -> None:
        real = getattr(owner, name)

        def telling(*given: Any, **named: Any) -> Any:
            before, phase[0] = phase[0], number
            times[number] += 1
            if PHASES[number] == wanted and times[number] == nth + 1:
                threading.Timer(delay, os.kill, (os.getpid(), signal.SIGKILL)).start()
            try:
                return real(*given, **named)
            finally:
                phase[0] = before

        setattr(owner, name, telling)

    phase[0] = PHASES.index("starting")
    marked(align.batch, "work", PHASES.index("planning"))
    marked(Worker, "do", PHASES.index("translating and checking"))
    marked(Memory, "put", PHASES.index("remembering"))
    marked(Folder, "keep", PHASES.index("noting a pack"))
    marked(Folder, "write", PHASES.index("writing"))
    marked(Folder, "commit", PHASES.index("committing"))
    marked(align.batch, "finish", PHASES.index("summing up"))


def different(one: Path, other: Path) -> list[str]:
    """The files in which two outputs differ, their records apart."""
    names = {
        path.relative_to(folder).as_posix()
        for folder in (one, other)
        for path in folder.rglob("*")
        if path.is_file() and ".araxes" not in path.parts
    }
    return (
        filecmp.cmpfiles(one, other, sorted(names), shallow=False)[1:][0]
        + filecmp.cmpfiles(one, other, sorted(names), shallow=False)[2]
    )


def on_ray(folder: Path, workers: int, engine: str, held: bool) -> float:
    """Seconds from when every worker is warm to when the last shard is in place; starting Ray and leaving it apart.

    With `held`, each worker keeps to a core of its own, as where every core has one. Else a worker that is alone
    also uses the other core a little: what it does in Python goes on while CTranslate2 searches.
    """
    from align.batch.inputs import Item
    from align.batch.jobs import Finish, Piece, Segment, Translate, Version
    from align.batch.ray import Ray

    clock: list[float] = []

    class Warm(Ray):
        def __init__(self, make: Any) -> None:
            super().__init__(make, "auto", workers)
            while len(self._actors) < workers:
                time.sleep(0.1)
                self._started(wait=False)
            cores = sorted(os.sched_getaffinity(0))
            for actor, core in zip(self._actors, cores, strict=False):
                if held:  # before the model is loaded, whose threads do as this one does
                    self._ray.get(
                        actor.__ray_call__.remote(lambda _, core=core: os.sched_setaffinity(0, {core}))
                    )
            article = Segment((Item("warm", "warm", "It was quiet in Paris.\n\nA word of warning."),))
            for actor in self._actors:
                read = self._ray.get(actor.do.remote(article)).answer[0]
                texts = self._ray.get(actor.do.remote(Translate(LANG, read.texts))).answer
                piece = Piece("warm", "warm", "", "", read, (Version(LANG, texts, "warm"),))
                self._ray.get(actor.do.remote(Finish((piece,))))
            clock.append(time.perf_counter())

        def close(self) -> None:
            clock.append(time.perf_counter())
            super().close()

    out = folder / f"ray{workers}"
    run(folder / "in.jsonl", out, settings(engine, shard=50), Warm, lambda _progress: None)
    shutil.rmtree(out)
    shutil.rmtree(folder / f"ray{workers}-store")
    return clock[1] - clock[0]


def rays(folder: Path, count: int, times: int, held: bool) -> None:
    """One worker beside two, by turns."""
    articles(folder / "in.jsonl", count)
    engine = model()
    cores, where = len(os.sched_getaffinity(0)), "held to a core of its own" if held else "on any core"
    print(
        f"\n{count:,} articles on Ray, {cores} cores, each worker {where}; seconds with one worker and with two:"
    )
    ratios = []
    for _ in range(times):
        one, two = (apart(on_ray, folder, workers, engine, held) for workers in (1, 2))
        ratios.append(one / two)
        print(f"{one:8.1f}{two:8.1f}   {one / two:.2f} times", flush=True)
    print(f"median {statistics.median(ratios):.2f} times")


def main() -> None:
    """Run one of the three."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--articles", type=int, default=0, help="10,000, or 4,000 with --ray")
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--ray", action="store_true")
    parser.add_argument("--free", action="store_true", help="leave Ray's workers to any core")
    parser.add_argument("--times", type=int, default=3, help="how often --ray is measured")
    given = parser.parse_args()
    os.environ.update(OMP_NUM_THREADS="1", HF_HUB_OFFLINE="1", RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO="0")
    with tempfile.TemporaryDirectory(prefix="araxes-batch-") as temporary:
        folder = Path(temporary)
        if given.kills:
            killed(folder, given.kills, given.seed)
        elif given.ray:
            rays(folder, given.articles or 4000, given.times, not given.free)
        else:
            shares(folder, given.articles or 10_000)


if __name__ == "__main__":
    main()
