"""Rows of a TMX file, read unit by unit however long it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from align.exports.xml import LANG, all_of, elements, find, text_of
from align.imports.base import Row
from align.types import SOURCE_LANGUAGE, TARGETS


def rows(path: Path) -> Iterator[Row]:
    """One row a target side of each unit that has an English side."""
    for number, (_, unit) in enumerate(elements(path, ("tmx",), "tu"), start=1):
        sides = {_language(side): side for side in all_of(unit, "tuv")}
        source = find(sides[SOURCE_LANGUAGE], "seg") if SOURCE_LANGUAGE in sides else None
        if source is None:
            continue
        for lang, side in sides.items():
            text = find(side, "seg")
            if lang not in TARGETS or text is None:
                continue
            facts = {prop.get("type", ""): text_of(prop) for prop in all_of(side, "prop")}
            yield Row(
                f"{path}, unit {unit.get('tuid') or number}", lang, text_of(source), text_of(text),
                tuple(facts.get("x-araxes-bead", "").split()),
                tuple(int(r) for r in facts.get("x-araxes-revision", "").split() if r.isdecimal()),
                facts.get("x-araxes-state", "").partition(" ")[0],
                "\n".join(text_of(note) for note in all_of(side, "note")),
                side.get("changeid", ""),
            )  # fmt: skip


def _language(side: Any) -> str:
    """The language of a side without its region, as in `EN-US`; TMX 1.1 calls the attribute `lang`."""
    code = side.get(LANG) or side.get("lang") or ""
    return code.replace("_", "-").partition("-")[0].lower()
