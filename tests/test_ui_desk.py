"""The desk without a browser: rights call by call, revisions, undo, and people writing at once."""

from __future__ import annotations

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from review_server import kit

from align.store import Project
from align.terms import Termbase
from align.types import Bead, Bitext, Document, Finding, Segment, Span, Translation
from models.errors import InputError
from ui import users
from ui.agreement import cohen, krippendorff
from ui.desk import Desk
from ui.users import NEEDS, ROLES, User

ANI, LEYLA, GUEST = User("Ani", "reviewer"), User("Leyla", "approver"), User("Guest", "reader")


def document(lang: str, count: int) -> Document:
    text, segments = "", []
    for i in range(count):
        sentence = f"{lang} sentence {i}."
        segments.append(Segment(i, "body", len(text), len(text) + len(sentence), sentence))
        text += sentence + " "
    return Document(lang, text, tuple(segments))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project.create(tmp_path / "project")
    source = document("en", 30)
    for lang in ("hy", "ru"):
        bitext = Bitext(
            Translation(source, document(lang, 30), "test"),
            tuple(Bead((i,), (i,)) for i in range(30)),
            "test",
        )
        span = Span(
            2, bitext.target.segments[2].start, bitext.target.segments[2].end, bitext.target.segments[2].text
        )
        made.save(bitext, [Finding("number", "changed", "error", lang, 2, (), (span,), "2 became 3")])
    return made


@pytest.fixture
def desk(project: Project, termbase: Termbase) -> Desk:
    return Desk(project, termbase, two_person=False)


def bead(desk: Desk, lang: str = "hy", row: int = 0) -> str:
    answer = desk.call(LEYLA, "rows", {"rows": [row]})
    return str(answer["rows"][0]["cells"][lang][0]["id"])


def finding(desk: Desk) -> str:
    return str(desk.call(LEYLA, "rows", {"rows": [2]})["rows"][0]["findings"][0]["id"])


def call(
    desk: Desk, user: User | None, operation: str, subject: str, seen: int = 0, **values: Any
) -> dict[str, Any]:
    return desk.call(user, operation, {"subject": subject, "seen": seen, **values})


@pytest.mark.parametrize("role", [*ROLES, None, "nonsense"])
def test_rights_call_by_call(project: Project, termbase: Termbase, role: str | None) -> None:
    user = None if role is None else User("someone", role)
    desk = Desk(project, termbase, two_person=False)
    for operation in desk.operations:
        on_finding = operation in ("dismiss", "confirm")
        subject = finding(desk) if on_finding else bead(desk, row=5)
        before = len(project.reviews())
        seen = desk.ledger.state(subject).revision
        answer = call(
            desk,
            user,
            operation,
            subject,
            seen,
            text="new",
            note="why",
            rows=[0],
            concept="russia",
            spans=[],
            score=50,
            decision="accept",
        )
        allowed = user is not None and role in ROLES and ROLES.index(role) >= ROLES.index(NEEDS[operation])
        refused = answer.get("error") in ("login", "refused")
        assert refused or allowed, f"{role} may {operation}"
        if not allowed:
            assert len(project.reviews()) == before, f"{role} wrote with {operation}"
        elif operation not in ("undo", "settle", "both"):
            assert "error" not in answer, f"{role} may not {operation}: {answer}"


def test_every_operation_has_a_role(desk: Desk) -> None:
    assert set(desk.operations) <= set(NEEDS)
    assert call(desk, LEYLA, "drop", bead(desk))["error"] == "refused"


def test_a_reader_cannot_reopen_what_a_reviewer_decided(desk: Desk) -> None:
    subject = finding(desk)
    assert "error" not in call(desk, ANI, "dismiss", subject, note="fine")
    assert call(desk, User("T", "translator"), "reset", subject, 1)["error"] == "refused"


@pytest.mark.parametrize(
    ("operation", "values"),
    [
        ("edit", {"text": "x" * 300_000}),
        ("edit", {"text": ["list"]}),
        ("edit", {"text": "  "}),
        ("edit", {"text": "hy sentence 0."}),
        ("edit", {"text": "new", "seen": "0"}),
        ("edit", {"text": "new", "seen": None}),
        ("edit", {"text": "new", "seen": True}),
        ("dismiss", {"note": "a bead is no finding"}),
        ("comment", {"note": " "}),
        ("accept", {"subject": "no such bead"}),
        ("accept", {"article": "no such article"}),
    ],
)
def test_bad_calls_write_nothing(
    desk: Desk, project: Project, operation: str, values: dict[str, Any]
) -> None:
    answer = desk.call(LEYLA, operation, {"subject": bead(desk), "seen": 0, **values})
    assert answer["error"] == "input"
    assert not project.reviews()


