"""What a check is: a pure function from a view of one bitext to findings, with examples that test it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import ClassVar

from align.profiles import Profile
from align.renderings import renderings
from align.suggest import suggest
from align.terms import Termbase
from align.types import Bead, Bitext, Document, Finding, Mention, Rendering, Severity, Span


@dataclass(frozen=True)
class View:
    """One bitext as checks see it: its renderings, the termbase, and the profile that is asked for.

    Without a profile the source is the measure: a form is fine if it marks no side, is international, or
    shares a side with the source's own form.
    """

    bitext: Bitext
    termbase: Termbase
    profile: Profile
    explicit: bool = False
    day: date | None = None

    @cached_property
    def renderings(self) -> tuple[Rendering, ...]:
        """Every rendering of the bitext."""
        return renderings(self.bitext, self.termbase)

    @property
    def lang(self) -> str:
        """The target language."""
        return self.bitext.lang

    def beads(self) -> Iterator[tuple[int, Bead]]:
        """Index and bead, those with both sides."""
        return ((i, b) for i, b in enumerate(self.bitext.beads) if b.source and b.target)

    def source_text(self, bead: Bead) -> str:
        """The source side of a bead, its segments joined by a space."""
        return " ".join(self.bitext.source.segments[i].text for i in bead.source)

    def target_text(self, bead: Bead) -> str:
        """The target side of a bead, its segments joined by a space."""
        return " ".join(self.bitext.target.segments[i].text for i in bead.target)


@dataclass(frozen=True, slots=True)
class Example:
    """A line and its translation; `found` is the target (or source) text the finding must point at."""

    lang: str
    source: str
    target: str
    found: str = ""


class Check(ABC):
    """One kind of thing that can go wrong. The id gives every other name."""

    id: ClassVar[str]
    title: ClassVar[str]
    fails: ClassVar[tuple[Example, ...]]
    passes: ClassVar[tuple[Example, ...]]

    @abstractmethod
    def check(self, view: View) -> Iterator[Finding]:
        """The findings of one bitext, in bead order."""

    def finding(
        self,
        view: View,
        bead: int,
        verdict: str,
        severity: Severity,
        message: str,
        *,
        source: tuple[Span, ...] = (),
        target: tuple[Span, ...] = (),
        concept: str = "",
        expected: tuple[str, ...] = (),
        found: str = "",
        suggestion: str = "",
    ) -> Finding:
        """A finding of this check, with the view's language and profile filled in."""
        return Finding(
            self.id,
            verdict,
            severity,
            view.lang,
            bead,
            source,
            target,
            message,
            concept,
            expected,
            found,
            view.profile.name if view.explicit else "",
            suggestion,
            view.bitext.pair_id,
        )


def suggested(view: View, mention: Mention, expected: tuple[str, ...]) -> str:
    """The first expected form in the shape of a mention; empty where the shape cannot be told."""
    return (suggest(mention.text, mention.form.text, expected[0], view.lang) or "") if expected else ""


def spot(mention: Mention) -> Span:
    """Where a mention stands."""
    return Span(mention.segment, mention.start, mention.end, mention.text)


def cut(document: Document, segment: int, start: int, end: int) -> Span:
    """A span of one segment; the offsets are relative to the segment's text."""
    base = document.segments[segment].start
    return Span(segment, base + start, base + end, document.text[base + start : base + end])


def whole(document: Document, segments: tuple[int, ...]) -> tuple[Span, ...]:
    """Whole segments as spans."""
    return tuple(cut(document, i, 0, len(document.segments[i].text)) for i in segments)


def only_says_who(document: Document, segments: tuple[int, ...]) -> bool:
    """Whether these segments say who wrote it, or where and when, and nothing else."""
    return all(document.segments[i].role in ("byline", "dateline") for i in segments)
