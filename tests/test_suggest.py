"""Suggestions in the shape of the found form: a golden file per language, each row checked by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from align.fold import key
from align.matcher import matcher
from align.suggest import suggest
from align.terms import Termbase
from align.types import TARGETS

GOLDEN = Path(__file__).parent / "golden" / "suggestions"


def rows(lang: str) -> list[list[str]]:
    path = GOLDEN / f"{lang}.tsv"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def dictionary(found: str, lang: str, termbase: Termbase) -> str:
    """The dictionary form of a found one, as the matcher knows it."""
    hits = [h for h in matcher(termbase, lang).find(found) if h.start == 0 and h.end == len(found)]
    for hit in sorted(hits, key=lambda h: h.adjective and not h.form.pos):
        if key(found, lang)[:2] == key(hit.form.text, lang)[:2]:
            return hit.form.text
    return ""


@pytest.mark.parametrize("lang", TARGETS)
def test_golden(lang: str, termbase: Termbase) -> None:
    wrong = []
    listed = rows(lang)
    for found, accepted, expected in listed:
        made = suggest(found, dictionary(found, lang, termbase), accepted, lang)
        if made != expected:
            wrong.append(
                f"{found} ({dictionary(found, lang, termbase)}) + {accepted}: {made}, not {expected}"
            )
    assert listed, f"no golden rows for {lang}"
    assert len(wrong) <= 0.05 * len(listed), (
        f"{len(listed) - len(wrong)} of {len(listed)} right\n" + "\n".join(wrong)
    )
