"""Hostile text in every field, in a real browser: shown as text, nothing runs, nothing is asked of another machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from review_server import app, chromium, stay_home

from align.store import Project
from align.terms import load
from align.types import TARGETS, Bead, Bitext, Document, Finding, Segment, Span, Translation
from ui import users

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
HOSTILE = (
    "<script>window.pwned=1</script><img src=http://evil.example/x onerror=window.pwned=1>"
    "<svg/onload=window.pwned=1>${window.pwned=1}{{constructor.constructor('window.pwned=1')()}}"
    "';window.pwned=1;//\"><iframe srcdoc='<script>parent.pwned=1</script>'>"
    "[x](javascript:window.pwned=1) \u202eknil\u2066 <b>bold</b> \x07\ufeff"
)
NAME = "<img src=x onerror=window.pwned=1>${window.pwned=1}"
LINE = ("a very long line without an end, " * 32_000).strip()  # a megabyte


def termbase(folder: Path) -> Any:
    """A termbase with something hostile in every field; the article names its place."""
    text = json.dumps(HOSTILE.replace("\x07", ""))
    file = folder / "terms.toml"
    file.write_text(
        f'[evilburg]\nkind = "toponym"\nfeature = {text}\nnote = {text}\nsources = [{text}]\n'
        f'en = [{{ text = "Evilburg", note = {text}, source = {text}, sides = ["armenian"] }}, {text}]\n'
        + "".join(f"{lang} = [{text}]\n" for lang in TARGETS),
        encoding="utf-8",
    )
    return load(file)


def make(where: Path) -> Project:
    def document(lang: str) -> Document:
        texts = [HOSTILE, f"Evilburg: {HOSTILE}", LINE if lang in ("en", "hy") else "short"]
        segments, at = [], 0
        for i, text in enumerate(texts):
            segments.append(Segment(i, "title" if i == 0 else "body", at, at + len(text), text))
            at += len(text) + 1
        return Document(lang, "\n".join(texts), tuple(segments), HOSTILE, HOSTILE)

    source, project = document("en"), Project.create(where)
    beads = tuple(Bead((i,), (i,)) for i in range(3))
    for number, lang in enumerate(TARGETS):
        target = document(lang)
        for signature in (f"given|name:{HOSTILE}", f"{HOSTILE}|engine"):
            bitext = Bitext(Translation(source, target, signature), beads, HOSTILE)
            span = Span(0, 0, 8, HOSTILE[:8])
            finding = Finding(
                "number", HOSTILE, "error", lang, 0, (span,), (span,), HOSTILE, "evilburg", (HOSTILE,), HOSTILE,
                suggestion=HOSTILE, pair=bitext.pair_id,
            )  # fmt: skip
            project.save(bitext, [finding])
        project.review(bitext.bead_id(0), "comment", HOSTILE, note=HOSTILE)
        project.review(bitext.bead_id(1), "edit", HOSTILE, text=HOSTILE + " changed")
        project.review(finding.id, ("dismiss", "confirm")[number % 2], HOSTILE, note=HOSTILE)
        project.review(finding.id, ("confirm", "dismiss")[number % 2], NAME, note=HOSTILE)
    return project


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as one:
        yield one


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("hostile")
    users.add(folder / "users", NAME, "approver", "word")
    desk = app(make(folder / "project"), users=users.read(folder / "users"), termbase=termbase(folder))
    with desk as page:
        yield page.local_url


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1500, "height": 900}, accept_downloads=True)
    outside = stay_home(context, address)
    one = context.new_page()
    errors: list[str] = []
    one.on("pageerror", lambda error: errors.append(str(error)))
    one.on("dialog", lambda dialog: errors.append(dialog.message))
    one.goto(address)
    one.get_by_label("username").fill(NAME)
    one.get_by_label("password").fill("word")
    one.get_by_role("button", name="Login").click()
    one.wait_for_selector(".row p")
    yield one
    harmless(one)
    assert not outside, "the page asked for something outside"
    assert not errors
    context.close()


def harmless(page: Page) -> None:
    assert page.evaluate("window.pwned") is None, "text ran as script"
    for markup in ("script", "img", "svg", "iframe", "object", "link", "a[href^=javascript]"):
        assert page.locator(f".ax {markup}").count() == 0, f"text became {markup}"
    assert page.locator(".ax b", has_text="bold").count() == 0, "text became markup"


def test_every_sentence_name_and_comment(page: Page) -> None:
    assert NAME in page.locator(".who").inner_text()
    page.locator(".entries li", has_text="onerror=window.pwned=1").first.wait_for()
    for position in (0, 1):
        for _ in TARGETS:
            assert "<script>window.pwned=1</script>" in page.locator(".panel").inner_text()
            harmless(page)
            page.keyboard.press("l")
            page.wait_for_timeout(200)
        for _ in TARGETS:
            page.keyboard.press("h")
        assert "U+202E" in page.locator(f'.row[data-position="{position}"]').inner_text()
        page.keyboard.press("j")
    page.keyboard.press("t")
    harmless(page)


@pytest.mark.slow
def test_a_megabyte_in_one_line(page: Page) -> None:
    page.keyboard.press("G")
    page.locator('.row[data-position="2"][aria-selected=true]').wait_for()
    page.wait_for_function(
        "length => document.querySelector('.panel textarea.edit')?.value.length === length", arg=len(LINE)
    )
    page.locator("textarea.edit").fill("a short line")
    page.keyboard.press("Control+Enter")
    page.locator(".toast", has_text="Saved.").wait_for()
    page.locator('.row[data-position="2"] .cell', has_text="a short line").wait_for()


def test_what_is_typed(page: Page) -> None:
    page.locator("textarea.edit").fill(HOSTILE + "\0 \ud800 typed")
    page.keyboard.press("Control+Enter")
    page.locator(".toast", has_text="Saved.").wait_for()
    page.keyboard.press("k")
    page.keyboard.press("m")
    page.keyboard.insert_text(HOSTILE)
    page.keyboard.press("Enter")
    page.locator(".toast", has_text="Comment kept.").wait_for()
    page.locator(".search").fill("${window.pwned=1}")
    page.wait_for_timeout(600)
    harmless(page)


def test_dialogs_tooltips_and_files(page: Page) -> None:
    page.goto(page.url.split("?")[0] + "?sentence=2&in=ru")
    page.locator(".row mark[data-concept=evilburg]").first.hover()
    page.locator(".tip:not([hidden])", has_text="<script>").wait_for()
    page.locator("button.concept").first.click()
    page.locator("dialog .concept-text", has_text="<script>").wait_for()
    page.keyboard.press("Escape")
    for key, found in {"o": ".heat", "?": ".legend"}.items():
        page.keyboard.press(key)
        page.locator(f"dialog {found}").wait_for()
        harmless(page)
        page.keyboard.press("Escape")
    page.get_by_role("button", name="New article").click()
    page.locator("dialog textarea").fill(HOSTILE)
    page.get_by_role("button", name="Translate, align and check").click()
    page.locator("dialog .job:not(:empty)").wait_for()
    page.keyboard.press("Escape")


ADDRESSES = [HOSTILE, "%00", "__proto__"]
MORE = ["../../etc/passwd", "-1", "99999999999999999999", "9e9"]


@pytest.mark.parametrize("value", [*ADDRESSES, *(pytest.param(v, marks=pytest.mark.slow) for v in MORE)])
def test_every_part_of_the_address(page: Page, value: str) -> None:
    start = page.url.split("?")[0]
    names = [
        "article", "sentence", "in", "show", "view", "hy", "az", "f-text", "f-lang", "f-check", "f-concept",
        "f-severity", "f-state", "f-reviewer", "f-outcome", "f-queue", "f-hide_approved", "__theme", "deep_link",
    ]  # fmt: skip
    for some in (names, names[:5], names[5:12], names[12:]):
        page.goto(start + "?" + "&".join(f"{name}={quote(value)}" for name in some))
        page.locator(".row p, .nothing:not([hidden]), .toast:not(:empty)").first.wait_for()
    harmless(page)
    page.goto(f"{start}#{quote(value)}")
    page.wait_for_selector(".row p")