def test_a_later_writer_sees_the_conflict(desk: Desk, project: Project) -> None:
    subject = bead(desk)
    assert "error" not in call(desk, ANI, "edit", subject, 0, text="Անի")
    answer = call(desk, LEYLA, "edit", subject, 0, text="Լեյլա")
    assert answer["error"] == "conflict"
    assert (answer["theirs"]["reviewer"], answer["theirs"]["text"]) == ("Ani", "Անի")
    assert len(project.reviews(subject)) == 1


def test_two_people(project: Project, termbase: Termbase) -> None:
    desk = Desk(project, termbase, two_person=True)
    subject = bead(desk)
    call(desk, LEYLA, "edit", subject, 0, text="նոր")
    assert call(desk, LEYLA, "accept", subject, 1)["error"] == "refused", "the author accepted"
    assert "error" not in call(desk, ANI, "accept", subject, 1)
    assert call(desk, LEYLA, "approve", subject, 2)["error"] == "refused", "the author approved"
    other = User("Third", "approver")
    assert "error" not in call(desk, other, "approve", subject, 2)
    assert call(desk, ANI, "edit", subject, 3, text="ուրիշ")["error"] == "refused", (
        "approved text was changed"
    )
    assert "error" not in desk.call(LEYLA, "setting", {"two_person": False})
    assert not Desk(project, termbase, two_person=True).decisions.two_person, (
        "the rule stays with the project"
    )


def test_undo_goes_back_step_by_step_and_erases_nothing(desk: Desk, project: Project) -> None:
    subject = bead(desk)
    call(desk, ANI, "edit", subject, 0, text="առաջին")
    call(desk, ANI, "accept", subject, 1)
    call(desk, ANI, "edit", subject, 2, text="երկրորդ")
    answer = call(desk, ANI, "undo", subject, 3)
    now = answer["row"]["cells"]["hy"][0]
    assert (now["text"], now["state"]) == ("առաջին", "reviewed")
    assert [r.decision for r in project.reviews(subject)] == ["edit", "accept", "edit", "edit", "accept"]
    assert call(desk, LEYLA, "undo", subject, 5)["error"] == "refused"
    back = call(desk, LEYLA, "undo", subject, 5, to=0)
    assert back["row"]["cells"]["hy"][0]["state"] == "draft"


def test_filters(desk: Desk) -> None:
    def order(**filters: Any) -> list[int]:
        return list(desk.call(GUEST, "open", {"filters": filters})["order"])

    assert order() == list(range(30))
    assert order(severity="error") == [2]
    assert order(queue=True)[0] == 2
    assert order(text="RU SENTENCE 7.") == [7]
    assert order(text="nowhere") == []
    call(desk, LEYLA, "approve", bead(desk, "hy", 3))
    assert order(state="approved") == [3]
    assert order(state="approved", lang="ru") == []
    assert 3 not in order(hide_approved=True, lang="hy")
    assert order(reviewer="Leyla") == [3]
    call(desk, LEYLA, "edit", bead(desk, "hy", 4), text="Գորիս")
    assert order(text="գորիս") == [4], "search finds edited text"
    call(desk, LEYLA, "dismiss", finding(desk), note="fine")
    assert order(severity="error", lang="hy") == []
    assert order(severity=7, lang=[1], nonsense="x") == list(range(30))


def test_many_people_at_once_lose_nothing(project: Project, termbase: Termbase) -> None:
    desk = Desk(project, termbase, two_person=False)
    beads = [bead(desk, lang, row) for lang in ("hy", "ru") for row in range(30)]

    def work(number: int) -> tuple[int, int]:
        user, saved, conflicts = User(f"person {number}", "translator"), 0, 0
        for round_ in range(12):
            subject = beads[(number * 7 + round_ * 5) % len(beads)]
            seen = desk.ledger.state(subject).revision
            answer = call(desk, user, "edit", subject, seen, text=f"{number} {round_} {subject}")
            assert answer.get("error") in (None, "conflict"), answer
            saved, conflicts = saved + ("error" not in answer), conflicts + ("error" in answer)
        return saved, conflicts

    with ThreadPoolExecutor(12) as pool:
        done = list(pool.map(work, range(12)))
    kept = project.reviews()
    assert len(kept) == sum(saved for saved, _ in done)
    for review in kept:
        number, _, subject = review.text.split(" ")
        assert (f"person {number}", subject) == (review.reviewer, review.subject)
    assert Desk(project, termbase, two_person=False).ledger.count == len(kept)


