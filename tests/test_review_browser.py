"""The review app in headless Chromium: what a person sees and does, and what stays in the project."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from review_server import chromium, sample, serve, stay_home

from align.store import Project
from ui import users as people

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as one:
        yield one


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Project]]:
    project = sample(tmp_path_factory.mktemp("project"))
    with serve(project) as address:
        yield address, project


@pytest.fixture
def page(browser: Browser, app: tuple[str, Project]) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1500, "height": 900})
    outside = stay_home(context, app[0])
    one = context.new_page()
    errors: list[str] = []
    one.on("pageerror", lambda error: errors.append(str(error)))
    one.goto(app[0])
    one.wait_for_selector(".row p")
    yield one
    context.close()
    assert not outside, "the page asked for something outside"
    assert not errors, "a script failed"


def cell(page: Page, lang: str, position: int) -> Locator:
    return page.locator(f'.row[data-position="{position}"] .cell[data-lang="{lang}"]')


def wait_saved(page: Page, message: str) -> None:
    page.locator(".toast", has_text=message).wait_for()


def shown(page: Page) -> dict[str, str]:
    """The text of the row whose editor is open."""
    return page.evaluate(
        """() => ({ bead: document.querySelector('.ax .panel').dataset.bead,
                    current: document.querySelector('.ax .bead.current').dataset.bead })"""
    )


def test_five_languages_side_by_side(page: Page) -> None:
    title = page.locator('.row[data-position="0"]')
    for lang, word in {
        "en": "Armenian",
        "hy": "Ադրբեջանի",
        "az": "erməni",
        "ru": "армянских",
        "tr": "Ermeni",
    }.items():
        found = title.locator(f'.cell[lang="{lang}"]')
        assert word in found.inner_text(), f"{lang}: {word!r} is not in the title"
    assert page.locator(".row mark.k-toponym").count() > 10
    assert page.locator(".head select").count() == 1, "Armenian has two translations, the others one"


def test_no_text_is_cut_off(page: Page) -> None:
    cut = page.evaluate(
        """() => [...document.querySelectorAll('.ax .row')].filter(row => {
             const box = row.getBoundingClientRect();
             return [...row.querySelectorAll('p')].some(p =>
               p.getBoundingClientRect().bottom > box.bottom + 1 || p.scrollWidth > p.clientWidth + 1);
           }).length"""
    )
    assert cut == 0


def test_rows_never_overlap_while_scrolling(page: Page) -> None:
    for top in (300, 900, 1500, 100):
        page.evaluate("top => document.querySelector('.ax .list').scrollTop = top", top)
        page.wait_for_timeout(120)
        edges = page.evaluate(
            """() => [...document.querySelectorAll('.ax .row')].map(row => row.getBoundingClientRect())
                     .map(box => [box.top, box.bottom])"""
        )
        assert all(a[1] <= b[0] + 1 for a, b in pairwise(edges))


def test_an_edit_is_kept(page: Page, app: tuple[str, Project]) -> None:
    page.goto(app[0] + "?sentence=2&in=ru")
    page.wait_for_selector(".panel textarea.edit")
    bead = shown(page)["bead"]
    page.keyboard.press("e")
    page.keyboard.press("Control+a")
    page.keyboard.type("Наш корреспондент")
    page.keyboard.press("Control+Enter")
    wait_saved(page, "Saved.")
    assert [r.text for r in app[1].reviews(bead)] == ["Наш корреспондент"]
    assert app[1].reviews(bead)[0].reviewer == "Ani"
    page.reload()
    page.wait_for_selector(".row p")
    kept = page.locator(f'.bead[data-bead="{bead}"]').inner_text()
    assert "Наш корреспондент" in kept
    assert "Edited" in kept


def test_a_decision_on_a_finding_is_kept(page: Page, app: tuple[str, Project]) -> None:
    page.goto(app[0] + "?f-severity=error&f-check=number&in=az")
    page.wait_for_selector(".finding .decide")
    finding = page.locator(".finding").first.get_attribute("data-finding")
    assert finding
    page.keyboard.press("d")
    page.keyboard.type("the agency gives its own figure")
    page.keyboard.press("Enter")
    wait_saved(page, "Dismissed.")
    kept = app[1].reviews(finding)
    assert [(r.decision, r.note) for r in kept] == [("dismiss", "the agency gives its own figure")]
    page.reload()
    page.goto(app[0] + "?sentence=5&in=az")
    page.wait_for_selector(f'.finding[data-finding="{finding}"]')
    assert (
        "the agency gives its own figure" in page.locator(f'.finding[data-finding="{finding}"]').inner_text()
    )


def test_keys(page: Page) -> None:
    page.keyboard.press("g")
    for _ in range(10):
        page.keyboard.press("j")
    assert page.locator('.row[aria-selected="true"]').get_attribute("data-position") == "10"
    both = shown(page)
    assert both["bead"] == both["current"], "list and editor show different sentences"
    page.keyboard.press("k")
    page.keyboard.press("l")
    assert page.locator(".panel h2").inner_text().startswith("Azerbaijani")
    page.keyboard.press("e")
    page.keyboard.type("jjj")
    assert page.locator('.row[aria-selected="true"]').get_attribute("data-position") == "9", (
        "a key acted while typing"
    )
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert page.locator("dialog[open]").is_visible()
    page.keyboard.press("Escape")
    page.locator(".panel button", has_text="Discard").click()


def test_accept_comment_and_undo(page: Page, app: tuple[str, Project]) -> None:
    page.goto(app[0] + "?sentence=3&in=tr")
    page.wait_for_selector(".panel textarea.edit")
    bead = shown(page)["bead"]
    page.keyboard.press("m")
    page.keyboard.type("checked against the agency")
    page.keyboard.press("Enter")
    wait_saved(page, "Comment kept.")
    page.locator(".panel-head h2").click()
    page.keyboard.press("a")
    wait_saved(page, "Accepted.")
    assert shown(page)["bead"] != bead, "a decision goes on to the next sentence"
    page.keyboard.press("k")
    page.locator(".entries li", has_text="checked against the agency").wait_for()
    page.keyboard.press("u")
    wait_saved(page, "Undone.")
    assert [r.decision for r in app[1].reviews(bead)] == ["comment", "accept", "reset"]


def test_a_conflict_shows_the_other_text(page: Page, app: tuple[str, Project]) -> None:
    page.goto(app[0] + "?sentence=1&in=hy")
    page.wait_for_selector(".panel textarea.edit")
    bead = shown(page)["bead"]
    page.locator("textarea.edit").fill("իմ տարբերակը")
    app[1].review(bead, "edit", "Leyla", text="Լեյլայի տարբերակը", seen=0)
    page.keyboard.press("Control+Enter")
    conflict = page.locator(".conflict")
    conflict.wait_for()
    assert "Leyla" in conflict.inner_text()
    assert "Լեյլայի տարբերակը" in conflict.inner_text()
    assert page.locator("textarea.edit").input_value() == "իմ տարբերակը", "the own text was lost"
    conflict.locator("button", has_text="Save mine").click()
    wait_saved(page, "Saved.")
    assert [r.reviewer for r in app[1].reviews(bead)] == ["Leyla", "Ani"]


def test_filters_and_links(page: Page, app: tuple[str, Project]) -> None:
    page.locator(".search").fill("ДЖЕРМУК")
    page.locator(".found", has_text="of").wait_for()
    assert page.locator(".row").count() < 4
    page.wait_for_function("() => location.search.includes('f-text')")
    link = page.url
    page.goto(app[0])
    page.wait_for_selector(".row p")
    page.goto(link)
    page.wait_for_selector(".row p")
    assert page.locator(".row").count() < 4
    page.goto(app[0] + "?sentence=<script>&hy=nobody&article=&in=xx&f-state=%24%7B1%7D&show=q")
    page.locator(".nothing").wait_for()


def test_login_roles_and_two_people(browser: Browser, tmp_path: Path) -> None:
    project = sample(tmp_path / "project")
    file = tmp_path / "users"
    for name, role in {"Ani": "translator", "Leyla": "approver", "Guest": "reader"}.items():
        people.add(file, name, role, f"{name}-password")
    with serve(project, users=people.read(file)) as address:
        context = browser.new_context(viewport={"width": 1500, "height": 900})
        page = context.new_page()
        page.goto(address)
        page.get_by_label("username").fill("Ani")
        page.get_by_label("password").fill("Ani-password")
        page.get_by_role("button", name="Login").click()
        page.wait_for_selector(".row p")
        assert page.locator(".who").inner_text().replace(" ", "") == "Anitranslator"
        assert page.locator(".panel .actions button", has_text="Approve").count() == 0
        page.locator("textarea.edit").fill("Նոր վերնագիր")
        page.keyboard.press("Control+Enter")
        wait_saved(page, "Saved.")
        assert [r.reviewer for r in project.reviews()] == ["Ani"]
        context.close()


def test_overview_leads_to_the_sentences(page: Page) -> None:
    page.keyboard.press("o")
    page.locator("dialog[open] .heat").wait_for()
    cell_ = page.locator(".heat tr", has_text="Stepanakert").locator("button").nth(2)
    assert "Ханкенди" in cell_.inner_text()
    cell_.click()
    page.locator(".found", has_text="of").wait_for()
    assert "Stepanakert" in page.locator(".row").first.inner_text()


def test_a_pasted_article_becomes_rows(page: Page, app: tuple[str, Project]) -> None:
    """The packaged memory knows the sample's sentences, so no model is needed."""
    from align.demo import document

    text = "\n\n".join(segment.text for segment in document("article", "en").segments[:6])
    page.get_by_role("button", name="New article").click()
    page.locator("dialog textarea").fill(text)
    page.get_by_role("button", name="Translate, align and check").click()
    page.locator("dialog").wait_for(state="detached", timeout=60_000)
    page.locator(".bar select[aria-label=Article]").wait_for()
    assert page.locator(".row").count() == 6
    assert "армянских" in cell(page, "ru", 0).inner_text()
    assert len(app[1].documents()) == 2


