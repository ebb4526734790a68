"""Term measures: what the termbase knows of a translation's names and loaded terms, as counts and shares.

They are kept apart on purpose: no single number says whose translation is the better one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from align.gazetteer import places
from align.matcher import mentions
from align.profiles import Profile
from align.renderings import renderings
from align.scores.bootstrap import Counts, Interval, intervals
from align.scores.matches import matches
from align.terms import SIDES, Termbase
from align.types import Bitext, Form, Mention, Rendering

SHIFTS = ("kept", "softened", "hardened", "dropped", "added")
UNMARKED = "unmarked"
_WRAPPER = "so-called"  # the concept that attributes a word as quotation marks do
# Each measure is one count over another. Those of consistency are counted by term, the rest by segment.
_BY_SEGMENT = {
    "found": ("found", "names"),
    "not_found": ("not found", "names"),
    "accepted": ("accepted", "found"),
    "other_side": ("other side", "found"),
    "neutralised": ("neutralised", "found"),
    **{name: (name, "loaded") for name in (*SHIFTS, "switched")},
    "load_shift": ("shift", "weighed"),
    "crossed": ("crossed", "weighed"),
    "attribution_loss": ("unquoted", "quoted"),
    "m_eta": ("entities hit", "entities"),
    "exclusive_match": ("exclusive", "terms"),
    "overlapping_match": ("overlapping", "terms"),
    "base_match": ("base", "terms"),
}
_BY_TERM = {
    "consistency": ("consistent", "repeated"),
    "consistency_macro": ("term shares", "terms repeated"),
    "consistency_coverage": ("repeats found", "repeats"),
}
SHARES = {**_BY_SEGMENT, **_BY_TERM}


@dataclass(frozen=True, slots=True)
class Article:
    """The counts of one translation, segment by segment (bead by bead) and repeated term by repeated term."""

    id: str
    segments: tuple[Counts, ...]
    terms: tuple[Counts, ...] = ()

    @property
    def counts(self) -> Counter[str]:
        """The counts of the whole translation."""
        return total((*self.segments, *self.terms))


@dataclass(frozen=True, slots=True)
class TermScores:
    """The counts over the mentions of one translation or of many; added, they make a collection.

    `names` are source mentions of places, actors and persons, `gazetteer` those of them that only the second
    tier knows, `found` those rendered by a form that the
    termbase knows, `other_side` those of `found` whose form only another side uses, `accepted` those that the
    profile accepts. `consistent` of `repeated` renderings use the concept's commonest form. `shifts` counts
    what became of loaded terms, and `shift` sums the changes of load over the `weighed` ones.
    """

    articles: tuple[Article, ...] = ()

    def __add__(self, other: TermScores) -> TermScores:
        return TermScores((*self.articles, *other.articles))

    @property
    def counts(self) -> Counter[str]:
        """The counts of every article together."""
        return total(article.counts for article in self.ordered)

    @property
    def size(self) -> int:
        """The number of articles."""
        return len(self.articles)

    @property
    def ordered(self) -> list[Article]:
        """The articles in an order that does not depend on how they came."""
        return sorted(self.articles, key=lambda a: (a.id, sorted(a.counts.items())))

    @property
    def resampled(self) -> str:
        """What the intervals draw again: articles, or the segments of the only one."""
        return "articles" if self.size > 1 else "segments"

    @property
    def names(self) -> int:
        """Source mentions of places, actors and persons."""
        return int(self.counts["names"])

    @property
    def found(self) -> int:
        """Names rendered by a form that the termbase knows."""
        return int(self.counts["found"])

    @property
    def accepted(self) -> int:
        """Names rendered by a form that the profile accepts."""
        return int(self.counts["accepted"])

    @property
    def other_side(self) -> int:
        """Names rendered by a form that only another side uses."""
        return int(self.counts["other side"])

    @property
    def repeated(self) -> int:
        """Renderings of names that were rendered more than once."""
        return int(self.counts["repeated"])

    @property
    def consistent(self) -> int:
        """Those of `repeated` that use the commonest form."""
        return int(self.counts["consistent"])

    @property
    def shifts(self) -> dict[str, int]:
        """What became of loaded terms."""
        counts = self.counts
        return {name: int(counts[name]) for name in SHIFTS}

    @property
    def sides(self) -> dict[tuple[str, str], int]:
        """How often a name of these sides was rendered by a form of those: the whole matrix."""
        cells = [(key, n) for key, n in sorted(self.counts.items()) if key.startswith("sides\t")]
        return {(key.split("\t")[1], key.split("\t")[2]): int(n) for key, n in cells}

    def intervals(self) -> dict[str, Interval]:
        """The 95 % interval of each measure by 1,000 bootstrap resamples of `resampled`.

        In one article consistency is a matter of terms, not of segments, so its terms are drawn again.
        """
        if self.size > 1:
            return self.bounds(SHARES)
        terms = [term for article in self.articles for term in article.terms]
        return {**self.bounds(_BY_SEGMENT), **intervals(terms, _BY_TERM)}

    def bounds(self, shares: Mapping[str, tuple[str, str]]) -> dict[str, Interval]:
        """The 95 % interval of each share (part, whole) by resampling `resampled`."""
        if self.size > 1:
            return intervals([a.counts for a in self.ordered], shares)
        return intervals([segment for article in self.articles for segment in article.segments], shares)

    def measure(self, name: str) -> float | None:
        """One of `SHARES`; `None` where there is nothing to share out."""
        return _share(self.counts, name)

    def row(self, *, bounds: bool = False) -> dict[str, Any]:
        """The measures as JSON values; with `bounds`, their intervals too."""
        counts = self.counts
        plain = {name: _share(counts, name) for name in SHARES if name not in (*SHIFTS, "switched")}
        row = {
            "articles": self.size,
            "names": self.names,
            "gazetteer": int(counts["gazetteer"]),
            **plain,
            "untranslated": int(counts["untranslated"]),
            "loaded": {**self.shifts, "switched": int(counts["switched"])},
            "quotation": {
                "left": int(counts["left"]),
                "entered": int(counts["entered"]),
                "quoted": int(counts["quoted"]),
            },
            "repeated_terms": int(counts["terms repeated"]),
            "occurrences": {"entities": int(counts["entities"]), "terms": int(counts["terms"])},
            "switches": {f"{a} > {b}": n for (a, b), n in self.sides.items() if a != b},
            "sides": _nested(self.sides),
        }
        return {**row, "resampled": self.resampled, "intervals": self.intervals()} if bounds else row


def _share(counts: Counter[str], name: str) -> float | None:
    part, of = SHARES[name]
    return round(counts[part] / counts[of], 4) if counts[of] else None


def total(many: Iterable[Counts]) -> Counter[str]:
    """The sum of counts; negative ones stay."""
    found: Counter[str] = Counter()
    for one in many:
        found.update(one)
    return found


def _nested(cells: Mapping[tuple[str, str], int]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for (a, b), n in cells.items():
        found.setdefault(a, {})[b] = n
    return found


def term_scores(bitext: Bitext, termbase: Termbase, profile: Profile, day: date | None = None) -> TermScores:
    """The term measures of a bitext under a profile, on the article's day; places of the gazetteer count too."""
    grown = termbase.with_places(places(bitext.source, termbase))
    return measures(bitext, renderings(bitext, grown), grown, profile, day)


