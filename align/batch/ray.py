"""Workers on a Ray cluster: one actor each, the same functions inside.

Plain actors, not Ray Data: which articles make a shard, which segments a pack, and what is done already are
known here, jobs are few and large, and the answer to a lost actor is to give its job to another one.
"""

from __future__ import annotations

import os
from typing import Any

from align.batch.jobs import Done, Job
from align.batch.pool import Broken, Died, Make, done
from models.errors import MissingExtraError, ModelError

_IN_LINE = 2  # jobs an actor has: one at work and the next one, so that it need not wait for the network
_TRIES = 3  # to begin each worker
_PATIENCE = 600.0  # seconds for the first actor to be placed


class Ray:
    """Actors on the cluster at `address`, or for `auto` on the one this machine is in, begun if there is none.

    An actor takes one CPU, and a share of the GPUs where the cluster has any. Without a `size` there are as
    many as GPUs, or as CPUs where there are no GPUs.
    """

    def __init__(self, make: Make, address: str, size: int = 0) -> None:
        try:
            import ray
        except ImportError as error:
            raise MissingExtraError("ray", "ray") from error
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is told to anyone
        self._ray, self._make = ray, make
        try:
            ray.init(None if address == "auto" else address, logging_level="error", log_to_driver=False)
        except (ConnectionError, ValueError, RuntimeError) as error:
            reason = str(error).splitlines()[0]
            raise ModelError(
                f"--ray {address}: no cluster answers there ({reason}); start one with: ray start --head"
            ) from error
        held = ray.cluster_resources()
        gpus = int(held.get("GPU", 0))
        self.size = size or gpus or int(held.get("CPU", 1))
        share = min(1.0, gpus / self.size)
        self._kind = ray.remote(num_cpus=1, num_gpus=share, max_restarts=0)(_Actor)
        self._actors: dict[Any, int] = {}  # each with its jobs
        self._starting: dict[Any, Any] = {}  # actors by what says that they have started
        self._at_work: dict[Any, tuple[int, Any]] = {}
        self._stillborn = 0
        for _ in range(self.size):
            self._start()
        self._started(wait=True)

    def _start(self) -> None:
        actor = self._kind.remote(self._make)
        self._starting[actor.ready.remote()] = actor

    def _started(self, *, wait: bool) -> None:
        """Take in the actors that have started; with `wait`, at least one."""
        while self._starting:
            patience = _PATIENCE if wait and not self._actors else 0
            ready, _ = self._ray.wait(list(self._starting), num_returns=1, timeout=patience)
            if not ready:
                break
            actor = self._starting.pop(ready[0])
            try:
                self._ray.get(ready[0])
            except (
                self._ray.exceptions.RayError
            ) as error:  # its node went before it began, or it cannot begin
                self._stillborn += 1
                if self._stillborn > _TRIES * self.size:
                    reason = str(error).strip().splitlines()[-1]
                    raise ModelError(
                        f"--ray: no worker can begin ({reason}); install Araxes on every node"
                    ) from error
                self._start()
            else:
                self._actors[actor] = 0
                self._stillborn = 0
        if wait and not self._actors:
            raise ModelError(
                "--ray: the cluster has no room for a worker; start more nodes, or free some CPUs"
            )

    def room(self) -> bool:
        """Whether an actor has nobody next in line."""
        self._started(wait=not self._actors)
        return any(jobs < _IN_LINE for jobs in self._actors.values())

    def submit(self, ticket: int, job: Job) -> None:
        """Give a job to the actor that has the fewest."""
        actor = min(self._actors, key=lambda one: self._actors[one])
        self._actors[actor] += 1
        self._at_work[actor.do.remote(job)] = (ticket, actor)

    def answer(self) -> tuple[int, Done | Died]:
        """The next answer of any actor."""
        (reference, *_), _ = self._ray.wait(list(self._at_work), num_returns=1)
        ticket, actor = self._at_work.pop(reference)
        try:
            answer = self._ray.get(reference)
        except self._ray.exceptions.RayError:  # the actor, its node, or what it had answered is gone
            if self._actors.pop(actor, None) is not None:
                self._start()
            return ticket, Died()
        if actor in self._actors:
            self._actors[actor] -= 1
        if isinstance(answer, Broken):
            raise answer.error()
        return ticket, answer

    def close(self) -> None:
        """End the actors and leave the cluster."""
        for actor in [*self._actors, *self._starting.values()]:
            self._ray.kill(actor)
        self._ray.shutdown()


class _Actor:
    def __init__(self, make: Make) -> None:
        self._worker = make()

    def ready(self) -> bool:
        return True

    def do(self, job: Job) -> Done | Broken:
        return done(self._worker, job)
