"""The whole job on small articles: memory, engines, resuming, documents from outside."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from align.pipeline import Plan, Tools, flaws, translate, work
from align.reader import from_text
from align.store import Project
from align.terms import Termbase
from align.types import TARGETS
from models.base import Encoder, Hypothesis, Made, Translator, Vectors
from models.errors import InputError, ModelError
from models.memory import Memory

ARTICLE = "A title\n\nShelling hit Goris on Tuesday. Two people died.\n\nThey left Shusha."


class Echo:
    """A translator that says what it was asked, and stops after a number of batches if told to."""

    def __init__(self, dies_after: int = 1_000_000) -> None:
        self.signature = "echo|version:1"
        self.asked: list[str] = []
        self.left = dies_after

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[Hypothesis]:
        if self.left == 0:
            raise KeyboardInterrupt
        self.left -= 1
        self.asked += texts
        return [Hypothesis(f"{target}: {text}") for text in texts]


class Letters:
    """An encoder that counts letters."""

    signature = "letters"

    def encode(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), 64), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for letter in text.lower():
                row[ord(letter) % 64] += 1
        norms = np.linalg.norm(rows, axis=1, keepdims=True)
        return rows / np.where(norms, norms, 1)


def no_model(engine: str, lang: str) -> Translator:
    raise ModelError(f"no translator into {lang} can be had here")


@pytest.fixture
def tools(termbase: Termbase, tmp_path: Path) -> Callable[..., Tools]:
    def make(translator: Callable[[str, str], Translator] = no_model) -> Tools:
        encoder: Callable[[], Encoder] = Letters
        return Tools(termbase, Memory(tmp_path / "memory.sqlite"), encoder, translator)

    return make


def test_segments_are_translated_once(tools: Callable[..., Tools]) -> None:
    echo = Echo()
    source = from_text(ARTICLE, "en")
    kit = tools(lambda _engine, _lang: echo)
    first, _ = translate(source, "ru", "echo", kit)
    again, _ = translate(source, "ru", "echo", kit)
    assert first == again
    assert len(echo.asked) == len(source.segments)
    assert first.links == tuple(range(len(source.segments)))
    assert first.target.text.count("\n\n") == 2


def test_without_a_model_what_is_missing_is_named(tools: Callable[..., Tools], tmp_path: Path) -> None:
    source = from_text(ARTICLE, "en")
    outcomes = work(source, Plan(), tools(), Project.create(tmp_path / "p"))
    assert [o.bitext.lang for o in outcomes] == list(TARGETS)
    assert all(len(o.untranslated) == len(source.segments) for o in outcomes)
    assert not any(o.findings for o in outcomes), "what nobody translated is no fault of a translation"


def test_an_engine_asked_for_by_name_must_be_there(tools: Callable[..., Tools]) -> None:
    with pytest.raises(ModelError):
        translate(from_text(ARTICLE, "en"), "ru", "nllb", tools())


def test_a_killed_run_continues(tools: Callable[..., Tools], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.base._AT_ONCE", 1)
    source = from_text(ARTICLE, "en")
    dying, whole = Echo(dies_after=2), Echo()
    with pytest.raises(KeyboardInterrupt):
        translate(source, "tr", "echo", tools(lambda _engine, _lang: dying))
    resumed, _ = translate(source, "tr", "echo", tools(lambda _engine, _lang: whole))
    assert len(dying.asked) + len(whole.asked) == len(source.segments)
    assert [s.text for s in resumed.target.segments] == [f"tr: {s.text}" for s in source.segments]


def test_a_given_document_is_aligned_and_checked(tools: Callable[..., Tools], tmp_path: Path) -> None:
    source = from_text(ARTICLE, "en")
    given = from_text(
        "Заголовок\n\nВо вторник обстрелян Goris. Погибли двое.\n\nОни ушли из Шуши.", "ru", origin="a.txt"
    )
    (done,) = work(source, Plan(("ru",), given={"ru": given}), tools(), Project.create(tmp_path / "p"))
    assert done.bitext.translation.signature == "given|name:a.txt"
    (left,) = [f for f in done.findings if f.check == "name-left"]
    assert given.text[left.target[0].start : left.target[0].end] == "Goris"
    assert source.text[left.source[0].start : left.source[0].end] == "Goris"


def test_two_runs_are_the_same(tools: Callable[..., Tools], tmp_path: Path) -> None:
    source = from_text(ARTICLE, "en")
    kit = tools(lambda _engine, _lang: Echo())
    one = work(source, Plan(engines=dict.fromkeys(TARGETS, "echo")), kit, Project.create(tmp_path / "a"))
    two = work(source, Plan(engines=dict.fromkeys(TARGETS, "echo")), kit, Project.create(tmp_path / "b"))
    assert one == two


def test_a_project_keeps_its_article(tools: Callable[..., Tools], tmp_path: Path) -> None:
    project = Project.create(tmp_path / "p")
    work(from_text(ARTICLE, "en", origin="one.txt"), Plan(), tools(), project)
    with pytest.raises(InputError, match="holds another article"):
        work(from_text("Another article.", "en"), Plan(), tools(), project)


class Streams(Echo):
    """An echo that hands on every segment at once, the last first, and fails after some."""

    def stream(self, texts: Sequence[str], source: str, target: str) -> Iterator[Made]:
        for i, text in reversed(list(enumerate(texts))):
            if self.left == 0:
                raise ModelError("the server is down")
            self.left -= 1
            self.asked.append(text)
            yield [(i, Hypothesis(f"{target}: {text}", tokens=7))]


def test_every_finished_batch_is_kept(tools: Callable[..., Tools]) -> None:
    source = from_text(ARTICLE, "en")
    failing, whole = Streams(dies_after=3), Streams()
    with pytest.raises(ModelError, match="down"):
        translate(source, "tr", "streams", tools(lambda _engine, _lang: failing))
    made, _ = translate(source, "tr", "streams", tools(lambda _engine, _lang: whole))
    assert sorted(failing.asked + whole.asked) == sorted(s.text for s in source.segments)
    assert [s.text for s in made.target.segments] == [f"tr: {s.text}" for s in source.segments]


def test_progress_tells_segments_pace_and_time_left(tools: Callable[..., Tools]) -> None:
    told: list[tuple[str, int, int]] = []
    kit = replace(tools(lambda _engine, _lang: Streams()), progress=lambda *words: told.append(words))
    translate(from_text(ARTICLE, "en"), "tr", "streams", kit)
    assert [done for _, done, _ in told] == [0, 1, 2, 3, 4]
    assert told[0][0] == "tr: translating, segment"
    assert re.fullmatch(r"tr: \d+ tokens/s, \d+:\d\d left, segment", told[1][0])
    assert re.fullmatch(r"tr: \d+ tokens/s, done in \d+:\d\d, segment", told[-1][0])


def test_what_a_model_cannot_do_is_named(tools: Callable[..., Tools]) -> None:
    class Silent(Echo):
        def translate(self, texts: Sequence[str], source: str, target: str) -> list[Hypothesis]:
            return [Hypothesis(None, notes=("cut off",)) for _ in texts]

    made, reason = translate(from_text(ARTICLE, "en"), "tr", "silent", tools(lambda _engine, _lang: Silent()))
    assert not made.target.segments
    assert reason == "the model gave no translation of them (cut off); run again"


def test_flaws_are_named_by_segment(tools: Callable[..., Tools]) -> None:
    class Loops(Echo):
        def translate(self, texts: Sequence[str], source: str, target: str) -> list[Hypothesis]:
            return [Hypothesis("öldü " * 30 if "died" in text else "Bir şey oldu.") for text in texts]

    made, _ = translate(from_text(ARTICLE, "en"), "tr", "loops", tools(lambda _engine, _lang: Loops()))
    ((segment, notes),) = [(s, n) for s, n in flaws(made) if "repetition" in n]
    assert segment.index == 2
    assert "length" in notes
