"""One row a source segment, as a Hugging Face dataset, Parquet or JSON lines.

A bead of several segments puts its whole translation in the row of its first source segment; the rows of
the others have none, and `beads` says why. What the target adds is `added` in the beads of the row before it.
"""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from align.beads import joined
from align.exports.base import Export, Options, whole
from align.exports.kinds import features
from align.exports.units import in_rounds
from align.review import State, states
from align.rows import dumps, finding_row
from align.types import LANGUAGES, Bitext, Finding

if TYPE_CHECKING:
    from align.store import Project

_FINDING = (
    "id", "lang", "check", "verdict", "severity", "concept", "source", "target", "expected", "found", "message",
)  # fmt: skip


def rows(project: Project, options: Options = Options()) -> list[dict[str, Any]]:  # noqa: B008
    """The rows of every article of a project; where a language has several translations, each its own rows."""
    found = [row for document in project.documents() for row in _article(project, document.id, options)]
    return found if options.text else [without_text(row) for row in found]


def _article(project: Project, source: str, options: Options) -> Iterator[dict[str, Any]]:
    held = [(b.lang, b) for b in project.bitexts(source) if not options.langs or b.lang in options.langs]
    reviewed = states(project)
    for number, members in enumerate(in_rounds(held)):
        findings = {b.lang: project.findings(b.translation.id) for b in members}
        yield from round_rows(members, findings, reviewed, number)


def round_rows(
    members: Sequence[Bitext],
    findings: Mapping[str, Sequence[Finding]],
    reviewed: dict[str, State],
    number: int = 0,
) -> Iterator[dict[str, Any]]:
    """The rows of one article and one translation of each language; `findings` are by language."""
    bitexts = {b.lang: b for b in members}
    document = members[0].source
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


def without_text(row: dict[str, Any]) -> dict[str, Any]:
    """The row with ids, offsets and judgements, and no word of the article or its translations."""

    def bare(spans: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{**span, "text": ""} for span in spans]

    nothing = dict.fromkeys(LANGUAGES)
    return {
        **row,
        "title": "",
        "translation": nothing,
        "machine": nothing,
        "beads": [{**bead, "added": ""} for bead in row["beads"]],
        "findings": [
            {**f, "source": bare(f["source"]), "target": bare(f["target"]), "found": "", "message": ""}
            for f in row["findings"]
        ],
    }


def _sides(bitexts: dict[str, Bitext], segment: int, text: str, reviewed: dict[str, State]) -> dict[str, Any]:
    current: dict[str, str | None] = dict.fromkeys(LANGUAGES)
    machine: dict[str, str | None] = dict.fromkeys(LANGUAGES)
    current["en"] = machine["en"] = " ".join(text.split())
    beads = []
    for lang, bitext in bitexts.items():
        for index, bead in enumerate(bitext.beads):
            if segment not in bead.source and (bead.source or _row_before(bitext, index) != segment):
                continue
            state = reviewed.get(bitext.bead_id(index), State())
            if bead.target and bead.source and segment == bead.source[0]:
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
                    "added": "" if bead.source else state.text or joined(bitext.target, bead.target),
                }
            )
    return {"translation": current, "machine": machine, "beads": beads}


def _row_of(bitext: Bitext, finding: Finding) -> int:
    """The source segment in whose row a finding stands."""
    if finding.source:
        return finding.source[0].segment
    bead = bitext.beads[finding.bead]
    return bead.source[0] if bead.source else _row_before(bitext, finding.bead)


def _row_before(bitext: Bitext, index: int) -> int:
    """The last source segment before a bead without a source side, or the first one."""
    return next((b.source[-1] for b in reversed(bitext.beads[:index]) if b.source), 0)


def _finding(finding: Finding) -> dict[str, Any]:
    row = finding_row(finding)
    return {name: row[name] for name in _FINDING}


def dataset(found: list[dict[str, Any]], kinds: Any = None) -> Any:
    """Rows as a `datasets.Dataset`, those of the bitext unless other `datasets.Features` are given."""
    import datasets

    datasets.disable_progress_bars()
    kinds = kinds or features()
    return datasets.Dataset.from_dict({name: [row[name] for row in found] for name in kinds}, features=kinds)


class Dataset(Export):
    """A folder for `datasets.load_from_disk`; equal projects give equal files."""

    id = "dataset"
    title = "Hugging Face dataset"
    suffix = "dataset"

    def write(self, project: Project, path: Path, options: Options = Options()) -> int:  # noqa: B008
        """Write the folder."""
        found = rows(project, options)
        with whole(path, folder=True) as partial:
            dataset(found).save_to_disk(str(partial))
            state = partial / "state.json"  # the fingerprint is random; the content gives a steady one
            values = json.loads(state.read_text(encoding="utf-8"))
            values["_fingerprint"] = _fingerprint(found)
            state.write_text(json.dumps(values, indent=2, sort_keys=True), encoding="utf-8")
        return len(found)


class _OneFile(Export):
    """The rows in one file."""

    def write(self, project: Project, path: Path, options: Options = Options()) -> int:  # noqa: B008
        """Write the file."""
        found = rows(project, options)
        with whole(path) as partial:
            self._save(found, partial)
        return len(found)

    @abstractmethod
    def _save(self, found: list[dict[str, Any]], path: Path) -> None: ...


class Parquet(_OneFile):
    """One Parquet file; `datasets` finds its features in the metadata."""

    id = "parquet"
    title = "Parquet"
    suffix = "parquet"

    def _save(self, found: list[dict[str, Any]], path: Path) -> None:
        dataset(found).to_parquet(str(path))


class JsonLines(_OneFile):
    """One JSON object a line."""

    id = "jsonl"
    title = "JSON lines"
    suffix = "jsonl"

    def _save(self, found: list[dict[str, Any]], path: Path) -> None:
        path.write_text("".join(dumps(row) + "\n" for row in found), encoding="utf-8")


def _fingerprint(found: list[dict[str, Any]]) -> str:
    from align.types import content_id

    return content_id(dumps(found))
