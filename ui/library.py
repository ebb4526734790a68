"""The machine's output as the desk shows it: articles, their translations, and the sheets that people chose."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from threading import RLock
from typing import Any

from align.store import Project
from align.terms import Termbase
from align.types import TARGETS, Bitext, Document, Finding
from models.errors import InputError
from ui.sheet import Column, Sheet, Side

_KEPT_SHEETS = 8
ALL = "*"  # the choice that shows every translation of a language, one above the other


class Library:
    """Safe to share between threads; taken in anew whenever a run has changed the project."""

    def __init__(self, project: Project, termbase: Termbase) -> None:
        self._project, self._termbase = project, termbase
        self._lock = RLock()
        self._changes = -1
        self.columns: dict[str, list[Column]] = {}
        self.sources: dict[str, Side] = {}
        self.subjects: dict[str, tuple[Column, int | Finding]] = {}
        self._sheets: dict[tuple[str, ...], Sheet] = {}
        self.refresh()

    def refresh(self) -> None:
        """Read the project if translations were saved or dropped since."""
        with self._lock:
            changes = self._project.changes()
            if changes == self._changes:
                return
            documents = {document.id: document for document in self._project.documents()}
            columns: dict[str, list[Column]] = {i: [] for i in documents}
            for bitext in self._project.bitexts():
                findings = self._project.findings(bitext.translation.id)
                columns[bitext.source.id].append(Column(bitext, self._termbase, findings, label(bitext)))
            subjects: dict[str, tuple[Column, int | Finding]] = {}
            for column in (column for found in columns.values() for column in found):
                subjects |= {subject: (column, i) for i, subject in enumerate(column.ids)}
                subjects |= {finding.id: (column, finding) for finding in column.findings}
            self.sources = {i: Side(document, self._termbase) for i, document in documents.items()}
            self.subjects, self.columns, self._sheets, self._changes = subjects, columns, {}, changes

    def subject(self, given: Mapping[str, Any]) -> tuple[str, Column, int | Finding]:
        """The bead or finding that a message names."""
        subject = str(given.get("subject"))
        if subject not in self.subjects:
            raise InputError("this sentence is no longer part of the project; reload the page")
        return subject, *self.subjects[subject]

    def sheet(self, given: Mapping[str, Any]) -> Sheet:
        """The article and columns asked for; of each language, without a wish, what has most to look at."""
        article = str(given.get("article") or "")
        if article not in self.columns:
            if article or not self.columns:
                raise InputError("this project has no such article; reload the page")
            article = next(iter(self.columns))
        wished = given.get("choice")
        wished = wished if isinstance(wished, dict) else {}
        chosen = [
            column
            for lang in TARGETS
            for column in _chosen([c for c in self.columns[article] if c.lang == lang], wished.get(lang))
        ]
        key = (article, *(column.bitext.translation.id for column in chosen))
        with self._lock:
            if key not in self._sheets:
                while len(self._sheets) >= _KEPT_SHEETS:
                    del self._sheets[next(iter(self._sheets))]
                self._sheets[key] = Sheet(self.sources[article], chosen, self._termbase)
            return self._sheets[key]

    def heads(self, sheet: Sheet) -> list[dict[str, Any]]:
        """For each language of a sheet what is shown, and what could be."""
        article = sheet.source.document.id
        found = []
        for lang in dict.fromkeys(column.lang for column in sheet.columns):
            shown = [c for c in sheet.columns if c.lang == lang]
            choices = [
                {"id": c.bitext.translation.id, "label": c.label}
                for c in self.columns[article]
                if c.lang == lang
            ]
            if len(choices) > 1:
                choices.append({"id": ALL, "label": f"All {len(choices)}, one above the other"})
            found.append(
                {
                    "lang": lang,
                    "id": shown[0].bitext.translation.id if len(shown) == 1 else ALL,
                    "choices": choices,
                }
            )
        return found


def _chosen(columns: list[Column], wish: object) -> list[Column]:
    if wish == ALL or not columns:
        return columns
    named = [column for column in columns if column.bitext.translation.id == wish]
    return named or [max(columns, key=_alarms)]


def _alarms(column: Column) -> int:
    return sum(finding.severity != "info" for finding in column.findings)


def label(bitext: Bitext) -> str:
    """What made a translation, short: a file's name or the first word of the signature."""
    signature = bitext.translation.signature
    return signature.rpartition("name:")[2] if "name:" in signature else signature.partition("|")[0]


def title(document: Document) -> str:
    """What an article is called in lists."""
    return document.title or (document.segments[0].text if document.segments else Path(document.origin).name)
