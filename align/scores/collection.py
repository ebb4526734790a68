"""The measures of a collection: the translations of many articles, put together by language and system."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from align.scores.divergence import Divergence
from align.scores.project import RoundScores, VersionScores
from align.scores.terms import TermScores
from align.types import LANGUAGES


@dataclass(frozen=True, slots=True)
class Group:
    """One system's translations into one language, and those of their references that there are."""

    lang: str
    system: str
    terms: TermScores
    oracle: TermScores | None = None

    def row(self) -> dict[str, Any]:
        """The measures as JSON values, with intervals, and the oracle's."""
        oracle = {} if self.oracle is None else {"oracle": self.oracle.row(bounds=True)}
        return {"lang": self.lang, "translation": self.system, **self.terms.row(bounds=True), **oracle}


def groups(found: Sequence[VersionScores]) -> list[Group]:
    """The translations by language and system, those of one system together."""
    names = _systems(found)
    members: dict[tuple[str, str], list[VersionScores]] = {}
    for one in found:
        members.setdefault((one.lang, names[one.version]), []).append(one)
    return [
        Group(lang, system, _sum([v.terms for v in some]), _sum(oracles) if oracles else None)
        for (lang, system), some in sorted(members.items())
        for oracles in [[v.oracle for v in some if v.oracle]]
    ]


def divergences(found: Sequence[VersionScores], rounds: Sequence[RoundScores]) -> list[Divergence]:
    """Divergence by system; where the languages of a round have several systems, by the round's number."""
    names = _systems(found)
    members: dict[str, list[RoundScores]] = {}
    for one in rounds:
        systems = {names[version] for version in one.versions}
        label = systems.pop() if len(systems) == 1 else f"translation {one.number + 1}"
        members.setdefault(label, []).append(one)
    return [
        Divergence(
            label,
            tuple(lang for lang in LANGUAGES if any(lang in one.langs for one in some)),
            TermScores(tuple(one.article for one in some)),
        )
        for label, some in sorted(members.items())
    ]


def _sum(scores: Sequence[TermScores]) -> TermScores:
    return TermScores(tuple(article for one in scores for article in one.articles))


def _systems(found: Sequence[VersionScores]) -> dict[str, str]:
    """What to call the system of each translation.

    Translations that were given are one system, whatever their files are called, unless an article has two
    of them in a language; then the file's name tells them apart, without its language.
    """
    times = Counter((one.project, one.article, one.lang) for one in found if _given(one))
    several = any(n > 1 for n in times.values())
    return {
        one.version: "given" if _given(one) and not several else one.signature.replace(f".{one.lang}.", ".")
        for one in found
    }


def _given(one: VersionScores) -> bool:
    return one.signature.partition("|")[0] == "given"
