"""Armenian: plural, cases and articles on the last word of a form."""

from __future__ import annotations

import re

from align.inflect.base import Alternative, Paradigm, alternative

# plural, case, article; յ joins a vowel; -ինը is what belongs to the name: Հայաստանինը, Armenia's
_CASES = "(?:(?:յ?ներ|յ?եր)?(?:յ?ի|յ?ից|յ?ով|յ?ում|ու|ուց|վա)?[ընսդ]?|անը?|յ?ին(?:ը|ի|ից|ով))"
_INHABITANT = "(?:ե|ա)?ց(?:ի|ու|ուց|ով|ին|իներ[ա-և]{0,4})[ընսդ]?"
_ADJECTIVE = "(?:յան|ական|ային)(?:ներ[ա-և]{0,4})?(?:ի|ը|ն)?"


def alternatives(word: Paradigm) -> list[Alternative]:
    """The word with every chain of plural, case and article; of a multi-word form only the last declines."""
    stem = word.lower
    if not word.last:
        return [alternative(stem, "")]
    if word.acronym:
        return [alternative(stem, "(?:ի|ին|ից|ով|ում|[ըն]|ներ[ա-և]{0,3})?")]
    common = not word.name or word.cased[:1].islower()
    found = [alternative(stem, _CASES)]
    if stem.endswith("ություն"):
        found.append(alternative(stem[:-3], "(?:ան(?:[ընսդ]|ից)?|ամբ)"))
    elif stem.endswith("պոլիս"):
        found.append(alternative(stem[:-2], "ս" + _CASES))
    elif stem.endswith("ի") and len(stem) > 3:
        # a proper name keeps its ի but for the old genitive: Լոռի, Լոռու; Սուխումիից is not Սուխումից
        more = "|ով|ում|ից|ներ[ա-և]{0,4}" if common else ""
        found.append(alternative(stem[:-1], f"(?:ու|ուց{more})[ընսդ]?"))
    elif stem.endswith("ում"):
        found.append(alternative(stem[:-3], "մ(?:ան(?:[ընսդ]|ից)?|ամբ)"))
    elif common and (reduced := re.fullmatch(r"(.+?)(?:ի|ու)(.[^աեէըիոու]?)", stem)):
        found.append(alternative(reduced[1] + reduced[2], _CASES))  # պատիժ, պատժի; խումբ, խմբի
    if word.name and len(stem) > 3:
        base = stem.removesuffix("իա").removesuffix("ի")
        for root in {stem, base} if len(base) > 3 else {stem}:
            # after ր the joining ե would make a verb of it: կատարեցի, "I did"
            inhabitant = _INHABITANT.replace("ե|", "") if root.endswith("ր") else _INHABITANT
            found.append(alternative(root, inhabitant, adjective=True))
            found.append(alternative(root, _ADJECTIVE, adjective=True))
    return found
