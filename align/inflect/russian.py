"""Russian: declension by the ending of the dictionary form. Folded: ё is written е."""

from __future__ import annotations

from align.inflect.base import Alternative, Paradigm, alternative

_ADJECTIVE = "(?:ая|яя|ой|ей|ую|юю|ою|ею|ый|ий|ого|его|ому|ему|ым|им|ом|ем|ое|ее|ые|ие|ых|их|ыми|ими)"
_ADJECTIVE_ENDINGS = ("ая", "яя", "ый", "ий", "ой", "ое", "ее", "ые", "ие")
_PLURAL = "ы|и|ов|ев|ей|ам|ями|ами|ах|ям|ях|а|я"
# ending of the dictionary form, letters to cut, endings; the first rule that fits is taken
_DECLENSION = (
    ("яне", 1, "(?:е|ам|ами|ах)?"),
    ("ане", 1, "(?:е|ам|ами|ах)?"),
    ("ия", 1, "я|и|ю|ей|ею"),
    ("ья", 1, "я|и|ю|е|ей|ею"),
    ("ея", 1, "я|и|ю|е|ей|ею"),
    ("уа", 1, "а|у|ы|е|ой|ою"),
    ("оя", 1, "я|и|ю|е|ей|ею"),
    ("ая", 2, "ая|ой|ую|ою"),
    ("я", 1, "я|и|ю|е|ей|ею"),
    ("а", 1, "а|ы|и|у|е|ой|ою|ей|ею"),
    ("ие", 1, "е|я|ю|ем|и"),
    ("ье", 1, "е|я|ю|ем|и"),
    ("ое", 2, "ое|ого|ому|ым|ом"),
    ("во", 1, "о|а|у|ом|е"),
    ("но", 1, "о|а|у|ом|е"),
    ("ло", 1, "о|а|у|ом|е"),
    ("ро", 1, "о|а|у|ом|е"),
    ("ре", 1, "е|я|ю|ем|ей|ям|ями|ях"),
    ("ле", 1, "е|я|ю|ем"),
    ("ы", 1, "(?:ы|ов|ев|ам|ами|ах)?"),
    ("ь", 1, "ь|я|ю|ем|е|и|ью"),
    ("ий", 2, "ий|ия|ию|ием|ии|ого|ому|им|ом"),
    ("ый", 2, "ый|ого|ому|ым|ом"),
    ("й", 1, "й|я|ю|ем|ом|е|и"),
)
_BARE = {
    "ия": "|й",
    "ие": "|й",
    "а": "|",
    "во": "|",
    "но": "|",
    "ло": "|",
    "ро": "|",
}  # genitive plural: армий, атак
_FLEETING = ("ец", "ок", "ек")
_CONSONANTS = "бвгджзклмнпрстфхцчшщ"
_VOWELS = "аеиоуыэюя"


def _noun(word: Paradigm) -> list[Alternative]:
    stem = word.lower
    proper = word.name and word.cased[:1].isupper()
    more = "" if proper else f"|{_PLURAL}"
    if stem == "острова":
        return [alternative("остров", "(?:а|ов|ам|ами|ах)")]
    for ending, cut, endings in _DECLENSION:
        if stem.endswith(ending):
            bare = "" if proper else _BARE.get(ending, "")
            return [alternative(stem[:-cut], f"(?:{endings}{more}{bare})")]
    if proper and stem.endswith("и") and not word.several:  # Тбилиси, Ханкенди
        return [alternative(stem, "")]
    if stem.endswith("и") and len(stem) > 3:
        return [alternative(stem, ""), alternative(stem[:-1], "(?:ев|ей|й|ов|ам|ами|ах|ям|ями|ях)")]
    if stem[-1] in _CONSONANTS:
        found = [alternative(stem, f"(?:а|у|ом|ем|е|ым{more})?")]
        if stem.endswith(("анин", "янин")):
            found.append(alternative(stem[:-2], "(?:е|ам|ами|ах)?"))
        if len(stem) > 3 and stem.endswith(_FLEETING):
            joint = "й" if stem[-3] in _VOWELS else "ь" if stem.endswith("лец") else ""  # бойца, владельца
            found.append(alternative(stem[:-2] + joint + stem[-1], f"(?:а|у|ом|ем|е{more})"))
        return found
    return [alternative(stem, "")]


def alternatives(word: Paradigm) -> list[Alternative]:
    """The word in every case; adjectives agree, and a noun before the last word stands still or declines."""
    stem = word.lower
    if word.acronym:
        return [alternative(stem, "")]
    common = word.several or not word.name or word.cased[:1].islower()
    if common and stem.endswith(_ADJECTIVE_ENDINGS) and len(stem) > 4:
        found = [alternative(stem[:-2], _ADJECTIVE)]
        return found + (_noun(word) if word.last or word.name else [])
    if word.several and not word.last:
        if stem.endswith(("овы", "евы", "ины")):
            return [alternative(stem[:-1], "(?:ы|ых|ым|ыми)")]
        # the head of a name may come first: острова Кука, озера Севан
        return [*_noun(word), alternative(stem, "")]
    found = _noun(word)
    if word.name and len(stem) > 3:
        root = stem.rstrip(_VOWELS + "йь")
        found.append(alternative(root, f"(?:ин|ов|ев|ен|ан|й|ь)?ск{_ADJECTIVE}", adjective=True))
        found.append(alternative(root, "(?:ин|ов|ев|ен|ан|й|ь)?ско", adjective=True))
        if len(root) > 4:  # кельбаджарцы; a shorter root makes other words: Перу, перец
            found.append(
                alternative(root, "(?:ин|ов|ан|й)?(?:ец|ц(?:а|у|ем|е|ы|ев|ам|ами|ах))", adjective=True)
            )
    return found
