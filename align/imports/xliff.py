"""Rows of an XLIFF file, 1.2 or 2.x."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from align.exports.xliff import STATES_1, STATES_2
from align.exports.xml import all_of, elements, find, local, text_of
from align.imports.base import Row
from align.review import STATES

_ONE = {theirs: ours for ours, theirs in reversed(STATES_1.items()) if ours != "rejected"}
_ONE |= {"signed-off": "approved", "new": "draft"}
_TWO = {theirs: ours for ours, theirs in reversed(STATES_2.items()) if ours != "rejected"}


def rows(path: Path) -> Iterator[Row]:
    """One row a unit."""
    for root, unit in elements(path, ("xliff",), "trans-unit", "unit"):
        place = f"{path}, unit {unit.get('id')}"
        yield _row2(place, root, unit) if local(unit) == "unit" else _row1(place, unit)


def _row1(place: str, unit: Any) -> Row:
    file = unit.getparent()
    while local(file) != "file" and file.getparent() is not None:
        file = file.getparent()
    source, target = find(unit, "source"), find(unit, "target")
    state = "" if target is None else _ONE.get(target.get("state", ""), "")
    if target is not None and target.get("state-qualifier", "").startswith("rejected"):
        state = "rejected"
    revision = unit.get("extradata", "").removeprefix("revision:")
    return Row(
        place, _code(file.get("target-language")), _text(source), _text(target), (unit.get("id", ""),),
        (int(revision),) if revision.isdecimal() else (), "approved" if unit.get("approved") == "yes" else state,
        _notes(all_of(unit, "note"), "from"),
    )  # fmt: skip


def _row2(place: str, root: Any, unit: Any) -> Row:
    parts = [part for part in unit if local(part) in ("segment", "ignorable")]
    segments = all_of(unit, "segment")
    state = _TWO.get(segments[0].get("state", ""), "") if segments else ""
    exact = segments[0].get("subState", "").removeprefix("araxes:") if segments else ""
    if exact in STATES and STATES_2[exact] == segments[0].get("state", "initial"):
        state = exact
    facts = (
        [meta for group in all_of(find(unit, "metadata"), "metaGroup") for meta in all_of(group, "meta")]
        if find(unit, "metadata") is not None
        else []
    )
    revision = next((text_of(meta) for meta in facts if meta.get("type") == "revision"), "")
    notes = find(unit, "notes")
    return Row(
        place, _code(root.get("trgLang")), "".join(_text(find(p, "source")) for p in parts),
        "".join(_text(find(p, "target")) for p in parts), (unit.get("id", ""),),
        (int(revision),) if revision.isdecimal() else (), state,
        "" if notes is None else _notes(all_of(notes, "note"), "category"),
    )  # fmt: skip


def _notes(notes: list[Any], by: str) -> str:
    """What people say; notes that a check wrote are no news."""
    return "\n".join(text_of(note) for note in notes if not (note.get(by) or "").startswith("araxes"))


def _text(element: Any) -> str:
    return "" if element is None else text_of(element)


def _code(value: str | None) -> str:
    return (value or "").replace("_", "-").partition("-")[0].lower()
