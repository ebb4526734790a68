"""The measures of a collection: the translations of many articles, put together by language and system."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from align.scores.divergence import Divergence
from align.scores.metrics import Comparison, compare, score
from align.scores.project import Line, RoundScores, VersionScores
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


@dataclass(frozen=True, slots=True)
class Pooled:
    """One system's scores over the units of all its articles, and how it compares with `baseline`, if any."""

    lang: str
    segments: int
    articles: int
    baseline: str
    result: Comparison

    def row(self) -> dict[str, Any]:
        """The scores as JSON values, with intervals and p values."""
        about = {"lang": self.lang, "translation": self.result.name, "articles": self.articles}
        against = {"baseline": self.baseline} if self.baseline else {}
        return {**about, "segments": self.segments, **against, **self.result.row()}


def pooled(found: Sequence[VersionScores], metrics: Sequence[str]) -> list[Pooled]:
    """The scores of each system over all its articles, with 95 % intervals.

    Systems that were scored over the same lines as their language's first are tested against it.
    """
    names = _systems(found)
    lines: dict[tuple[str, str], list[tuple[str, Line]]] = {}
    for one in sorted(found, key=lambda v: (v.lang, names[v.version], v.article, v.version)):
        lines.setdefault((one.lang, names[one.version]), []).extend((one.article, line) for line in one.lines)
    results: list[Pooled] = []
    for lang in dict.fromkeys(lang for (lang, _), held in lines.items() if held):
        here = {system: held for (other, system), held in lines.items() if other == lang and held}
        places = {system: [(a, x.segments, x.reference) for a, x in held] for system, held in here.items()}
        first = next(iter(here))
        alike = [system for system in here if places[system] == places[first]]
        texts = {system: [x.hypothesis for _, x in held] for system, held in here.items()}
        wanted = {system: [x.reference for _, x in held] for system, held in here.items()}
        done = {}
        if len(alike) > 1:
            done = {c.name: c for c in compare({s: texts[s] for s in alike}, wanted[first], metrics)}
        for system, held in here.items():
            scores = done.get(system) or Comparison(
                system, score(texts[system], wanted[system], metrics, intervals=True), dict.fromkeys(metrics)
            )
            baseline = first if system in done and system != first else ""
            results.append(Pooled(lang, len(held), len({a for a, _ in held}), baseline, scores))
    return results


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
