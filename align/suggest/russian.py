"""Russian: case, number and gender through pymorphy3; the head noun and its adjectives are inflected."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

_CASES = ("nomn", "gent", "datv", "accs", "ablt", "loct")


@lru_cache(maxsize=1)
def _analyzer() -> Any:
    import pymorphy3

    return pymorphy3.MorphAnalyzer()


@lru_cache(maxsize=4096)
def _parses(word: str) -> tuple[Any, ...]:
    return tuple(_analyzer().parse(word.lower()))


def suggest(found: str, dictionary: str, accepted: str) -> str | None:
    """`accepted` in the case, number and gender of `found`."""
    shapes = _shapes(found, dictionary)
    for shape in shapes:
        made = _inflected(accepted, shape)
        if made:
            return made
    return accepted if found.lower() == dictionary.lower() else None


def _head(words: list[str]) -> int:
    """The index of the head noun: the first noun in the nominative, else the last word."""
    for i, word in enumerate(words):
        if any(p.tag.POS == "NOUN" and "nomn" in p.tag for p in _parses(word)[:3]):
            return i
    return len(words) - 1


def _shapes(found: str, dictionary: str) -> list[frozenset[str]]:
    """The grammemes that the found form can have, likeliest first."""
    words, origin = re.split(r"[ \-]", found), re.split(r"[ \-]", dictionary)
    head = _head(origin) if len(origin) == len(words) and dictionary else len(words) - 1
    found_shapes: list[frozenset[str]] = []
    for parse in _ordered(words[head], origin[head] if head < len(origin) else ""):
        tag = parse.tag
        if tag.POS in ("NOUN", "ADJF", "PRTF") and tag.case:
            case = {"gen2": "gent", "loc2": "loct", "acc2": "accs"}.get(tag.case, tag.case)
            shape = {case, tag.number or "sing"}
            if tag.POS != "NOUN" and tag.gender and tag.number == "sing":
                shape.add(tag.gender)
            found_shapes.append(frozenset(shape))
    return list(dict.fromkeys(found_shapes))


def _ordered(word: str, dictionary: str) -> list[Any]:
    parses = list(_parses(word))
    lemma = dictionary.lower()
    return sorted(parses, key=lambda p: (p.normal_form != lemma, -p.score)) if lemma else parses


def _inflected(accepted: str, shape: frozenset[str]) -> str | None:
    pieces = re.split(r"([ \-])", accepted)
    words = pieces[::2]
    if accepted.isupper() and len(accepted) > 1:
        return accepted
    head = _head(words)
    noun = next((p for p in _parses(words[head]) if p.tag.POS == "NOUN" and "nomn" in p.tag), None)
    made: list[str] = []
    for i, word in enumerate(words):
        if i > head:
            made.append(word)
        elif i == head:
            form = _form(word, shape, noun)
            if form is None:
                return None
            made.append(form)
        else:
            agreeing = shape | ({noun.tag.gender} if noun and noun.tag.gender and "sing" in shape else set())
            made.append(_form(word, frozenset(agreeing), None) or word)
    joined = [made[0]]
    for gap, word in zip(pieces[1::2], made[1:], strict=True):
        joined += [gap, word]
    return "".join(joined)


def _form(word: str, shape: frozenset[str], parse: Any) -> str | None:
    """One word in a shape, its capitals kept."""
    options = (
        [parse] if parse is not None else [p for p in _parses(word) if "nomn" in p.tag] or list(_parses(word))
    )
    for option in options:
        if "Fixd" in option.tag:
            return word
        wanted = set(shape)
        if option.tag.POS == "NOUN":
            wanted -= {"masc", "femn", "neut"}
            if "Pltm" in option.tag or (option.tag.number == "plur" and "sing" in wanted):
                wanted = (wanted - {"sing"}) | {"plur"}
        form = option.inflect(wanted)
        if form:
            text = str(form.word)
            if "ё" in text and "ё" not in word.lower():
                text = text.replace("ё", "е")
            return text.capitalize() if word[:1].isupper() else text
    return None
