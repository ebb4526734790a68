"""A Hugging Face hub on this machine, as much of it as an upload meets."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

TOKEN = "hf_of_the_tests"


@dataclass
class Hub:
    """The datasets that were uploaded: of each its files, and whether it is private."""

    address: str = ""
    files: dict[str, dict[str, bytes]] = field(default_factory=dict)
    private: dict[str, bool] = field(default_factory=dict)
    refuses: str = ""  # what it says of every card


@contextmanager
def hub() -> Iterator[Hub]:
    """A hub that runs."""
    held = Hub()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

        def answer(self, body: Any, status: int = 200) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            if status != 200:
                self.send_header("X-Error-Message", str(body.get("error", "")))
            self.end_headers()
            self.wfile.write(data)

        def known(self) -> bool:
            if self.headers.get("Authorization") == f"Bearer {TOKEN}":
                return True
            self.answer({"error": "Invalid username or password."}, 401)
            return False

        def do_GET(self) -> None:
            name = re.fullmatch(r"/api/datasets/([^/]+/[^/]+)/tree/main", self.path.partition("?")[0])
            if self.known() and name:
                self.answer([
                    {"type": "file", "path": path, "size": len(data), "oid": hashlib.sha1(data).hexdigest()}
                    for path, data in held.files[name[1]].items()
                ])  # fmt: skip

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if not self.known():
                return
            path = self.path.partition("?")[0]
            if path == "/api/repos/create":
                row = json.loads(body)
                name = f"{row['organization']}/{row['name']}"
                assert row["type"] == "dataset"
                if name in held.files:
                    error = "You already created this dataset repo"
                    self.answer({"error": error, "url": f"{held.address}/datasets/{name}"}, 409)
                    return
                held.files[name] = {}
                held.private[name] = row.get("private") is True or row.get("visibility") == "private"
                self.answer({"url": f"{held.address}/datasets/{name}"})
            elif path == "/api/validate-yaml":
                errors = [{"message": held.refuses}] if held.refuses else []
                self.answer({"errors": errors, "warnings": []}, 400 if errors else 200)
            elif path.endswith("/preupload/main"):
                self.answer({"files": [
                    {"path": file["path"], "uploadMode": "regular", "shouldIgnore": False}
                    for file in json.loads(body)["files"]
                ]})  # fmt: skip
            else:
                name = "/".join(path.split("/")[3:5])
                assert path == f"/api/datasets/{name}/commit/main"
                for line in map(json.loads, body.splitlines()):
                    if line["key"] == "file":
                        held.files[name][line["value"]["path"]] = base64.b64decode(line["value"]["content"])
                    elif line["key"] == "deletedFile":
                        del held.files[name][line["value"]["path"]]
                sha = _sha(held.files[name])
                self.answer({"commitUrl": f"{held.address}/datasets/{name}/commit/{sha}", "commitOid": sha})

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    held.address = f"http://127.0.0.1:{server.server_address[1]}"
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield held
    finally:
        server.shutdown()
        server.server_close()


def _sha(files: dict[str, bytes]) -> str:
    return hashlib.sha1(repr(sorted(files.items())).encode()).hexdigest()
