"""What the desk counts and hands out: the overview of names and terms, and files to take away."""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from align.exports import EXPORTS, Options
from align.review import STATES
from align.rows import dumps
from align.store import Project
from align.terms import Termbase
from align.types import TARGETS, Finding
from models.errors import InputError
from ui.agreement import agreement
from ui.esa import records
from ui.ledger import Ledger
from ui.overview import heat, shift
from ui.sheet import Column

_FILES = ("html", "xlsx", "csv", "jsonl", "parquet", "tmx", "xliff", "xliff12", "tbx")  # one file each


class Reports:
    """Counts and files over the whole project."""

    def __init__(self, project: Project, termbase: Termbase, ledger: Ledger) -> None:
        self._project, self._termbase, self._ledger = project, termbase, ledger

    def overview(self, columns: Sequence[Column], articles: int) -> dict[str, Any]:
        """Names, terms, progress and agreement of these translations."""
        langs = [lang for lang in TARGETS if any(column.lang == lang for column in columns)]
        by_lang = {
            lang: [(r, c.bitext.source.id) for c in columns if c.lang == lang for r in c.renderings]
            for lang in langs
        }
        states = {
            lang: [self._ledger.state(i).name for c in columns if c.lang == lang for i in c.ids]
            for lang in langs
        }
        findings: dict[str, Finding] = {f.id: f for c in columns for f in c.findings}
        return {
            "articles": articles,
            "heat": heat(by_lang, self._termbase),
            "shift": {lang: shift((r for r, _ in found), self._termbase) for lang, found in by_lang.items()},
            "progress": {
                lang: {name: found.count(name) for name in STATES} for lang, found in states.items()
            },
            "agreement": agreement({f: dict(self._ledger.state(f).votes) for f in findings}, findings),
        }

    def export(self, given: Mapping[str, Any], subjects: Mapping[str, tuple[Column, Any]]) -> dict[str, Any]:
        """The formats, or a file in one of them, base64."""
        wanted = given.get("format")
        if wanted is None:
            known = [{"id": i, "title": EXPORTS[i].title} for i in _FILES if i in EXPORTS]
            return {"formats": [*known, {"id": "esa", "title": "Error spans and scores, JSON lines"}]}
        if wanted == "esa":
            lines = "".join(dumps(record) + "\n" for record in records(self._ledger.all(), subjects))
            return {"name": "esa.jsonl", "data": base64.b64encode(lines.encode()).decode("ascii")}
        if wanted not in _FILES or wanted not in EXPORTS:
            raise InputError("there is no such format; choose one of the list")
        export = EXPORTS[wanted]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"review{export.suffix}"
            export.write(self._project, path, Options(terms=self._termbase))
            return {"name": path.name, "data": base64.b64encode(path.read_bytes()).decode("ascii")}
