from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.segment import sentences
from align.types import LANGUAGES

ROOT = Path(__file__).resolve().parents[1]
GOLDEN = Path(__file__).parent / "golden" / "segment"
# Boundary F1 against the lines of NTREX, no lower than this; see benchmarks/segment.py.
FLOORS = {"en": 0.953, "hy": 0.957, "az": 0.960, "ru": 0.945, "tr": 0.915}

PIECES = st.one_of(
    st.sampled_from([". ", "! ", "? ", "… ", "... ", "։ ", ": ", "։", ".", "\r\n", "\n", "\r", "\t", "  "]),
    st.sampled_from(
        ["«", "»", "“", "”", '"', "(", ")", "[5]", "—", "- ", "’", "'", "\u00a0", "\u00ad", "\u200b"]
    ),
    st.sampled_from(
        ["Mr", "U.S", "г", "т. д", "İ", "II", "3", "1993", "vb", "թ", "The", "В", "Bu", "Նա", "Ա"]
    ),
    st.sampled_from(["\u2028", "\u0085", "\ufeff", "𝔘𝔫𝔦", "é", "e\u0301", "👩‍👩‍👧", "\U0010ffff"]),
    st.text(max_size=6),
)
TEXTS = st.lists(PIECES, max_size=40).map("".join)


def cases(lang: str) -> list[tuple[str, list[str]]]:
    whole = (GOLDEN / f"{lang}.txt").read_text("utf-8").strip("\n")
    parts = [case.partition("\n---\n") for case in whole.split("\n===\n")]
    return [(text, expected.split("\n")) for text, _, expected in parts]


ALL = [
    pytest.param(lang, text, expected, id=f"{lang}-{number}")
    for lang in LANGUAGES
    for number, (text, expected) in enumerate(cases(lang), start=1)
]


@pytest.mark.parametrize(("lang", "text", "expected"), ALL)
def test_golden(lang: str, text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text, lang)] == expected


def test_every_language_has_enough_golden_cases() -> None:
    for lang in LANGUAGES:
        assert len(cases(lang)) >= 25, lang


@settings(deadline=None)
@given(TEXTS, st.sampled_from([*LANGUAGES, "de"]))
def test_no_character_is_lost(text: str, lang: str) -> None:
    spans = sentences(text, lang)
    position = 0
    for start, end in spans:
        assert position <= start < end, "spans overlap, are out of order or empty"
        assert not text[position:start].strip(), "something other than white space lies between sentences"
        assert text[start:end] == text[start:end].strip(), "a sentence begins or ends with white space"
        position = end
    assert not text[position:].strip(), "the end of the text is lost"


@settings(deadline=None)
@given(TEXTS, st.sampled_from(LANGUAGES))
def test_a_sentence_is_one_sentence_again(text: str, lang: str) -> None:
    """Offsets do not depend on white space around the paragraph."""
    moved = [(start + 3, end + 3) for start, end in sentences(text, lang)]
    assert sentences(f" \n {text} \u00a0", lang) == moved


def test_offsets_count_code_points() -> None:
    text = "👩‍👩‍👧 𝔘𝔫𝔦 e\u0301. Next\u00a0one."
    assert [text[start:end] for start, end in sentences(text, "en")] == [
        "👩‍👩‍👧 𝔘𝔫𝔦 e\u0301.",
        "Next\u00a0one.",
    ]


def test_a_line_break_is_white_space() -> None:
    text = "One line,\r\nbroken. Another\nsentence."
    found = [text[start:end] for start, end in sentences(text, "en")]
    assert found == ["One line,\r\nbroken.", "Another\nsentence."]


@pytest.mark.parametrize("text", ["", " \n\t\u00a0"])
def test_nothing_gives_nothing(text: str) -> None:
    assert sentences(text, "en") == []


def test_a_language_without_lists_is_split_by_the_rules() -> None:
    assert len(sentences("Guten Tag. Wie geht es? Gut.", "de")) == 3


@pytest.mark.parametrize("unit", ["a. ", ". ", "A. B ", "x", '. "', " ", "(.", "the The ", "«!» — "])
def test_hostile_text_ends(unit: str) -> None:
    began = time.process_time()
    sentences(unit * 50_000, "en")
    # A fraction of a second; were the time to grow with the square of the length, it would be hours.
    assert time.process_time() - began < 30


def test_f1_on_ntrex() -> None:
    data = Path(os.environ.get("ARAXES_DATA", ROOT.parent / "shared" / "data"))
    if not (data / "ntrex-dev" / "documents").is_file():
        pytest.skip("no ntrex-dev in $ARAXES_DATA or ../shared/data")
    sys.path.insert(0, str(ROOT / "benchmarks"))
    import segment as benchmark

    split = benchmark.ours
    for lang, floor in FLOORS.items():
        docs = benchmark.documents(data, lang)
        found = benchmark.score(docs, lambda text, code=lang: split(text, code))
        assert found >= floor, f"{lang}: boundary F1 {found:.4f} is below {floor}"
