"""An article beside one translation of each language: its rows, what needs eyes first, and filters."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

from align.beads import joined
from align.fold import fold
from align.matcher import matcher, mentions
from align.renderings import renderings
from align.review import STATES
from align.terms import Termbase
from align.types import Bitext, Document, Finding, Rendering
from ui.ledger import Ledger
from ui.overview import classed
from ui.rows import (
    DOUBTFUL,
    Group,
    Mark,
    bead_data,
    by_segment,
    finding_data,
    groups,
    hit_mark,
    rank,
    source_data,
    span_mark,
)  # fmt: skip

_DONE = ("dismissed",)  # a finding that no longer asks for eyes
_KEPT_MARKS = 2_000  # edited texts whose marks are remembered
_PIECE = 40  # segments whose mentions are found in one go
KIND = "kind:"  # before a kind of concept where a concept could stand


@dataclass(frozen=True)
class Filters:
    """What a person wants to see; empty fields let everything through.

    `severity` is the least severity of an undismissed finding, `disputed` (people disagree on one) or `doubtful`
    (the alignment is unsure); `concept` a concept or `kind:` with a kind; `outcome` what became of it.
    """

    lang: str = ""
    check: str = ""
    concept: str = ""
    outcome: str = ""
    severity: str = ""
    state: str = ""
    reviewer: str = ""
    text: str = ""
    hide_approved: bool = False
    queue: bool = False


class Side:
    """A document with the marks of its mentions, found a few paragraphs at a time, when they are first needed."""

    def __init__(self, document: Document, termbase: Termbase) -> None:
        self.document, self._termbase = document, termbase
        self._kinds = {concept.id: concept.kind for concept in termbase}
        self._starts = [0]  # of pieces that begin with a paragraph: quotations run over sentences
        for before, segment in pairwise(document.segments):
            fresh = (before.role, before.paragraph) != (segment.role, segment.paragraph)
            if fresh and segment.index - self._starts[-1] >= _PIECE:
                self._starts.append(segment.index)
        self._pieces: dict[int, dict[int, list[Mark]]] = {}

    def marks(self, segment: int) -> Sequence[Mark]:
        """The marks of one segment."""
        piece = bisect_right(self._starts, segment) - 1
        if piece not in self._pieces:
            end = self._starts[piece + 1] if piece + 1 < len(self._starts) else None
            some = replace(self.document, segments=self.document.segments[self._starts[piece] : end])
            self._pieces[piece] = by_segment(mentions(some, self._termbase), self._kinds)
        return self._pieces[piece].get(segment, ())


class Column:
    """One translation as a column: its marks with those of its findings, and the findings by bead."""

    def __init__(
        self, bitext: Bitext, termbase: Termbase, findings: Sequence[Finding], label: str = ""
    ) -> None:
        self.bitext, self.lang, self.findings, self.label = bitext, bitext.lang, findings, label
        self.ids = [bitext.bead_id(i) for i in range(len(bitext.beads))]
        self.by_bead: dict[int, list[Finding]] = defaultdict(list)
        for finding in findings:
            self.by_bead[finding.bead].append(finding)
        self._termbase = termbase
        self._side = Side(bitext.target, termbase)

    @cached_property
    def renderings(self) -> tuple[Rendering, ...]:
        """What became of every name and term."""
        return renderings(self.bitext, self._termbase)

    @cached_property
    def _pointed(self) -> Mapping[int, Sequence[Mark]]:
        found: dict[int, list[Mark]] = defaultdict(list)
        for finding in self.findings:
            for span in finding.target:
                found[span.segment].append(span_mark(span, finding))
        return dict(found)

    def marks(self, segment: int) -> Sequence[Mark]:
        """The marks of mentions and findings of one segment."""
        return [*self._side.marks(segment), *self._pointed.get(segment, ())]


class Sheet:
    """The rows of one article with the columns that a person chose; several may have the same language."""

    def __init__(self, source: Side, columns: Sequence[Column], termbase: Termbase) -> None:
        self.source, self.columns, self.termbase = source, columns, termbase
        self.groups = groups(source.document, [column.bitext for column in columns])
        self._texts = [self._text(group) for group in self.groups]
        self.sizes = [max(map(len, texts.values())) for texts in self._texts]  # letters, to guess heights
        self._rows = {subject: row for row, subject in self._subjects()}
        self._langs = {bead: column.lang for column in columns for bead in column.ids}
        self._concepts = [{m.concept for i in group.source for m in source.marks(i)} for group in self.groups]
        several = Counter(column.lang for column in columns)
        self._labels = {id(column): column.label if several[column.lang] > 1 else "" for column in columns}
        self._marks: dict[tuple[str, str], list[Mark]] = {}

    def _text(self, group: Group) -> dict[str, str]:
        """What search looks through, folded for each language so that capitals do not matter."""
        texts = {"en": _folded(joined(self.source.document, group.source), "en")}
        for column, beads in zip(self.columns, group.beads, strict=True):
            found = [joined(column.bitext.target, column.bitext.beads[i].target) for i in beads]
            before = texts.get(column.lang, "")
            texts[column.lang] = f"{before} {_folded(' '.join(found), column.lang)}".lstrip()
        return texts

    def _beads(self, group: Group, lang: str = "") -> Iterator[tuple[Column, int]]:
        """The beads of a row, those of one language or all."""
        for column, beads in zip(self.columns, group.beads, strict=True):
            if lang in ("", column.lang):
                yield from ((column, i) for i in beads)

    def _subjects(self) -> Iterator[tuple[int, str]]:
        for row, group in enumerate(self.groups):
            for column, i in self._beads(group):
                yield row, column.ids[i]
                yield from ((row, finding.id) for finding in column.by_bead.get(i, ()))

    def row_of(self, subject: str) -> int | None:
        """The row that holds a bead or a finding."""
        return self._rows.get(subject)

    def row_with(self, segment: int) -> int | None:
        """The row that holds a source segment."""
        return next((row for row, group in enumerate(self.groups) if segment in group.source), None)

    def row(self, index: int, ledger: Ledger) -> dict[str, Any]:
        """One row as the page gets it."""
        group = self.groups[index]
        findings = list(self._findings(group, ""))
        source_marks: dict[int, list[Mark]] = defaultdict(list)
        for i in group.source:
            source_marks[i] += self.source.marks(i)
        for finding in findings:
            for span in finding.source:
                source_marks[span.segment].append(span_mark(span, finding))
        cells: dict[str, list[dict[str, Any]]] = {column.lang: [] for column in self.columns}
        for column, i in self._beads(group):
            cells[column.lang].append(self._bead(column, i, ledger))
        return {
            "row": index,
            "source": [source_data(self.source.document, i, source_marks) for i in group.source],
            "cells": cells,
            "findings": [
                {**finding_data(f, ledger.state(f.id)), "bead": column.ids[f.bead]}
                for column, i in self._beads(group)
                for f in column.by_bead.get(i, ())
            ],
        }

    def _bead(self, column: Column, index: int, ledger: Ledger) -> dict[str, Any]:
        state = ledger.state(column.ids[index])
        edited = self._marked(state.text, column.lang) if state.text else []
        marks = {i: column.marks(i) for i in column.bitext.beads[index].target}
        data = bead_data(column.bitext, index, marks, state, edited)
        return {**data, "version": self._labels[id(column)]} if self._labels[id(column)] else data

    def _marked(self, text: str, lang: str) -> list[Mark]:
        """The marks of a text that a person wrote."""
        if (text, lang) not in self._marks:
            while len(self._marks) >= _KEPT_MARKS:
                self._marks.pop(next(iter(self._marks)), None)
            self._marks[text, lang] = [hit_mark(h) for h in matcher(self.termbase, lang).find(text)]
        return self._marks[text, lang]

    def _findings(self, group: Group, lang: str) -> Iterable[Finding]:
        for column, i in self._beads(group, lang):
            yield from column.by_bead.get(i, ())

    def findings(self, rows: Iterable[int]) -> Iterator[Finding]:
        """The findings of some rows."""
        for row in rows:
            yield from self._findings(self.groups[row], "")

    def without_findings(self, rows: Iterable[int], lang: str, ledger: Ledger) -> Iterator[str]:
        """The beads of some rows that hold a text and no undismissed warning or error."""
        for row in rows:
            for column, i in self._beads(self.groups[row], lang):
                open_ones = (f for f in column.by_bead.get(i, ()) if ledger.state(f.id).name not in _DONE)
                if column.bitext.beads[i].target and all(rank(f.severity) < 1 for f in open_ones):
                    yield column.ids[i]

    def order(self, filters: Filters, ledger: Ledger) -> list[int]:
        """The rows that pass, in the article's order or with what needs eyes first."""
        found = self._holding(filters.text, ledger) if filters.text else list(range(len(self.groups)))
        if filters.outcome or (filters.concept and filters.lang):
            rendered = self._rendered(filters)
            found = [i for i in found if i in rendered]
        elif filters.concept:
            kinds = {c.id: c.kind for c in self.termbase}
            wanted = {c for c in set().union(*self._concepts) if _named(filters.concept, c, kinds)}
            found = [i for i in found if wanted & self._concepts[i]]
        if filters.check or filters.severity not in ("", "doubtful"):
            pointed = self._with_findings
            found = [i for i in found if i in pointed]
        found = [i for i in found if self._passes(i, filters, ledger)]
        if filters.queue:
            found.sort(key=lambda i: self._urgency(i, filters.lang, ledger))
        return found

    @cached_property
    def _with_findings(self) -> set[int]:
        """The rows with a finding of any kind."""
        return {self._rows[f.id] for column in self.columns for f in column.findings if f.id in self._rows}

    def _rendered(self, filters: Filters) -> set[int]:
        """The rows where something became of a concept in the language, and that which was asked for."""
        kinds = {c.id: c.kind for c in self.termbase}
        return {
            self._rows[column.ids[one.bead]]
            for column in self.columns
            if filters.lang in ("", column.lang)
            for one in column.renderings
            if filters.outcome in ("", classed(one))
            and _named(filters.concept, (one.source or one.targets[0]).concept, kinds)
            and column.ids[one.bead] in self._rows
        }

    def _holding(self, text: str, ledger: Ledger) -> list[int]:
        """The rows that hold a text in any column, edits included, whatever its case."""
        wanted = {lang: _folded(text, lang) for lang in ("en", *(c.lang for c in self.columns))}
        found = {
            row for row, texts in enumerate(self._texts) if any(wanted[lang] in texts[lang] for lang in texts)
        }
        for subject, edited in ledger.edits():
            lang = self._langs.get(subject)
            if lang and wanted[lang] in _folded(edited, lang):
                found.add(self._rows[subject])
        return sorted(found)

    def _passes(self, index: int, filters: Filters, ledger: Ledger) -> bool:
        group = self.groups[index]
        if (filters.check or filters.severity) and not self._points(group, filters, ledger):
            return False
        if filters.state or filters.reviewer or filters.hide_approved:
            states = [ledger.state(column.ids[i]) for column, i in self._beads(group, filters.lang)]
            if filters.state and not any(s.name == filters.state for s in states):
                return False
            if filters.reviewer and not self._touched(group, filters, ledger):
                return False
            if filters.hide_approved and states and all(s.name == "approved" for s in states):
                return False
        return True

    def _points(self, group: Group, filters: Filters, ledger: Ledger) -> bool:
        """Whether a check has something to say here, of the gravity that was asked for."""
        if filters.severity == "doubtful":
            beads = (column.bitext.beads[i] for column, i in self._beads(group, filters.lang))
            return any(bead.source and bead.target and bead.score < DOUBTFUL for bead in beads)
        findings = [f for f in self._findings(group, filters.lang) if filters.check in ("", f.check)]
        if filters.severity == "disputed":
            return any(ledger.state(f.id).disputed for f in findings)
        least = rank(filters.severity)
        return any(rank(f.severity) >= least and ledger.state(f.id).name not in _DONE for f in findings)

    def _touched(self, group: Group, filters: Filters, ledger: Ledger) -> bool:
        """Whether a person said something of a translation or finding here."""
        subjects = [column.ids[i] for column, i in self._beads(group, filters.lang)]
        subjects += [finding.id for finding in self._findings(group, filters.lang)]
        return any(filters.reviewer in ledger.state(subject).reviewers for subject in subjects)

    def _urgency(self, index: int, lang: str, ledger: Ledger) -> tuple[bool, int, float, int]:
        group = self.groups[index]
        states = [ledger.state(column.ids[i]).name for column, i in self._beads(group, lang)]
        open_ones = [
            rank(f.severity) for f in self._findings(group, lang) if ledger.state(f.id).name == "draft"
        ]
        scores = [column.bitext.beads[i].score for column, i in self._beads(group, lang)]
        done = bool(states) and all(name in ("approved", "reviewed") for name in states)
        return done, -max(open_ones, default=-1), min(scores, default=1.0), index

    def open_rows(self, ledger: Ledger) -> dict[str, str]:
        """The rows with an undecided warning or error, and in which languages, separated by spaces."""
        found: dict[int, dict[str, None]] = defaultdict(dict)
        for column in self.columns:
            for finding in column.findings:
                row = self._rows.get(finding.id)
                if (
                    row is not None
                    and rank(finding.severity) > 0
                    and ledger.state(finding.id).name == "draft"
                ):
                    found[row][column.lang] = None
        return {str(row): " ".join(langs) for row, langs in sorted(found.items())}

    def progress(self, ledger: Ledger) -> dict[str, dict[str, int]]:
        """For each language how many beads stand in each state, and how many findings are open."""
        found: dict[str, dict[str, int]] = {}
        for column in self.columns:
            names = Counter(ledger.state(i).name for i in column.ids)
            undecided = [f for f in column.findings if ledger.state(f.id).name == "draft"]
            now = {
                **{name: names[name] for name in STATES},
                "beads": len(column.ids),
                "findings": sum(rank(f.severity) > 0 for f in undecided),
            }
            before = found.get(column.lang, {})
            found[column.lang] = {name: count + before.get(name, 0) for name, count in now.items()}
        return found

    def facets(self) -> dict[str, list[str]]:
        """The values that filters can take in this article."""
        checks = {f.check for column in self.columns for f in column.findings}
        return {"checks": sorted(checks), "concepts": sorted(set().union(*self._concepts))}


def _folded(text: str, lang: str) -> str:
    return fold(text, lang).lower


def _named(wish: str, concept: str, kinds: Mapping[str, str]) -> bool:
    """Whether a concept is the one, or of the kind, that was asked for."""
    return wish in ("", concept, KIND + kinds.get(concept, "?"))
