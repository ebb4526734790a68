"""The Model Context Protocol's way in: the rights of the page, and no way around the login."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from review_server import app
from test_review_team import make, opened

from ui import users

pytest.importorskip("mcp", reason="no MCP; install it with: pip install 'araxes[mcp]'")


def call(address: str, message: dict[str, Any], **headers: str) -> str:
    """What the desk's tool answers; raises where the protocol itself refuses."""
    from mcp import ClientSession
    from mcp.client.streamable_http import streamablehttp_client

    async def ask() -> str:
        async with (
            streamablehttp_client(f"{address}gradio_api/mcp/", headers=headers) as (read, write, _),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            (tool,) = (await session.list_tools()).tools
            return str((await session.call_tool(tool.name, {"message": message})).content)

    return asyncio.run(ask())


def test_one_person_on_their_own_machine(tmp_path: Path) -> None:
    subject = make(str(tmp_path / "project"), tmp_path / "users", 1)[0]
    project = opened(str(tmp_path / "project"))
    edit = {"operation": "edit", "subject": subject, "seen": 0, "text": "նոր"}
    with app(project, mcp=True) as page:
        for headers in ({"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"}):
            assert "not logged in" in call(page.local_url, edit, **headers)
        assert not project.reviews()
        call(page.local_url, edit)
        assert [(r.reviewer, r.text) for r in project.reviews()] == [("Ani", "նոր")]


def test_a_login_is_not_passed_by(tmp_path: Path) -> None:
    subject = make(str(tmp_path / "project"), tmp_path / "users", 1)[0]
    project = opened(str(tmp_path / "project"))
    with app(project, users=users.read(tmp_path / "users"), mcp=True) as page:
        told = call(page.local_url, {"operation": "comment", "subject": subject, "seen": 0, "note": "x"})
        assert "login" in told.lower()
        schema = httpx.get(f"{page.local_url}gradio_api/mcp/schema").text
        assert "sentence" not in json.dumps(schema), "the schema tells of the project"
    assert not project.reviews()


def test_nothing_switches_it_on_unasked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(str(tmp_path / "project"), tmp_path / "users", 1)
    monkeypatch.setenv("GRADIO_MCP_SERVER", "True")
    with app(opened(str(tmp_path / "project"))) as page:
        assert httpx.post(f"{page.local_url}gradio_api/mcp/", json={}).status_code in (404, 405)
