"""Divergence: whether the translations of one name into several languages carry a side in common."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from align.exports.units import Round
from align.scores.bootstrap import Counts
from align.scores.terms import Article, TermScores
from align.terms import Termbase
from align.types import Form, Rendering

SHARES = {"divergence": ("divergent", "compared"), "coverage": ("compared", "mentions")}
Voice = tuple[int, int, int, Sequence[str]]  # segment, start and end of a source name; sides of its rendering


@dataclass(frozen=True, slots=True)
class Divergence:
    """The counts of one system, or of many articles: `divergent` of `compared` of `mentions`."""

    system: str
    langs: tuple[str, ...]
    scores: TermScores

    def row(self) -> dict[str, Any]:
        """The measure as JSON values, with its intervals."""
        counts = self.scores.counts
        return {
            "translation": self.system,
            "langs": list(self.langs),
            "articles": self.scores.size,
            **{name: int(counts[name]) for name in ("mentions", "compared", "divergent")},
            **{n: round(counts[a] / counts[b], 4) if counts[b] else None for n, (a, b) in SHARES.items()},
            "resampled": self.scores.resampled,
            "intervals": self.scores.bounds(SHARES),
        }


def divergence(one: Round, found: Mapping[str, Sequence[Rendering]], termbase: Termbase) -> Article:
    """The counts of one round of translations, by source segment; `found` has the renderings by version."""
    return compared(one.source.id, [voices(found.get(v.id, ()), termbase) for v in one.versions])


def voices(found: Iterable[Rendering], termbase: Termbase) -> list[Voice]:
    """The names of the source and the sides that their renderings in one translation carry."""
    return [
        (
            r.source.segment,
            r.source.start,
            r.source.end,
            sorted(carried(r.targets[0].form)) if r.targets else [],
        )
        for r in found
        if r.source is not None and termbase[r.source.concept].kind != "loaded"
    ]


def compared(article: str, heard: Iterable[Iterable[Voice]]) -> Article:
    """The counts of an article from the voices of its translations.

    A source name is `compared` where at least two languages render it by a known form, and `divergent` where
    no side is common to all of those. A form that marks no side counts as international, as in the checks.
    """
    said: dict[tuple[int, int, int], list[set[str]]] = defaultdict(list)
    for segment, start, end, sides in (voice for one in heard for voice in one):
        here = said[segment, start, end]
        if sides:
            here.append(set(sides))
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    for (segment, _, _), several in said.items():
        counts[segment]["mentions"] += 1
        if len(several) > 1:
            counts[segment]["compared"] += 1
            counts[segment]["divergent"] += not set.intersection(*several)
    units: tuple[Counts, ...] = tuple(counts[i] for i in sorted(counts))
    return Article(article, units)


def carried(form: Form) -> set[str]:
    """The sides that a form carries."""
    return set(form.sides) or {"international"}
