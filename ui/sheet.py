"""An article beside one translation of each language: its rows, what needs eyes first, and filters."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from align.beads import joined
from align.fold import fold
from align.matcher import matcher, mentions
from align.review import STATES, State
from align.terms import Termbase
from align.types import Bitext, Document, Finding
from ui.ledger import Ledger
from ui.rows import (
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


@dataclass(frozen=True)
class Filters:
    """What a person wants to see; empty fields let everything through."""

    lang: str = ""
    check: str = ""
    concept: str = ""
    severity: str = ""
    state: str = ""
    reviewer: str = ""
    text: str = ""
    hide_approved: bool = False
    queue: bool = False


class Side:
    """A document with the marks of its mentions, found when they are first needed."""

    def __init__(self, document: Document, termbase: Termbase) -> None:
        self.document, self._termbase = document, termbase

    @cached_property
    def marks(self) -> Mapping[int, Sequence[Mark]]:
        """The marks by segment."""
        kinds = {concept.id: concept.kind for concept in self._termbase}
        return by_segment(mentions(self.document, self._termbase), kinds)


class Column:
    """One translation as a column: its marks with those of its findings, and the findings by bead."""

    def __init__(self, bitext: Bitext, termbase: Termbase, findings: Sequence[Finding]) -> None:
        self.bitext, self.lang, self.findings = bitext, bitext.lang, findings
        self.ids = [bitext.bead_id(i) for i in range(len(bitext.beads))]
        self.by_bead: dict[int, list[Finding]] = defaultdict(list)
        for finding in findings:
            self.by_bead[finding.bead].append(finding)
        self._side = Side(bitext.target, termbase)

    @cached_property
    def marks(self) -> Mapping[int, Sequence[Mark]]:
        """The marks of mentions and findings by segment."""
        found: dict[int, list[Mark]] = defaultdict(list)
        for segment, marks in self._side.marks.items():
            found[segment] += marks
        for finding in self.findings:
            for span in finding.target:
                found[span.segment].append(span_mark(span, finding))
        return found


class Sheet:
    """The rows of one article with the columns that a person chose."""

    def __init__(self, source: Side, columns: Sequence[Column], termbase: Termbase) -> None:
        self.source, self.columns, self.termbase = source, columns, termbase
        self.groups = groups(source.document, [column.bitext for column in columns])
        self._texts = [self._text(group) for group in self.groups]
        self.sizes = [max(map(len, texts.values())) for texts in self._texts]  # letters, to guess heights
        self._rows = {subject: row for row, subject in self._subjects()}
        self._langs = {bead: column.lang for column in columns for bead in column.ids}
        self._concepts = [
            {m.concept for i in group.source for m in source.marks.get(i, ())} for group in self.groups
        ]

    def _text(self, group: Group) -> dict[str, str]:
        """What search looks through, folded for each language so that capitals do not matter."""
        texts = {"en": _folded(joined(self.source.document, group.source), "en")}
        for column, beads in zip(self.columns, group.beads, strict=True):
            found = [joined(column.bitext.target, column.bitext.beads[i].target) for i in beads]
            texts[column.lang] = _folded(" ".join(found), column.lang)
        return texts

    def _subjects(self) -> Iterator[tuple[int, str]]:
        for row, group in enumerate(self.groups):
            for column, beads in zip(self.columns, group.beads, strict=True):
                for i in beads:
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
            source_marks[i] += self.source.marks.get(i, ())
        for finding in findings:
            for span in finding.source:
                source_marks[span.segment].append(span_mark(span, finding))
        return {
            "row": index,
            "source": [source_data(self.source.document, i, source_marks) for i in group.source],
            "cells": {
                column.lang: [self._bead(column, i, ledger) for i in beads]
                for column, beads in zip(self.columns, group.beads, strict=True)
            },
            "findings": [
                {**finding_data(f, ledger.state(f.id)), "bead": column.ids[f.bead]}
                for column, beads in zip(self.columns, group.beads, strict=True)
                for i in beads
                for f in column.by_bead.get(i, ())
            ],
        }

    def _bead(self, column: Column, index: int, ledger: Ledger) -> dict[str, Any]:
        state = ledger.state(column.ids[index])
        edited = (
            [hit_mark(h) for h in matcher(self.termbase, column.lang).find(state.text)] if state.text else []
        )
        return bead_data(column.bitext, index, column.marks, state, edited)

    def _findings(self, group: Group, lang: str) -> Iterable[Finding]:
        for column, beads in zip(self.columns, group.beads, strict=True):
            if lang in ("", column.lang):
                for i in beads:
                    yield from column.by_bead.get(i, ())

    def order(self, filters: Filters, ledger: Ledger) -> list[int]:
        """The rows that pass, in the article's order or with what needs eyes first."""
        holding = self._holding(filters.text, ledger) if filters.text else range(len(self.groups))
        found = [i for i in holding if self._passes(i, filters, ledger)]
        if filters.queue:
            found.sort(key=lambda i: self._urgency(i, filters.lang, ledger))
        return found

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
        if filters.check or filters.severity:
            findings = (
                f for f in self._findings(group, filters.lang) if ledger.state(f.id).name not in _DONE
            )
            least = rank(filters.severity)
            if not any(filters.check in ("", f.check) and rank(f.severity) >= least for f in findings):
                return False
        if filters.concept and filters.concept not in self._concepts[index]:
            return False
        if filters.state or filters.reviewer or filters.hide_approved:
            states = list(self._states(group, filters.lang, ledger))
            if filters.state and not any(s.name == filters.state for s in states):
                return False
            if filters.reviewer and not any(filters.reviewer in s.reviewers for s in states):
                return False
            if filters.hide_approved and states and all(s.name == "approved" for s in states):
                return False
        return True

    def _states(self, group: Group, lang: str, ledger: Ledger) -> Iterable[State]:
        for column, beads in zip(self.columns, group.beads, strict=True):
            if lang in ("", column.lang):
                for i in beads:
                    yield ledger.state(column.ids[i])

    def _urgency(self, index: int, lang: str, ledger: Ledger) -> tuple[bool, int, float, int]:
        group = self.groups[index]
        states = [s.name for s in self._states(group, lang, ledger)]
        open_ones = [
            rank(f.severity) for f in self._findings(group, lang) if ledger.state(f.id).name == "draft"
        ]
        scores = [
            column.bitext.beads[i].score
            for column, beads in zip(self.columns, group.beads, strict=True)
            for i in beads
            if lang in ("", column.lang)
        ]
        done = bool(states) and all(name in ("approved", "reviewed") for name in states)
        return done, -max(open_ones, default=-1), min(scores, default=1.0), index

    def open_rows(self, ledger: Ledger) -> dict[str, str]:
        """The rows with an undecided warning or error, and in which languages, separated by spaces."""
        found: dict[int, list[str]] = {}
        for row, group in enumerate(self.groups):
            for finding in self._findings(group, ""):
                if rank(finding.severity) > 0 and ledger.state(finding.id).name == "draft":
                    langs = found.setdefault(row, [])
                    langs += [finding.lang] if finding.lang not in langs else []
        return {str(row): " ".join(langs) for row, langs in found.items()}

    def progress(self, ledger: Ledger) -> dict[str, dict[str, int]]:
        """For each language how many beads stand in each state, and how many findings are open."""
        found: dict[str, dict[str, int]] = {}
        for column in self.columns:
            names = Counter(ledger.state(i).name for i in column.ids)
            undecided = [f for f in column.findings if ledger.state(f.id).name == "draft"]
            found[column.lang] = {
                **{name: names[name] for name in STATES},
                "beads": len(column.ids),
                "findings": sum(rank(f.severity) > 0 for f in undecided),
            }
        return found

    def facets(self) -> dict[str, list[str]]:
        """The values that filters can take in this article."""
        checks = {f.check for column in self.columns for f in column.findings}
        return {"checks": sorted(checks), "concepts": sorted(set().union(*self._concepts))}


def _folded(text: str, lang: str) -> str:
    return fold(text, lang).lower
