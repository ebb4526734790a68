"""The rows of the tables that show term measures."""

from __future__ import annotations

from collections.abc import Sequence

from align.scores.bootstrap import Interval
from align.scores.collection import Group
from align.scores.divergence import Divergence
from align.scores.terms import UNMARKED, TermScores

Rows = list[list[str]]
Named = Sequence[tuple[str, TermScores, TermScores | None]]

_NAMES = {
    "not_found": "not found",
    "accepted": "accepted",
    "other_side": "other side",
    "neutralised": "neutralised",
    "consistency": "consistent",
    "consistency_macro": "by term",
    "consistency_coverage": "coverage",
}
_LOADED = ("softened", "hardened", "dropped", "added", "switched")


def named(groups: Sequence[Group]) -> Named:
    """Groups with the names of their rows."""
    return [(f"{one.lang} {one.system}", one.terms, one.oracle) for one in groups]


def tables(found: Named) -> list[Rows]:
    """Names, loaded terms, term accuracy, and the side switches where there are any."""
    bounds = [one.intervals() for _, one, _ in found]
    names: Rows = [["names", "articles", "mentions", *_NAMES.values()]]
    loaded: Rows = [
        ["loaded terms", "mentions", *_LOADED, "shift", "left quotation", "entered", "attribution lost"]
    ]
    matched: Rows = [
        [
            "term accuracy",
            "names",
            *_both("M-ETA"),
            "terms",
            *_both("exclusive match"),
            "base form",
            "overlap allowed",
        ]
    ]
    for (name, one, oracle), within in zip(found, bounds, strict=True):
        counts, shifts = one.counts, one.shifts
        names.append([
            name, str(one.size), str(one.names), *(_share(one, key, within) for key in _NAMES),
        ])  # fmt: skip
        several = {**shifts, "switched": int(counts["switched"])}
        loaded.append([
            name, str(int(counts["loaded"])), *(str(several[key]) for key in _LOADED), _shift(one, within),
            str(int(counts["left"])), str(int(counts["entered"])), _share(one, "attribution_loss", within),
        ])  # fmt: skip
        matched.append([
            name, str(int(counts["entities"])), _share(one, "m_eta", within), _share(oracle, "m_eta"),
            str(int(counts["terms"])), _share(one, "exclusive_match", within), _share(oracle, "exclusive_match"),
            _share(one, "base_match", within), _share(one, "overlapping_match", within),
        ])  # fmt: skip
    switches: Rows = [["side switches", "from", "to", "times"]]
    for name, one, _ in found:
        cells = [(-n, a, b) for (a, b), n in one.sides.items() if not _shared(a, b)]
        switches += [[name, a, b, str(-n)] for n, a, b in sorted(cells)]
    return [names, loaded, matched, *([switches] if len(switches) > 1 else [])]


def diverging(found: Sequence[Divergence]) -> Rows:
    """Divergence, a row a system."""
    rows: Rows = [["divergence", "articles", "languages", "names", "compared", "no common side"]]
    for one in found:
        row = one.row()
        share = (
            "–"
            if row["divergence"] is None
            else _percent(row["divergence"], row["intervals"].get("divergence"))
        )
        rows.append([
            one.system, str(row["articles"]), " ".join(one.langs), str(row["mentions"]), str(row["compared"]), share,
        ])  # fmt: skip
    return rows


def notes(found: Named) -> list[str]:
    """What the intervals are."""
    over = dict.fromkeys(one.resampled for _, one, _ in found)
    why = {
        "articles": "articles",
        "segments": "segments, and of terms for consistency, where there is one article",
    }
    return [
        f"[low, high]: 95 % of 1,000 bootstrap resamples (seed 12345) of {' or '.join(why[o] for o in over)}"
    ]


def _both(name: str) -> tuple[str, str]:
    return name, "oracle"


def _shared(a: str, b: str) -> bool:
    """Whether two cells of the matrix carry a side in common."""
    one, other = (set(x.replace(UNMARKED, "international").split("/")) for x in (a, b))
    return bool(one & other)


def _share(one: TermScores | None, name: str, within: dict[str, Interval] | None = None) -> str:
    value = one.measure(name) if one else None
    return "–" if value is None else _percent(value, (within or {}).get(name))


def _percent(value: float, interval: Interval | None = None) -> str:
    return f"{100 * value:.1f} %" + (
        f" [{100 * interval[0]:.0f}, {100 * interval[1]:.0f}]" if interval else ""
    )


def _shift(one: TermScores, within: dict[str, Interval]) -> str:
    value, interval = one.measure("load_shift"), within.get("load_shift")
    if value is None:
        return "–"
    return f"{value:+.2f}" + (f" [{interval[0]:+.2f}, {interval[1]:+.2f}]" if interval else "")
