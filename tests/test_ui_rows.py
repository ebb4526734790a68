"""Rows, runs and differences: what the page is told, without a browser."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from align.review import State
from align.types import Bead, Bitext, Document, Finding, Segment, Span, Translation
from ui.rows import Mark, bead_data, difference, finding_data, groups, runs, segment_runs, span_mark


def document(lang: str, *sentences: str) -> Document:
    segments, at = [], 0
    for i, sentence in enumerate(sentences):
        segments.append(Segment(i, "body", at, at + len(sentence), sentence))
        at += len(sentence) + 1
    return Document(lang, " ".join(sentences), tuple(segments))


SOURCE = document("en", "One.", "Two.", "Three.", "Four.")


def bitext(lang: str, count: int, *beads: tuple[tuple[int, ...], tuple[int, ...]]) -> Bitext:
    target = document(lang, *(f"{lang}{i}." for i in range(count)))
    return Bitext(Translation(SOURCE, target, "test"), tuple(Bead(s, t) for s, t in beads), "test")


def test_sentences_joined_in_one_language_share_a_row() -> None:
    hy = bitext("hy", 3, ((0,), (0,)), ((1, 2), (1,)), ((3,), (2,)))
    ru = bitext("ru", 4, ((0,), (0,)), ((1,), (1,)), ((2,), (2,)), ((3,), (3,)))
    found = groups(SOURCE, [hy, ru])
    assert [g.source for g in found] == [(0,), (1, 2), (3,)]
    assert found[1].beads == ((1,), (1, 2))


def test_joins_of_two_languages_chain() -> None:
    hy = bitext("hy", 3, ((0, 1), (0,)), ((2,), (1,)), ((3,), (2,)))
    az = bitext("az", 3, ((0,), (0,)), ((1, 2), (1,)), ((3,), (2,)))
    assert [g.source for g in groups(SOURCE, [hy, az])] == [(0, 1, 2), (3,)]


def test_an_added_sentence_stands_in_the_row_before_it() -> None:
    hy = bitext("hy", 5, ((), (0,)), ((0,), (1,)), ((1,), (2,)), ((), (3,)), ((2,), (4,)), ((3,), ()))
    found = groups(SOURCE, [hy])
    assert [g.beads for g in found] == [((0, 1),), ((2, 3),), ((4,),), ((5,),)]


def test_every_bead_and_segment_has_one_row() -> None:
    tr = bitext("tr", 4, ((0, 1), (0, 1)), ((2,), ()), ((), (2,)), ((3,), (3,)))
    found = groups(SOURCE, [tr])
    assert sorted(i for g in found for i in g.source) == [0, 1, 2, 3]
    assert sorted(i for g in found for i in g.beads[0]) == [0, 1, 2, 3]


def test_runs_cut_where_marks_cut() -> None:
    text = "Şuşa və 🇦🇲 Şuşi"
    start = text.index("Şuşi")
    found = runs(
        text, [Mark(0, 4, "shusha", "toponym"), Mark(start, start + 4, "shusha", "toponym", ("armenian",))]
    )
    assert found[0] == ["Şuşa", {"c": ["shusha"], "k": "toponym", "e": 1}]
    assert found[-1] == ["Şuşi", {"c": ["shusha"], "k": "toponym", "s": ["armenian"], "e": 1}]


def test_overlapping_finding_and_mention() -> None:
    mention = Mark(0, 9, "war", "loaded", load=1)
    finding = Mark(4, 12, finding="f1", severity="error")
    assert [r[0] for r in runs("the great war is", [mention, finding])] == ["the ", "great", " wa", "r is"]
    about = runs("the great war is", [mention, finding])[1][1]
    assert about["c"] == ["war"]
    assert about["f"] == ["f1"]
    assert about["v"] == "error"
    assert about["e"] == 1


def test_characters_that_turn_text_are_named() -> None:
    found = runs("a\u202eb\u2066c", [])
    assert [r[0] for r in found] == ["a", "U+202E", "b", "U+2066", "c"]
    assert found[1][1]["x"] == "RIGHT-TO-LEFT OVERRIDE"


@given(st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs"]), max_size=60), st.data())
def test_runs_lose_no_character(text: str, data: st.DataObject) -> None:
    ends = st.integers(-3, len(text) + 3)
    marks = [
        Mark(*sorted(pair), "c", "actor") for pair in data.draw(st.lists(st.tuples(ends, ends), max_size=5))
    ]
    assert "".join(r[0] for r in runs(text, marks)).split() == text.split()


@given(st.text(max_size=80), st.text(max_size=80))
def test_a_difference_gives_both_texts_back(old: str, new: str) -> None:
    found = difference(old, new)
    assert "".join(text for sign, text in found if sign != "+") == old
    assert "".join(text for sign, text in found if sign != "-") == new


def test_marks_of_several_segments() -> None:
    found = segment_runs(SOURCE.segments[1:3], {2: [Mark(10, 15, "three", "person")]})
    assert [r[0] for r in found] == ["Two.", " ", "Three", "."]


def test_an_edit_takes_the_place_of_the_machine_text() -> None:
    hy = bitext("hy", 4, *(((i,), (i,)) for i in range(4)))
    data = bead_data(hy, 1, {}, State("translated", "hy1 նոր.", reviewers=("Ani",), revision=3, author="Ani"))
    assert data["text"] == "hy1 նոր."
    assert data["machine"] == "hy1."
    assert data["edited"]
    assert data["revision"] == 3
    assert data["author"] == "Ani"
    assert data["state"] == "translated"
    assert ["+", " նոր"] in data["diff"] or ["+", "նոր"] in data["diff"]
    assert bead_data(hy, 1, {}, State())["state"] == "draft"


def test_a_finding_carries_its_evidence_and_state() -> None:
    span = Span(1, 5, 9, "Two.")
    finding = Finding(
        "number", "changed", "error", "hy", 1, (span,), (span,), "two became three", expected=("2",)
    )
    data = finding_data(finding, State("dismissed", note="a joke", reviewers=("Leyla",), revision=1))
    assert data["source"] == ["Two."]
    assert data["expected"] == ["2"]
    assert (data["state"], data["note"], data["reviewers"]) == ("dismissed", "a joke", ["Leyla"])
    assert finding_data(finding, State())["state"] == "open"
    assert span_mark(span, finding).finding == finding.id
