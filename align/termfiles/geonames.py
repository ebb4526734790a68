"""GeoNames' `alternateNamesV2.txt`: every name of every place, a line each, tab separated."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

from align.termfiles.base import in_script, joined, lines, plain, slug
from align.termfiles.spool import Spool
from align.types import LANGUAGES, Concept, Form, Kind
from models.errors import InputError

_FLAGS = ("preferred", "short", "colloquial", "historic")
_DAY = re.compile(r"(\d{4})(?:-?(\d{2})(?:-?(\d{2}))?)?(?:[T ].*)?")


def fill(
    path: Path, spool: Spool, kind: Kind, only: frozenset[str] | None, packaged: Mapping[int, str]
) -> None:
    """Read the names in the five languages of the places in `only`, or of all places.

    `packaged` gives the id of places that the packaged termbase has. Raises `InputError` with the line.
    """
    first: dict[str, int] = {}
    for number, line in lines(path):
        cells = line.rstrip("\r\n").split("\t")
        if cells == [""]:
            continue
        if not 4 <= len(cells) <= 10 or not (cells[0] + cells[1]).isdecimal():
            raise InputError(
                f"{path}:{number}: not a line of alternateNamesV2.txt (id, geonameid, language, name, four flags,"
                f" from, to, with tabs between); {len(cells)} columns"
            )
        place, lang = cells[1], cells[2]
        if lang not in LANGUAGES or (only is not None and place not in only):
            continue
        cells += [""] * (10 - len(cells))
        if not spool.unseen(int(cells[0]), number):
            raise InputError(
                f"{path}:{number}: the duplicate alternateNameId {cells[0]} stands on line"
                f" {spool.seen(int(cells[0]))} already; take the file from GeoNames again"
            )
        text = plain(cells[3])
        if not in_script(text, lang):
            spool.left_out["names in another script than their language's"] += 1
            continue
        flags = [flag for flag, cell in zip(_FLAGS, cells[4:8], strict=True) if cell.strip() == "1"]
        spool.form(place, _form(lang, text, flags, cells), _rank(flags))
    del first
    for place in spool.keys():  # noqa: SIM118 (not a mapping)
        forms = spool.forms(place)
        name = next((slug(form.text) for form in forms if slug(form.text)), "place")
        known = packaged.get(int(place))
        spool.concept(
            place, Concept(known or f"{name}-{int(place)}", kind, "", (), int(place), "", "", (f"GeoNames {place}",))
        )
