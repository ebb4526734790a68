"""Armenian: number, case and article are read off the found form and written on the accepted one."""

from __future__ import annotations

import re

_ENDING = re.compile(
    r"(?P<plural>յ?ներ|եր)?(?:(?P<genitive>յ?ի|ու|վա|վի|ան|ման)(?P<dative>[ն])?|(?P<ablative>յ?ից|ուց|վից|անից|մանից)"
    r"|(?P<instrumental>յ?ով|վով|ամբ|մամբ)|(?P<locative>յ?ում|վում))?(?P<article>[ընսդ])?"
)
_VOWELS = "աեէըիոօ"


def _ends_in_vowel(word: str) -> bool:
    return word[-1] in _VOWELS or word.endswith("ու")


def suggest(found: str, dictionary: str, accepted: str) -> str | None:
    """`accepted` with the number, case and article that `found` has beyond `dictionary`."""
    word = _lower(found)
    stem = _stem(word, _lower(dictionary), accepted)
    if not stem:
        return None
    if stem.endswith("ել") and accepted.endswith("ել"):
        return _verb(word, stem, accepted)
    rest = _rest(word, stem)
    match = None if rest is None else _ENDING.fullmatch(rest)
    if match is None:
        return None
    parts = {name: part for name, part in match.groupdict().items() if part}
    if parts.get("article") == "ն" and _ends_in_vowel(stem) and set(parts) == {"article"}:
        parts["article"] = "ը"  # a vowel asked for it; another word may not
    capital = accepted.isupper() and len(accepted) > 1
    return _abbreviation(accepted, parts) if capital else _written(accepted, parts)


def _stem(word: str, stem: str, accepted: str) -> str:
    """What the ending is counted from: without a plural, with the suffix of an inhabitant or adjective."""
    if not stem and "-" in word:  # a foreign name: Goris-ի
        return word.partition("-")[0]
    if stem.endswith("ներ") and not accepted.endswith("ներ"):
        stem = stem[:-3]
    elif stem.endswith("եր") and _syllables(stem) == 2 and not accepted.endswith("եր"):
        stem = stem[:-2]
    for suffix in ("ցի", "յան"):
        if accepted.endswith(suffix) and not stem.endswith(suffix) and stem + suffix[:1] in word:
            return stem + suffix
    return stem


def _verb(word: str, stem: str, accepted: str) -> str | None:
    """Participles and the past of verbs in -ել, causatives in -նել included."""
    base = stem[:-3] if stem.endswith("ցնել") else stem[:-2]
    match = re.fullmatch(rf"{base}ր?(ված|եց|եցին|վել|վեց|վեցին|ում)([ընսդ]?)", word)
    return accepted[:-2] + match[1] + match[2] if match else None


def _lower(text: str) -> str:
    return text.lower().replace("և", "եվ").replace("եւ", "եվ").replace("«", "").replace("»", "")


def _rest(word: str, stem: str) -> str | None:
    """The ending of a found word: after the stem, or after what its last vowel left of it."""
    word = word.replace("-", "")
    if word.startswith(stem):
        return word[len(stem) :]
    for cut, keep in (("ություն", "ությ"), ("ում", ""), ("ու", ""), ("ի", "")):
        if stem.endswith(cut):
            base = stem[: -len(cut)] + keep
            if word.startswith(base) and word != base:
                return word[len(base) :]
    reduced = re.fullmatch(r"(.+)(?:ու|[իու])([^աեէըիոու])", stem)
    if reduced and word.startswith(reduced[1] + reduced[2]):
        return word[len(reduced[1] + reduced[2]) :]
    return None


def _abbreviation(accepted: str, parts: dict[str, str]) -> str:
    if "genitive" in parts:
        ending = "ին" if "dative" in parts else "ի"
    elif "ablative" in parts:
        ending = "ից"
    elif "instrumental" in parts:
        ending = "ով"
    elif "locative" in parts:
        ending = "ում"
    else:
        ending = {"ն": "ն", "ը": "ը"}.get(parts.get("article", ""), "")
    return f"{accepted}-{ending}" if ending else accepted


def _written(accepted: str, parts: dict[str, str]) -> str:
    word = accepted
    if "plural" in parts:
        word += "եր" if _syllables(word) == 1 else "ներ"
    glide = "յ" if word[-1] in "աո" else ""
    name = accepted[:1].isupper()
    oblique = _oblique(word, name=name) if "plural" not in parts else None
    if "genitive" in parts:
        word = oblique[0] if oblique else word + glide + "ի"
        if "dative" in parts or parts.get("article") in ("ն", "ը"):
            return word + ("ն" if _ends_in_vowel(word) else "ը")
        return _with(word, parts)
    if "ablative" in parts:
        return _with(oblique[1] if oblique else word + glide + "ից", parts)
    if "instrumental" in parts:
        return _with(oblique[2] if oblique else word + glide + "ով", parts)
    if "locative" in parts:
        return _with(oblique[3] if oblique else word + glide + "ում", parts)
    return _with(word, parts)


def _oblique(word: str, *, name: bool) -> tuple[str, str, str, str] | None:
    """Genitive, ablative, instrumental and locative of the declensions that change the stem."""
    if word.endswith("ություն"):
        return word[:-3] + "ան", word + "ից", word[:-3] + "ամբ", word + "ում"
    if word.endswith("ում") and not name:
        return word[:-3] + "ման", word + "ից", word[:-3] + "մամբ", word + "ում"
    if word.endswith("իչ"):
        return word[:-2] + "չի", word[:-2] + "չից", word[:-2] + "չով", word[:-2] + "չում"
    if word.endswith("ում"):
        return None
    if word == "Բաքու":
        return "Բաքվի", "Բաքվից", "Բաքվով", "Բաքվում"
    if word.endswith("ի") and not name:
        return word[:-1] + "ու", word[:-1] + "ուց", word[:-1] + "ով", word + "ում"
    return None


def _with(word: str, parts: dict[str, str]) -> str:
    article = parts.get("article")
    if not article:
        return word
    if article in "ըն":  # ը after a consonant, ն after a vowel or before one, as the found form had it
        return word + ("ն" if _ends_in_vowel(word) else article)
    return word + article


def _syllables(word: str) -> int:
    return len(re.findall("ու|[աեէըիոօ]", word.lower()))
