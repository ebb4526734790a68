"""Term measures of one translation: what the termbase knows of its names and loaded terms, as counts and shares.

They are kept apart on purpose: no single number says whose translation is the better one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from align.profiles import Profile
from align.renderings import renderings
from align.terms import Termbase
from align.types import Bitext, Rendering

SHIFTS = ("kept", "softened", "hardened", "dropped", "added")


@dataclass(frozen=True, slots=True)
class TermScores:
    """Counts over the mentions of one or more translations.

    `names` are source mentions of places, actors and persons, `found` those rendered by a form that the
    termbase knows, `other_side` those of `found` whose form only another side uses, `accepted` those that the
    profile accepts. `consistent` of `repeated` renderings use the concept's commonest form. `shifts` counts
    what became of loaded terms, and `shift` sums the changes of load over the `weighed` ones.
    """

    names: int = 0
    found: int = 0
    other_side: int = 0
    accepted: int = 0
    repeated: int = 0
    consistent: int = 0
    shifts: Mapping[str, int] = field(default_factory=dict)
    shift: int = 0
    weighed: int = 0
    switches: Mapping[str, int] = field(default_factory=dict)

    def __add__(self, other: TermScores) -> TermScores:
        return TermScores(
            self.names + other.names, self.found + other.found, self.other_side + other.other_side,
            self.accepted + other.accepted, self.repeated + other.repeated, self.consistent + other.consistent,
            Counter(self.shifts) + Counter(other.shifts), self.shift + other.shift, self.weighed + other.weighed,
            Counter(self.switches) + Counter(other.switches),
        )  # fmt: skip

    def row(self) -> dict[str, Any]:
        """The measures as JSON values; a share is `None` where there is nothing to share out."""
        return {
            "names": self.names,
            "found": _share(self.found, self.names),
            "accepted": _share(self.accepted, self.found),
            "other_side": _share(self.other_side, self.found),
            "consistency": _share(self.consistent, self.repeated),
            "loaded": {shift: self.shifts.get(shift, 0) for shift in SHIFTS},
            "load_shift": _share(self.shift, self.weighed),
            "switches": dict(sorted(self.switches.items())),
        }


def _share(part: int, of: int) -> float | None:
    return round(part / of, 4) if of else None


def term_scores(bitext: Bitext, termbase: Termbase, profile: Profile, day: date | None = None) -> TermScores:
    """The term measures of a bitext under a profile, on the article's day."""
    return measures(renderings(bitext, termbase), bitext.lang, termbase, profile, day)


def measures(
    found: Iterable[Rendering], lang: str, termbase: Termbase, profile: Profile, day: date | None = None
) -> TermScores:
    """The term measures of renderings into `lang`."""
    count: Counter[str] = Counter()
    shifts: Counter[str] = Counter()
    switches: Counter[str] = Counter()
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    for one in found:
        mention = one.source or one.targets[0]
        concept = termbase[mention.concept]
        target = one.targets[0] if one.targets else None
        if concept.kind == "loaded":
            verdict = "kept" if one.verdict == "switched" else one.verdict
            shifts[verdict if verdict in SHIFTS else "dropped"] += 1
            if one.source and target:
                count["shift"] += target.form.load - one.source.form.load
                count["weighed"] += 1
            continue
        if one.source is None:
            continue
        count["names"] += 1
        if target is None:
            continue
        count["found"] += 1
        forms[concept.id][target.form.text] += 1
        count["accepted"] += target.form in profile.accepted(concept, lang, day)
        if one.verdict == "other side":
            count["other side"] += 1
            switches[f"{'/'.join(one.source.form.sides) or 'unmarked'} > {'/'.join(target.form.sides)}"] += 1
    repeated = [uses for uses in forms.values() if uses.total() > 1]
    return TermScores(
        count["names"], count["found"], count["other side"], count["accepted"],
        sum(uses.total() for uses in repeated), sum(max(uses.values()) for uses in repeated),
        dict(shifts), count["shift"], count["weighed"], dict(switches),
    )  # fmt: skip
