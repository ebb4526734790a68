"""Error span annotation after the ESA protocol: what the page sends, and the form that evaluation tools read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from align.beads import joined
from align.rows import dumps
from align.types import Review
from models.errors import InputError
from ui.sheet import Column

_SEVERITIES = ("minor", "major")
_MOST = 200  # spans of one sentence
MISSING = " [MISSING]"  # the token that stands for what was left out


def annotation(given: Mapping[str, Any], text: str) -> str:
    """An annotation of `text` as it is kept: spans in code points, `end` exclusive, and a score of 0 to 100.

    A span without words (`start == end`) says that something is missing. Raises `InputError` for anything
    that points outside the text.
    """
    score, spans = given.get("score"), given.get("spans")
    if not isinstance(score, int) or isinstance(score, bool) or not 0 <= score <= 100:
        raise InputError("the score is a whole number from 0 to 100")
    if not isinstance(spans, list) or len(spans) > _MOST:
        raise InputError(f"the spans are a list of at most {_MOST}")
    return dumps(
        {"text": text, "score": score, "spans": sorted((_checked(span, text) for span in spans), key=_place)}
    )


def _checked(span: object, text: str) -> dict[str, Any]:
    values = span if isinstance(span, dict) else {}
    start, end, severity = values.get("start"), values.get("end"), values.get("severity")
    if type(start) is not int or type(end) is not int or severity not in _SEVERITIES:
        raise InputError("a span has a start and an end, and is minor or major")
    if not 0 <= start <= end <= len(text):
        raise InputError("a span lies inside the text")
    return {"start": start, "end": end, "severity": severity}


def _place(span: Mapping[str, Any]) -> tuple[int, int]:
    return span["start"], span["end"]


def records(reviews: Iterable[Review], subjects: Mapping[str, tuple[Column, Any]]) -> list[dict[str, Any]]:
    """The annotations of a project, one a person and sentence, the last of each.

    Spans are `start_i` and `end_i` (inclusive) in code points; a missing part is the token `[MISSING]` after the
    text, as annotation tools show it.
    """
    last: dict[tuple[str, str], Review] = {}
    for review in reviews:
        if str(review.decision) == "annotate" and review.subject in subjects:
            last[review.subject, review.reviewer] = review
    found = []
    for (subject, person), review in last.items():
        column, index = subjects[subject]
        kept = json.loads(review.text)
        bead, bitext = column.bitext.beads[index], column.bitext
        found.append(
            {
                "doc_id": bitext.source.id,
                "item_id": subject,
                "lang": f"{bitext.source.lang}-{bitext.lang}",
                "system": bitext.translation.signature,
                "annotator": person,
                "time": review.at,
                "src": joined(bitext.source, bead.source),
                "tgt": kept["text"],
                "score": kept["score"],
                "error_spans": [_span(span, kept["text"]) for span in kept["spans"]],
            }
        )
    return found


def _span(span: Mapping[str, Any], text: str) -> dict[str, Any]:
    if span["start"] == span["end"]:
        return {"start_i": len(text) + 1, "end_i": len(text + MISSING) - 1, "severity": span["severity"]}
    return {"start_i": span["start"], "end_i": span["end"] - 1, "severity": span["severity"]}
