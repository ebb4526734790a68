"""A team over real HTTP: everything acknowledged is kept, under the right name, also when the server is killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from test_ui_desk import document

from align.store import Project
from align.types import Bead, Bitext, Translation
from ui import users

SEGMENTS = 40


def make(where: Path, people: int) -> list[str]:
    """A project and its users file; the ids of its beads."""
    project = Project.create(where / "project")
    source, ids = document("en", SEGMENTS), []
    for lang in ("hy", "ru"):
        beads = tuple(Bead((i,), (i,)) for i in range(SEGMENTS))
        bitext = Bitext(Translation(source, document(lang, SEGMENTS), "test"), beads, "test")
        project.save(bitext, [])
        ids += [bitext.bead_id(i) for i in range(SEGMENTS)]
    project.close()
    lines = [users.line(f"person {i}", "translator", f"word {i}") for i in range(people)]
    (where / "users").write_text("".join(lines), encoding="utf-8")
    return ids


@contextmanager
def server(where: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    run = "import sys; from align.cli import main; sys.argv[0] = 'araxes'; main()"
    command = [sys.executable, "-c", run, "review", str(where / "project"), "--auth", str(where / "users")]
    process = subprocess.Popen([*command, "--port", str(port)], stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                httpx.get(address, timeout=5)
                break
            except httpx.TransportError:
                assert process.poll() is None, "the server stopped"
                time.sleep(0.1)
        yield address, process
    finally:
        process.kill()
        process.wait()


class Person:
    """A reviewer's browser, without the browser."""

    def __init__(self, address: str, number: int) -> None:
        self.name = f"person {number}"
        self.http = httpx.Client(base_url=address, timeout=60)
        answer = self.http.post("/login", data={"username": self.name, "password": f"word {number}"})
        assert answer.status_code == 200
        for cookie in self.http.cookies.jar:
            cookie.secure = False
        config = self.http.get("/config").json()
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


def write(person: Person, number: int, subjects: list[str], edits: int) -> tuple[list[tuple[str, str]], int]:
    """Edit again and again, reading the revision first; what was acknowledged, and the true conflicts."""
    done, conflicts, revisions = [], 0, dict.fromkeys(subjects, 0)
    for i in range(edits):
        subject = subjects[(number * 11 + i * 7) % len(subjects)]
        text = f"{number} {i}"
        try:
            answer = person.ask("edit", subject=subject, seen=revisions[subject], text=text)
        except httpx.HTTPError:
            break  # the server is gone
        if answer.get("error") == "conflict":
            conflicts += 1
            revisions[subject] = answer["theirs"]["revision"]
            continue
        assert "error" not in answer, answer
        revisions[subject] = answer["revision"]
        done.append((subject, text))
    return done, conflicts


def check(where: Path, results: list[list[tuple[str, str]]], *, exact: bool) -> None:
    kept = Project.open(where / "project").reviews()
    found = {(r.reviewer, r.subject, r.text) for r in kept}
    said = {(f"person {i}", *one) for i, done in enumerate(results) for one in done}
    assert said <= found, "an acknowledged edit is lost"
    if exact:
        assert len(kept) == len(said)
    for subject in {r.subject for r in kept}:
        revisions = [r.revision for r in kept if r.subject == subject]
        assert revisions == list(range(1, len(revisions) + 1))


@pytest.mark.parametrize(("people", "edits"), [(6, 15), pytest.param(25, 200, marks=pytest.mark.slow)])
def test_nothing_is_lost(tmp_path: Path, people: int, edits: int) -> None:
    subjects = make(tmp_path, people)
    with server(tmp_path) as (address, _):
        team = [Person(address, i) for i in range(people)]
        with ThreadPoolExecutor(people) as pool:
            done = list(pool.map(lambda i: write(team[i], i, subjects, edits), range(people)))
    check(tmp_path, [acknowledged for acknowledged, _ in done], exact=True)
    assert sum(len(a) + c for a, c in done) == people * edits


def test_a_killed_server_keeps_what_it_acknowledged(tmp_path: Path) -> None:
    subjects = make(tmp_path, 4)
    with server(tmp_path) as (address, process):
        team = [Person(address, i) for i in range(4)]
        with ThreadPoolExecutor(4) as pool:
            writing = [pool.submit(write, team[i], i, subjects, 10_000) for i in range(4)]
            time.sleep(2)
            os.kill(process.pid, signal.SIGKILL)
            done = [each.result()[0] for each in writing]
    assert any(done)
    check(tmp_path, done, exact=False)


def test_logged_out_nobody_reads_or_writes(tmp_path: Path) -> None:
    make(tmp_path, 1)
    with server(tmp_path) as (address, _):
        desk = Person(address, 0).desk
        for operation in ("open", "rows", "edit", "export"):
            body = {
                "data": {"operation": operation},
                "component_id": desk,
                "fn_name": "ask",
                "session_hash": "x",
            }
            assert httpx.post(f"{address}/gradio_api/component_server", json=body).status_code == 401
        assert (
            httpx.post(f"{address}/login", data={"username": "person 0", "password": "no"}).status_code == 400
        )
        for path in (
            "/config",
            f"/gradio_api/file={tmp_path / 'project' / 'project.sqlite'}",
            "/gradio_api/info",
        ):
            assert httpx.get(address + path).status_code in (401, 403, 404), path
        inside = Person(address, 0).http
        assert inside.get(f"/gradio_api/file={tmp_path / 'project' / 'project.sqlite'}").status_code == 403
        assert inside.get(f"/gradio_api/file={tmp_path / 'users'}").status_code == 403
