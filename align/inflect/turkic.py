"""Azerbaijani and Turkish: agglutinated endings, with or without an apostrophe. Folded: ı is written i."""

from __future__ import annotations

from align.inflect.base import Alternative, Paradigm, alternative

_TURKISH = (
    "(?:l[ae]r)?"
    "(?:(?:[yns]?[iuü]|n?[iuü]n|[yn]?[ae]|n?[dt][ae]n?|y?l[ae]|n?[dt][ae]ki|n?c[ae])"
    "(?:l[ae]r(?:in|i|e|a|d[ae]n?)?|ni|ne|na|n?[dt][ae]n?|nin|yl[ae])?)?"
    "(?:y?[dt][iuü]r?|yken)?"
)
_AZERBAIJANI = (
    "(?:l[aə]r)?"
    "(?:(?:[yns]?[iuü]|n?[iuü]n|[yn]?[aə]|n?d[aə]n?|y?l[aə]|n?d[aə]k[iuü]|c[aə]|y?[aə]d[aə]k|s[iuü]z|n?[iuü]nk[iuü])"
    "(?:l[aə]r(?:in|i|ə|a|d[aə]n?)?|n[aə]|ni|nin|n?d[aə]n?|yl[aə])?)?"
    "(?:d[iuü]r|ydi|idi|m[iuü])?"
)
_AFTER_APOSTROPHE = r"'[^\W\d_]{1,14}"
_SOFTENED = {"tr": {"k": "ğ", "p": "b", "ç": "c", "t": "d"}, "az": {"k": "y", "q": "ğ", "t": "d"}}


def _alternatives(word: Paradigm, lang: str, endings: str) -> list[Alternative]:
    stem = word.lower
    if not word.last:
        return [alternative(stem, "")]
    found = [alternative(stem, f"(?:{_AFTER_APOSTROPHE}|{endings})")]
    soft = _SOFTENED[lang].get(stem[-1])
    if soft and len(stem) > 3:
        found.append(alternative(stem[:-1] + soft, f"(?='?[aəeiouöü])(?:{_AFTER_APOSTROPHE}|{endings})"))
    if word.name and not word.acronym and len(stem) > 2:
        found.append(alternative(stem, f"'?l[iuü]{endings}", adjective=True))
    return found


def azerbaijani(word: Paradigm) -> list[Alternative]:
    """The word with any chain of plural, possessive, case and copula; -lı makes an inhabitant."""
    return _alternatives(word, "az", _AZERBAIJANI)


def turkish(word: Paradigm) -> list[Alternative]:
    """The word with any chain of plural, possessive, case and copula; -lı makes an inhabitant."""
    return _alternatives(word, "tr", _TURKISH)
