"""A review app for tests: a project with the packaged sample, and a browser that may leave nowhere."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from align.demo import document
from align.pipeline import Plan, Tools, outcome
from align.store import Project
from align.terms import default
from align.types import TARGETS, Translation
from models import encoder
from models.errors import ModelError
from models.memory import Memory

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

    from align.terms import Termbase
    from ui.users import Users

CHROMIUM = "/usr/bin/chromium"
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


def _no_engine(_engine: str, _lang: str) -> Any:
    raise ModelError("no engine in tests")


def kit() -> Tools:
    """Tools without an engine: the packaged memory and the small encoder that installs with the project."""
    return Tools(default(), Memory(None), lambda: encoder("e5"), _no_engine)


def sample(where: Path, versions: tuple[str, ...] = ("shifted",)) -> Project:
    """The packaged sample as a project, aligned and checked."""
    project = Project.create(where)
    tools = kit()
    source = document("article", "en")
    for lang in TARGETS:
        for version in versions if lang != "hy" else ("reference", "shifted"):
            target = document(version, lang)
            done = outcome(Translation(source, target, f"given|name:{version}.{lang}.txt"), Plan(), tools)
            project.save(done.bitext, done.findings)
    return project


@contextmanager
def app(
    project: Project,
    *,
    users: Users | None = None,
    name: str = "Ani",
    mcp: bool = False,
    termbase: Termbase | None = None,
) -> Iterator[Any]:
    """A review app over the project, being served."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    from ui.app import launch
    from ui.desk import Desk

    desk = Desk(project, termbase or default(), two_person=users is not None, tools=kit)
    page = launch(desk, users=users, name=name, mcp=mcp)
    try:
        yield page
    finally:
        page.close(verbose=False)


@contextmanager
def serve(project: Project, *, users: Users | None = None, name: str = "Ani") -> Iterator[str]:
    """The address of a review app over the project."""
    with app(project, users=users, name=name) as page:
        yield page.local_url.rstrip("/")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Headless Chromium, or a skipped test; where the tests must run whole, a failed one."""
    if not Path(CHROMIUM).exists():
        reason = f"no Chromium at {CHROMIUM}; install it with: apt-get install chromium fonts-dejavu-core"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield browser
        browser.close()


def stay_home(context: BrowserContext, address: str) -> list[str]:
    """Refuse every request that leaves the machine; the list names them."""
    outside: list[str] = []

    def refuse(route: Any) -> None:
        outside.append(route.request.url)
        route.abort()

    context.route(lambda url: not url.startswith((address, "data:", "blob:")), refuse)
    return outside
