"""How fast the review app answers in headless Chromium: python benchmarks/review.py [--segments 1000 10000]

One table: seconds to the first row (cold and warm), milliseconds from a click to the editor, for a save, for
a filter and for a jump to the end; medians.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from playwright.sync_api import Browser, Page, sync_playwright

from align.columns import table
from align.demo import document as sample_document
from align.store import Project
from align.terms import default
from align.types import TARGETS, Bead, Bitext, Document, Finding, Segment, Span, Translation
from ui.app import launch
from ui.desk import Desk

CHROMIUM = "/usr/bin/chromium"


def document(lang: str, count: int) -> Document:
    """A long article: the sentences of the sample again and again, each with its number."""
    sentences = [
        s.text for s in sample_document("article" if lang == "en" else "reference", lang).segments[3:]
    ]
    segments, pieces, at = [], [], 0
    for i in range(count):
        text = f"{sentences[i % len(sentences)]} ({i})"
        segments.append(Segment(i, "body", at, at + len(text), text, i // 4))
        pieces.append(text)
        at += len(text) + 1
    return Document(lang, " ".join(pieces), tuple(segments), "A long article")


def build(where: Path, count: int) -> Project:
    """An article of `count` segments in four languages; every tenth has a finding."""
    project, source, dice = Project.create(where), document("en", count), random.Random(1)
    for lang in TARGETS:
        target = document(lang, count)
        bitext = Bitext(
            Translation(source, target, "benchmark"),
            tuple(Bead((i,), (i,)) for i in range(count)),
            "by construction",
        )
        findings = []
        for i in range(0, count, 10):
            s = target.segments[i]
            span = Span(i, s.start, s.start + 8, s.text[:8])
            findings.append(
                Finding(
                    "number",
                    "changed",
                    dice.choice(("warning", "error")),
                    lang,
                    i,
                    (),
                    (span,),
                    "a number changed",
                )
            )
        project.save(bitext, findings)
    return project


def clock(act: Callable[[], object]) -> float:
    """Seconds that an act takes."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def first_row(page: Page, address: str) -> float:
    """Seconds until the first row shows its text."""

    def load() -> None:
        page.goto(address, wait_until="commit")
        page.wait_for_selector(".row p", state="visible")

    return clock(load)


IN_PAGE = """async ([act, ready]) => {
  const start = performance.now();
  const done = new Function('return ' + ready);
  new Function(act)();
  while (!done()) await new Promise(requestAnimationFrame);
  return performance.now() - start;
}"""


def in_page(page: Page, act: str, ready: str) -> float:
    """Milliseconds from an act in the page to the frame in which `ready` holds."""
    return float(page.evaluate(IN_PAGE, [act, ready]))


def measure(browser: Browser, address: str) -> Iterator[str]:
    """The columns of one line of the table."""
    context = browser.new_context(viewport={"width": 1500, "height": 900})
    page = context.new_page()
    yield f"{first_row(page, address):.2f}"
    yield f"{statistics.median(first_row(page, address) for _ in range(5)):.2f}"
    clicks, saves, filters = [], [], []
    for i in range(1, 8):
        page.evaluate("document.dispatchEvent(new KeyboardEvent('keydown', {key: 'g'}))")
        page.wait_for_selector('.row[data-position="3"] .cell[data-lang=ru] .bead')
        row = f"document.querySelector('.row[data-position=\"{i % 4}\"] .cell[data-lang=ru] .bead')"
        bead = page.evaluate(f"{row}.dataset.bead")
        clicks.append(
            in_page(page, f"{row}.click()", f"document.querySelector('.panel').dataset.bead === '{bead}'")
        )
        text = f"Правка {i}"
        write = (
            "const t = document.querySelector('textarea.edit');"
            f"t.value = '{text}'; t.dispatchEvent(new Event('input')); document.querySelector('.actions .primary').click()"
        )
        saves.append(in_page(page, write, f"{row}.textContent.includes('{text}')"))
        search = f"const s = document.querySelector('.search'); s.value = '({i * 11})'; s.dispatchEvent(new Event('input'))"
        filters.append(
            in_page(page, search, "/^[0-9]+ of/.test(document.querySelector('.found').textContent)")
        )
        clear = (
            "const s = document.querySelector('.search'); s.value = ''; s.dispatchEvent(new Event('input'))"
        )
        in_page(page, clear, "!/ of /.test(document.querySelector('.found').textContent)")
        page.wait_for_timeout(150)
    yield from (f"{statistics.median(times):.0f}" for times in (clicks, saves, filters))
    end = "document.querySelector('.row[aria-selected=true] .cell p') && document.querySelector('.list').scrollTop > 999"
    yield f"{in_page(page, 'document.dispatchEvent(new KeyboardEvent(`keydown`, {key: `G`}))', end):.0f}"
    context.close()


def main() -> None:
    """Measure every size and print the table."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--segments", type=int, nargs="+", default=[1_000, 10_000])
    rows = [
        [
            "segments",
            "open project s",
            "cold s",
            "warm s",
            "click ms",
            "save ms",
            "filter ms",
            "to the end ms",
        ]
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for count in options.parse_args().segments:
            with tempfile.TemporaryDirectory() as folder:
                project = build(Path(folder) / "project", count)
                start = time.perf_counter()
                page = launch(Desk(project, default(), two_person=False), name="Ani")
                opened = time.perf_counter() - start
                rows.append([f"{count:,}", f"{opened:.1f}", *measure(browser, page.local_url)])
                page.close(verbose=False)
        browser.close()
    print(table(rows))


if __name__ == "__main__":
    main()
