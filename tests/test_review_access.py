"""For everyone: every screen through axe-core, the keyboard alone, a small laptop and a page at 200 %."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from review_server import chromium, sample, serve, stay_home

from align.store import Project
from ui import users

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
GRAVE = ("serious", "critical")


def axe() -> str:
    """The program of axe-core, as the package for tests brings it."""
    spec = find_spec("axe_playwright_python")
    if spec is None or spec.origin is None:
        pytest.skip("no axe-core; install it with: pip install axe-playwright-python")
    return next(Path(spec.origin).parent.rglob("axe.min.js")).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as one:
        yield one


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The sample with everything a screen can show: edits, second readings, disagreement, comments, conflicts."""
    made = sample(tmp_path_factory.mktemp("access") / "project")
    russian = next(b for b in made.bitexts() if b.lang == "ru")
    first, *rest = made.findings(russian.translation.id)
    made.review(first.id, "confirm", "Leyla")
    made.review(first.id, "dismiss", "Ani", note="the agency's own form")
    for finding in rest[:2]:
        made.review(finding.id, "confirm", "Leyla")
        made.review(finding.id, "confirm", "Ani")
    bead = russian.bead_id(first.bead)
    made.review(bead, "edit", "Leyla", text="Другой текст.")
    made.review(bead, "edit", "Ani", text="Ещё один текст.", note="see the agency")
    made.review(bead, "both", "Sona", text="Другой текст.")
    for i, decision in enumerate(("accept", "approve", "reject")):
        made.review(russian.bead_id(i), decision, "Leyla")  # type: ignore[arg-type]
    return made


@pytest.fixture(scope="module")
def address(project: Project) -> Iterator[str]:
    with serve(project) as where:
        yield where


def opened(
    browser: Browser, address: str, width: int, height: int, scheme: str = "light", scale: float = 1
) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, device_scale_factor=scale  # type: ignore[arg-type]
    )  # fmt: skip
    stay_home(context, address.partition("?")[0])
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector(".row p, .nothing:not([hidden])")
    return page


SCREENS: dict[str, tuple[str, Callable[[Page], None]]] = {
    "desk": ("?sentence=5&in=ru", lambda page: page.locator(".settle").wait_for()),
    "stacked": ("?hy=*&in=hy", lambda page: page.locator(".version").first.wait_for()),
    "filtered": ("?f-severity=error&f-queue=1&in=az", lambda page: page.locator(".finding").first.wait_for()),
    "nothing": ("?f-text=nowhere", lambda page: page.locator(".nothing").wait_for()),
    "changes": ("?sentence=5&in=ru", lambda page: page.keyboard.press("t")),
    "annotation": ("?sentence=5&in=ru", lambda page: page.locator(".esa summary").click()),
    "history": ("?sentence=3&in=ru", lambda page: page.locator(".entries li").first.wait_for()),
    "overview": ("?view=overview", lambda page: page.locator("dialog .heat").wait_for()),
    "help": ("?view=help", lambda page: page.locator("dialog .legend").wait_for()),
    "new": ("?view=new", lambda page: page.locator("dialog textarea").wait_for()),
    "export": ("?view=export", lambda page: page.locator("dialog button", has_text="tmx").wait_for()),
    "many": ("", lambda page: page.keyboard.press("b")),
    "concept": ("?view=concept:azerbaijan", lambda page: page.locator("dialog pre").wait_for()),
    "message": ("?sentence=2&in=tr", lambda page: page.keyboard.press("d")),
}


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_nothing_grave(browser: Browser, address: str, screen: str, scheme: str) -> None:
    query, reach = SCREENS[screen]
    page = opened(browser, address + query, 1500, 900, scheme)
    reach(page)
    page.wait_for_timeout(400)
    page.evaluate(axe())
    found = page.evaluate("axe.run(document)")["violations"]
    page.context.close()
    grave = [f"{v['id']}: {v['help']}: {v['nodes'][0]['html'][:200]}" for v in found if v["impact"] in GRAVE]
    assert not grave, "\n".join(grave)


def test_axe_at_the_login(browser: Browser, project: Project, tmp_path: Path) -> None:
    users.add(tmp_path / "users", "Ani", "reviewer", "word")
    with serve(project, users=users.read(tmp_path / "users")) as where:
        page = browser.new_page()
        page.goto(where)
        page.get_by_label("username").wait_for()
        page.evaluate(axe())
        found = page.evaluate("axe.run(document)")["violations"]
        page.close()
    assert not [v["id"] for v in found if v["impact"] in GRAVE]


