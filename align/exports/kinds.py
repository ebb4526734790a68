"""The columns of every table of a dataset, as `datasets.Features`."""

from __future__ import annotations

from typing import Any

from align.types import LANGUAGES, SEVERITIES

CONFIGS = ("bitext", "findings", "reviews", "termbase")


def features(config: str = "bitext") -> Any:
    """The `datasets.Features` of one of `CONFIGS`."""
    from datasets import ClassLabel, Features, List, Translation, Value

    text, number = Value("string"), Value("int32")
    span = List({"segment": number, "start": number, "end": number, "text": text})
    found = {
        **_all("id lang check verdict", text), "severity": ClassLabel(names=list(SEVERITIES)), "concept": text,
        "source": span, "target": span, "expected": List(text), "found": text, "message": text,
    }  # fmt: skip
    bead = {
        "lang": text, "id": text, "source": List(number), "target": List(number), "score": Value("float32"),
        **_all("method signature state", text), "reviewers": List(text), "added": text,
    }  # fmt: skip
    columns: dict[str, dict[str, Any]] = {
        "bitext": {
            **_all("id article title origin", text), "segment": number, "role": text, "start": number, "end": number,
            **_all("translation machine", Translation(languages=list(LANGUAGES))),
            "beads": List(bead), "findings": List(found),
        },
        "findings": {"article": text, **found, **_all("bead profile signature", text)},
        "reviews": {**_all("article subject decision reviewer at text note", text), "revision": number},
        "termbase": {
            **_all("concept kind feature scale stance lang text from to pos note", text),
            "geonames": number, "load": number, "sides": List(text), "sources": List(text),
        },
    }  # fmt: skip
    return Features(columns[config])


def _all(names: str, kind: Any) -> dict[str, Any]:
    return dict.fromkeys(names.split(), kind)