def test_export_downloads_a_file(page: Page) -> None:
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="jsonl", exact=True).click()
    assert "Pashinyan" in Path(download.value.path()).read_text(encoding="utf-8")


def test_error_spans_start_from_the_findings(page: Page, app: tuple[str, Project]) -> None:
    longest = max(app[1].documents(), key=lambda document: len(document.text))
    page.goto(app[0] + f"?article={longest.id}&f-check=number&in=ru")
    page.wait_for_selector(".finding")
    page.locator(".esa summary").click()
    assert page.locator(".esa .span.major").first.inner_text() == "5600"
    bead = shown(page)["bead"]
    page.locator(".esa button", has_text="Keep").click()
    wait_saved(page, "Annotation kept.")
    assert '"severity":"major"' in app[1].reviews(bead)[-1].text


def test_many_at_once_and_back(page: Page, app: tuple[str, Project]) -> None:
    article = max(app[1].documents(), key=lambda document: len(document.text)).id
    page.goto(app[0] + f"?article={article}&f-lang=tr&in=tr")
    page.wait_for_selector(".row p")
    before = len(app[1].reviews())
    page.keyboard.press("b")
    page.locator("dialog .primary", has_text="Approve").click()
    page.locator(".toast", has_text="u takes it back").wait_for()
    done = len(app[1].reviews()) - before
    assert done > 3
    assert {r.decision for r in app[1].reviews() if r.decision == "approve"} == {"approve"}
    page.keyboard.press("u")
    page.locator(".toast", has_text=f"Undone: {done} of {done}.").wait_for()
    assert page.locator(".row .cell[data-lang=tr] .pill.s-approved").count() == 0


