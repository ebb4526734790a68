"""What every reader of names shares: lines of a file, and names brought into the termbase's shape."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from align.exports.xml import clean
from align.terms import SIDES
from align.types import LANGUAGES, Form
from models.errors import InputError

POS = ("adjective", "demonym", "abbreviation")
ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_SCRIPTS = {"en": "LATIN", "hy": "ARMENIAN", "az": "LATIN", "ru": "CYRILLIC", "tr": "LATIN"}
_PACKED = {b"PK\x03\x04": "a zip archive", b"\x1f\x8b": "compressed", b"BZh": "compressed"}
_WIDE = (b"\xff\xfe", b"\xfe\xff")


def lines(path: Path, limit: int = 1 << 16) -> Iterator[tuple[int, str]]:
    """Every line of a UTF-8 file with its number, line ends kept; no line has more than `limit` bytes.

    Raises `InputError` where the file cannot be read, is no UTF-8 text, or has a longer line.
    """
    try:
        with path.open("rb") as file:
            head = file.read(4)
            if not head:
                raise InputError(f"{path}: is empty")
            if what := next((what for magic, what in _PACKED.items() if head.startswith(magic)), ""):
                raise InputError(f"{path}: is {what}; unpack it and import what is inside")
            if head.startswith(_WIDE):
                raise InputError(f"{path}: is UTF-16; save it as UTF-8")
            file.seek(3 if head.startswith(b"\xef\xbb\xbf") else 0)
            number = 0
            while raw := file.readline(limit + 1):
                number += 1
                if len(raw) > limit:
                    raise InputError(
                        f"{path}:{number}: a line of more than {limit >> 10} KiB; is this the file?"
                    )
                try:
                    text = raw.decode("utf-8")
                except UnicodeDecodeError as error:
                    raise InputError(
                        f"{path}:{number}: not UTF-8 ({error.reason}); save it as UTF-8"
                    ) from error
                if "\0" in text:
                    raise InputError(f"{path}:{number}: holds bytes that are no text (NUL); save it as UTF-8")
                yield number, text
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error}); check its name") from error


def plain(text: str) -> str:
    """The text in one line, composed, without characters that no text file holds."""
    return " ".join(clean(unicodedata.normalize("NFC", text)).split())


def slug(text: str) -> str:
    """An id made of a name: lower-case ASCII letters, digits and hyphens; "" where none is left."""
    ascii_only = unicodedata.normalize("NFKD", text.replace("ı", "i").replace("ə", "a").replace("Ə", "A"))
    bare = "".join(c for c in ascii_only if not unicodedata.combining(c) and c not in "'’ʼ`")
    return re.sub(r"[^a-z0-9]+", "-", bare.lower()).strip("-")


def in_script(text: str, lang: str) -> bool:
    """Whether the name has a letter of the script that its language is written in here."""
    return any(c.isalpha() and unicodedata.name(c, "").startswith(_SCRIPTS[lang]) for c in text)


def fitted(form: Form) -> Form | None:
    """The form as a termbase can hold it, or nothing where it has no text or no language of ours.

    What another program's file says that has no place here is left out; days in the wrong order go to the note.
    """
    text = plain(form.text)
    if not text or form.lang not in LANGUAGES:
        return None
    since, until, note = form.since, form.until, plain(form.note)
    if since and until and since > until:
        note = joined(note, f"from {since} to {until}")
        since = until = None
    return replace(
        form, text=text, since=since, until=until, note=note, source=plain(form.source),
        sides=tuple(side for side in form.sides if side in SIDES), load=max(-2, min(2, form.load)),
        pos=form.pos if form.pos in POS else "",
        stems=tuple(filter(None, map(plain, form.stems))), unless=tuple(filter(None, map(plain, form.unless))),
    )  # fmt: skip


def edge(year: int, month: int, day: int, *, last: bool) -> date | None:
    """The first or last day of a year, of a month where it is not 0, or the day; nothing where there is none."""
    try:
        if day:
            return date(year, month, day)
        if not last:
            return date(year, month or 1, 1)
        return date(year, 12, 31) if month in (0, 12) else date(year, month + 1, 1) - timedelta(days=1)
    except ValueError:
        return None


def joined(*parts: str) -> str:
    """The parts that say something, as one note."""
    return "; ".join(part for part in parts if part)
