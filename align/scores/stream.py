"""The measures of a collection too large to hold: sums, and the sums of every resample, article by article.

Each article is drawn a Poisson(1) number of times into each resample, which for many articles is what drawing
with replacement comes to, and which needs to see each of them once only. The numbers drawn depend on nothing
but the article's id, so the order in which articles come changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from align.scores.bootstrap import RESAMPLES, SEED, Counts, Interval
from align.scores.terms import TermScores

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Draws = NDArray[np.float64]

Shares = Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Summed(TermScores):
    """Measures of `number` articles whose own counts are gone."""

    number: int = 0
    total: Counts = field(default_factory=dict)
    spread: Mapping[str, Interval] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """The number of articles."""
        return self.number

    @property
    def counts(self) -> Counter[str]:
        """The counts of every article together."""
        return Counter(self.total)

    def intervals(self) -> dict[str, Interval]:
        """The 95 % interval of each measure."""
        return dict(self.spread)

    def bounds(self, shares: Shares) -> dict[str, Interval]:
        """The 95 % interval of each of `shares` that was collected."""
        return {name: self.spread[name] for name in shares if name in self.spread}


class Sums:
    """Adds up articles' counts for one set of shares."""

    def __init__(self, shares: Shares) -> None:
        import numpy as np

        self.shares = shares
        self.number = 0
        self.total: Counter[str] = Counter()
        self._place = {name: i for i, name in enumerate(dict.fromkeys(n for s in shares.values() for n in s))}
        self._spoken: Counter[str] = Counter()  # articles that have something of a count
        self._draws = np.zeros((len(self._place), RESAMPLES))

    def add(self, article: str, counts: Counts) -> None:
        """Add one article, `article` being its id."""
        self.number += 1
        self.total.update(counts)
        times = _times(article)
        for name, count in counts.items():
            if count and name in self._place:
                self._spoken[name] += 1
                self._draws[self._place[name]] += count * times

    def scores(self) -> Summed:
        """The measures so far, with intervals where at least two articles speak of a share."""
        import numpy as np

        spread = {}
        for name, (part, whole) in self.shares.items():
            if self._spoken[whole] > 1:
                parts, of = self._draws[self._place[part]], self._draws[self._place[whole]]
                values = np.divide(parts, of, out=np.full_like(of, np.nan), where=of > 0)
                low, high = np.nanpercentile(values, [2.5, 97.5])
                spread[name] = (round(float(low), 4), round(float(high), 4))
        return Summed((), self.number, dict(self.total), spread)


@lru_cache(maxsize=16)  # an article's languages come one after the other
def _times(article: str) -> Draws:
    """How often an article is in each resample."""
    import numpy as np

    return np.random.default_rng([SEED, int(article, 16)]).poisson(1, RESAMPLES).astype(float)