def measures(
    bitext: Bitext,
    found: Sequence[Rendering],
    termbase: Termbase,
    profile: Profile,
    day: date | None = None,
) -> TermScores:
    """The term measures of a bitext whose renderings are known."""
    counts = matches(bitext, termbase)
    wrapped = {r.bead for r in found for t in r.targets if t.concept == _WRAPPER}
    for one in found:
        mention = one.source or one.targets[0]
        if termbase[mention.concept].kind == "loaded":
            _count_loaded(counts[one.bead], one, attributed=one.bead in wrapped)
        elif one.source:
            _count_name(counts[one.bead], one, bitext.lang, termbase, profile, day)
    lost = {i: index for index, bead in enumerate(bitext.beads) if not bead.target for i in bead.source}
    spans = {}
    for mention in mentions(bitext.source, termbase) if lost else ():
        if mention.segment in lost and termbase[mention.concept].kind != "loaded":
            spans[mention.start, mention.end] = lost[mention.segment]
    for index in spans.values():
        counts[index]["untranslated"] += 1
    return TermScores((Article(bitext.source.id, tuple(counts), _repeated(found, termbase)),))


def _count_name(
    count: Counter[str], one: Rendering, lang: str, termbase: Termbase, profile: Profile, day: date | None
) -> None:
    assert one.source is not None
    count["names"] += 1
    count["gazetteer"] += one.source.concept in termbase.places
    if not one.targets:
        count["not found"] += 1
        return
    form = one.targets[0].form
    accepted = profile.accepted(termbase[one.targets[0].concept], lang, day)
    count["found"] += 1
    count["accepted"] += form.text in {f.text for f in accepted}
    count["other side"] += one.verdict == "other side"
    count["neutralised"] += one.verdict == "neutral"
    count[f"sides\t{_whose(one.source.form)}\t{_whose(form)}"] += 1


def _whose(form: Form) -> str:
    return "/".join(sorted(form.sides, key=SIDES.index)) or UNMARKED


def _count_loaded(count: Counter[str], one: Rendering, *, attributed: bool) -> None:
    verdict = "kept" if one.verdict == "switched" else one.verdict
    count[verdict if verdict in SHIFTS else "dropped"] += 1
    count["switched"] += one.verdict == "switched"
    source, target = one.source, one.targets[0] if one.targets else None
    if source is None:
        return
    count["loaded"] += 1
    if target:
        count["shift"] += target.form.load - source.form.load
        count["weighed"] += 1
        count["left"] += source.quoted and not target.quoted
        count["entered"] += target.quoted and not source.quoted
        count["crossed"] += source.quoted != target.quoted
    if source.quoted and (target or one.evidence) and source.concept != _WRAPPER:
        count["quoted"] += 1
        count["unquoted"] += bool(target and not target.quoted and not attributed)


def _repeated(found: Iterable[Rendering], termbase: Termbase) -> tuple[Counts, ...]:
    """The counts of consistency, one set a name that the source says more than once.

    Renderings of one name are compared where they are the same part of speech: an adjective beside a noun is
    grammar, not another convention. A rendering that two mentions share is one.
    """
    seen: set[Mention] = set()
    expected: Counter[str] = Counter()
    forms: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for one in found:
        if one.source is None or one.how == "covered" or termbase[one.source.concept].kind == "loaded":
            continue
        expected[one.source.concept] += 1
        for target in one.targets[:1]:
            if target in seen:
                continue
            seen.add(target)
            kind = target.form.pos or ("adjective" if target.adjective else "")
            forms[one.source.concept][kind][target.form.text] += 1
    terms: list[Counts] = []
    for concept, times in expected.items():
        if times < 2:
            continue
        count: dict[str, float] = defaultdict(float, repeats=times)
        shares = []
        for uses in forms[concept].values():
            count["repeats found"] += uses.total()
            if uses.total() > 1:
                count["repeated"] += uses.total()
                count["consistent"] += max(uses.values())
                shares.append(max(uses.values()) / uses.total())
        if shares:
            count["terms repeated"] += 1
            count["term shares"] += sum(shares) / len(shares)
        terms.append(count)
    return tuple(terms)
