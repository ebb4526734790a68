"""Values to and from JSON: what the store keeps, the command line prints and the exports write."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from align.types import Bead, Document, Finding, Omission, Segment, Span


def dumps(value: Any) -> str:
    """Compact JSON with every letter as itself; equal values, equal text."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def document_row(document: Document) -> dict[str, Any]:
    """A document as JSON values; segments carry offsets only."""
    return {
        "lang": document.lang,
        "text": document.text,
        "title": document.title,
        "origin": document.origin,
        "segments": [[s.role, s.start, s.end, s.paragraph] for s in document.segments],
        "omitted": [[o.start, o.end, o.reason] for o in document.omitted],
    }


def document_from(row: Mapping[str, Any]) -> Document:
    """The document of `document_row`."""
    text = row["text"]
    return Document(
        row["lang"],
        text,
        tuple(
            Segment(i, role, start, end, text[start:end], paragraph)
            for i, (role, start, end, paragraph) in enumerate(row["segments"])
        ),
        row["title"],
        row["origin"],
        tuple(Omission(start, end, text[start:end], reason) for start, end, reason in row["omitted"]),
    )


def bead_row(bead: Bead) -> list[Any]:
    """A bead as JSON values, its score to four decimals."""
    return [list(bead.source), list(bead.target), round(bead.score, 4)]


def bead_from(row: list[Any]) -> Bead:
    """The bead of `bead_row`."""
    return Bead(tuple(row[0]), tuple(row[1]), row[2])


def span_row(span: Span) -> dict[str, Any]:
    """A span as JSON values; `start` and `end` are offsets into the document's text."""
    return {"segment": span.segment, "start": span.start, "end": span.end, "text": span.text}


def span_from(row: Mapping[str, Any]) -> Span:
    """The span of `span_row`."""
    return Span(row["segment"], row["start"], row["end"], row["text"])


def finding_row(finding: Finding) -> dict[str, Any]:
    """A finding as the command line prints it."""
    return {
        "id": finding.id,
        "pair": finding.pair,
        "check": finding.check,
        "verdict": finding.verdict,
        "severity": finding.severity,
        "lang": finding.lang,
        "concept": finding.concept,
        "bead": finding.bead,
        "source": [span_row(s) for s in finding.source],
        "target": [span_row(s) for s in finding.target],
        "expected": list(finding.expected),
        "found": finding.found,
        "suggestion": finding.suggestion,
        "profile": finding.profile,
        "message": finding.message,
    }


def finding_from(row: Mapping[str, Any]) -> Finding:
    """The finding of `finding_row`."""
    return Finding(
        row["check"],
        row["verdict"],
        row["severity"],
        row["lang"],
        row["bead"],
        tuple(map(span_from, row["source"])),
        tuple(map(span_from, row["target"])),
        row["message"],
        row["concept"],
        tuple(row["expected"]),
        row["found"],
        row["profile"],
        row.get("suggestion", ""),
        row.get("pair", ""),
    )
