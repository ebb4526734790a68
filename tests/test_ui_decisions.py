"""Many decisions at once, disagreement and its end, second readings: by the desk, without a browser."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from test_ui_desk import ANI, GUEST, LEYLA, bead, call, document

from align.review import state, states
from align.store import Project
from align.terms import Termbase
from align.types import Bead, Bitext, Finding, Review, Span, Translation
from ui.desk import Desk
from ui.library import ALL
from ui.users import User

SONA = User("Sona", "approver")
COUNT = 12


def bitext(lang: str, signature: str = "test") -> Bitext:
    beads = tuple(Bead((i,), (i,), 0.3 if i == 7 else 1.0) for i in range(COUNT))
    target = document(lang, COUNT + (signature == "agency"))
    if signature == "agency":
        beads = (*beads, Bead((), (COUNT,)))
    return Bitext(Translation(document("en", COUNT), target, signature), beads, "test")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Every third sentence has the same kind of finding; Armenian has two translations."""
    made = Project.create(tmp_path / "project")
    for one in (bitext("hy"), bitext("hy", "agency"), bitext("ru")):
        found = []
        for i in range(0, COUNT, 3):
            s = one.target.segments[i]
            span = Span(i, s.start, s.end, s.text)
            about = ("number", "changed", "warning", one.lang, i, (), (span,), "2 became 3")
            found.append(Finding(*about, found="3", pair=one.pair_id))
        made.save(one, found)
    return made


@pytest.fixture
def desk(project: Project, termbase: Termbase) -> Desk:
    return Desk(project, termbase, two_person=False)


def row(desk: Desk, number: int, **given: Any) -> dict[str, Any]:
    return dict(desk.call(GUEST, "rows", {"rows": [number], **given})["rows"][0])


def test_equal_findings_of_two_versions_are_decided_apart(desk: Desk, project: Project) -> None:
    ids = {b.translation.signature: b.translation.id for b in project.bitexts() if b.lang == "hy"}
    found = {name: row(desk, 3, choice={"hy": version})["findings"][0]["id"] for name, version in ids.items()}
    assert found["test"] != found["agency"]
    assert "error" not in call(desk, ANI, "dismiss", found["test"], 0, note="fine")
    assert states(project)[found["test"]].name == "dismissed"
    assert row(desk, 3, choice={"hy": ids["agency"]})["findings"][0]["state"] == "open"


def test_versions_of_a_language_stand_one_above_the_other(desk: Desk) -> None:
    cells = row(desk, 2, choice={"hy": ALL})["cells"]
    assert [each["version"] for each in cells["hy"]] == ["agency", "test"]
    assert "version" not in cells["ru"][0]
    opened = desk.call(GUEST, "open", {"choice": {"hy": ALL}})
    head = next(column for column in opened["columns"] if column["lang"] == "hy")
    assert head["id"] == ALL
    assert len(head["choices"]) == 3
    assert opened["progress"]["hy"]["beads"] == 2 * COUNT + 1
    wanted = {"choice": {"hy": ALL}, "filters": {"text": f"hy sentence {COUNT}"}}
    assert desk.call(GUEST, "open", wanted)["order"] == [COUNT - 1]


@pytest.mark.parametrize("role", ["reader", "translator", "reviewer", "approver"])
def test_who_may_do_many_things_at_once(desk: Desk, project: Project, role: str) -> None:
    user = User("someone", role)
    for decision, least in (("accept", "reviewer"), ("approve", "approver")):
        answer = desk.call(user, "together", {"decision": decision, "filters": {"lang": "ru"}})
        may = role == "approver" or role == least
        assert ("error" not in answer) == may, (role, decision)
    if role in ("reader", "translator"):
        assert not project.reviews()
        assert desk.call(user, "undo_together", {"done": []})["error"] == "refused"


