"""One contract for every check: its own examples, and the spans of whatever it finds."""

from __future__ import annotations

import re

import pytest

from align.checks import CHECKS, View, run
from align.checks.base import Check, Example
from align.profiles import profile
from align.reader import from_text
from align.sources import lined, parallel
from align.terms import Termbase
from align.types import Bead, Bitext, Finding, Translation


def view(example: Example, termbase: Termbase, name: str = "") -> View:
    bitext = parallel(lined(example.source + "\n", "en"), lined(example.target + "\n", example.lang))
    return View(bitext, termbase, profile(name or "international"), explicit=bool(name))


def of(check: Check, example: Example, termbase: Termbase) -> list[Finding]:
    return [f for f in run(view(example, termbase)) if f.check == check.id]


FAILS = [pytest.param(c, e, id=f"{c.id}-{e.lang}-{i}") for c in CHECKS for i, e in enumerate(c.fails)]
PASSES = [pytest.param(c, e, id=f"{c.id}-{e.lang}-{i}") for c in CHECKS for i, e in enumerate(c.passes)]


@pytest.mark.parametrize(("check", "example"), FAILS)
def test_reports_its_examples(check: Check, example: Example, termbase: Termbase) -> None:
    found = of(check, example, termbase)
    assert found, "nothing is reported"
    if example.found:
        assert example.found in [s.text for f in found for s in (*f.source, *f.target)]


@pytest.mark.parametrize(("check", "example"), PASSES)
def test_stays_silent(check: Check, example: Example, termbase: Termbase) -> None:
    assert [f.message for f in of(check, example, termbase) if f.severity != "info"] == []


@pytest.mark.parametrize(("check", "example"), FAILS)
def test_spans_cut_the_words_out_of_both_texts(check: Check, example: Example, termbase: Termbase) -> None:
    one = view(example, termbase)
    for finding in run(one):
        for span in finding.source:
            assert one.bitext.source.text[span.start : span.end] == span.text
        for span in finding.target:
            assert one.bitext.target.text[span.start : span.end] == span.text


def test_ids_are_unique_and_named() -> None:
    ids = [check.id for check in CHECKS]
    assert len(set(ids)) == len(ids)
    assert all(check.fails and check.passes and check.title for check in CHECKS)


def test_a_left_out_sentence_is_an_error(termbase: Termbase) -> None:
    source, target = lined("He left.\nShe stayed.\n", "en"), lined("Он ушёл.\n", "ru")
    bitext = Bitext(Translation(source, target, "x"), (Bead((0,), (0,)), Bead((1,), ())), "given")
    (finding,) = run(View(bitext, termbase, profile("international")))
    assert (finding.check, finding.severity, finding.source[0].text) == ("omission", "error", "She stayed.")


def test_a_profile_that_is_asked_for_judges_the_source_too(termbase: Termbase) -> None:
    example = Example("ru", "They met in Shushi.", "Они встретились в Шуши.")
    assert not [f for f in run(view(example, termbase)) if f.check == "name-side"]
    found = [f for f in run(view(example, termbase, "azerbaijani")) if f.check == "name-side"]
    assert [f.severity for f in found] == ["warning"]
    assert not [f for f in run(view(example, termbase, "armenian")) if f.check == "name-side"]


@pytest.mark.parametrize(
    ("lang", "target"),
    [
        ("hy", "Զոհվել է 30 հազար մարդ։"),
        ("az", "30 min nəfər ölüb."),
        ("ru", "Погибло 30 тыс. человек."),
        ("tr", "30 bin kişi öldü."),
    ],
)
def test_numbers_are_values(lang: str, target: str, termbase: Termbase) -> None:
    assert not [
        f for f in run(view(Example(lang, "30,000 people died.", target), termbase)) if f.check == "number"
    ]


@pytest.mark.parametrize(
    ("lang", "target"),
    [
        ("hy", "Զինվորները ծեծել են գերիներին. իրավապաշտպան կազմակերպություն"),
        ("ru", "Правозащитники: солдаты избили пленных"),
    ],
)
def test_a_headline_may_name_its_speaker_by_its_stops(lang: str, target: str, termbase: Termbase) -> None:
    def lost(headline: str) -> bool:
        source = from_text("Troops beat prisoners, rights group says\n\nThe report came out on Monday.", "en")
        other = from_text(f"{headline}\n\n2020.", lang)
        assert [s.role for s in source.segments] == ["title", "body"]
        beads = tuple(Bead((i,), (i,)) for i in range(2))
        bitext = Bitext(Translation(source, other, "x"), beads, "given")
        found = run(View(bitext, termbase, profile("international")))
        return any(f.check == "attribution" for f in found)

    assert not lost(target)
    assert lost(re.split("[.:] ", target)[lang == "ru"])


@pytest.mark.parametrize(
    ("lang", "source", "target", "verdict"),
    [
        ("tr", "Separatist authorities rejected it.", "Artsakh yönetimi bunu reddetti.", "switched"),
        ("az", "Refugees from Armenia met.", "Qərbi Azərbaycan qaçqınları görüşdü.", "other side"),
        ("az", "They were part of Soviet Azerbaijan.", "Sovet dövründə Azərbaycana aid olmuşlar.", ""),
        (
            "hy",
            "Azerbaijan has one army, Armenia another.",
            "Ադրբեջանի բանակը մեկն է, Հայաստանինը՝ մյուսը։",
            "",
        ),
    ],
)
def test_what_took_a_name_s_place(
    lang: str, source: str, target: str, verdict: str, termbase: Termbase
) -> None:
    bitext = parallel(lined(f"{source}\n", "en"), lined(f"{target}\n", lang))
    found = run(View(bitext, termbase, profile("international")))
    assert [f.verdict for f in found if f.severity != "info"] == [verdict][: bool(verdict)]
