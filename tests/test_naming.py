"""What translators are told about names: alternatives chosen by a profile, glossaries, and what is kept of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest
from tiny_chat import tiny_chat
from tiny_checkpoint import pairs, tiny

from align.cli.articles import chosen
from align.naming import Naming
from align.pipeline import Plan, Tools, translate, work
from align.profiles import profile
from align.reader import from_text
from align.store import Project
from align.terms import Termbase
from models.alternatives import Fitting, fittest
from models.base import Encoder, Hypothesis, Translator
from models.choose import from_directory
from models.memory import Memory
from models.seq2seq import seq2seq

ARTICLE = "Talks\n\nThey met in Stepanakert. Snow closed the road. Shelling hit Shushi."
AZERBAIJANI = {
    "Talks": ["Danışıqlar"],
    "They met in Stepanakert.": ["Stepanakertdə görüşdülər.", "Xankəndidə görüşdülər."],
    "Snow closed the road.": ["Qar yolu bağladı.", "Yolu qar bağladı."],
    "Shelling hit Shushi.": ["Şuşi atəşə tutuldu.", "Şuşaya atəş açıldı."],
}
SCORES = {"They met in Stepanakert.": (-0.2, -0.4), "Shelling hit Shushi.": (-0.2, -0.9)}


class Beams:
    """A translator with two alternatives a segment, that counts what it is asked."""

    signature = "beams|version:1"

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.asked_again: list[str] = []

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[Hypothesis]:
        self.asked += texts
        return [Hypothesis(AZERBAIJANI[text][0]) for text in texts]

    def alternatives(
        self, texts: Sequence[str], source: str, target: str, count: int
    ) -> list[list[Hypothesis]]:
        self.asked_again += texts
        return [
            [
                Hypothesis(made, score)
                for made, score in zip(AZERBAIJANI[text], SCORES.get(text, (-0.2, -0.3)), strict=False)
            ]
            for text in texts
        ]


class Told:
    """A translator that takes a glossary."""

    signature = "told"

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[Hypothesis]:
        return [Hypothesis(f"{target} {text}") for text in texts]

    def with_glossary(self, terms: str, glossary: Callable[[Sequence[str], str], object]) -> Told:
        made = Told()
        made.signature = f"told|terms:{terms}"
        made.glossary = glossary  # type: ignore[attr-defined]
        return made


def naming(termbase: Termbase, name: str, explicit: bool = True, day: date | None = None) -> Naming:
    return Naming(termbase, profile(name), explicit, day)


@pytest.fixture
def tools(termbase: Termbase, tmp_path: Path) -> Callable[[Translator], Tools]:
    def no_encoder() -> Encoder:
        raise AssertionError

    memory = Memory(tmp_path / "memory.sqlite")
    return lambda translator: Tools(termbase, memory, no_encoder, lambda _engine, _lang: translator)


@pytest.mark.parametrize(
    ("name", "translation", "wrong"),
    [
        ("azerbaijani", "Xankəndidə görüşdülər.", 0),
        ("azerbaijani", "Stepanakertdə görüşdülər.", 1),
        ("azerbaijani", "Orada görüşdülər.", 1),
        ("armenian", "Xankəndidə görüşdülər.", 1),
        ("armenian", "Stepanakertdə görüşdülər.", 0),
    ],
)
def test_a_name_fits_or_does_not(termbase: Termbase, name: str, translation: str, wrong: int) -> None:
    assert naming(termbase, name).misfits("They met in Stepanakert.", "az", translation) == wrong


def test_a_text_without_a_contested_name_always_fits(termbase: Termbase) -> None:
    assert naming(termbase, "azerbaijani").misfits("Snow closed the road.", "az", "") == 0


def test_the_fittest_is_taken_within_the_loss() -> None:
    first, near, far = Hypothesis("a", -0.2), Hypothesis("b", -0.4), Hypothesis("c", -2.0)

    def wants(letter: str) -> Callable[[str], int]:
        return lambda text: int(text != letter)

    taken = fittest(first, [first, near, far], wants("b"), 0.25)
    assert (taken.text, taken.passed_over) == ("b", "a")
    assert fittest(first, [first, near, far], wants("c"), 0.25) is first, "it costs too much"
    assert fittest(first, [first, near, far], wants("a"), 0.25) is first
    assert fittest(first, [first, near], lambda text: 1, 0.25) is first, "none fits better"
    assert fittest(first, [first, Hypothesis("b", -0.3, ("length",))], wants("b"), 0.25) is first
    assert fittest(first, [Hypothesis("b")], wants("b"), 0.25) is first, "what it costs is not known"


def test_a_profile_chooses_among_alternatives(
    termbase: Termbase, tools: Callable[[Translator], Tools]
) -> None:
    beams, source = Beams(), from_text(ARTICLE, "en")
    made, _ = translate(source, "az", "beams", tools(beams), naming(termbase, "azerbaijani"))
    assert [s.text for s in made.target.segments] == [
        "Danışıqlar", "Xankəndidə görüşdülər.", "Qar yolu bağladı.", "Şuşi atəşə tutuldu.",
    ]  # fmt: skip
    assert beams.asked_again == ["They met in Stepanakert.", "Shelling hit Shushi."], (
        "only where it may matter"
    )
    assert made.passed_over == ((1, "Stepanakertdə görüşdülər."),)
    assert "|fit:azerbaijani-" in made.signature
    assert "|loss:0.25" in made.signature
    assert "1 of 4 segments otherwise than the model" in chosen(made)
    again, _ = translate(source, "az", "beams", tools(Beams()), naming(termbase, "azerbaijani"))
    assert again == made, "the memory knows what was passed over"


def test_the_models_own_choice_is_in_the_memory_too(
    termbase: Termbase, tools: Callable[[Translator], Tools]
) -> None:
    source, second = from_text(ARTICLE, "en"), Beams()
    translate(source, "az", "beams", tools(Beams()), naming(termbase, "azerbaijani"))
    plain, _ = translate(source, "az", "beams", tools(second))
    assert plain.target.segments[1].text == "Stepanakertdə görüşdülər."
    assert not second.asked
    assert not plain.passed_over
    assert chosen(plain) == ""


def test_a_project_keeps_what_was_passed_over(tools: Callable[[Translator], Tools], tmp_path: Path) -> None:
    project = Project.create(tmp_path / "p")
    plan = Plan(("az",), {"az": "beams"}, profile=profile("azerbaijani"), explicit=True)
    (done,) = work(from_text(ARTICLE, "en"), plan, tools(Beams()), project)
    kept = project.setting(f"passed over {done.bitext.translation.id}")
    assert kept == '[[1,"Stepanakertdə görüşdülər."]]'


def test_without_a_profile_nothing_is_chosen(
    termbase: Termbase, tools: Callable[[Translator], Tools]
) -> None:
    beams = Beams()
    assert naming(termbase, "international", explicit=False).told(beams) is beams


@pytest.mark.parametrize("kind", ["ctranslate2", "transformers", "chat"])
def test_every_engine_offers_scored_alternatives(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.alternatives.LOSS", 50.0)
    make = {
        "ctranslate2": lambda: from_directory(tiny("nllb")),
        "transformers": lambda: seq2seq(tiny("nllb")),
        "chat": lambda: from_directory(tiny_chat()),
    }
    known = dict(pairs("tr")[:2])
    fitting = Fitting(make[kind](), lambda text, lang, made: int(made == known[text]), "anything else")
    for text, found in zip(known, fitting.translate(list(known), "en", "tr"), strict=True):
        offered = fitting.translator.alternatives([text], "en", "tr", 4)[0]  # type: ignore[attr-defined]
        assert offered[0].text == known[text]
        assert all(h.score is not None and h.score < 0 for h in offered)
        assert (found.text, found.passed_over) in ((known[text], ""), (found.text, known[text]))
        if kind != "chat":  # which is sure of what it says by heart
            assert found.text != known[text]


def test_a_glossary_has_the_accepted_forms(termbase: Termbase) -> None:
    text = "The separatist authorities left Kelbajar and Stepanakert, reporters said."
    armenian = dict(naming(termbase, "armenian").glossary([text], "az"))
    assert armenian["Kelbajar"] == "Karvaçar"
    assert armenian["Stepanakert"] == "Stepanakert"
    azerbaijani = dict(naming(termbase, "azerbaijani").glossary([text], "hy"))
    assert azerbaijani["Kelbajar"].split(" | ")[0] == "Քելբաջար"
    assert azerbaijani["separatist"] == "անջատողական"
    assert "said" not in azerbaijani
    assert "say" not in azerbaijani, "a plain word needs no entry"


def test_without_a_profile_the_sources_own_side_is_kept(termbase: Termbase) -> None:
    found = dict(
        naming(termbase, "international", explicit=False).glossary(["They left Shushi and Lachin."], "ru")
    )
    assert found["Shushi"] == "Шуши"
    assert "Бердзор" not in found["Lachin"]


def test_an_instructed_translator_gets_the_glossary(termbase: Termbase) -> None:
    one = naming(termbase, "armenian").told(Told())
    other = naming(termbase, "azerbaijani").told(Told())
    assert one.signature != other.signature
    assert one.glossary(["They met in Lachin."], "tr") == [("Lachin", "Berdzor")]  # type: ignore[attr-defined]


def test_the_name_depends_on_all_that_it_stands_for(termbase: Termbase) -> None:
    names = {
        naming(termbase, "armenian").name,
        naming(termbase, "azerbaijani").name,
        naming(termbase, "armenian", day=date(2020, 9, 27)).name,
        naming(termbase, "international", explicit=False).name,
        Naming(Termbase({}), profile("armenian"), True).name,
    }
    assert len(names) == 5