def test_approving_what_has_no_finding_in_view_and_back(desk: Desk, project: Project) -> None:
    call(desk, ANI, "accept", bead(desk, "ru", 1))
    call(desk, ANI, "edit", bead(desk, "ru", 2), text="новый")
    call(desk, ANI, "reject", bead(desk, "ru", 4))
    view = {"decision": "approve", "filters": {"lang": "ru"}}
    count = COUNT - COUNT // 3 - 1  # those without a finding, but for the rejected one
    assert desk.call(LEYLA, "together", {**view, "count": True}) == {"found": count}
    assert len(project.reviews()) == 3, "counting wrote something"
    answer = desk.call(LEYLA, "together", view)
    assert len(answer["done"]) == count
    now = desk.call(GUEST, "open", {})["progress"]
    assert (now["ru"]["approved"], now["hy"]["approved"]) == (count, 0)
    theirs = bead(desk, "ru", 5)
    call(desk, LEYLA, "edit", theirs, desk.ledger.state(theirs).revision, text="ещё новее")
    assert desk.call(SONA, "undo_together", {"done": answer["done"]}) == {"undone": 0}, "not hers"
    assert desk.call(LEYLA, "undo_together", {"done": answer["done"]}) == {"undone": count - 1}
    names = {i: desk.ledger.state(bead(desk, "ru", i)).name for i in (1, 2, 4, 5, 7)}
    assert names == {1: "reviewed", 2: "translated", 4: "rejected", 5: "translated", 7: "draft"}
    assert desk.ledger.state(bead(desk, "ru", 2)).text == "новый"
    assert json.loads(json.dumps(answer)), "the page gets it as JSON"


def test_two_people_hold_for_many_at_once_too(project: Project, termbase: Termbase) -> None:
    desk = Desk(project, termbase, two_person=True)
    own, other = bead(desk, "ru", 1), bead(desk, "ru", 2)
    call(desk, LEYLA, "edit", own, text="своё")
    call(desk, ANI, "accept", own, 1)
    call(desk, ANI, "accept", other, 0)
    answer = desk.call(LEYLA, "together", {"decision": "approve", "filters": {"lang": "ru"}})
    assert [subject for subject, _ in answer["done"]] == [other]


