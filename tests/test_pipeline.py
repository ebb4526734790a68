"""The whole job on small articles: memory, engines, resuming, documents from outside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from align.pipeline import Plan, Tools, translate, work
from align.reader import from_text
from align.store import Project
from align.terms import Termbase
from align.types import TARGETS
from models.base import Encoder, Hypothesis, Translator, Vectors
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
    monkeypatch.setattr("align.pipeline._BATCH", 1)
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
