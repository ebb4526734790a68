"""The paragraphs of plain text, Markdown and HTML, as blocks for `align.roles`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from align.types import Role
from models.errors import InputError

if TYPE_CHECKING:
    from markdown_it.token import Token

# White space and characters without width; a line of nothing else is blank.
BLANK = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009"
    "\u200a\u2028\u2029\u202f\u205f\u3000\u00ad\u200b\u200c\u200d\u2060\ufeff"
)
# Lines end at LF, or at CR where there is no LF. U+0085 ends none: it is most often a mangled "…".
_BREAK = {True: re.compile(r"\r?\n|[\u2028\u2029]"), False: re.compile(r"[\r\u2028\u2029]")}
_BULLET = re.compile(r"(?:[-–—•*·>|]|\d{1,3}[.)])\s")
_NARROWEST_WRAP, _WIDEST_WRAP = 40, 130

_METADATA = re.compile(r"(---|\+\+\+)[ \t]*[\r\n].*?[\r\n]\1[ \t]*(?:\r\n?|\n|\Z)", re.DOTALL)
_PICTURE = re.compile(r"(?:\[?!\[[^\]]*\]\([^)]*\)(?:\]\([^)]*\))?\s*)+")
_OMIT = {"fence": "code", "code_block": "code", "html_block": "HTML", "table_open": "table"}
_LONGEST_NOTE = 200
_HTML_BLOCKS = {"head", "p", "list", "item", "quote", "table", "row", "cell", "div", "body"}


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph of the text, and its role or the reason to omit it where its markup says so."""

    start: int
    end: int
    role: Role | None = None
    omit: str = ""


