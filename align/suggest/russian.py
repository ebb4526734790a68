"""Russian: case, number and gender. The head noun and its adjectives are inflected, what follows stands still.

Names are declined by their ending, since dictionaries know few of them; everything else by pymorphy3.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

_CASES = ("nomn", "gent", "datv", "accs", "ablt", "loct")
_GENDERS = {"masc", "femn", "neut"}
_SAME_CASE = {"gen1": "gent", "gen2": "gent", "loc1": "loct", "loc2": "loct", "acc2": "accs"}
_ADJECTIVE = ("ый", "ий", "ой", "ая", "яя", "ое", "ее", "ые", "ие")
_HARD_I = "гкхжшчщ"  # after which ы is written и
# ending of a name, letters to cut, the endings of the six cases
_NAMES = (
    ("ия", 1, ("я", "и", "и", "ю", "ей", "и")),
    ("я", 1, ("я", "и", "е", "ю", "ей", "е")),
    ("а", 1, ("а", "ы", "е", "у", "ой", "е")),
    ("ань", 1, ("ь", "и", "и", "ь", "ью", "и")),
    ("ь", 1, ("ь", "я", "ю", "ь", "ем", "е")),
    ("й", 1, ("й", "я", "ю", "й", "ем", "е")),
)
_PLAIN = ("", "а", "у", "", "ом", "е")


@lru_cache(maxsize=1)
def _analyzer() -> Any:
    import pymorphy3

    return pymorphy3.MorphAnalyzer()


@lru_cache(maxsize=4096)
def _parses(word: str) -> tuple[Any, ...]:
    return tuple(_analyzer().parse(word.lower()))


@lru_cache(maxsize=4096)
def _declined(name: str) -> tuple[str, ...]:
    """The six cases of a one-word name, in lower case; one form where it is not declined."""
    low = name.lower()
    if low[-1] in "аеёиоуыэю" and not low.endswith("а"):
        return (low,)
    if low.endswith("ь") and _analyzer().word_is_known(low):
        known = [p for p in _parses(low) if p.tag.POS == "NOUN" and "nomn" in p.tag]
        if known and "femn" in known[0].tag:
            return tuple(low[:-1] + e for e in ("ь", "и", "и", "ь", "ью", "и"))
    for ending, cut, endings in _NAMES:
        if low.endswith(ending):
            stem = low[: len(low) - cut]
            return tuple(stem + ("и" if e == "ы" and stem[-1] in _HARD_I else e) for e in endings)
    instrumental = "ым" if re.search("[ое]в$|[иы]н$", low) and _is_surname(low) else "ом"
    return tuple(low + (instrumental if e == "ом" else e) for e in _PLAIN)


def _is_surname(low: str) -> bool:
    return any("Surn" in p.tag for p in _parses(low)[:3]) and not any("Geox" in p.tag for p in _parses(low))


def _is_adjective(word: str) -> bool:
    return word.lower().endswith(_ADJECTIVE) and any(p.tag.POS in ("ADJF", "PRTF") for p in _parses(word))


def _is_name(word: str) -> bool:
    """Whether a word is declined as a name: a capital, no adjective, no common or plural noun."""
    if not word[:1].isupper() or word.isupper() or _is_adjective(word):
        return False
    nominative = [p for p in _parses(word) if "nomn" in p.tag]
    if not nominative or not _analyzer().word_is_known(word.lower()):
        return True
    return any("Geox" in p.tag and "sing" in p.tag for p in nominative)


def suggest(found: str, dictionary: str, accepted: str) -> str | None:
    """`accepted` in the case, number and gender of `found`."""
    for shape in dict.fromkeys(_shapes(found, dictionary, accepted)):
        made = _inflected(accepted, shape)
        if made:
            first_only = found[:1].isupper() and dictionary[:1].islower() and accepted[:1].islower()
            return made[:1].upper() + made[1:] if first_only else made
    return accepted if found.lower() == dictionary.lower() else None


def _head(words: list[str]) -> int:
    """The index of the head: a verb, or the first word that is no adjective."""
    return next((i for i, w in enumerate(words) if not _is_adjective(w)), len(words) - 1)


def _shapes(found: str, dictionary: str, accepted: str) -> Iterator[frozenset[str]]:
    """The grammemes that the found form can have, likeliest first."""
    words, origin = found.split(" "), dictionary.split(" ")
    head = _head(origin) if dictionary and len(origin) == len(words) else len(words) - 1
    word, lemma = words[head].lower(), origin[head] if head < len(origin) else ""
    first, hyphen, last = lemma.rpartition("-")
    if last and _is_name(last):
        forms = tuple((first + hyphen).lower() + form for form in _declined(last))
        for case, form in zip(_CASES, forms, strict=False):
            if form == word and len(forms) > 1:
                yield frozenset({case, "sing"})
    wanted = {p.tag.POS for p in _parses(accepted.split(" ")[_head(accepted.split(" "))])}
    adjective = _is_adjective(accepted)
    low = lemma.lower()
    for parse in sorted(
        _parses(word.rpartition("-")[2]),
        key=lambda p: (
            (p.tag.POS in ("ADJF", "PRTF")) != adjective,
            p.normal_form != low and p.tag.POS != "PRTF",
            -p.score,
        ),
    ):
        tag = parse.tag
        if tag.POS in ("NOUN", "ADJF", "PRTF") and tag.case:
            shape = {_SAME_CASE.get(tag.case, tag.case), tag.number or "sing"}
            if tag.POS != "NOUN" and tag.gender and tag.number == "sing":
                shape.add(tag.gender)
            yield frozenset(shape)
        elif tag.POS == "VERB" and "INFN" in wanted:
            yield frozenset(g for g in (tag.tense, tag.number, tag.gender, tag.person) if g)


def _inflected(accepted: str, shape: frozenset[str]) -> str | None:
    words = accepted.split(" ")
    head = _head(words)
    noun = next((p for p in _parses(words[head]) if p.tag.POS == "NOUN" and "nomn" in p.tag), None)
    made = _form(words[head], shape)
    if made is None:
        return None
    agreeing = set(shape)
    if noun and head:
        agreeing -= _GENDERS
        if noun.tag.number == "plur":
            agreeing = (agreeing - {"sing"}) | {"plur"}
        elif noun.tag.gender and "sing" in agreeing:
            agreeing.add(noun.tag.gender)
    before = [_form(word, frozenset(agreeing)) or word for word in words[:head]]
    after = words[head + 1 :]
    if any("Name" in p.tag for p in _parses(words[head])):  # Никол Пашинян
        after = [_form(word, shape) or word for word in after]
    return " ".join([*before, made, *after])


def _form(word: str, shape: frozenset[str]) -> str | None:
    """One word in a shape, its capitals kept; of a hyphenated one the last part changes."""
    if word.isupper() and len(word) > 1:
        return word
    first, hyphen, last = word.rpartition("-")
    if "-на-" in word:  # Ростов-на-Дону
        first, hyphen, last = word.partition("-")
        return f"{_form(first, shape) or first}-{last}"
    if _is_name(last) and "sing" in shape:
        forms = _declined(last)
        case = next((i for i, c in enumerate(_CASES) if c in shape), 0)
        return first + hyphen + _cased(forms[case] if len(forms) > 1 else forms[0], last)
    for option in [p for p in _parses(last) if "nomn" in p.tag] or _parses(last):
        if "Fixd" in option.tag:
            return word
        wanted = set(shape)
        if option.tag.POS == "NOUN":
            wanted -= _GENDERS
            if "Pltm" in option.tag or (option.tag.number == "plur" and "sing" in wanted):
                wanted = (wanted - {"sing"}) | {"plur"}
        if form := option.inflect(wanted):
            return first + hyphen + _cased(str(form.word), last)
    return None


def _cased(form: str, like: str) -> str:
    if "ё" not in like.lower() and "ё" in form:
        form = form.replace("ё", "е")
    return form.capitalize() if like[:1].isupper() else form