def test_dismissing_alike_findings_and_back(desk: Desk, project: Project) -> None:
    like = next(f for f in row(desk, 3)["findings"] if f["lang"] == "ru")["id"]
    given = {"decision": "dismiss", "subject": like, "filters": {}}
    assert desk.call(ANI, "together", {**given, "count": True}) == {"found": COUNT // 3}
    assert desk.call(ANI, "together", given)["error"] == "input", "a reason is asked for"
    assert desk.call(ANI, "together", {**given, "subject": bead(desk), "note": "x"})["error"] == "input"
    answer = desk.call(ANI, "together", {**given, "note": "the agency rounds"})
    assert len(answer["done"]) == COUNT // 3
    assert {r.note for r in project.reviews()} == {"the agency rounds"}
    assert desk.call(GUEST, "open", {"filters": {"severity": "warning", "lang": "ru"}})["order"] == []
    assert (
        len(desk.call(GUEST, "open", {"filters": {"severity": "warning", "lang": "hy"}})["order"])
        == COUNT // 3
    )
    assert desk.call(ANI, "undo_together", {"done": answer["done"]}) == {"undone": COUNT // 3}
    assert (
        len(desk.call(GUEST, "open", {"filters": {"severity": "warning", "lang": "ru"}})["order"])
        == COUNT // 3
    )


@pytest.mark.parametrize("done", [None, "x", [["a"]], [[1, 2]], [["a" * 16, "1"]], [[None, None]], [{}]])
def test_undoing_nonsense_writes_nothing(desk: Desk, project: Project, done: object) -> None:
    assert desk.call(LEYLA, "undo_together", {"done": done}) == {"undone": 0}
    assert not project.reviews()


def test_a_disagreement_is_shown_and_settled(desk: Desk, project: Project) -> None:
    subject = finding_of(desk, 3)
    call(desk, ANI, "confirm", subject)
    assert desk.call(LEYLA, "settle", {"subject": subject, "seen": 1, "decision": "both"})["error"] == "input"
    call(desk, LEYLA, "dismiss", subject, 1, note="their form")
    shown = next(f for f in row(desk, 3)["findings"] if f["id"] == subject)
    assert shown["disputed"]
    assert shown["votes"] == [["Ani", "confirm"], ["Leyla", "dismiss"]]
    assert desk.call(GUEST, "open", {"filters": {"severity": "disputed"}})["order"] == [3]
    settle = {"subject": subject, "seen": 2, "decision": "both", "note": "both are in use"}
    assert desk.call(ANI, "settle", settle)["error"] == "refused"
    assert "error" not in desk.call(SONA, "settle", settle)
    now = desk.ledger.state(subject)
    assert (now.name, now.disputed, dict(now.votes)) == (
        "both",
        False,
        {"Ani": "confirm", "Leyla": "dismiss"},
    )
    assert desk.call(GUEST, "open", {"filters": {"severity": "disputed"}})["order"] == []
    table = desk.call(GUEST, "overview", {})["agreement"]
    assert [(r["check"], r["items"]) for r in table] == [("number", 1)], "who settles is no third opinion"
    assert "error" not in call(desk, SONA, "undo", subject, 3)
    assert desk.ledger.state(subject).disputed, "it is open again, with what both had said"
    assert [r.decision for r in project.reviews(subject)] == ["confirm", "dismiss", "both", "reset"]


def finding_of(desk: Desk, number: int) -> str:
    return str(next(f for f in row(desk, number)["findings"] if f["lang"] == "ru")["id"])


def test_undo_takes_back_one_s_own_word_only(desk: Desk) -> None:
    subject = finding_of(desk, 6)
    call(desk, ANI, "dismiss", subject, 0, note="fine")
    call(desk, LEYLA, "confirm", subject, 1)
    call(desk, LEYLA, "undo", subject, 2)
    now = desk.ledger.state(subject)
    assert (now.name, now.votes) == ("dismissed", (("Ani", "dismiss"),))


def test_two_readings_stand_side_by_side(desk: Desk, project: Project) -> None:
    subject = bead(desk, "hy", 5)
    call(desk, ANI, "edit", subject, 0, text="Շուշի")
    call(desk, LEYLA, "edit", subject, 1, text="Շուշա")
    refused = [{"text": "never written"}, {"text": "Շուշա"}, {"text": ""}]
    assert [call(desk, SONA, "both", subject, 2, **given)["error"] for given in refused] == ["input"] * 3
    assert call(desk, User("T", "translator"), "both", subject, 2, text="Շուշի")["error"] == "refused"
    shown = call(desk, SONA, "both", subject, 2, text="Շուշի")["row"]["cells"]["hy"][0]
    assert (shown["text"], shown["also"], shown["also_by"], shown["state"]) == (
        "Շուշա",
        "Շուշի",
        "Ani",
        "reviewed",
    )
    assert [r.reviewer for r in project.reviews(subject)] == ["Ani", "Leyla", "Sona"]
    call(desk, SONA, "undo", subject, 3)
    assert desk.ledger.state(subject).also == ""
    machine = row(desk, 5)["cells"]["hy"][0]["machine"]
    revision = desk.ledger.state(subject).revision
    call(desk, SONA, "both", subject, revision, text=machine)
    call(desk, SONA, "approve", subject, revision + 1)
    call(desk, LEYLA, "edit", subject, revision + 2, text="ուրիշ")
    assert desk.ledger.state(subject).also == "", "a new text asks for a new look"
    call(desk, LEYLA, "undo", subject, revision + 3)
    now = desk.ledger.state(subject)
    assert (now.name, now.text, now.also) == ("approved", "Շուշա", machine)


def test_nobody_keeps_both_over_their_own_text(project: Project, termbase: Termbase) -> None:
    desk = Desk(project, termbase, two_person=True)
    subject = bead(desk, "hy", 5)
    call(desk, ANI, "edit", subject, 0, text="մեկ")
    call(desk, LEYLA, "edit", subject, 1, text="երկու")
    assert call(desk, LEYLA, "both", subject, 2, text="մեկ")["error"] == "refused"


def test_doubtful_alignments_and_people_are_found(desk: Desk) -> None:
    assert desk.call(GUEST, "open", {"filters": {"severity": "doubtful"}})["order"] == [7]
    call(desk, ANI, "confirm", finding_of(desk, 9))
    assert desk.call(GUEST, "open", {"filters": {"reviewer": "Ani"}})["order"] == [9]


def test_undo_passes_over_comments(desk: Desk) -> None:
    subject = bead(desk, "ru", 8)
    call(desk, ANI, "edit", subject, 0, text="текст")
    call(desk, ANI, "comment", subject, 1, note="see the agency")
    call(desk, ANI, "undo", subject, 2)
    assert (desk.ledger.state(subject).name, desk.ledger.state(subject).text) == ("draft", "")


def test_the_state_of_nothing() -> None:
    assert state([]).name == "draft"
    assert not state([Review("s", "comment", "Ani", "", note="x", revision=1)]).disputed