def test_another_server_sees_it(
    project: Project, termbase: Termbase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.ledger._PAUSE", 0.0)
    one, other = Desk(project, termbase, two_person=False), Desk(project, termbase, two_person=False)
    subject = bead(one, row=9)
    count = other.call(GUEST, "open", {})["count"]
    call(one, ANI, "edit", subject, text="նոր")
    answer = other.call(GUEST, "changes", {"count": count})
    assert [row["row"] for row in answer["rows"]] == [9]


def test_users_file(tmp_path: Path) -> None:
    file = tmp_path / "users"
    users.add(file, "Ani", "reviewer", "secret")
    users.add(file, "Лейла", "approver", "пароль")
    users.add(file, "Ani", "translator", "other")
    people = users.read(file)
    assert people.get("Ani") == User("Ani", "translator")
    assert people.knows("Ani", "other")
    assert not people.knows("Ani", "secret")
    assert people.knows("Лейла", "пароль")
    assert not people.knows("nobody", "")
    assert people.get(None) is None
    assert "other" not in file.read_text(encoding="utf-8")
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("text", ["", "Ani:reviewer:xx:yy\n", "Ani:king:00:00\n", "Ani\n"])
def test_a_bad_users_file_is_named(tmp_path: Path, text: str) -> None:
    file = tmp_path / "users"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="users"):
        users.read(file)


@pytest.mark.parametrize(
    ("name", "role"), [("a:b", "reader"), ("", "reader"), ("a\nb", "reader"), ("Ani", "king")]
)
def test_a_bad_name_is_refused(tmp_path: Path, name: str, role: str) -> None:
    with pytest.raises(InputError):
        users.add(tmp_path / "users", name, role, "x")


def test_annotations_come_out_in_the_form_of_evaluation_tools(desk: Desk) -> None:
    subject, text = bead(desk), "hy sentence 0."
    spans = [{"start": 3, "end": 11, "severity": "minor"}, {"start": 14, "end": 14, "severity": "major"}]
    assert "error" not in call(desk, ANI, "annotate", subject, spans=spans, score=71)
    for wrong in (
        {"spans": [{"start": 3, "end": 99, "severity": "minor"}], "score": 1},
        {"spans": [{"start": 3, "end": 4, "severity": "huge"}], "score": 1},
        {"spans": ["x"], "score": 1},
        {"spans": [], "score": 101},
        {"spans": [], "score": True},
    ):
        assert call(desk, ANI, "annotate", subject, 1, **wrong)["error"] == "input"
    file = desk.call(GUEST, "export", {"format": "esa"})
    (record,) = map(json.loads, base64.b64decode(file["data"]).decode().splitlines())
    assert (record["src"], record["tgt"], record["score"]) == ("en sentence 0.", text, 71)
    first, missing = record["error_spans"]
    assert text[first["start_i"] : first["end_i"] + 1] == "sentence"
    assert (text + " [MISSING]")[missing["start_i"] : missing["end_i"] + 1] == "[MISSING]"
    state = desk.call(GUEST, "rows", {"rows": [0]})["rows"][0]["cells"]["hy"][0]
    assert (state["text"], state["state"], state["revision"]) == (text, "draft", 1)


@pytest.mark.parametrize(
    ("pairs", "kappa"),
    [([("a", "a")] * 5, None), ([("a", "a"), ("b", "b")], 1.0), ([("a", "b"), ("b", "a")], -1.0), ([], None)],
)
def test_cohen(pairs: list[tuple[str, str]], kappa: float | None) -> None:
    assert cohen(pairs) == kappa


def test_agreement_against_published_figures() -> None:
    # Cohen's example with 50 grants, kappa .4; Krippendorff's nominal example with two coders, alpha .095
    grants = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    assert cohen(grants) == pytest.approx(0.4)
    one, other = "0100000000", "1110010010"
    assert krippendorff(list(zip(one, other, strict=True))) == pytest.approx(0.095, abs=0.001)
    assert krippendorff([["a"], ["b"]]) is None


@pytest.mark.parametrize(
    "given",
    [
        {"text": "", "langs": ["hy"]},
        {"text": "An article.", "langs": []},
        {"text": "An article.", "langs": "hy"},
        {"text": "An article.", "langs": ["hy"], "profile": "nobody"},
        {"text": "An article.", "langs": ["hy"], "profile": "russian", "engine": "/etc"},
        {"text": "An article.", "langs": ["hy"], "profile": "russian", "engine": "http://inside/v1"},
        {"text": "An article.", "langs": ["hy"], "profile": "russian", "day": "yesterday"},
        {"upload": {"name": "../../x.txt", "data": "%%%"}, "langs": ["hy"]},
        {"upload": {"name": "x.txt", "data": "AAEC/w=="}, "langs": ["hy"]},
        {"upload": {"name": "x.txt", "data": 7}, "langs": ["hy"]},
    ],
)
def test_a_bad_article_is_refused_in_one_sentence(
    project: Project, termbase: Termbase, given: dict[str, Any]
) -> None:
    desk = Desk(project, termbase, two_person=False, tools=kit)
    answer = desk.call(LEYLA, "start", given)
    assert answer["error"] == "input"
    assert "/tmp" not in answer["message"], "a path of the server was shown"
    assert desk.call(ANI, "start", given)["error"] == "refused"
    assert len(project.documents()) == 1
