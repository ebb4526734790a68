"""Bootstrap intervals of shares: the units are drawn again with replacement, the share is taken each time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

RESAMPLES = 1000
SEED = 12345  # sacreBLEU's
_CHUNK = 100  # resamples held at a time, so that memory stays small for many units

Counts = Mapping[str, float]
Interval = tuple[float, float]


def intervals(units: Sequence[Counts], shares: Mapping[str, tuple[str, str]]) -> dict[str, Interval]:
    """The 95 % percentile interval of each share (part, whole) of the units' summed counts.

    A resample in which the whole is nothing says nothing and is left out; so is a share that fewer than two
    units speak of.
    """
    import numpy as np

    found: dict[str, Interval] = {}
    names = [n for n, (_, of) in shares.items() if sum(1 for unit in units if unit.get(of)) > 1]
    if not names:
        return found
    parts = np.array([[unit.get(shares[n][0], 0) for n in names] for unit in units], dtype=float)
    wholes = np.array([[unit.get(shares[n][1], 0) for n in names] for unit in units], dtype=float)
    draw = np.random.default_rng(SEED)
    even = np.full(len(units), 1 / len(units))
    values = []
    for _ in range(RESAMPLES // _CHUNK):
        times = draw.multinomial(len(units), even, size=_CHUNK)  # how often each unit is drawn
        of = times @ wholes
        values.append(np.divide(times @ parts, of, out=np.full_like(of, np.nan), where=of > 0))
    low, high = np.nanpercentile(np.concatenate(values), [2.5, 97.5], axis=0)
    return {n: (round(float(low[i]), 4), round(float(high[i]), 4)) for i, n in enumerate(names)}
