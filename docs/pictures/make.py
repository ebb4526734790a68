"""Take the pictures of the review app from the packaged sample: python docs/pictures/make.py"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from align.cli.common import tools
from align.demo import run_demo
from align.store import Project
from align.terms import default
from ui.app import launch
from ui.desk import Desk

HERE = Path(__file__).parent
CHROMIUM = "/usr/bin/chromium"
PICTURES = {  # name: (width, height, dark, address, keys pressed before the picture)
    "review": (1680, 980, False, "?sentence=6&in=az", ""),
    "review-dark": (1680, 980, True, "?sentence=9&in=hy", ""),
    "review-laptop": (1366, 768, False, "?sentence=5&in=ru&f-severity=warning", ""),
    "review-keys": (1366, 768, False, "", "?"),
    "overview": (1366, 900, False, "", "o"),
}


def take(page: Page, address: str, name: str, keys: str) -> None:
    """One picture, after the keys."""
    page.goto(address)
    page.wait_for_selector(".row p")
    page.wait_for_timeout(500)
    for key in keys:
        page.keyboard.press(key)
        page.wait_for_timeout(900)
    page.screenshot(path=HERE / f"{name}.png")


def main() -> None:
    """Make the sample's project, serve it, take every picture."""
    with tempfile.TemporaryDirectory() as folder:
        where = Path(folder) / "sample"
        kit = tools([], "e5", quiet=True)
        run_demo(where, kit)
        page = launch(Desk(Project.open(where), default(), two_person=False, tools=lambda: kit), name="Ani")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            for name, (width, height, dark, query, keys) in PICTURES.items():
                context = browser.new_context(
                    viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light"
                )
                take(context.new_page(), page.local_url + query, name, keys)
                context.close()
            browser.close()
        page.close(verbose=False)
    sys.stderr.write(f"{len(PICTURES)} pictures in {HERE}\n")


if __name__ == "__main__":
    main()
