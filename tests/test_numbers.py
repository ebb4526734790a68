"""Numbers in running text: one value whatever the writing, and offsets that cut it out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.numbers import numbers
from align.types import LANGUAGES

VALUES = [
    ("az", "5 minik avtomobili, 3 yüzük, 2 minillik, 5 min nəfər", [5, 3, 2, 5000]),
    ("tr", "5 binek araç, 4 binici, 40 yüzücü, 5 bine yakın", [5, 4, 40, 5000]),
    ("hy", "5 հզոր պայթյուն, 4 հարյուրապետ, 3 հազարամյակ, 5 հզ. մարդ, 7 հազարից", [5, 4, 3, 5000, 7000]),
    ("ru", "5 сотников, 3 тысячелетия, 5 сотен, 7 тысячами", [5, 3, 500, 7000]),
    ("en", "three hundred people and two hundred and fifty more", [300, 250]),
    ("en", "Half a million people, one and a half million more", [500_000, 1_500_000]),
    ("en", "In the 1990s, some 20,000 of the 3 million", [1990, 20_000, 3_000_000]),
    ("en", "On 5 March 2020 some 200 soldiers met 5 millionaires", [5, 2020, 200, 5]),
    ("en", "340 to 500 million", [340, 500_000_000]),
    ("hy", "մեկ միլիոն 200 հազար մարդ, երկու հարյուր տուն", [1_200_000, 200]),
    ("hy", "կես միլիոն", [500_000]),
    ("az", "100 min 400 nəfər, iki min beş yüz ev", [100_400, 2500]),
    ("az", "Min 500 nəfər 40 mina tapıb.", [1500, 40]),
    ("az", "2,8 milyardlıq bazar", [2_800_000_000]),
    ("ru", "двести пятьдесят человек, две с половиной тысячи домов", [250, 2500]),
    ("ru", "полтора миллиона, 1,5 миллиона", [1_500_000, 1_500_000]),
    ("ru", "на двухдневном перемирии, четырехлетний", [2, 4]),
    ("hy", "քառօրյա պատերազմ, եռակողմ հայտարարություն", [4]),
    ("ru", "5 марта 2020 года 200 солдат", [5, 2020, 200]),
    ("tr", "2 bin 500 kişi, 1 milyon 200 bin lira, bin 250 ev", [2500, 1_200_000, 1250]),
    ("tr", "12 bina hasar gördü, üç yüz elli kişi, bir buçuk milyon", [12, 350, 1_500_000]),
]
FRACTIONS = [
    ("en", "Two thirds of those questioned, almost half of the mines", [2 / 3, 1 / 2]),
    ("hy", "Ականների գրեթե մեկ երրորդը, կեսը", [1 / 3, 1 / 2]),
    ("az", "Sorğuda yarısı, dörddə üçü", [1 / 2, 3 / 4]),
    ("ru", "треть и половина", [1 / 3, 1 / 2]),
    ("tr", "üçte ikisi, yarısı", [2 / 3, 1 / 2]),
]


@pytest.mark.parametrize(("lang", "text", "values"), VALUES)
def test_values(lang: str, text: str, values: list[float]) -> None:
    assert [n.value for n in numbers(text, lang) if not n.fraction] == values


@pytest.mark.parametrize(("lang", "text", "values"), FRACTIONS)
def test_fractions(lang: str, text: str, values: list[float]) -> None:
    assert [n.value for n in numbers(text, lang) if n.fraction] == values


def test_half_is_fifty_percent_and_no_other_part() -> None:
    (half,), (fifty,), (third,) = (
        numbers("half of it", "en"),
        numbers("50 процентов", "ru"),
        numbers("треть", "ru"),
    )
    assert half.same(fifty)
    assert not half.same(third)
    assert half.comparable(third)


@given(
    st.sampled_from(LANGUAGES),
    st.text("0123456789 .,-İIıə bin yüz milyon half an hundred двести сто կես", max_size=60),
)
def test_offsets_cut_the_number_out(lang: str, text: str) -> None:
    end = 0
    for number in numbers(text, lang):
        assert end <= number.start < number.end <= len(text)
        assert not text[number.start : number.end].isspace()
        end = number.end
