"""Numbers in running text: their values, whatever the separators and magnitude words of the language."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources
from itertools import pairwise
from typing import Any

from align.fold import Folded, fold

_GROUPED = r"\d{1,3}(?:[., \u00a0\u202f'’]\d{3})+(?!\d)(?:[.,]\d{1,2}(?!\d))?"
_DECIMAL = {"en": r"\d+(?:\.\d+)?"}  # an English comma is never a decimal one: Sep 14,2022
_ANY_DECIMAL = r"\d+(?:[.,]\d+)?"
_BETWEEN = re.compile(r"[ -]{1,3}(?:\w+ ){0,2}[\d.,]*(?: ?[^\W\d]+(?= ))??")  # to 500, or more
_JOINED = re.compile(r"[a-z]{1,2}(?![^\W\d_])")
_CLOCK = re.compile(r"\d{1,2}[:.]\d{2}")
_FRONT, _BACK = "eəöü", "aou"  # vowels of Turkish and Azerbaijani, which endings follow; folded, ı is i


@dataclass(frozen=True, slots=True)
class Number:
    """A number and where it stands: half-open offsets into the text; `after` is a magnitude word, folded."""

    value: float
    start: int
    end: int
    written: str
    after: str = ""
    clock: bool = False
    spelled: bool = False
    shared: float = 1.0  # a magnitude that follows the next number: 340 to 500 million
    fraction: bool = False  # a part of something: half of the mines

    def same(self, other: Number) -> bool:
        """Whether both are the same quantity: equal values, half-day clocks, or one of two readings."""
        if self.fraction != other.fraction:  # a half is 50 percent
            return abs(self.value - other.value / 100) < 0.01 or abs(other.value - self.value / 100) < 0.01
        if set(_readings(self)) & set(_readings(other)):
            return True
        return self.clock and other.clock and abs(self.value - other.value) in (12.0,)

    def comparable(self, other: Number) -> bool:
        """Whether `other` can be a wrong copy of this one: same size class, same kind."""
        if (self.clock, self.fraction) != (other.clock, other.fraction) or not self.value or not other.value:
            return False
        ratio = self.value / other.value
        magnitude = _digits(self.value) == _digits(other.value)  # an order of magnitude lost or gained
        return magnitude or 0.1 < ratio < 10

    def converts(self, other: Number, factor: tuple[float, float]) -> bool:
        """Whether `other` is this number in another unit: offset, then factor, rounded as writers round."""
        offset, scale = factor
        expected = (self.value - offset) * scale
        return abs(other.value - expected) <= max(0.15 * abs(expected), 0.6)

    def in_words(self, text: str, lang: str) -> bool:
        """Whether `text` spells the number out, in letters or in Roman numerals."""
        if self.value != int(self.value):
            return False
        if 3 <= self.value < 40 and re.search(rf"(?<!\w){_roman(int(self.value))}(?!\w)", text):
            return True
        lowered = fold(text, lang).lower
        return any(
            re.search(rf"(?<!\w){word}", lowered) for word in _words(lang).get(str(int(self.value)), ())
        )


def _roman(value: int) -> str:
    """The Roman numeral of 1 to 39: centuries and monarchs."""
    tens, ones = divmod(value, 10)
    return "X" * tens + ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")[ones]


def _digits(value: float) -> str:
    """The significant digits: the same where only the magnitude differs."""
    return f"{value:.6e}".split("e")[0]


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    path = resources.files("align") / "data" / "numbers.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@lru_cache(maxsize=8)
def _number(lang: str) -> re.Pattern[str]:
    decimal = _DECIMAL.get(lang, _ANY_DECIMAL)
    return re.compile(
        rf"(?<![\w.])(?<!\d,)(?:{_GROUPED}|{decimal})(?:[:.]\d{{2}}(?!\d))?(?=\D|$)|(?<=\d,)(?:19|20)\d\d(?!\d)"
    )


@lru_cache(maxsize=8)
def _words(lang: str) -> dict[str, tuple[str, ...]]:
    raw = _data().get("words", {}).get(lang, {})
    return {value: tuple(fold(w, lang).lower for w in words) for value, words in raw.items()}


@lru_cache(maxsize=8)
def _magnitudes(lang: str) -> re.Pattern[str] | None:
    raw = _data().get("magnitudes", {}).get(lang)
    if not raw:
        return None
    ordered = sorted(raw, key=len, reverse=True)
    ending = _data()["endings"].get(lang, r"\w{0,6}")
    return re.compile(
        r"[ \-\u00a0]?(" + "|".join(re.escape(fold(w, lang).lower) for w in ordered) + f")({ending})(?!\\w)"
    )


def _times(text: str, at: int, lang: str) -> re.Match[str] | None:
    """The magnitude word that follows at `at` in folded text: not *bina* (building) for *bin* (thousand)."""
    pattern = _magnitudes(lang)
    match = pattern.match(text, at) if pattern else None
    if match and lang in ("az", "tr"):
        jarring = _FRONT if any(c in _BACK for c in match[1]) else _BACK
        if any(c in jarring for c in match[2]):
            return None
    return match


def _readings(number: Number) -> tuple[float, ...]:
    """The values a writing can have: 6.500 is six thousand five hundred, or six and a half."""
    if number.shared != 1:
        return number.value, number.value * number.shared
    if number.spelled:
        return (number.value,)
    plain = re.sub(r"[ \u00a0\u202f'’]", "", number.written)
    if number.after or not re.fullmatch(r"\d{1,3}[.,]\d{3}", plain):
        return (number.value,)
    return number.value, float(plain.replace(",", "."))


def _value(written: str) -> float:
    plain = re.sub(r"[ \u00a0\u202f'’]", "", written)
    separators = [c for c in plain if c in ".,"]
    if not separators:
        return float(plain)
    last = separators[-1]
    decimals = len(plain) - plain.rfind(last) - 1
    grouping = decimals == 3 and len(plain.split(last)[0]) <= 3 and plain.split(last)[0] != "0"
    if len(set(separators)) == 1 and (len(separators) > 1 or grouping):
        return float(plain.replace(last, ""))
    whole, fraction = plain[: plain.rfind(last)], plain[plain.rfind(last) + 1 :]
    return float(re.sub(r"[.,]", "", whole) + "." + fraction)


def numbers(text: str, lang: str) -> list[Number]:
    """The numbers of `text` in order: in digits or in words, with their magnitude words, and fractions."""
    folded = fold(text, lang)
    parts = [*_in_digits(text, lang), *_in_numerals(folded, lang), *_fractions(folded, lang)]
    taken: list[Number] = []
    for part in sorted(parts, key=lambda n: (n.start, -n.end)):
        last = taken[-1] if taken else None
        if last is None or last.end <= part.start:
            taken.append(part)
        elif part.end - part.start > last.end - last.start:  # the longer of two that overlap
            taken[-1] = part
    return _shared(_summed(taken, text, lang), text, lang)


def _shared(found: list[Number], text: str, lang: str) -> list[Number]:
    """A magnitude may be said once for two numbers in words: from two to three million."""
    for i, (one, other) in enumerate(pairwise(found)):
        near = len(text[one.end : other.start].split()) <= 1 and "." not in text[one.end : other.start]
        if one.spelled and not one.after and not one.fraction and other.after and near:
            found[i] = replace(one, shared=_magnitude(lang, other.after))
    return found


def _summed(parts: list[Number], text: str, lang: str) -> list[Number]:
    """Numbers said in several parts as one: 2 bin 500, three hundred and fifty, bin 250."""
    join = re.compile(rf"[ \u00a0](?:(?:{_data()['and'].get(lang, '(?!)')}) )?")
    found: list[Number] = []
    for part in parts:
        last = found[-1] if found else None
        belongs = last and 0 < part.value < _room(last, lang) and not part.clock and not part.fraction
        if last and belongs and join.fullmatch(text[last.end : part.start].lower()):
            value, written = last.value + part.value, text[last.start : part.end]
            found[-1] = replace(last, value=value, end=part.end, after=part.after, written=written)
        else:
            found.append(_led(part, text, last.end if last else 0, lang))
    return found


def _room(number: Number, lang: str) -> float:
    """Below what a part must be to belong to the number before it."""
    if number.fraction or number.shared != 1:
        return 0.0
    if number.after:
        return _magnitude(lang, number.after)
    return 100.0 if number.spelled and number.value >= 100 and number.value % 100 == 0 else 0.0


def _led(number: Number, text: str, begin: int, lang: str) -> Number:
    """The number with a magnitude word before it that stands for one of its kind: bin 250."""
    if lang == "en" or number.fraction or number.clock:
        return number
    for word, times in _data()["magnitudes"].get(lang, {}).items():
        at = number.start - len(word) - 1
        alone = at >= begin and (at == 0 or not text[at - 1].isalnum())
        if alone and number.value < times and text[at : number.start].lower() == f"{word} ":
            return replace(number, value=number.value + times, start=at)
    return number


@lru_cache(maxsize=8)
def _fraction(lang: str) -> list[tuple[float, re.Pattern[str]]]:
    raw = _data()["fractions"].get(lang, {})
    return [
        (_ratio(name), re.compile(rf"(?<!\w)(?:{fold(words, lang).lower})(?!\w)"))
        for name, words in raw.items()
    ]


def _ratio(name: str) -> float:
    above, below = name.split("/")
    return int(above) / int(below)


def _fractions(folded: Folded, lang: str) -> list[Number]:
    return [
        Number(value, *folded.span(*match.span()), match[0], spelled=True, fraction=True)
        for value, pattern in _fraction(lang)
        for match in pattern.finditer(folded.lower)
    ]


@lru_cache(maxsize=8)
def _numerals(lang: str) -> re.Pattern[str] | None:
    """Numerals from 3 to 99, whole hundreds and compounds (four-day); 1, 2 and halves only before a magnitude word.

    The groups are named by the value of their word.
    """
    raw = _data()["numerals"].get(lang)
    if not raw:
        return None
    tens, units, teens, ones, whole, few, compound = (
        "|".join(
            f"(?P<{kind}{value.replace('.', '_')}>{fold(words, lang).lower})"
            for value, words in raw.get(f"{kind}s", {}).items()
        )
        or "(?!)"
        for kind in ("ten", "unit", "teen", "one", "hundred", "few", "compound")
    )
    # endings stand before a space or hyphen in Russian, the unit is joined to the ten in Armenian
    large = rf"(?:{teens}|{whole}|(?:{tens})(?:(?:\w{{0,2}}[ -])?(?:{units}))?)\w{{0,6}}"
    half = f"(?P<half0_5>{fold(raw['half'], lang).lower})?" if "half" in raw else ""
    return re.compile(rf"(?<!\w)(?:{large}|(?:{compound})\w+|(?:{ones}|{few}){half})(?!\w)")


def _in_numerals(folded: Folded, lang: str) -> list[Number]:
    pattern = _numerals(lang)
    found = []
    for match in pattern.finditer(folded.lower) if pattern else ():
        named = {name: word for name, word in match.groupdict().items() if word}
        value = sum(float(re.sub("^[a-z]+", "", name).replace("_", ".")) for name in named)
        following = _times(folded.lower, match.end(), lang)
        if not following and any(name.startswith(("few", "half")) for name in named):
            continue
        times = _magnitude(lang, following[1]) if following else 1.0
        start, end = folded.span(match.start(), following.end() if following else match.end())
        after = following[1] if following else ""
        found.append(Number(value * times, start, end, match[0], after, spelled=True))
    return found


def _in_digits(text: str, lang: str) -> list[Number]:
    found = []
    for match in _number(lang).finditer(text):
        start, end = match.span()
        written = match[0]
        if clock := _CLOCK.fullmatch(written):
            hours, minutes = re.split("[:.]", clock[0])
            if ":" in written or (int(hours) < 25 and int(minutes) < 60 and _clock_follows(text, end, lang)):
                found.append(Number(int(hours) + int(minutes) / 60, start, end, written, clock=True))
                continue
        value, after = _value(written), ""
        joined = _JOINED.match(text, end)
        if joined and joined[0] in _data().get("joined", {}).get(lang, {}):
            times = _data()["joined"][lang][joined[0]]
            found.append(Number(value * times, start, joined.end(), written, joined[0]))
            continue
        ahead, shared = fold(text[end : end + 40], lang), 1.0
        if following := _times(ahead.lower, 0, lang):
            value *= _magnitude(lang, following[1])
            after = following[1]
            end += ahead.origin(following.end())
        elif later := _BETWEEN.match(ahead.lower):
            following = _times(ahead.lower, later.end(), lang)
            shared = _magnitude(lang, following[1]) if following else 1.0
        found.append(Number(value, start, end, written, after, shared=shared))
    return found


@lru_cache(maxsize=512)
def _magnitude(lang: str, word: str) -> float:
    raw: dict[str, float] = _data()["magnitudes"].get(lang, {})
    return next((float(v) for w, v in raw.items() if fold(w, lang).lower == word), 0.0)


def _clock_follows(text: str, end: int, lang: str) -> bool:
    """A dot is read as a clock only where the neighbourhood speaks of hours."""
    around = fold(text[max(0, end - 24) : end + 24], lang).lower
    return any(word in around for word in ("saat", "ժամ", "час", "a.m", "p.m", " am", " pm", "gmt", "utc"))


def conversions(text: str) -> list[tuple[float, float]]:
    """Offset and factor of every customary unit that an English text names."""
    lowered = fold(text, "en").lower
    return [
        (float(unit.get("offset", 0)), float(unit["factor"]))
        for unit in _data()["conversions"]
        if re.search(rf"\b(?:{unit['words']})\b", lowered)
    ]
