"""The guards: each sees its flaw, and human translations pass."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from models.base import Hypothesis, Made, gathered
from models.guards import GUARDS, guarded, inspect

_SOURCE = "The ministry said on Tuesday that talks between the two countries would go on next week."
_GOOD = {
    "hy": "Նախարարությունը երեքշաբթի հայտարարեց, որ երկու երկրների բանակցությունները կշարունակվեն հաջորդ շաբաթ։",
    "az": "Nazirlik çərşənbə axşamı bildirib ki, iki ölkə arasında danışıqlar gələn həftə davam edəcək.",
    "ru": "Министерство сообщило во вторник, что переговоры между двумя странами продолжатся на следующей неделе.",
    "tr": "Bakanlık salı günü, iki ülke arasındaki görüşmelerin gelecek hafta süreceğini bildirdi.",
}
_BAD = [
    ("repetition", "ru", "Министерство сообщило, что что что что что что что что что переговоры продолжатся скоро."),
    ("repetition", "hy", "Նախարարությունը հայտարարեց" + " և այլն և այլն" * 5 + "։"),
    ("copied", "tr", _SOURCE),
    ("copied", "az", "Nazirlik said on Tuesday that talks between the two countries would go on next week."),
    ("wrong script", "hy", _SOURCE),
    ("wrong script", "ru", _GOOD["hy"]),
    ("wrong script", "az", _GOOD["ru"]),
    ("wrong script", "hy", _GOOD["ru"]),
    ("wrong language", "tr", "Nazirlik bildirib ki, iki ölkə arasında danışıqlar gələn həftə davam edəcək."),
    ("wrong language", "az", "Bakanlık, görüşmelerin hafta için çok daha önemli olduğunu ve süreceğini bildirdi."),
    ("wrong language", "ru", "Міністерство повідомило, що переговори, які почалися після зустрічі, їх не продовжено."),
    ("length", "ru", "Переговоры продолжатся."),
    ("length", "tr", _GOOD["tr"] * 3),
    ("cut off", "ru", "Министерство сообщило во вторник, что переговоры между,"),
    ("refusal", "tr", "Üzgünüm, bu metni çeviremem çünkü bir yapay zeka modeli olarak buna izin verilmiyor."),
    ("refusal", "ru", "Извините, но я не могу перевести этот текст, так как он касается политики и конфликта."),
    ("debris", "hy", _GOOD["hy"] + " <unk>"),
]  # fmt: skip


@pytest.mark.parametrize("lang", _GOOD)
def test_a_good_translation_passes(lang: str) -> None:
    assert inspect(_SOURCE, _GOOD[lang], lang) == ()


@pytest.mark.parametrize(("name", "lang", "text"), _BAD)
def test_a_flaw_is_named(name: str, lang: str, text: str) -> None:
    assert name in inspect(_SOURCE, text, lang)


def test_nothing_for_something_is_empty() -> None:
    assert inspect("Talks go on.", "  ", "ru") == ("empty",)
    assert inspect("* * *", "", "ru") == ()


def test_what_the_source_has_itself_is_no_flaw() -> None:
    assert "repetition" not in inspect("No, no, no, no, no, no!", "Нет, нет, нет, нет, нет, нет!", "ru")
    assert "debris" not in inspect("He wrote ``` twice ```.", "Он дважды написал ```.", "ru")


def test_a_flaw_is_tried_again_and_then_flagged() -> None:
    asked: list[list[str]] = []

    def first(texts: Sequence[str]) -> Iterator[Made]:
        asked.append(list(texts))
        for i, text in enumerate(texts):
            yield [(i, Hypothesis(_GOOD["ru"] if text == _SOURCE else "нет нет нет нет нет нет"))]

    def again(texts: Sequence[str]) -> Iterator[Made]:
        asked.append(list(texts))
        yield [
            (i, Hypothesis("Всё хорошо." if text == "All is well." else None)) for i, text in enumerate(texts)
        ]

    texts = [_SOURCE, "All is well.", "2020", _SOURCE, "All was ill."]
    batches = list(guarded(texts, "ru", [first, again]))
    assert [[i for i, _ in batch] for batch in batches] == [[2], [0, 3], [1, 4]], (
        "what is done is given at once"
    )
    found = gathered(batches)
    assert [h.text for h in found] == [
        _GOOD["ru"],
        "Всё хорошо.",
        "2020",
        _GOOD["ru"],
        "нет нет нет нет нет нет",
    ]
    assert [bool(h.notes) for h in found] == [False, False, False, False, True]
    assert asked == [[_SOURCE, "All is well.", "All was ill."], ["All is well.", "All was ill."]]


def test_a_long_text_takes_no_longer_than_it_should() -> None:
    inspect(_SOURCE * 40, "аб" * 3000 + _GOOD["ru"] * 40, "ru")


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").split("\n")[:-1]


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["hy", "az", "ru", "tr"])
def test_human_translations_pass(lang: str, corpora: Path) -> None:
    for corpus, source, target in (
        ("flores", corpora / "flores-dev" / "en", corpora / "flores-dev" / f"en-{lang}.{lang}"),
        ("ntrex", corpora / "ntrex-dev" / "en", corpora / "ntrex-dev" / lang),
    ):
        pairs = list(zip(_lines(source), _lines(target), strict=True))
        flagged = [(s, t, inspect(s, t, lang)) for s, t in pairs if inspect(s, t, lang)]
        assert len(flagged) < 0.005 * len(pairs), f"{corpus}: {flagged[:5]}"


@pytest.mark.slow
def test_weak_machine_output_is_caught(corpora: Path) -> None:
    folder = corpora / "flores-dev"
    for lang in ("hy", "az"):
        pairs = zip(_lines(folder / "en"), _lines(folder / f"en-{lang}.opusmt.{lang}"), strict=True)
        assert sum(bool(inspect(s, t, lang)) for s, t in pairs) >= 30


def test_every_guard_has_an_example() -> None:
    assert {name for name, _, _ in _BAD} == set(GUARDS)
