"""Words beside a term that deny it or hold it at a distance."""

from __future__ import annotations

import pytest

from align.context import around, distanced

CASES = [
    ("en", "There was no [aggression] that day.", "no", ""),
    ("en", "They denied any [aggression].", "denied", ""),
    ("en", "the alleged “[provocation]” of Monday", "", "alleged"),
    ("en", "No one came, and the [aggression] went on.", "", ""),
    ("hy", "Սա [ագրեսիա] չէ։", "չէ", ""),
    ("hy", "ենթադրյալ [ագրեսիան]", "", "ենթադրյալ"),
    ("az", "Bu, [təcavüz] deyildi.", "deyildi", ""),
    ("az", "iddia edilən [təcavüzü] pislədilər", "", "iddia edilən"),
    ("ru", "Это не [агрессия].", "не", ""),
    ("ru", "якобы [оккупированные] земли", "", "якобы"),
    ("tr", "Bu bir [saldırganlık] değildir.", "değildir", ""),
    ("tr", "Sözde [soykırım] tasarısı", "", "sözde"),
]


@pytest.mark.parametrize(("lang", "marked", "negation", "hedge"), CASES)
def test_what_stands_beside_a_term(lang: str, marked: str, negation: str, hedge: str) -> None:
    start, end = marked.index("["), marked.index("]") - 1
    text = marked.replace("[", "").replace("]", "")
    assert around(text, start, end, lang) == (negation, hedge)


def test_a_language_without_a_list_is_left_alone() -> None:
    assert around("keine Aggression", 6, 15, "de") == ("", "")
    assert distanced("die angebliche Aggression", "de"), "nothing is known, so nothing is reported"
