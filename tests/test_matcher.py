"""Finding forms in running text: golden sentences per language, and offsets for any text at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.fold import fold
from align.matcher import Matcher, matcher, mentions
from align.reader import from_text
from align.terms import Termbase, default
from align.types import LANGUAGES, Concept, Form

GOLDEN = Path(__file__).parent / "golden" / "terms"


def cases() -> list[tuple[str, str, str]]:
    found = []
    for lang in LANGUAGES:
        for line in (GOLDEN / f"{lang}.txt").read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                concept, _, sentence = line.partition(": ")
                found.append((lang, concept, sentence))
    return found


@pytest.mark.parametrize(("lang", "concept", "sentence"), cases())
def test_golden(lang: str, concept: str, sentence: str, termbase: Termbase) -> None:
    text = sentence.replace("[", "").replace("]", "")
    start = sentence.find("[")
    hits = [h for h in matcher(termbase, lang).find(text) if h.concept.id == concept]
    if start < 0:
        assert not hits, f"found {[text[h.start : h.end] for h in hits]}"
    else:
        assert [(h.start, text[h.start : h.end]) for h in hits] == [
            (start, sentence[start + 1 : sentence.index("]")])
        ]


def test_a_name_needs_its_capital() -> None:
    togo = Concept("togo", "toponym", forms=(Form("ru", "Того"), Form("en", "Togo")))
    assert not Matcher([togo], "ru").find("до того как")
    assert Matcher([togo], "ru").find("в Того")


def test_the_longest_form_wins(termbase: Termbase) -> None:
    hits = matcher(termbase, "en").find("the Lachin corridor")
    assert [h.concept.id for h in hits] == ["lachin-corridor"]


def test_unless(termbase: Termbase) -> None:
    jordan = Concept("jordan", "toponym", forms=(Form("en", "Jordan", unless=("Michael Jordan",)),))
    find = Matcher([jordan], "en").find
    assert not find("Michael Jordan won.")
    assert find("Jordan won.")


def test_a_mention_in_quotation_marks_knows_it(termbase: Termbase) -> None:
    document = from_text('He spoke of "separatists" in Shusha.', "en")
    found = {m.concept: m.quoted for m in mentions(document, termbase)}
    assert found["separatists"]
    assert not found["shusha"]


def test_a_quotation_runs_over_sentences(termbase: Termbase) -> None:
    document = from_text("“The enemy came. The enemy left,” he said. The enemy is back.", "en")
    assert [m.quoted for m in mentions(document, termbase) if m.concept == "the-enemy"] == [True, True, False]


@pytest.mark.parametrize("lang", LANGUAGES)
@given(text=st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_offsets_cut_the_same_text(lang: str, text: str) -> None:
    folded = fold(text, lang)
    assert len(folded.cased) == len(folded.lower)
    for position in range(len(folded.lower)):
        start, end = folded.span(position, position + 1)
        assert 0 <= start < end <= len(text)


@pytest.mark.parametrize(
    ("lang", "one", "other"),
    [
        ("az", "XANKƏNDİ", "Xankəndi"),
        ("tr", "IĞDIR", "Iğdır"),
        ("tr", "İstanbul", "istanbul"),
        ("hy", "ԵՐԵՎԱՆ", "Երևան"),
        ("hy", "Երեւան", "Երևան"),
        ("ru", "Тёмный", "темный"),
        ("hy", "Ինչո՞ւ", "Ինչու"),
    ],
)
def test_letters_that_readers_take_for_the_same(lang: str, one: str, other: str) -> None:
    assert fold(one, lang).lower == fold(other, lang).lower


@given(
    st.lists(
        st.sampled_from(["Shusha", "Lachin", "x", '"', "«", "»", "Ս", "\u0301", "\u200b", "  ", "\n"]),
        max_size=30,
    )
)
def test_hits_lie_inside_and_do_not_overlap(pieces: list[str]) -> None:
    text = " ".join(pieces)
    hits = matcher(default(), "en").find(text)
    spans = sorted({(h.start, h.end) for h in hits})
    assert all(0 <= a < b <= len(text) for a, b in spans)
    assert all(spans[i][1] <= spans[i + 1][0] for i in range(len(spans) - 1))