def test_the_keyboard_alone(browser: Browser, address: str, project: Project) -> None:
    """A whole round without a mouse: filter, edit, save, dismiss with a reason, comment, undo, overview, back."""
    page = opened(browser, address, 1366, 768)
    page.mouse.move(0, 0)
    page.keyboard.press("/")
    page.keyboard.type("Jermuk")
    page.locator(".found", has_text=" of ").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("l")
    page.keyboard.press("e")
    page.keyboard.press("Control+a")
    page.keyboard.type("Yeni mətn.")
    before = len(project.reviews())
    page.keyboard.press("Control+Enter")
    page.locator(".toast", has_text="Saved.").wait_for()
    page.keyboard.press("u")
    page.locator(".toast", has_text="Undone.").wait_for()
    assert len(project.reviews()) == before + 2
    page.keyboard.press("m")
    page.keyboard.type("a comment")
    page.keyboard.press("Enter")
    page.locator(".toast", has_text="Comment kept.").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("o")
    page.locator("dialog .heat").wait_for()
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('dialog').contains(document.activeElement)")
    page.keyboard.press("Escape")
    page.locator("dialog").wait_for(state="detached")
    page.keyboard.press("j")
    page.context.close()


REACHABLE = """[...document.querySelectorAll('.ax button, .ax input, .ax select, .ax textarea, .ax summary')]
    .filter(node => node.checkVisibility({ contentVisibilityAuto: true }) && !node.disabled)"""


def test_every_control_can_be_reached_with_tab(browser: Browser, address: str) -> None:
    page = opened(browser, address + "?sentence=5&in=ru", 1500, 900)
    page.locator(".settle").wait_for()
    page.evaluate("void (window.reached = new Set())")
    page.evaluate("document.querySelector('.search').focus(); document.activeElement.blur()")
    for _ in range(page.evaluate(f"{REACHABLE}.length") + 30):
        page.keyboard.press("Tab")
        page.evaluate("reached.add(document.activeElement)")
    missed = page.evaluate(
        f"{REACHABLE}.filter(node => !reached.has(node)).map(node => node.outerHTML.slice(0, 90))"
    )
    page.context.close()
    assert not missed


@pytest.mark.parametrize(("width", "height", "scale"), [(1366, 768, 1), (683, 384, 2), (1024, 768, 1)])
def test_small_screens_and_zoom(browser: Browser, address: str, width: int, height: int, scale: int) -> None:
    page = opened(browser, address + "?sentence=5&in=ru", width, height, scale=scale)
    page.locator("textarea.edit").wait_for()
    sideways = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert sideways <= 0, "the page scrolls sideways"
    cut = page.evaluate(
        """() => [...document.querySelectorAll('.ax .bar button, .ax .panel button, .ax .cell p')]
             .filter(node => node.offsetParent && (node.getBoundingClientRect().right > innerWidth + 1
                     || node.scrollWidth > node.clientWidth + 2)).map(node => node.outerHTML.slice(0, 120))"""
    )
    assert not cut, "something is cut off at the side"
    page.locator("textarea.edit").scroll_into_view_if_needed()
    assert page.locator("textarea.edit").is_visible()
    page.locator(".actions .primary").scroll_into_view_if_needed()
    box = page.locator(".actions .primary").bounding_box()
    assert box is not None
    assert 0 <= box["y"] < height
    page.context.close()


def test_every_cell_says_its_language(browser: Browser, address: str) -> None:
    page = opened(browser, address + "?hy=*", 1500, 900)
    page.locator(".row .version").first.wait_for()
    page.wait_for_timeout(500)
    for lang, letters in {
        "hy": "[Ա-և]",
        "ru": "[А-я]",
        "az": "[əğı]",
        "tr": "[ığş]",
        "en": "the|Armen",
    }.items():
        cells = page.locator(f'.row .cell[lang="{lang}"]')
        texts = " ".join(cells.all_inner_texts())
        assert page.evaluate("([text, letters]) => new RegExp(letters).test(text)", [texts, letters]), lang
    assert page.evaluate("document.querySelector('textarea.edit').lang") == "hy"
    page.context.close()
