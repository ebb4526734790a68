"""Where jobs are done: in this process, or in processes of their own on this machine.

A pool takes jobs while it has room and gives back answers in any order. A process that dies is replaced and its
job done again; every job is a pure function, so that changes nothing.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import Any, Protocol

from align.batch.jobs import Done, Job, Worker
from models.errors import AraxesError, ModelError

Make = Callable[[], Worker]


class Died:
    """The worker that did a job died of it, or with it."""


@dataclass(frozen=True, slots=True)
class Broken:
    """An error as it travels; errors themselves do not always."""

    message: str
    mendable: bool

    def error(self) -> Exception:
        """The error to raise."""
        return ModelError(self.message) if self.mendable else RuntimeError(self.message)


class Pool(Protocol):
    """Workers of one kind or another."""

    size: int

    def room(self) -> bool:
        """Whether a job would be begun, or stand next in line, at once."""

    def submit(self, ticket: int, job: Job) -> None:
        """Take a job; `ticket` comes back with its answer."""

    def answer(self) -> tuple[int, Done | Died]:
        """The next answer. Raises `ModelError` where a worker could not go on."""

    def close(self) -> None:
        """End the workers."""


class Here:
    """One worker in this process."""

    def __init__(self, make: Make) -> None:
        self.size = 1
        self._worker = make()
        self._jobs: deque[tuple[int, Job]] = deque()

    def room(self) -> bool:
        """Whether nothing is in line."""
        return not self._jobs

    def submit(self, ticket: int, job: Job) -> None:
        """Put a job in line."""
        self._jobs.append((ticket, job))

    def answer(self) -> tuple[int, Done | Died]:
        """Do the job in line."""
        ticket, job = self._jobs.popleft()
        return ticket, self._worker.do(job)

    def close(self) -> None:
        """Nothing to end."""


class Processes:
    """Workers in processes of their own, each with its share of the cores."""

    def __init__(self, make: Make, size: int) -> None:
        self.size = size
        self._make = make
        self._context = get_context("spawn")
        self._threads = max(1, cores() // size)
        self._busy: dict[Connection, tuple[int, Any]] = {}
        self._idle: list[tuple[Connection, Any]] = [self._started() for _ in range(size)]

    def _started(self) -> tuple[Connection, Any]:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_serve, args=(theirs, self._make, self._threads), daemon=True)
        process.start()
        theirs.close()  # else its end would not be seen
        return ours, process

    def room(self) -> bool:
        """Whether a worker is idle."""
        return bool(self._idle)

    def submit(self, ticket: int, job: Job) -> None:
        """Give a job to an idle worker; one at a time, so that neither end waits for the other to read."""
        pipe, process = self._idle.pop()
        self._busy[pipe] = (ticket, process)
        with suppress(OSError):  # it died idle; the answer will say so
            pipe.send(job)

    def answer(self) -> tuple[int, Done | Died]:
        """The next answer of any worker."""
        pipe = next(p for p in wait(list(self._busy)) if isinstance(p, Connection))
        ticket, process = self._busy.pop(pipe)
        try:
            answer = pipe.recv()
        except (EOFError, OSError):
            pipe.close()
            process.join()
            self._idle.append(self._started())
            return ticket, Died()
        self._idle.append((pipe, process))
        if isinstance(answer, Broken):
            raise answer.error()
        return ticket, answer

    def close(self) -> None:
        """End the workers, also those at work."""
        for pipe, process in [*self._idle, *((p, process) for p, (_, process) in self._busy.items())]:
            pipe.close()
            process.terminate()
            process.join()


def _serve(pipe: Connection, make: Make, threads: int) -> None:
    """Do jobs until there is nobody left to do them for."""
    few_threads(threads)
    try:
        worker: Worker | None = None
        while True:
            job = pipe.recv()
            worker = worker or make()
            pipe.send(done(worker, job))
    except (EOFError, OSError, KeyboardInterrupt):
        return


def done(worker: Worker, job: Job) -> Done | Broken:
    """The answer to a job, or what broke, in a form that travels."""
    try:
        return worker.do(job)
    except AraxesError as error:
        return Broken(str(error), True)
    except Exception as error:
        import traceback

        return Broken(f"{type(error).__name__}: {error}\n{traceback.format_exc()}", False)


def few_threads(count: int) -> None:
    """Let this process's models use `count` threads; heard only before they are imported."""
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS"):
        os.environ[name] = str(count)


def cores() -> int:
    """The cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