def strip(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without the blanks at its ends."""
    while start < end and text[start] in BLANK:
        start += 1
    while start < end and text[end - 1] in BLANK:
        end -= 1
    return start, end


def line_spans(text: str, breaks: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """The span of each line between `breaks`, without blanks at its ends."""
    start = 0
    for match in breaks.finditer(text):
        yield strip(text, start, match.start())
        start = match.end()
    yield strip(text, start, len(text))


def text_blocks(text: str) -> list[Block]:
    """The paragraphs of plain text: what blank lines part, or single lines, or lines wrapped to a width."""
    blocks: list[Block] = []
    group: list[tuple[int, int]] = []
    for start, end in line_spans(text, _BREAK["\n" in text]):
        if start == end or (group and "\u2029" in text[group[-1][1] : start]):
            blocks += _unwrap(text, group)
            group = []
        if start < end:
            group.append((start, end))
    return blocks + _unwrap(text, group)


def _unwrap(text: str, group: list[tuple[int, int]]) -> list[Block]:
    """The paragraphs of a group of lines, some of them broken inside a paragraph.

    A line goes on if the next begins in lower case. Otherwise it goes on if the group is wrapped to a
    width: if most lines, and this one, are so full that the first word of the next did not fit.
    """
    if not group:
        return []
    width = max(end - start for start, end in group)
    full = [
        end - start >= _NARROWEST_WRAP
        and end - start + 1 + len(text[begin:stop].split(maxsplit=1)[0]) > width
        for (start, end), (begin, stop) in pairwise(group)
    ]
    wrapped = width <= _WIDEST_WRAP and sum(full) * 2 > len(full)
    blocks = []
    first = 0
    for number, (begin, stop) in enumerate(group[1:], start=1):
        joined = text[begin].islower() or (wrapped and full[number - 1])
        if not joined or _BULLET.match(text, begin, stop):
            blocks.append(Block(group[first][0], group[number - 1][1]))
            first = number
    return [*blocks, Block(group[first][0], group[-1][1])]


def markdown_blocks(text: str) -> list[Block]:
    """The paragraphs, list items and headings of Markdown; spans point into the file, marks included."""
    from markdown_it import MarkdownIt

    blocks: list[Block] = []
    base = 0
    if metadata := _METADATA.match(text):
        base = metadata.end()
        blocks.append(Block(*strip(text, 0, base), omit="metadata"))
    starts = [base, *(base + match.end() for match in re.finditer(r"\r\n?|\n", text[base:])), len(text)]

    def span(token: Token) -> tuple[int, int]:
        top, bottom = token.map or (0, 0)
        return starts[top], starts[min(bottom, len(starts) - 1)]

    role: Role | None = None
    table = False
    for token in MarkdownIt("commonmark").enable("table").parse(text[base:]):
        if token.type in _OMIT:
            blocks.append(Block(*strip(text, *span(token)), omit=_OMIT[token.type]))
        if token.type in ("table_open", "table_close"):
            table = token.type == "table_open"
        elif token.type in ("heading_open", "paragraph_open"):
            role = "heading" if token.type == "heading_open" else None
        elif token.type == "inline" and not table:
            start, end = _content(text, *span(token), token.content)
            picture = "picture" if _PICTURE.fullmatch(text[start:end]) else ""
            blocks.append(Block(start, end, role, picture))
    return [block for block in blocks if block.start < block.end]


def _content(text: str, start: int, end: int, content: str) -> tuple[int, int]:
    """Where the content of a token stands between `start` and `end`, without the marks around it."""
    lines = [line.strip() for line in content.strip().split("\n")]
    first, last = text.find(lines[0], start, end), text.rfind(lines[-1], start, end)
    if first < 0 or last < first:
        return strip(text, start, end)
    return strip(text, first, last + len(lines[-1]))


def html_blocks(page: str, name: str) -> tuple[str, list[Block]]:
    """The article on a web page: its text, made of title, byline and paragraphs, and their blocks.

    Raises `InputError` where the page holds no article.
    """
    found = _extract(page)
    if found is not None and found.body is not None and found.body.find(".//head") is None:
        # The extractor falls back on bare paragraphs too soon; its other mode keeps the headings.
        fuller = _extract(page, favor_recall=True)
        if fuller is not None and _length(fuller) <= 1.25 * _length(found):
            found = fuller
    if found is None or found.body is None:
        raise InputError(f"{name} holds no article that can be told from the page around it; save its text")
    parts = [(words.strip(BLANK), role) for words, role in _html_parts(found.body)]
    text, blocks = "", []
    for words, role in _html_front(found, [part for part in parts if part[0]]):
        for line in text_blocks(words):
            start = len(text)
            text += " ".join(re.split(r"\s*\n\s*", words[line.start : line.end])) + "\n\n"
            blocks.append(Block(start, len(text) - 2, role))
    return text.rstrip("\n") + "\n", blocks


def _extract(page: str, **options: bool) -> Any:
    from trafilatura import bare_extraction

    return bare_extraction(
        re.sub(r"\A\s*<\?xml[^>]*\?>", "", page),
        with_metadata=True,
        include_comments=False,
        include_tables=False,
        date_extraction_params={"original_date": True, "extensive_search": False},
        **options,
    )


def _length(found: Any) -> int:
    return sum(map(len, found.body.itertext()))


def _html_parts(element: Any) -> Iterator[tuple[str, Role | None]]:
    """The runs of text between the block elements, in order."""
    role: Role | None = "heading" if element.tag == "head" else None
    run = element.text or ""
    for child in element:
        if child.tag in _HTML_BLOCKS:
            yield run, role
            yield from _html_parts(child)
            run = ""
        elif child.tag == "lb":
            run += "\n"
        else:
            run += "".join(child.itertext())
        run += child.tail or ""
    yield run, role


def _html_front(found: Any, parts: list[tuple[str, Role | None]]) -> list[tuple[str, Role | None]]:
    """The parts with the title and the byline in front that the page states in its metadata alone."""
    title = " ".join((found.title or "").split())
    if found.sitename and title.endswith(found.sitename):
        title = title.removesuffix(found.sitename).rstrip(" |•·–—-") or title
    top: list[tuple[str, Role | None]] = []
    if parts and parts[0][1] == "heading":
        top, parts = parts[:1], parts[1:]
    elif title and title not in "\n".join(words for words, _ in parts[:3]).split("\n"):
        top = [(title, "title")]
    notes = [words for words, _ in parts[:5] if len(words) <= _LONGEST_NOTE]
    author, date = found.author or "", found.date or ""
    stated = " ".join(notes)  # by its surname and its year
    signed = [
        note for note, mark in ((author, author.split(" ")[-1]), (date, date[:4])) if mark not in stated
    ]
    if signed:
        top = [*top, (", ".join(signed), "byline")]
    return [*top, *parts]
