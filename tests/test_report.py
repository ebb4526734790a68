"""The report: one page, text and pictures, no code and no request."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from exported import SOURCE, TARGETS, bead, make

from align.exports import EXPORTS, Options
from align.store import Project

EVIL = (
    '</td><script>document.title="owned"</script><img src=http://evil.example/x onerror=alert(1)>${7*7}\u202e'
)


@pytest.fixture
def evil(tmp_path: Path) -> Path:
    project = make(tmp_path / "project", {"hy": (EVIL, *TARGETS["hy"][1:])}, (EVIL, *SOURCE[1:]))
    project.review(bead(project, "hy", 2), "edit", EVIL, text=EVIL, note=EVIL)
    EXPORTS["html"].write(project, tmp_path / "page.html", Options(langs=("hy",)))
    return tmp_path / "page.html"


def test_the_report_holds_text_and_no_code(evil: Path) -> None:
    from lxml import html

    page = html.parse(str(evil)).getroot()
    names = {element.tag for element in page.iter() if isinstance(element.tag, str)}
    assert not names & {"script", "img", "iframe", "object", "embed", "link", "form", "base"}
    links = [
        value for element in page.iter() for name, value in element.attrib.items() if name in ("href", "src")
    ]
    assert links
    assert all(link.startswith("#") for link in links), "a link leads outside"
    assert {name for element in page.iter() for name in element.attrib if name.startswith("on")} == set()
    assert evil.read_text(encoding="utf-8").count("&lt;script&gt;") >= 4


def test_the_report_says_whose_a_name_is_and_how_it_was_made(small: Project, tmp_path: Path) -> None:
    EXPORTS["html"].write(small, tmp_path / "page.html")
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    for words in (
        "Xankəndi",
        "var(--azerbaijani)",
        "given|name:ru.txt",
        "by hand",
        "Termbase",
        "It does not say which is right",
    ):
        assert words in text, words
    for held in small.bitexts():
        for finding in small.findings(held.translation.id):
            assert finding.id in text


@pytest.mark.browser
def test_the_report_opens_without_asking_for_anything(evil: Path) -> None:
    sync = pytest.importorskip("playwright.sync_api")
    chromium = next((c for c in ("chromium", "chromium-browser", "google-chrome") if shutil.which(c)), None)
    if chromium is None:
        pytest.skip("no Chromium here")
    with sync.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which(chromium), args=["--no-sandbox"])
        tab = browser.new_page()
        asked: list[str] = []
        said: list[str] = []
        tab.on("request", lambda request: asked.append(request.url))
        tab.on("console", lambda message: said.append(message.text))
        tab.goto(evil.as_uri())
        assert asked == [evil.as_uri()]
        assert said == []
        assert tab.title() != "owned"
        assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), (
            "scrolls sideways"
        )
        assert tab.pdf().startswith(b"%PDF")
        browser.close()


def test_a_collection_is_one_page(tmp_path: Path) -> None:
    project = make(tmp_path / "project")
    make(tmp_path / "project", {"ru": ("Другая статья.",)}, ("Another article.",))
    EXPORTS["html"].write(project, tmp_path / "page.html")
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "<title>2 articles</title>" in text
    assert text.count("<h2>Text</h2>") == 2
    assert "Другая статья." in text
    assert EXPORTS["jsonl"].write(project, tmp_path / "rows.jsonl") == len(SOURCE) + 1
