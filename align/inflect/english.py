"""English: possessives and plurals."""

from __future__ import annotations

from align.inflect.base import Alternative, Paradigm, alternative


def alternatives(word: Paradigm) -> list[Alternative]:
    """The word, its plural and its possessives; only the last word of a form takes them."""
    if not word.last:
        return [alternative(word.lower, "")]
    found = [alternative(word.lower, "(?:e?s)?(?:'s?)?")]
    if not word.name and word.lower.endswith("y"):
        found.append(alternative(word.lower[:-1], "ies(?:'s?)?"))
    return found
