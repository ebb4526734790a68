"""Values to row data: what the page is told of an article and its translations.

A row is the smallest run of source segments that no bead of any shown translation crosses, with every
bead of theirs. Text travels as runs, `[text]` or `[text, marks]`, so that the page never counts characters.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from align.beads import joined
from align.matcher import Hit
from align.review import State
from align.types import SEVERITIES, Bitext, Document, Finding, Mention, Segment, Span

Run = list[Any]
_CONTROLS = re.compile("([\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f])")
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_MOST_PAIRS = 4_000_000  # of words, to compare each with each
DOUBTFUL = 0.5  # a bead below it is shown as doubtful


@dataclass(frozen=True, slots=True)
class Mark:
    """Something to show on a stretch of text; `end` is exclusive."""

    start: int
    end: int
    concept: str = ""
    kind: str = ""
    sides: tuple[str, ...] = ()
    load: int = 0
    quoted: bool = False
    finding: str = ""
    severity: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A row: source segment indexes, and the bead indexes of each shown bitext."""

    source: tuple[int, ...]
    beads: tuple[tuple[int, ...], ...]


def groups(document: Document, bitexts: Sequence[Bitext]) -> tuple[Group, ...]:
    """The rows of a document beside its bitexts; what a target adds stands in the row before it."""
    root = list(range(len(document.segments)))

    def find(i: int) -> int:
        while root[i] != i:
            root[i] = root[root[i]]
            i = root[i]
        return i

    for bitext in bitexts:
        for bead in bitext.beads:
            for i in bead.source[1:]:
                one, other = sorted((find(bead.source[0]), find(i)))
                root[other] = one
    sources: dict[int, list[int]] = defaultdict(list)
    for i in range(len(root)):
        sources[find(i)].append(i)
    beads: dict[int, list[list[int]]] = {first: [[] for _ in bitexts] for first in sources}
    for k, bitext in enumerate(bitexts):
        place = 0
        for index, bead in enumerate(bitext.beads):
            place = find(bead.source[0]) if bead.source else place
            if place in beads:
                beads[place][k].append(index)
    return tuple(Group(tuple(found), tuple(map(tuple, beads[first]))) for first, found in sources.items())


def mention_mark(mention: Mention, kind: str) -> Mark:
    """A mention as a mark; offsets stay those of the document."""
    form = mention.form
    return Mark(mention.start, mention.end, mention.concept, kind, form.sides, form.load, mention.quoted)


def hit_mark(hit: Hit) -> Mark:
    """A form found in an edited text as a mark."""
    return Mark(hit.start, hit.end, hit.concept.id, hit.concept.kind, hit.form.sides, hit.form.load)


def span_mark(span: Span, finding: Finding) -> Mark:
    """What a finding points at as a mark."""
    return Mark(span.start, span.end, finding=finding.id, severity=finding.severity)


def runs(text: str, marks: Iterable[Mark], base: int = 0) -> list[Run]:
    """Cut `text` where marks begin and end; marks carry offsets that start counting at `base`.

    White space is shown as one space, and characters that would turn or hide the text by their name.
    """
    inside = [m for m in marks if m.start < base + len(text) and m.end > base and m.start < m.end]
    edges = {0, len(text), *(e - base for m in inside for e in (m.start, m.end) if 0 < e - base < len(text))}
    cuts = sorted(edges)
    found: list[Run] = []
    for start, end in pairwise(cuts):
        over = [m for m in inside if m.start <= base + start and base + end <= m.end]
        about = _about(over, base + end)
        for i, piece in enumerate(_CONTROLS.split(re.sub(r"[ \t\r\n\xa0]+", " ", text[start:end]))):
            if i % 2:
                found.append([f"U+{ord(piece):04X}", {**about, "x": unicodedata.name(piece, "control")}])
            elif piece:
                found.append([piece, about] if about else [piece])
    return found


def _about(marks: Sequence[Mark], end: int) -> dict[str, Any]:
    """The marks of one run in the short form the page reads; `e` says that a mention ends with it."""
    about: dict[str, Any] = {}
    named = [m for m in marks if m.concept]
    if named:
        first = named[0]
        about |= {"c": [m.concept for m in named], "k": first.kind}
        about |= {"s": list(first.sides)} if first.sides else {}
        about |= {"l": first.load} if first.load else {}
        about |= {"q": 1} if first.quoted else {}
        about |= {"e": 1} if first.end == end else {}
    pointed = [m for m in marks if m.finding]
    if pointed:
        about |= {"f": [m.finding for m in pointed], "v": max((m.severity for m in pointed), key=rank)}
    return about


