"""GeoNames' `alternateNamesV2.txt`: every name of every place, a line each, tab separated."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from align.termfiles.base import edge, in_script, joined, lines, plain, slug
from align.termfiles.spool import Spool
from align.types import LANGUAGES, Concept, Form, Kind
from models.errors import InputError

_FLAGS = ("preferred", "short", "colloquial", "historic")
_NUMBER = re.compile(r"[0-9]{1,12}")
_DAY = re.compile(r"([0-9]{4})(?:-?([0-9]{2})(?:-?([0-9]{2}))?)?(?:[T ].*)?")


def fill(
    path: Path, spool: Spool, kind: Kind, only: frozenset[str] | None, packaged: Mapping[int, str]
) -> None:
    """Read the names in the five languages of the places in `only`, or of all places.

    `packaged` gives the id of places that the packaged termbase has. Raises `InputError` with the line.
    """
    for number, line in lines(path):
        cells = line.rstrip("\r\n").split("\t")
        if cells == [""]:
            continue
        if not 4 <= len(cells) <= 10 or not all(_NUMBER.fullmatch(cell) for cell in cells[:2]):
            raise InputError(
                f"{path}:{number}: not a line of alternateNamesV2.txt (id, geonameid, language, name, four flags,"
                f" from, to, with tabs between); this one has {len(cells)} columns"
            )
        place, lang = cells[1].lstrip("0"), cells[2]
        if lang not in LANGUAGES or (only is not None and place not in only):
            continue
        if (before := spool.first(cells[0], number)) != number:
            raise InputError(
                f"{path}:{number}: the duplicate alternateNameId {cells[0]} stands on line {before} already;"
                " take the file from GeoNames again"
            )
        cells += [""] * (10 - len(cells))
        text = plain(cells[3])
        if not in_script(text, lang):
            spool.left_out["names in another script than their language's"] += 1
            continue
        flags = [flag for flag, cell in zip(_FLAGS, cells[4:8], strict=True) if cell.strip() == "1"]
        spool.form(place, _form(lang, text, flags, cells), _rank(flags))
    for place in spool.keys():  # noqa: SIM118 (not a mapping)
        names = (slug(form.text) for form in spool.forms(place))
        own = packaged.get(int(place)) or f"{next(filter(None, names), 'place')}-{place}"
        spool.concept(place, Concept(own, kind, geonames=int(place), sources=(f"GeoNames {place}",)))


def _rank(flags: list[str]) -> int:
    """What a plain name is comes first: preferred, unmarked, short, colloquial, historic."""
    if "historic" in flags:
        return 4
    if "colloquial" in flags:
        return 3
    return 0 if "preferred" in flags else 2 if "short" in flags else 1


def _form(lang: str, text: str, flags: list[str], cells: list[str]) -> Form:
    since, since_note = _day(cells[8].strip(), "from")
    until, until_note = _day(cells[9].strip(), "to")
    return Form(
        lang, text, ("historical",) if "historic" in flags else (), since, until,
        note=joined(", ".join(flags), since_note, until_note), source=f"GeoNames alternate name {cells[0]}",
    )  # fmt: skip


def _day(cell: str, what: str) -> tuple[date | None, str]:
    """The day of a cell, or, where it is none, what to note of it: GeoNames lets anything be written there."""
    found = _DAY.fullmatch(cell)
    day = edge(*(int(part or 0) for part in found.groups()), last=what == "to") if found else None
    return day, f"{what} {plain(cell)}" if cell and day is None else ""
