"""What the interchange formats share: the beads of a translation with what people made of them.

A `Pair` is one bead with a source side. A `Unit` is the smallest group of source segments that no bead of any
language cuts, so that one unit can hold all five languages.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from align.beads import joined
from align.review import State, states
from align.types import LANGUAGES, Bitext, Document, Finding, content_id

if TYPE_CHECKING:
    from align.store import Project

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Pair:
    """One bead: its texts on one line each, its state, and the findings that name it.

    `machine` is what the translation says, `target` what counts: a person's text where there is one.
    """

    id: str
    bead: int
    segments: tuple[int, ...]
    source: str
    machine: str
    state: State
    findings: tuple[Finding, ...] = ()

    @property
    def target(self) -> str:
        """The text that counts."""
        return self.state.text or self.machine


@dataclass(frozen=True, slots=True)
class Version:
    """One translation of an article: its bitext and the pairs of it, in the order of the source.

    `added` are the beads without a source side, each with the source segment it stands after.
    """

    bitext: Bitext
    pairs: tuple[Pair, ...]
    added: tuple[Pair, ...] = ()

    @property
    def lang(self) -> str:
        """The target language."""
        return self.bitext.lang

    @property
    def id(self) -> str:
        """The id of the translation."""
        return self.bitext.translation.id


@dataclass(frozen=True, slots=True)
class Round:
    """One translation of each language: the n-th translations of an article make the n-th round."""

    source: Document
    number: int
    versions: tuple[Version, ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """Source segments that belong together in every language, and the pairs that translate them."""

    id: str
    segments: tuple[int, ...]
    source: str
    pairs: tuple[tuple[str, tuple[Pair, ...]], ...]


def versions(project: Project, langs: Sequence[str] = ()) -> list[Version]:
    """Every translation of a project, or those into `langs`."""
    reviewed = states(project)
    return [
        _version(bitext, project.findings(bitext.translation.id), reviewed)
        for bitext in project.bitexts()
        if not langs or bitext.lang in langs
    ]


def rounds(project: Project, langs: Sequence[str] = ()) -> list[Round]:
    """The translations of a project, round by round and article by article."""
    found: list[Round] = []
    by_article: dict[str, list[Version]] = {}
    for version in versions(project, langs):
        by_article.setdefault(version.bitext.source.id, []).append(version)
    for group in by_article.values():
        for number, members in enumerate(in_rounds([(v.lang, v) for v in group])):
            ordered = sorted(members, key=lambda v: LANGUAGES.index(v.lang))
            found.append(Round(ordered[0].bitext.source, number, tuple(ordered)))
    return found


def in_rounds(items: Iterable[tuple[str, T]]) -> list[list[T]]:
    """Items with their languages, dealt out so that no round has a language twice."""
    dealt: list[dict[str, T]] = []
    for lang, item in items:
        free = next((one for one in dealt if lang not in one), None)
        if free is None:
            dealt.append({lang: item})
        else:
            free[lang] = item
    return [list(one.values()) for one in dealt]


def units(one: Round) -> list[Unit]:
    """The units of a round, in the order of the source."""
    owner = list(range(len(one.source.segments)))  # the first segment of the unit a segment is in
    for version in one.versions:
        for pair in version.pairs:
            first, last = min(pair.segments), max(pair.segments)
            low, high = owner[first], last
            while high + 1 < len(owner) and owner[high + 1] <= last:
                high += 1
            owner[low : high + 1] = [low] * (high + 1 - low)
    members: dict[int, list[int]] = {}
    for segment, first in enumerate(owner):
        members.setdefault(first, []).append(segment)
    found = []
    for first, segments in members.items():
        pairs = tuple(
            (v.lang, held)
            for v in one.versions
            if (held := tuple(p for p in v.pairs if owner[p.segments[0]] == first))
        )
        key = content_id(one.source.id, one.number, *segments)
        found.append(Unit(key, tuple(segments), joined(one.source, tuple(segments)), pairs))
    return found


def _version(bitext: Bitext, findings: Iterable[Finding], reviewed: dict[str, State]) -> Version:
    by_bead: dict[int, list[Finding]] = {}
    for finding in findings:
        if reviewed.get(finding.id, State()).name != "dismissed":
            by_bead.setdefault(finding.bead, []).append(finding)
    pairs: list[Pair] = []
    added: list[Pair] = []
    after = 0
    for index, bead in enumerate(bitext.beads):
        key = bitext.bead_id(index)
        after = bead.source[-1] if bead.source else after
        pair = Pair(
            key,
            index,
            bead.source or (after,),
            joined(bitext.source, bead.source),
            joined(bitext.target, bead.target),
            reviewed.get(key, State()),
            tuple(by_bead.get(index, ())),
        )
        (pairs if bead.source else added).append(pair)
    return Version(bitext, tuple(pairs), tuple(added))
