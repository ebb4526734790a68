"""Names brought from other programs' files into a termbase, and a termbase written for them.

Reading takes little memory, however long the file; what was read is checked, sorted and written as TOML.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from align.exports.base import whole
from align.exports.tbx import DCT, MARTIF
from align.lint import everyday, unreachable
from align.termfiles import csv, geonames, tbx, toml, wikidata
from align.termfiles.base import lines
from align.termfiles.spool import Spool
from align.types import LANGUAGES, Concept, Kind
from models.errors import InputError

FORMS = ("csv", "tbx", "geonames", "wikidata")
WRITERS: Mapping[str, Callable[[Iterable[Concept]], Iterator[str]]] = {
    "csv": csv.pieces,
    "tbx": tbx.pieces,
    "tbx-dct": partial(tbx.pieces, style=DCT),
    "tbx-martif": partial(tbx.pieces, style=MARTIF),
    "toml": toml.pieces,
}
_SUFFIXES = {
    ".csv": "csv", ".tbx": "tbx", ".xml": "tbx", ".martif": "tbx", ".txt": "geonames", ".tsv": "geonames",
    ".json": "wikidata", ".jsonl": "wikidata", ".ndjson": "wikidata",
}  # fmt: skip
_NAMED = 5  # concepts or collisions named in a report; the file has them all


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did: concepts written, concepts that lack a language, and what the user should look at."""

    concepts: int
    incomplete: int
    remarks: tuple[str, ...]


def form_of(path: Path) -> str:
    """The form of a file by its suffix."""
    if path.suffix.lower() not in _SUFFIXES:
        raise InputError(f"{path}: its name does not say what it is; say --form {', '.join(FORMS)}")
    return _SUFFIXES[path.suffix.lower()]


def ids(path: Path) -> frozenset[str]:
    """GeoNames ids and Wikidata ids from a file, one a line; a `#` begins a comment."""
    found = set()
    for number, line in lines(path):
        if own := line.partition("#")[0].strip():
            if not re.fullmatch(r"Q?[1-9][0-9]{0,11}", own):
                raise InputError(
                    f"{path}:{number}: {own[:40]!r} is no GeoNames id (586523) nor a Wikidata id (Q1953)"
                )
            found.add(own)
    return frozenset(found)


def take(
    path: Path,
    form: str,
    put: Callable[[Iterator[str], bool], None],
    *,
    kind: Kind = "toponym",
    only: frozenset[str] | None = None,
    packaged: Mapping[int, str] = {},
) -> Report:
    """Read a file and hand its concepts as TOML to `put`: the text, and whether these concepts are complete.

    A termbase needs a name in every language, so concepts that lack one are handed over apart. `only` keeps the
    places with these ids; `packaged` gives the ids of the packaged termbase's places by GeoNames id.
    Raises `InputError` with file and line where the file is not what it should be.
    """
    readers: dict[str, Callable[[Path, Spool, Kind], None]] = {
        "csv": csv.fill,
        "tbx": tbx.fill,
        "geonames": partial(geonames.fill, only=only, packaged=packaged),
        "wikidata": partial(wikidata.fill, only=only, packaged=packaged),
    }
    try:
        with Spool(merge=form in ("geonames", "wikidata")) as spool:
            readers[form](path, spool, kind)
            return _written(path, spool, put)
    except sqlite3.Error as error:
        raise InputError(f"{path}: no room for the temporary file ({error}); free some disk space") from error


def _written(path: Path, spool: Spool, put: Callable[[Iterator[str], bool], None]) -> Report:
    complete, incomplete = spool.count(whole=True), spool.count(whole=False)
    if not complete and not incomplete:
        raise InputError(f"{path}: no name in {', '.join(LANGUAGES)} that was asked for")
    doubts = _Few("warning: ")
    for whole_ones, count in ((True, complete), (False, incomplete)):
        if count:
            put(toml.pieces(_watched(spool.concepts(whole=whole_ones), doubts)), whole_ones)
    for lang, folded, owners in spool.shared():
        doubts.add(f"{lang} {folded!r} is a form of {' and of '.join(owners)}")
    lacking = _Few("")
    for concept in spool.concepts(whole=False):
        lacking.add(_lacking(concept))
        if len(lacking.named) == _NAMED:
            lacking.more = incomplete - _NAMED
            break
    left_out = [f"left out: {count} {what}" for what, count in spool.left_out.items()]
    return Report(complete, incomplete, (*lacking.remarks(), *left_out, *doubts.remarks()))


class _Few:
    """The first few of many remarks, and how many more there are."""

    def __init__(self, what: str) -> None:
        self.what, self.named, self.more = what, list[str](), 0

    def add(self, said: str) -> None:
        if len(self.named) < _NAMED:
            self.named.append(self.what + said)
        else:
            self.more += 1

    def remarks(self) -> list[str]:
        return [*self.named, f"{self.what}and {self.more} more of the kind"] if self.more else self.named


def _watched(concepts: Iterator[Concept], doubts: _Few) -> Iterator[Concept]:
    """The concepts as they come, their doubtful forms noted."""
    for concept in concepts:
        for form in concept.forms:
            if said := everyday(concept.kind, form) or unreachable(form):
                doubts.add(f"{concept.id}: {said}")
        yield concept


def _lacking(concept: Concept) -> str:
    return f"{concept.id} lacks {', '.join(lang for lang in LANGUAGES if not concept.forms_in(lang))}"


def save(pieces: Iterator[str], path: Path) -> None:
    """Write a text to a file, whole or not at all; what stands there already is left alone."""
    if path.exists():
        raise InputError(f"{path}: exists; choose another path with -o, or remove it")
    with whole(path) as partly, partly.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(pieces)
