"""What a paragraph is by its words alone: a dateline, the furniture of a page, or prose."""

from __future__ import annotations

import pytest

from align.roles import dateline, furniture, leading_dateline


@pytest.mark.parametrize(
    ("opening", "rest"),
    [
        ("YEREVAN —", "Armenia said on Tuesday"),
        ("BAKU (Reuters) —", "The defence ministry said"),
        ("BAKU, Sept 13 (Reuters) -", "Two soldiers died"),
        ("WASHINGTON, D.C. —", "The talks began"),
        ("NEW YORK, September 13, 2022 —", "The council met"),
        ("Yerevan, 13 September 2022 –", "The council met"),
        ("YEREVAN, 13 September 2022.", "The council met"),
        ("YEREVAN/BAKU —", "“We agree,” they said"),
        ("ЕРЕВАН, 13 сен — РИА Новости.", "Премьер заявил"),
        ("МОСКВА, 13 сентября. /ТАСС/.", "Премьер заявил"),
        ("Ереван, 13 сентября —", "Премьер заявил"),
        ("ԵՐԵՎԱՆ, 14 ՍԵՊՏԵՄԲԵՐԻ, ԱՐՄԵՆՊՐԵՍ:", "Հայաստանը հայտնել է"),
        ("ԵՐԵՎԱՆ —", "Հայաստանը հայտնել է"),
        ("Bakı. 14 sentyabr. REPORT.AZ/", "Azərbaycan bildirib"),
        ("Bakı. Trend:", "Azərbaycan bildirib"),
        ("BAKÜ (AA) -", "Azerbaycan duyurdu"),
        ("İSTANBUL -", "Türkiye duyurdu"),
    ],
)
def test_a_dateline_opens_the_first_paragraph(opening: str, rest: str) -> None:
    assert leading_dateline(f"{opening} {rest}") == f"{opening} "


@pytest.mark.parametrize(
    "words",
    [
        "NATO — the alliance — met.",
        "Armenia — which lost the war — agreed.",
        "Nikol Pashinyan — the prime minister — left.",
        "COVID-19 — The virus spread.",
        "The BBC. It reported.",
        "He met AP. The agency said so.",
        "Tutankhamun Mezarı (KV62). KV62 ünlüdür.",
        "LONDON: The play opened.",
    ],
)
def test_a_sentence_opens_no_dateline(words: str) -> None:
    assert leading_dateline(words) == ""


@pytest.mark.parametrize(
    "words",
    [
        "YEREVAN, 13 September 2022",
        "13 September 2022",
        "Tuesday, 13 September 2022",
        "Yerevan, Sept. 13",
        "13 September 2022, Yerevan",
        "YEREVAN —",
        "14.09.2022 12:30",
        "Ереван, 14 сентября 2022 г.",
        "Երևան, 14 սեպտեմբերի, 2022 թ.",
        "Bakı, 14 sentyabr, AZƏRTAC",
        "14 sentyabr 2022-ci il",
        "Erivan, 14 Eylül 2022",
    ],
)
def test_a_dateline_stands_alone(words: str) -> None:
    assert dateline(words)


@pytest.mark.parametrize(
    "words", ["Two wars", "In May 2022", "May 5 talks", "Armenia 2022", "He left on 5 May"]
)
def test_a_heading_is_no_dateline(words: str) -> None:
    assert not dateline(words)


@pytest.mark.parametrize(
    "words",
    [
        "ADVERTISEMENT",
        "1,204 users have voted.",
        "Share this article »",
        "Subscribe to our newsletter",
        "We use cookies to improve your experience.",
        "Կիսվել",
        "Կարդացեք նաև՝ Ինչ եղավ",
        "REKLAM",
        "İLGİLİ HABERLER",
        "Abunə olun",
        "Bizi sosial şəbəkələrdə izləyin",
        "Просмотров: 1 234",
        "Читайте также: Что было",
        "© 2022 AFP",
    ],
)
def test_furniture_is_known(words: str) -> None:
    assert furniture(words)


@pytest.mark.parametrize(
    "words",
    ["Home is where they were born.", "Read more about it in his book.", "Users have voted.", "Two wars"],
)
def test_prose_is_no_furniture(words: str) -> None:
    assert not furniture(words)
