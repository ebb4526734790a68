"""Two published scores that look for given forms: M-ETA, and the terminology score of WMT 2026.

Both take a source mention as the occurrence and every form of its concept in the language as right: whose form
it is they do not ask. The unit is the bead.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby

from align.matcher import mentions
from align.terms import Termbase
from align.types import Bead, Bitext, Document, Mention, Segment

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_SEARCHED = 60  # spans of one knot that are searched; where there are more, the earliest end is taken

Stretch = tuple[int, int]


def matches(bitext: Bitext, termbase: Termbase) -> list[Counter[str]]:
    """The counts of each bead, in order; a bead without a translation misses all its occurrences.

    `entities` and `entities hit` make M-ETA, over names. `terms` are the occurrences of names and loaded terms;
    `base` of them have a form verbatim in the bead, `overlapping` a form verbatim or inflected, and `exclusive`
    of them can be given stretches of text that are pairwise disjoint.
    """
    source, target = _by_segment(bitext.source, termbase), _by_segment(bitext.target, termbase)
    found = []
    for bead in bitext.beads:
        count: Counter[str] = Counter()
        segments = [bitext.target.segments[i] for i in bead.target]
        known = [m for i in bead.target for m in target.get(i, ())]
        wanted: list[set[Stretch]] = []
        for group in _occurrences(bead, source):
            names = {m.concept for m in group}
            forms = {f.text for name in names for f in termbase[name].forms_in(bitext.lang)}
            if not forms:
                continue
            verbatim = {span for s in segments for span in _verbatim(forms, s)}
            inflected = {(m.start, m.end) for m in known if m.concept in names}
            count["terms"] += 1
            count["base"] += bool(verbatim)
            count["overlapping"] += bool(verbatim | inflected)
            wanted.append(verbatim | inflected)
            if any(termbase[name].kind != "loaded" for name in names):
                count["entities"] += 1
                text = " ".join(s.text for s in segments).casefold()
                count["entities hit"] += any(form.casefold() in text for form in forms)
        count["exclusive"] = exclusive(wanted)
        found.append(count)
    return found


def _by_segment(document: Document, termbase: Termbase) -> dict[int, list[Mention]]:
    found: dict[int, list[Mention]] = defaultdict(list)
    for mention in mentions(document, termbase):
        found[mention.segment].append(mention)
    return found


def _occurrences(bead: Bead, source: dict[int, list[Mention]]) -> Iterator[list[Mention]]:
    """The source mentions of a bead; those that share a stretch of text are one occurrence."""
    for i in bead.source:
        for _, group in groupby(source.get(i, ()), key=lambda m: (m.start, m.end)):
            yield list(group)


def normalised(text: str) -> tuple[str, list[int]]:
    """Lower case without invisible characters, white space collapsed; and where each character stood."""
    kept: list[str] = []
    origin: list[int] = []
    for i, character in enumerate(text):
        if _INVISIBLE.match(character):
            continue
        if character.isspace() and kept[-1:] == [" "]:
            continue
        for low in " " if character.isspace() else character.lower():
            kept.append(low)
            origin.append(i)
    return "".join(kept), origin


@lru_cache(maxsize=65536)
def _pattern(form: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(normalised(form)[0].strip())}(?!\w)")


@lru_cache(maxsize=4096)
def _normalised(text: str) -> tuple[str, list[int]]:
    return normalised(text)


def _verbatim(forms: Iterable[str], segment: Segment) -> Iterator[Stretch]:
    """Where the forms stand in a segment as whole words, as offsets into the document."""
    text, origin = _normalised(segment.text)
    for form in forms:
        for hit in _pattern(form).finditer(text):
            yield segment.start + origin[hit.start()], segment.start + origin[hit.end() - 1] + 1


def exclusive(wanted: Sequence[set[Stretch]]) -> int:
    """The most occurrences that can each be given one of its spans, no two of which overlap.

    Occurrences with the same spans are alike, so the search is over how many of each kind are still to place.
    """
    alike = Counter(frozenset(spans) for spans in wanted if spans)
    kinds: Counter[frozenset[Stretch]] = Counter()
    for spans, times in alike.items():
        kinds[_shortest(spans)] += times
    return sum(_most(part) for part in _separate(kinds))


def _shortest(spans: Iterable[Stretch]) -> frozenset[Stretch]:
    """Without the spans that hold another one: the shorter leaves more room and does as well."""
    kept: list[Stretch] = []
    for start, end in sorted(spans, key=lambda s: (-s[0], s[1])):
        if not kept or end < kept[-1][1]:
            kept.append((start, end))
    return frozenset(kept)


def _separate(kinds: Counter[frozenset[Stretch]]) -> Iterator[Counter[frozenset[Stretch]]]:
    """Kinds of occurrences in groups whose spans do not touch each other's."""
    left = dict(kinds)
    while left:
        kind, times = left.popitem()
        group = Counter({kind: times})
        grown = True
        while grown:
            near = [k for k in left if any(a < d and c < b for o in group for a, b in o for c, d in k)]
            group.update({k: left.pop(k) for k in near})
            grown = bool(near)
        yield group


def _most(group: Counter[frozenset[Stretch]]) -> int:
    """The most occurrences of one group, by dynamic programming from left to right."""
    kinds = list(group)
    places = sorted({(a, b, k) for k, kind in enumerate(kinds) for a, b in kind})
    if len(kinds) == 1 or len(places) > _SEARCHED:
        return _greedy(group)
    known: dict[tuple[int, tuple[int, ...]], int] = {}

    def best(i: int, left: tuple[int, ...]) -> int:
        if i == len(places) or not any(left):
            return 0
        if (i, left) not in known:
            _, end, kind = places[i]
            most = best(i + 1, left)
            if left[kind]:
                after = next((j for j in range(i + 1, len(places)) if places[j][0] >= end), len(places))
                rest = tuple(n - (k == kind) for k, n in enumerate(left))
                most = max(most, 1 + best(after, rest))
            known[i, left] = most
        return known[i, left]

    return best(0, tuple(group[kind] for kind in kinds))


def _greedy(group: Counter[frozenset[Stretch]]) -> int:
    """Stretch by their ends, each to the kind with the fewest spans: exact for one kind, else a lower bound."""
    left, total, free = Counter(group), 0, 0
    for end, start in sorted({(b, a) for kind in group for a, b in kind}):
        fitting = [kind for kind in group if left[kind] and (start, end) in kind]
        if start >= free and fitting:
            left[min(fitting, key=lambda kind: (len(kind), sorted(kind)))] -= 1
            total, free = total + 1, end
    return total