def rank(severity: str) -> int:
    """How grave a severity is; -1 for none."""
    return SEVERITIES.index(severity) if severity in SEVERITIES else -1


def segment_runs(segments: Sequence[Segment], marks: Mapping[int, Sequence[Mark]]) -> list[Run]:
    """The runs of several segments with a space between them; `marks` are filed by segment index."""
    found: list[Run] = []
    for segment in segments:
        if found:
            found.append([" "])
        found += runs(segment.text, marks.get(segment.index, ()), segment.start)
    return found


def by_segment(mentions: Iterable[Mention], kinds: Mapping[str, str]) -> dict[int, list[Mark]]:
    """The marks of a document's mentions, filed by segment."""
    filed: dict[int, list[Mark]] = defaultdict(list)
    for mention in mentions:
        filed[mention.segment].append(mention_mark(mention, kinds[mention.concept]))
    return filed


def finding_data(finding: Finding, state: State) -> dict[str, Any]:
    """A finding with its evidence and what people decided about it."""
    return {
        "id": finding.id,
        "lang": finding.lang,
        "check": finding.check,
        "verdict": finding.verdict,
        "severity": finding.severity,
        "message": finding.message,
        "concept": finding.concept,
        "source": [span.text for span in finding.source],
        "target": [span.text for span in finding.target],
        "expected": list(finding.expected),
        "found": finding.found,
        "profile": finding.profile,
        "suggestion": finding.suggestion,
        **state_data(state, "open"),
        "votes": [list(vote) for vote in state.votes],
        "disputed": state.disputed,
        "settled": state.settled,
    }


def state_data(state: State, untouched: str = "draft") -> dict[str, Any]:
    """Where a bead or a finding stands, and the revision an answer must name."""
    return {
        "state": untouched if state.name == "draft" else state.name,
        "revision": state.revision,
        "author": state.author,
        "reviewers": list(state.reviewers),
        "note": state.note,
        "comments": state.comments,
    }


def bead_data(
    bitext: Bitext, index: int, marks: Mapping[int, Sequence[Mark]], state: State, edited: Sequence[Mark] = ()
) -> dict[str, Any]:
    """A bead's target side: runs of the text that counts, the machine's text, and its state."""
    bead = bitext.beads[index]
    machine = joined(bitext.target, bead.target)
    rewritten = state.text and state.text != machine
    return {
        "id": bitext.bead_id(index),
        "source": list(bead.source),
        "size": f"{len(bead.source)}-{len(bead.target)}",
        "score": round(bead.score, 2),
        "doubtful": bool(bead.source and bead.target) and bead.score < DOUBTFUL,
        "machine": machine,
        "text": state.text or machine,
        "edited": bool(rewritten),
        "runs": runs(state.text, edited)
        if rewritten
        else segment_runs([bitext.target.segments[i] for i in bead.target], marks),
        "diff": difference(machine, state.text) if rewritten else [],
        "also": state.also,
        "also_by": state.also_by,
        **state_data(state),
    }


def source_data(document: Document, index: int, marks: Mapping[int, Sequence[Mark]]) -> dict[str, Any]:
    """A source segment as runs."""
    segment = document.segments[index]
    return {"index": index, "role": segment.role, "runs": segment_runs([segment], marks)}


def difference(old: str, new: str) -> list[list[str]]:
    """What was changed, word by word: `["=", kept]`, `["-", taken out]`, `["+", put in]`.

    Very long texts are compared at their beginning and end only: finding more would take minutes.
    """
    a, b = _WORDS.findall(old), _WORDS.findall(new)
    shortest = min(len(a), len(b))
    head = next((i for i in range(shortest) if a[i] != b[i]), shortest)
    tail = next((i for i in range(shortest - head) if a[-1 - i] != b[-1 - i]), shortest - head)
    middle = a[head : len(a) - tail], b[head : len(b) - tail]
    found: list[list[str]] = [["=", "".join(a[:head])]]
    if len(middle[0]) * len(middle[1]) > _MOST_PAIRS:
        found += [["-", "".join(middle[0])], ["+", "".join(middle[1])]]
    else:
        for what, i, j, k, m in difflib.SequenceMatcher(None, *middle, autojunk=False).get_opcodes():
            sides = (
                [("=", middle[0][i:j])] if what == "equal" else [("-", middle[0][i:j]), ("+", middle[1][k:m])]
            )
            found += [[sign, "".join(words)] for sign, words in sides]
    found.append(["=", "".join(a[len(a) - tail :])])
    return [each for each in found if each[1]]
