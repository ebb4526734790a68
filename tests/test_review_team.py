"""A team over real HTTP: everything acknowledged is kept once, under the right name, also when the server is killed."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import pytest
from postgres_server import free_port, postgres
from test_ui_desk import document

from align.store import Project
from align.types import Bead, Bitext, Translation
from ui import users

SEGMENTS = 40


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The project's folder or database URL; empty."""
    if request.param == "sqlite":
        yield str(tmp_path / "project")
        return
    with postgres() as url:
        yield url


def opened(where: str) -> Project:
    return Project.create(where if "://" in where else Path(where))


def make(where: str, people: Path, count: int) -> list[str]:
    """A project and its users file; the ids of its beads."""
    project = opened(where)
    source, ids = document("en", SEGMENTS), []
    for lang in ("hy", "ru"):
        beads = tuple(Bead((i,), (i,)) for i in range(SEGMENTS))
        bitext = Bitext(Translation(source, document(lang, SEGMENTS), "test"), beads, "test")
        project.save(bitext, [])
        ids += [bitext.bead_id(i) for i in range(SEGMENTS)]
    project.close()
    lines = [users.line(f"person {i}", "translator", f"word {i}") for i in range(count)]
    people.write_text("".join(lines), encoding="utf-8")
    return ids


class Server:
    """`araxes review` as a process that can be killed and started again at the same address."""

    def __init__(self, where: str, people: Path) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        run = "import sys; from align.cli import main; sys.argv[0] = 'araxes'; main()"
        self._command = [sys.executable, "-c", run, "review", where, "--auth", str(people)]
        self._log = people.with_name("server.log")
        self.start()

    def start(self) -> None:
        with self._log.open("ab") as log:
            self.process = subprocess.Popen([*self._command, "--port", str(self.port)], stderr=log)
        for _ in range(600):
            try:
                httpx.get(self.address, timeout=5)
                return
            except httpx.TransportError:
                assert self.process.poll() is None, self._log.read_text(encoding="utf-8")
                time.sleep(0.1)
        raise AssertionError("the server does not answer")

    def kill(self) -> None:
        """SIGKILL: nothing can be tidied up."""
        self.process.kill()
        self.process.wait()


@contextmanager
def server(where: str, people: Path) -> Iterator[Server]:
    one = Server(where, people)
    try:
        yield one
    finally:
        one.kill()


class Person:
    """A reviewer's browser, without the browser."""

    def __init__(self, address: str, number: int) -> None:
        self.number, self.name = number, f"person {number}"
        self.http = httpx.Client(base_url=address, timeout=120)
        self.log_in()

    def log_in(self) -> None:
        """As a person does whose server was started again: as often as it takes."""
        for _ in range(1200):
            try:
                form = {"username": self.name, "password": f"word {self.number}"}
                answer = self.http.post("/login", data=form)
                assert answer.status_code == 200
                for cookie in self.http.cookies.jar:
                    cookie.secure = False
                config = self.http.get("/config").json()
                break
            except httpx.TransportError:
                time.sleep(0.1)
        self.desk = next(c["id"] for c in config["components"] if c["props"].get("elem_id") == "desk")

    def ask(self, operation: str, **values: Any) -> dict[str, Any]:
        body = {
            "data": {"operation": operation, **values},
            "component_id": self.desk,
            "fn_name": "ask",
            "session_hash": self.name.replace(" ", ""),
        }
        answer = self.http.post("/gradio_api/component_server", json=body)
        answer.raise_for_status()
        return dict(answer.json())


class Tally:
    """What one person was told: edits acknowledged, and how often somebody was faster."""

    def __init__(self) -> None:
        self.edits: list[tuple[str, str]] = []
        self.conflicts = self.cut_off = 0


def write(person: Person, subjects: list[str], edits: int, half: Event) -> Tally:
    """Make that many edits. After a conflict the person looks and saves again, as the page offers."""
    told, revisions = Tally(), dict.fromkeys(subjects, 0)
    for i in range(edits):
        subject, text = subjects[(person.number * 11 + i * 7) % len(subjects)], f"{person.number} {i}"
        while True:
            try:
                answer = person.ask("edit", subject=subject, seen=revisions[subject], text=text)
            except httpx.TransportError:
                told.cut_off += 1
                person.log_in()
                continue
            if answer.get("error") != "conflict":
                break
            theirs = answer["theirs"]
            revisions[subject] = theirs["revision"]
            if (theirs["reviewer"], theirs["text"]) == (person.name, text):
                answer = theirs  # it was saved, and the answer was lost with the server
                break
            told.conflicts += 1
        assert "error" not in answer, f"{person.name} was shown an error: {answer}"
        revisions[subject] = answer["revision"]
        told.edits.append((subject, text))
        if i == edits // 2:
            half.set()
    return told


def check(where: str, told: list[Tally]) -> None:
    project = opened(where)
    kept = project.reviews()
    project.close()
    found = sorted((r.reviewer, r.subject, r.text) for r in kept)
    said = sorted((f"person {i}", *one) for i, each in enumerate(told) for one in each.edits)
    assert found == said, "an acknowledged edit is lost, doubled, or under another name or sentence"
    for subject in {r.subject for r in kept}:
        revisions = [r.revision for r in kept if r.subject == subject]
        assert revisions == list(range(1, len(revisions) + 1))


@pytest.mark.parametrize(("people", "edits"), [(5, 12), pytest.param(25, 200, marks=pytest.mark.slow)])
def test_nothing_is_lost_though_the_server_is_killed(
    where: str, tmp_path: Path, people: int, edits: int
) -> None:
    subjects = make(where, tmp_path / "users", people)
    half = Event()
    with server(where, tmp_path / "users") as one:
        team = [Person(one.address, i) for i in range(people)]
        with ThreadPoolExecutor(people) as pool:
            writing = [pool.submit(write, person, subjects, edits, half) for person in team]
            assert half.wait(300)
            one.kill()
            one.start()
            told = [each.result() for each in writing]
    assert [len(each.edits) for each in told] == [edits] * people
    assert sum(each.cut_off for each in told) >= people - 1, "the server was not killed in the middle"
    check(where, told)


@pytest.mark.slow
def test_two_servers_share_a_project(where: str, tmp_path: Path) -> None:
    subjects = make(where, tmp_path / "users", 4)
    with server(where, tmp_path / "users") as one, server(where, tmp_path / "users") as other:
        team = [Person((one, other)[i % 2].address, i) for i in range(4)]
        with ThreadPoolExecutor(4) as pool:
            told = list(pool.map(lambda person: write(person, subjects[:5], 15, Event()), team))
    assert sum(each.conflicts for each in told) > 0
    check(where, told)
