"""An article in plain text, Markdown or HTML becomes a `Document`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from align.blocks import BLANK, html_blocks, line_spans, markdown_blocks, text_blocks
from align.decode import decode
from align.roles import assign
from align.types import LANGUAGES, Document, Segment
from models.errors import InputError

Format = Literal["text", "markdown", "html"]

_SUFFIXES: dict[str, Format] = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
}
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
# Lines as other tools count them, so that line n stays line n: at LF, or at CR where there is no LF.
_LINE = {True: re.compile(r"\r?\n"), False: re.compile(r"\r")}


def read(path: Path, lang: str = "en", *, lines: bool = False) -> Document:
    """The article in a file, in segments with their roles; the suffix tells Markdown and HTML.

    With `lines` each line that is not empty is one segment, whatever the language, and
    `Segment.paragraph` is its line number from 0. Raises `InputError` where the file cannot be read, is
    no text or is empty, and for an unknown language.
    """
    _check_language(lang, lines)
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise InputError(f"{path} does not exist; check its name and folder") from error
    except IsADirectoryError as error:
        raise InputError(f"{path} is a directory; name a file in it") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{path} cannot be read ({reason}); check its name and permissions") from error
    return from_bytes(data, lang, origin=str(path), lines=lines)


def from_bytes(data: bytes, lang: str, *, origin: str, lines: bool = False) -> Document:
    """The article in the bytes of the file `origin`, as `read` makes it."""
    form = _SUFFIXES.get(Path(origin).suffix.lower(), "html" if _HTML.match(data[:4096]) else "text")
    text = decode(data, origin, lang, html=form == "html")
    return from_text(text, lang, origin=origin, lines=lines, format=form)


def from_text(
    text: str, lang: str, *, origin: str = "", lines: bool = False, format: Format = "text"
) -> Document:
    """The article in a string, as `read` makes it of a file.

    `Document.text` is the string itself, less a byte order mark; of HTML it is the text extracted, one
    paragraph a block. Raises `InputError` where there is nothing to read.
    """
    _check_language(lang, lines)
    name = origin or "the text"
    text = text.removeprefix("\ufeff")
    if not text.strip(BLANK):
        raise InputError(f"{name} is empty; give it at least one sentence")
    if lines:
        return Document(lang, text, tuple(_line_segments(text)), origin=origin)
    if format == "html":
        text, blocks = html_blocks(text, name)
    else:
        blocks = markdown_blocks(text) if format == "markdown" else text_blocks(text)
    segments, omitted, title = assign(text, blocks, lang)
    if not segments:
        raise InputError(f"{name} holds no article, only what surrounds one; give it the text itself")
    return Document(lang, text, segments, title, origin, omitted)


def _check_language(lang: str, lines: bool) -> None:
    if not lines and lang not in LANGUAGES:
        raise InputError(f"{lang!r} is not a language of this program; use one of {', '.join(LANGUAGES)}")


def _line_segments(text: str) -> Iterator[Segment]:
    index = 0
    for number, (start, end) in enumerate(line_spans(text, _LINE["\n" in text])):
        if start < end:
            yield Segment(index, "body", start, end, text[start:end], number)
            index += 1
