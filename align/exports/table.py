"""One row a source segment, as a Hugging Face dataset, Parquet or JSON lines.

A bead of several segments puts its whole translation in the row of its first source segment; the rows of
the others have none, and `beads` says why. What the target adds stands in the row before it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from align.beads import joined
from align.exports.base import MARK, Export, whole
from align.review import State, states
from align.rows import dumps, span_row
from align.types import LANGUAGES, SEVERITIES, Bitext, Finding

if TYPE_CHECKING:
    from align.store import Project


def rows(project: Project) -> list[dict[str, Any]]:
    """The rows of every article of a project; where a language has several translations, each its own rows."""
    return [row for document in project.documents() for row in _article(project, document.id)]


def _article(project: Project, source: str) -> Iterator[dict[str, Any]]:
    rounds: list[dict[str, Bitext]] = []
    for bitext in project.bitexts(source):  # the n-th translation of each language makes the n-th round
        free = next((r for r in rounds if bitext.lang not in r), None)
        if free is None:
            rounds.append({bitext.lang: bitext})
        else:
            free[bitext.lang] = bitext
    reviewed = states(project)
    for number, bitexts in enumerate(rounds):
        findings = {lang: project.findings(b.translation.id) for lang, b in bitexts.items()}
        document = next(iter(bitexts.values())).source
        for segment in document.segments:
            yield {
                "id": f"{document.id}-{number}-{segment.index}",
                "article": document.id,
                "title": document.title,
                "origin": Path(document.origin).name,
                "segment": segment.index,
                "role": segment.role,
                "start": segment.start,
                "end": segment.end,
                **_sides(bitexts, segment.index, segment.text, reviewed),
                "findings": [
                    _finding(f)
                    for lang, b in bitexts.items()
                    for f in findings[lang]
                    if _row_of(b, f) == segment.index
                ],
            }


def _sides(bitexts: dict[str, Bitext], segment: int, text: str, reviewed: dict[str, State]) -> dict[str, Any]:
    current: dict[str, str | None] = dict.fromkeys(LANGUAGES)
    machine: dict[str, str | None] = dict.fromkeys(LANGUAGES)
    current["en"] = machine["en"] = " ".join(text.split())
    beads = []
    for lang, bitext in bitexts.items():
        for index, bead in enumerate(bitext.beads):
            if segment not in bead.source:
                continue
            state = reviewed.get(bitext.bead_id(index), State())
            if bead.target and segment == bead.source[0]:
                machine[lang] = joined(bitext.target, bead.target)
                current[lang] = state.text or machine[lang]
            beads.append(
                {
                    "lang": lang,
                    "id": bitext.bead_id(index),
                    "source": list(bead.source),
                    "target": list(bead.target),
                    "score": round(bead.score, 4),
                    "method": bitext.method,
                    "signature": bitext.translation.signature,
                    "state": state.name,
                    "reviewers": list(state.reviewers),
                }
            )
    return {"translation": current, "machine": machine, "beads": beads}


def _row_of(bitext: Bitext, finding: Finding) -> int:
    """The source segment in whose row a finding stands."""
    bead = bitext.beads[finding.bead]
    if finding.source:
        return finding.source[0].segment
    before = [b.source[-1] for b in bitext.beads[: finding.bead + 1] if b.source]
    return bead.source[0] if bead.source else (before[-1] if before else 0)


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.id,
        "lang": finding.lang,
        "check": finding.check,
        "verdict": finding.verdict,
        "severity": finding.severity,
        "concept": finding.concept,
        "source": [span_row(s) for s in finding.source],
        "target": [span_row(s) for s in finding.target],
        "expected": list(finding.expected),
        "found": finding.found,
        "message": finding.message,
    }


def features() -> Any:
    """The `datasets.Features` of a row."""
    from datasets import ClassLabel, Features, List, Translation, Value

    text, number = Value("string"), Value("int32")
    span = {"segment": number, "start": number, "end": number, "text": text}
    return Features(
        {
            "id": text,
            "article": text,
            "title": text,
            "origin": text,
            "segment": number,
            "role": text,
            "start": number,
            "end": number,
            "translation": Translation(languages=list(LANGUAGES)),
            "machine": Translation(languages=list(LANGUAGES)),
            "beads": List(
                {
                    "lang": text,
                    "id": text,
                    "source": List(number),
                    "target": List(number),
                    "score": Value("float32"),
                    "method": text,
                    "signature": text,
                    "state": text,
                    "reviewers": List(text),
                }
            ),
            "findings": List(
                {
                    "id": text,
                    "lang": text,
                    "check": text,
                    "verdict": text,
                    "severity": ClassLabel(names=list(SEVERITIES)),
                    "concept": text,
                    "source": List(span),
                    "target": List(span),
                    "expected": List(text),
                    "found": text,
                    "message": text,
                }
            ),
        }
    )


def _dataset(found: list[dict[str, Any]]) -> Any:
    import datasets

    datasets.disable_progress_bars()
    return datasets.Dataset.from_list(found, features=features())


class Dataset(Export):
    """A folder for `datasets.load_from_disk`; equal projects give equal files."""

    id = "dataset"
    title = "Hugging Face dataset"
    suffix = "dataset"

    def write(self, project: Project, path: Path) -> int:
        """Write the folder."""
        found = rows(project)
        with whole(path, folder=True) as partial:
            _dataset(found).save_to_disk(str(partial))
            state = partial / "state.json"  # the fingerprint is random; the content gives a steady one
            values = json.loads(state.read_text(encoding="utf-8"))
            values["_fingerprint"] = _fingerprint(found)
            state.write_text(json.dumps(values, indent=2, sort_keys=True), encoding="utf-8")
            (partial / MARK).write_text("written by araxes export\n", encoding="utf-8")
        return len(found)


class Parquet(Export):
    """One Parquet file; `datasets` finds its features in the metadata."""

    id = "parquet"
    title = "Parquet"
    suffix = "parquet"

    def write(self, project: Project, path: Path) -> int:
        """Write the file."""
        found = rows(project)
        with whole(path) as partial:
            _dataset(found).to_parquet(str(partial))
        return len(found)


class JsonLines(Export):
    """One JSON object a line."""

    id = "jsonl"
    title = "JSON lines"
    suffix = "jsonl"

    def write(self, project: Project, path: Path) -> int:
        """Write the file."""
        found = rows(project)
        with whole(path) as partial:
            partial.write_text("".join(dumps(row) + "\n" for row in found), encoding="utf-8")
        return len(found)


def _fingerprint(found: list[dict[str, Any]]) -> str:
    from align.types import content_id

    return content_id(dumps(found))