def test_versions_one_above_the_other(page: Page, app: tuple[str, Project]) -> None:
    article = max(app[1].documents(), key=lambda document: len(document.text)).id
    page.goto(app[0] + f"?article={article}")
    page.wait_for_selector(".row p")
    page.locator('.head[data-head="hy"] select').select_option("*")
    page.locator(".version", has_text="reference.hy.txt").first.wait_for()
    first = cell(page, "hy", 0)
    assert first.locator(".bead").count() == 2
    first.locator(".bead").nth(1).click()
    assert shown(page)["bead"] == first.locator(".bead").nth(1).get_attribute("data-bead")
    page.reload()
    page.locator(".version", has_text="shifted.hy.txt").first.wait_for()


def test_a_disagreement_ends_with_both(page: Page, app: tuple[str, Project]) -> None:
    russian = next(b for b in app[1].bitexts() if b.lang == "ru" and "shifted" in b.translation.signature)
    finding = app[1].findings(russian.translation.id)[-1]
    app[1].review(finding.id, "confirm", "Leyla")
    app[1].review(finding.id, "dismiss", "Sona", note="their own form")
    page.goto(app[0] + f"?article={russian.source.id}&f-severity=disputed&in=ru")
    page.wait_for_timeout(2500)  # what others write is looked for every two seconds
    page.reload()
    page.locator(".settle").wait_for()
    assert page.locator(".row").count() == 1
    page.get_by_role("button", name="Both readings stand").click()
    wait_saved(page, "Settled.")
    assert app[1].reviews(finding.id)[-1].decision == "both"
    page.locator(".finding .pill", has_text="Both stand").wait_for()


def test_both_texts_of_a_conflict_are_kept(page: Page, app: tuple[str, Project]) -> None:
    page.goto(app[0] + "?sentence=3&in=az")
    page.wait_for_selector(".panel textarea.edit")
    bead = shown(page)["bead"]
    page.locator("textarea.edit").fill("mənim mətnim")
    app[1].review(bead, "edit", "Leyla", text="Leylanın mətni", seen=0)
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Keep both").click()
    wait_saved(page, "Both are kept.")
    kept = page.locator(f'.bead[data-bead="{bead}"]').inner_text()
    assert "mənim mətnim" in kept
    assert "Leylanın mətni also, Leyla" in " ".join(kept.split())


def test_an_article_with_a_translation_at_hand(page: Page, app: tuple[str, Project], tmp_path: Path) -> None:
    page.goto(app[0] + "?view=new")
    page.locator("dialog textarea").fill("Shelling hit Goris.\n\nThree people were killed.")
    for lang in ("Armenian", "Azerbaijani", "Turkish"):
        page.get_by_role("checkbox", name=lang).uncheck()
    agency = tmp_path / "agency.txt"
    agency.write_text("Обстрелян Горис.\n\nУбиты четыре человека.", encoding="utf-8")
    page.get_by_label("Russian translation that exists already").set_input_files(agency)
    page.get_by_role("button", name="Translate, align and check").click()
    page.locator("dialog").wait_for(state="detached", timeout=60_000)
    page.locator(".head small", has_text="agency.txt").wait_for()
    assert "четыре" in cell(page, "ru", 1).inner_text()
    assert page.locator(".row .count.v-error").count() == 1, "three became four"
