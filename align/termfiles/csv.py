"""A termbase as CSV: a row a form, for a spreadsheet.

A row without a language speaks of its concept: its note and its sources stand there. In `sides`, `stems`,
`unless`, and in the sources, a bar parts one from the next.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import get_args

from align.exports.sheet import guard, unguard
from align.termfiles.base import ID, POS, lines, plain
from align.termfiles.spool import Spool
from align.terms import SIDES, STANCES, day
from align.types import LANGUAGES, Concept, Form, Kind
from models.errors import InputError

COLUMNS = (
    "concept", "kind", "feature", "lang", "text", "sides", "from", "to", "load", "pos", "stems", "unless",
    "note", "source", "geonames", "scale", "stance",
)  # fmt: skip
_NEEDED = ("concept", "lang", "text")
_BAR = re.compile(r"(?<!\\)((?:\\\\)*)\|")


def fill(path: Path, spool: Spool, kind: Kind) -> None:
    """Read a CSV file; `kind` is for concepts whose rows name none.

    Comma, semicolon or tab, as the header has it; columns in any order. Raises `InputError` with the line.
    """
    texts = (text for _, text in lines(path))
    header = next(texts, "")
    delimiter = max(",;\t", key=header.count)
    names = [unguard(cell).strip().lower() for cell in next(csv.reader([header], delimiter=delimiter), [])]
    for name in names:
        if name not in COLUMNS or names.count(name) > 1:
            what = "is there twice" if name in COLUMNS else f"is none of: {', '.join(COLUMNS)}"
            raise InputError(f"{path}:1: the column {name!r} {what}")
    if missing := [name for name in _NEEDED if name not in names]:
        raise InputError(f"{path}:1: no column {' or '.join(missing)}; the first line names the columns")
    rows = csv.reader(texts, delimiter=delimiter, strict=True)
    at = 2
    try:
        for cells in rows:
            if any(cells):
                if len(cells) > len(names):
                    raise InputError(
                        f"{path}:{at}: {len(cells)} cells under {len(names)} columns; quote the text"
                    )
                row = dict.fromkeys(COLUMNS, "") | dict(
                    zip(names, (plain(unguard(c)) for c in cells), strict=False)
                )
                _Row(f"{path}:{at}", at, row, kind).keep(spool)
            at = rows.line_num + 2  # the header was another reader's
    except csv.Error as error:
        raise InputError(
            f"{path}:{at}: not readable as CSV ({error}); is a quotation mark left open?"
        ) from error


class _Row:
    """One row; `where` is its file and line, for errors."""

    def __init__(self, where: str, line: int, row: dict[str, str], kind: Kind) -> None:
        self.where, self.line, self.row, self.kind = where, line, row, kind

    def wrong(self, message: str) -> InputError:
        return InputError(f"{self.where}: {message}")

    def keep(self, spool: Spool) -> None:
        row, name = self.row, self.row["concept"]
        if not ID.fullmatch(name):
            raise self.wrong(f"concept {name!r} is no id: lower-case ASCII letters, digits and hyphens")
        known = spool.known(name)
        old, line = known or (Concept(name, self.kind), self.line)
        new = self._facts(old, known is not None, line)
        if not row["lang"]:
            if row["text"]:
                raise self.wrong(f"{row['text']!r} has no lang; one of: {', '.join(LANGUAGES)}")
            if old.note or old.sources:
                raise self.wrong(
                    f"the duplicate concept {name!r}: a row before has its note and source already"
                )
            new = replace(new, note=row["note"], sources=split(row["source"]))
        if not known or new != old:
            spool.concept(name, new, line)
        if row["lang"]:
            spool.form(name, self._form())

    def _facts(self, concept: Concept, known: bool, line: int) -> Concept:
        """The concept with the facts of this row, which must not contradict those of rows before."""
        row = self.row
        if row["kind"] and row["kind"] not in get_args(Kind):
            raise self.wrong(f"kind {row['kind']!r} is none of: {', '.join(get_args(Kind))}")
        if not row["geonames"].isascii() or not (row["geonames"] or "0").isdigit():
            raise self.wrong(f"geonames {row['geonames']!r} is no number")
        if row["stance"] not in STANCES:
            raise self.wrong(f"stance {row['stance']!r} is none of: {', '.join(STANCES[1:])}")
        given = {key: row[key] for key in ("kind", "feature", "scale", "stance") if row[key]}
        for key, value in given.items():
            before = getattr(concept, key)
            if known and before and before != value:
                raise self.wrong(
                    f"{key} of {concept.id!r} is {value!r} here and {before!r} from line {line} on"
                )
        number = int(row["geonames"][:18] or 0)
        if number and concept.geonames not in (0, number):
            raise self.wrong(
                f"geonames of {concept.id!r} is {number} here and {concept.geonames} on line {line}"
            )
        return Concept(
            concept.id, next((k for k in get_args(Kind) if k == row["kind"]), concept.kind),
            given.get("feature", concept.feature), (), number or concept.geonames,
            given.get("scale", concept.scale), concept.note, concept.sources, given.get("stance", concept.stance),
        )  # fmt: skip

    def _form(self) -> Form:
        row, lang, text = self.row, self.row["lang"].lower(), self.row["text"]
        if lang not in LANGUAGES:
            raise self.wrong(f"lang {lang!r} is none of: {', '.join(LANGUAGES)}")
        if not text:
            raise self.wrong(f"no text in {lang} for {row['concept']!r}")
        sides = split(row["sides"])
        if unknown := [side for side in sides if side not in SIDES]:
            raise self.wrong(
                f"{text!r} names the unknown side {unknown[0]!r}; the sides are: {', '.join(SIDES)}"
            )
        if row["pos"] not in ("", *POS):
            raise self.wrong(f"pos of {text!r} must be one of: {', '.join(POS)}")
        if not re.fullmatch(r"[+-]?[0-2]|", row["load"]):
            raise self.wrong(f"load of {text!r} must be a whole number from -2 to 2")
        since, until = (day(row[key] or None, last=key == "to") for key in ("from", "to"))
        if isinstance(since, str) or isinstance(until, str) or (since and until and since > until):
            raise self.wrong(f"from and to of {text!r} must be years or days (YYYY-MM-DD), in order")
        return Form(
            lang, text, sides, since, until, int(row["load"] or 0), row["pos"], split(row["stems"]),
            split(row["unless"]), row["note"], row["source"],
        )  # fmt: skip


def split(cell: str) -> tuple[str, ...]:
    """The values of a cell, which bars part; a backslash before a bar or a backslash makes it a letter."""
    parts = _BAR.sub("\\1\n", cell).split("\n")
    values = (re.sub(r"\\([\\|])", r"\1", part).strip() for part in parts)
    return tuple(value for value in values if value)


def join(values: Iterable[str]) -> str:
    """The cell of several values."""
    return " | ".join(re.sub(r"([\\|])", r"\\\1", value) for value in values)


def pieces(concepts: Iterable[Concept]) -> Iterator[str]:
    """The lines of the file, its header and byte order mark first: spreadsheets ask for one."""
    yield "\ufeff" + _line(COLUMNS)
    for concept in concepts:
        facts = {
            "concept": concept.id,
            "kind": concept.kind,
            "feature": concept.feature,
            "scale": concept.scale,
            "stance": concept.stance,
        }
        if concept.geonames:
            facts["geonames"] = str(concept.geonames)
        if concept.note or concept.sources:
            yield _line(_cells({**facts, "note": concept.note, "source": join(concept.sources)}))
        for form in concept.forms:
            yield _line(_cells({**facts, **_columns(form)}))


def _columns(form: Form) -> dict[str, str]:
    return {
        "lang": form.lang, "text": form.text, "sides": join(form.sides), "from": _day(form.since),
        "to": _day(form.until), "load": str(form.load or ""), "pos": form.pos, "stems": join(form.stems),
        "unless": join(form.unless), "note": form.note, "source": form.source,
    }  # fmt: skip


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _cells(row: dict[str, str]) -> list[str]:
    return [guard(row.get(name, "")) for name in COLUMNS]


def _line(cells: Iterable[str]) -> str:
    held = io.StringIO()
    csv.writer(held, lineterminator="\n").writerow(cells)
    return held.getvalue()
