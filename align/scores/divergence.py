"""Divergence: whether the translations of one name into several languages carry a side in common."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from align.exports.units import Round
from align.scores.bootstrap import Counts, intervals
from align.scores.terms import Article, TermScores
from align.terms import Termbase
from align.types import Form, Rendering

_SHARES = {"divergence": ("divergent", "compared"), "coverage": ("compared", "mentions")}


@dataclass(frozen=True, slots=True)
class Divergence:
    """The counts of one system, or of many articles: `divergent` of `compared` of `mentions`."""

    system: str
    langs: tuple[str, ...]
    scores: TermScores

    def row(self) -> dict[str, Any]:
        """The measure as JSON values, with its intervals."""
        counts = self.scores.counts
        articles = self.scores.ordered
        units = (
            [a.counts for a in articles] if len(articles) > 1 else [s for a in articles for s in a.segments]
        )
        return {
            "translation": self.system,
            "langs": list(self.langs),
            "articles": len(articles),
            **{name: int(counts[name]) for name in ("mentions", "compared", "divergent")},
            **{n: round(counts[a] / counts[b], 4) if counts[b] else None for n, (a, b) in _SHARES.items()},
            "resampled": self.scores.resampled,
            "intervals": intervals(units, _SHARES),
        }


def divergence(one: Round, found: Mapping[str, Sequence[Rendering]], termbase: Termbase) -> Article:
    """The counts of one round of translations, by source segment; `found` has the renderings by version.

    A source name is `compared` where at least two languages render it by a known form, and `divergent` where
    no side is common to all of those. A form that marks no side counts as international, as in the checks.
    """
    said: dict[tuple[int, int, int], list[set[str]]] = defaultdict(list)
    for version in one.versions:
        for rendering in found.get(version.id, ()):
            source = rendering.source
            if source is None or termbase[source.concept].kind == "loaded":
                continue
            here = said[source.segment, source.start, source.end]
            if rendering.targets:
                here.append(carried(rendering.targets[0].form))
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    for (segment, _, _), sides in said.items():
        counts[segment]["mentions"] += 1
        if len(sides) > 1:
            counts[segment]["compared"] += 1
            counts[segment]["divergent"] += not set.intersection(*sides)
    units: tuple[Counts, ...] = tuple(counts[i] for i in sorted(counts))
    return Article(one.source.id, units)


def carried(form: Form) -> set[str]:
    """The sides that a form carries."""
    return set(form.sides) or {"international"}
