"""A PostgreSQL server of its own for a test: made in a temporary folder, stopped and thrown away afterwards."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_PLACES = ("/usr/lib/postgresql", "/usr/pgsql", "/opt/homebrew/opt", "/usr/local/opt")


def _programs() -> Path:
    """The folder of `initdb` and `postgres`; without it a skipped test, or a failed one where all must run."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    there = sorted(path for place in _PLACES for path in Path(place).glob("*/bin/initdb"))
    if there:
        return there[-1].parent
    reason = "no PostgreSQL server; install it with: apt-get install postgresql"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def postgres() -> Iterator[str]:
    """The URL of an empty database. PostgreSQL refuses to run as root, so root takes its system user."""
    pytest.importorskip("psycopg", reason="no driver; install it with: pip install 'araxes[postgres]'")
    programs, user = _programs(), "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="araxes-pg-"))
    if user:
        shutil.chown(folder, user, user)
    data, port = folder / "data", free_port()

    def run(*command: str) -> None:
        done = subprocess.run(command, cwd=folder, user=user, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command[0]}: {done.stderr}"

    run(str(programs / "initdb"), "-D", str(data), "-U", "araxes", "-E", "UTF8", "--locale=C", "-A", "trust")
    server = subprocess.Popen(
        [str(programs / "postgres"), "-D", str(data), "-p", str(port), "-h", "127.0.0.1", "-k", str(folder)],
        cwd=folder, user=user, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait(port, server)
        run(str(programs / "createdb"), "-h", "127.0.0.1", "-p", str(port), "-U", "araxes", "project")
        yield f"postgresql+psycopg://araxes@127.0.0.1:{port}/project"
    finally:
        server.send_signal(signal.SIGINT)  # does not wait for clients
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    import psycopg

    for _ in range(300):
        try:
            psycopg.connect(host="127.0.0.1", port=port, user="araxes", dbname="postgres").close()
            return
        except psycopg.OperationalError:
            assert server.poll() is None, "the PostgreSQL server stopped"
            time.sleep(0.1)
    raise AssertionError("the PostgreSQL server does not answer")
