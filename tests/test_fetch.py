"""Downloads from a hub that the test serves: whole, interrupted, refused."""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from tiny_checkpoint import tiny

HUB = "facebook/nllb-200-distilled-600M"
WEIGHTS = random.Random(1).randbytes(30_000_000)  # three of the pieces in which the client writes
REVISION = "0123456789abcdef0123456789abcdef01234567"


class Hub:
    """What was asked for, and how often the weights are still to be cut off in the middle."""

    def __init__(self) -> None:
        self.ranges: list[str] = []
        self.cuts = 0
        self.address = ""


@pytest.fixture
def hub() -> Iterator[Hub]:
    state, files = Hub(), {f.name: f.read_bytes() for f in tiny("nllb").iterdir()}
    files["model.safetensors"] = WEIGHTS

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self, body: bool) -> None:
            name = self.path.split("?")[0].rsplit("/", 1)[-1]
            if self.path.startswith("/api/"):
                entries = [{"type": "file", "path": f, "size": len(d), "oid": "0"} for f, d in files.items()]
                about = {"id": HUB, "sha": REVISION, "siblings": [{"rfilename": f} for f in files]}
                data = json.dumps(entries if "/tree/" in self.path else about).encode()
                self.send(200, {"Content-Type": "application/json"}, data, len(data), body)
            elif name in files:
                whole = files[name]
                asked = self.headers.get("Range", "")
                start = int(asked.removeprefix("bytes=").split("-")[0]) if body and asked else 0
                if start:
                    state.ranges.append(asked)
                headers = {"ETag": f'"{hashlib.sha256(whole).hexdigest()}"', "X-Repo-Commit": REVISION}
                if start:
                    headers["Content-Range"] = f"bytes {start}-{len(whole) - 1}/{len(whole)}"
                rest = whole[start:]
                cut = body and name.endswith(".safetensors") and state.cuts > 0
                state.cuts -= cut
                self.send(
                    206 if start else 200,
                    headers,
                    rest[: len(rest) * 3 // 4] if cut else rest,
                    len(rest),
                    body,
                )
                self.close_connection = self.close_connection or cut
            else:
                self.send(404, {"X-Error-Code": "EntryNotFound"}, b"", 0, body)

        def send(self, status: int, headers: dict[str, str], data: bytes, length: int, body: bool) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(length)}.items():
                self.send_header(name, value)
            self.end_headers()
            if body:
                self.wfile.write(data)

        def do_GET(self) -> None:
            self.answer(True)

        def do_HEAD(self) -> None:
            self.answer(False)

        def log_message(self, *_: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=http.serve_forever, daemon=True).start()
    state.address = f"http://127.0.0.1:{http.server_port}"
    yield state
    http.shutdown()
    http.server_close()


def fetch(address: str, cache: Path) -> subprocess.CompletedProcess[str]:
    """Fetch in another process: the hub's client reads its address when it is imported."""
    program = (
        "import sys, logging\n"
        "from models.errors import AraxesError\n"
        "from models.fetch import fetch, in_cache\n"
        "try:\n"
        "    print(fetch('nllb-200-distilled-600M', say=lambda words: print(words)))\n"
        "except AraxesError as error:\n"
        "    sys.exit(str(error))\n"
        f"print(in_cache('{HUB}'))\n"
    )
    environment = {**os.environ, "HF_ENDPOINT": address, "HF_HUB_OFFLINE": "0", "HF_HUB_CACHE": str(cache)}
    return subprocess.run(
        [sys.executable, "-c", program],
        check=False, env=environment, capture_output=True, text=True,
        cwd=Path(__file__).parents[1], timeout=120,
    )  # fmt: skip


def test_a_model_is_fetched_whole_and_found_again(hub: Hub, tmp_path: Path) -> None:
    done = fetch(hub.address, tmp_path)
    assert done.returncode == 0, done.stderr
    said, directory, found = done.stdout.splitlines()
    assert "not for commercial use" in said
    assert "MB" in said
    assert directory == found
    weights = (Path(directory) / "model.safetensors").read_bytes()
    assert weights == WEIGHTS


def test_an_interrupted_download_goes_on_where_it_stopped(hub: Hub, tmp_path: Path) -> None:
    hub.cuts = 1
    for _ in range(3):
        done = fetch(hub.address, tmp_path)
        if done.returncode == 0:
            break
        assert "goes on where it stopped" in done.stderr
    assert done.returncode == 0, done.stderr
    assert hub.ranges, "the file was loaded from its beginning"
    weights = (Path(done.stdout.splitlines()[1]) / "model.safetensors").read_bytes()
    assert weights == WEIGHTS


@pytest.mark.slow
def test_a_hub_that_is_not_there_is_named(tmp_path: Path) -> None:
    done = fetch("http://127.0.0.1:9", tmp_path)
    assert done.returncode == 1
    assert f"{HUB} cannot be fetched" in done.stderr.splitlines()[-1]
