"""Azerbaijani and Turkish: the ending is read as morphemes and spoken again on another word.

Vowel harmony, the buffers y, n and s, the hardening of Turkish d and the pronominal n of compounds
(`Laçın dəhlizi`, `Laçın dəhlizinə`) follow from the new word.
"""

from __future__ import annotations

import re

_VOWELS = "aeəıioöuü"
_HIGH = {"a": "ı", "ı": "ı", "e": "i", "ə": "i", "i": "i", "o": "u", "u": "u", "ö": "ü", "ü": "ü"}
_VOICELESS = "fstkçşhp"
_SOFT = {"tr": {"k": "ğ", "ç": "c", "p": "b"}, "az": {"k": "y", "q": "ğ"}}
# morphemes in the order in which they follow each other, as they look after any word
_MORPHEMES = re.compile(
    r"(?P<inhabitant>l[ıiuü](?=$|l[aeə]r|[yn]|d))?(?P<plural>l[aeə]r)?(?P<possessive>(?:s[ıiuü]|[ıiuü])(?=n))?"
    r"(?:(?P<relative>n?[dt][aeə]k[iıuü])|(?P<ablative>n?[dt][aeə]n)|(?P<locative>n?[dt][aeə])|(?P<genitive>n?[ıiuü]n)"
    r"|(?P<instrumental>y?l[aeə])|(?P<accusative>[yn]?[ıiuü])|(?P<dative>[yn]?[aeə])|(?P<equative>n?c[aeə]))?"
    r"(?P<again>(?<=k[ıiuü])(?:l[aeə]r\w*|n\w+))?(?P<copula>[dt][ıiuü]r)?"
)


def azerbaijani(found: str, dictionary: str, accepted: str) -> str | None:
    """`accepted` with the ending that `found` has beyond `dictionary`."""
    return _suggest(found, dictionary, accepted, "az")


def turkish(found: str, dictionary: str, accepted: str) -> str | None:
    """`accepted` with the ending that `found` has beyond `dictionary`."""
    return _suggest(found, dictionary, accepted, "tr")


def _lower(text: str) -> str:
    return text.replace("İ", "i").replace("I", "ı").lower()


def _ending(found: str, dictionary: str) -> tuple[str, str] | None:
    """What joins the ending (an apostrophe or a hyphen) and the ending itself."""
    for mark in "'’":
        if mark in found[1:]:
            return mark, found.rpartition(mark)[2]
    word, stem = _lower(found), _lower(dictionary)
    if not stem:
        return None
    if word.startswith(stem):
        rest = found[len(stem) :]
        return ("-", rest[1:]) if rest.startswith("-") else ("", rest)
    if word[: len(stem) - 1] == stem[:-1] and word[len(stem) - 1 : len(stem)] in "ğbcyd":
        return "", found[len(stem) :]
    return None


def _suggest(found: str, dictionary: str, accepted: str, lang: str) -> str | None:
    split = _ending(found, dictionary)
    if split is None:
        return None
    joint, ending = split
    if not ending:
        return accepted
    compound = " " in dictionary and _lower(dictionary)[-1] in "ıiuü"
    text = _lower(ending)
    if compound and text.startswith("n") and len(text) > 1 and not re.match(r"n[ıiuü]n", text):
        text = text[1:]  # the pronominal n belongs to the compound, not to the ending
    match = _MORPHEMES.fullmatch(text)
    if match is None:
        return None
    parts = {name: part for name, part in match.groupdict().items() if part}
    if accepted.isupper() and lang == "az" and len(accepted) > 1:
        joint = "-"
    elif lang == "tr" and accepted[:1].isupper() and not joint and "inhabitant" not in parts:
        joint = "’" if "’" in found else ""
    elif lang == "az":
        joint = ""
    return _spoken(accepted, parts, joint, lang)


def _spoken(accepted: str, parts: dict[str, str], joint: str, lang: str) -> str:
    word = accepted
    wide = "ə" if lang == "az" else "e"

    def last() -> str:
        return next((c for c in reversed(_lower(word)) if c in _VOWELS), "a")

    def high() -> str:
        return _HIGH[last()]

    def open_() -> str:
        return "a" if last() in "aıou" else wide

    def vowel_end() -> bool:
        return _lower(word)[-1] in _VOWELS

    # a compound in the possessive takes n before its case
    pronominal = " " in accepted and _lower(accepted)[-1] in "ıiuü"
    first = True

    def add(piece: str, *, before_vowel: bool = False) -> None:
        nonlocal word, first
        if first and before_vowel and not joint and accepted[:1].islower() and len(accepted) > 4:
            soft = _SOFT[lang].get(word[-1])
            if soft and word[-2] in _VOWELS:
                word = word[:-1] + soft
        word += (joint if first else "") + piece
        first = False

    def d() -> str:
        return "t" if lang == "tr" and _lower(word)[-1] in _VOICELESS else "d"

    if "inhabitant" in parts:
        add("l" + high())
        pronominal = False
    if "plural" in parts:
        add("l" + open_() + "r")
        pronominal = False
    if "possessive" in parts:
        add(("s" if vowel_end() else "") + high(), before_vowel=not vowel_end())
        pronominal = True
    n = "n" if pronominal else ""
    if "genitive" in parts:
        add(("n" if vowel_end() else "") + high() + "n", before_vowel=not vowel_end())
    elif "accusative" in parts:
        buffer = "n" if pronominal or lang == "az" else "y"
        add((buffer if vowel_end() else "") + high(), before_vowel=not vowel_end())
    elif "dative" in parts:
        add(((n or "y") if vowel_end() else "") + open_(), before_vowel=not vowel_end())
    elif "relative" in parts:
        add(n + d() + open_() + "k")
        word += high() if lang == "az" else "i"  # Azerbaijani -dakı, -dəki; Turkish -ki after any vowel
    elif "ablative" in parts:
        add(n + (d() if not n else "d") + open_() + "n")
    elif "locative" in parts:
        add(n + (d() if not n else "d") + open_())
    elif "instrumental" in parts:
        add(("y" if vowel_end() else "") + "l" + open_())
    elif "equative" in parts:
        add(n + "c" + open_())
    if "again" in parts:
        add(parts["again"])
    if "copula" in parts:
        add(d() + high() + "r")
    return word
