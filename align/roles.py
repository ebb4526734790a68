"""What the paragraphs of an article are: title, byline, dateline, heading, body, or no part of it.

The patterns are data, in `data/reader`: `furniture.txt`, `byline.txt` and `dateline.txt`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files

from align.blocks import Block
from align.segment import sentences
from align.types import Omission, Role, Segment

LONGEST_TITLE = 200
LONGEST_HEADING = 80
LONGEST_FURNITURE = 300
_STOPS = ".!?…։:;,"
_CLOSERS = "\"'”’»›“)]*_ \u00a0"
_SIGNS = " \u00a0\u200b.!:|•·<>«»‹›→←▶►▼▲*_#~=-–—"
_BULLET = re.compile(r"(?:[-–—•*·]|\d{1,3}[.)]|\w\))\s")


def assign(
    text: str, blocks: Sequence[Block], lang: str
) -> tuple[tuple[Segment, ...], tuple[Omission, ...], str]:
    """The segments of a text, what is left out of it, and its title ("" where it has none)."""
    segments: list[Segment] = []
    omitted: list[Omission] = []
    title = ""
    kept = []
    for block in blocks:
        reason = block.omit or furniture(text[block.start : block.end])
        if reason:
            omitted.append(Omission(block.start, block.end, text[block.start : block.end], reason))
        else:
            kept.append(block)
    body = False
    for number, block in enumerate(kept):
        role = _role(text, kept, number, bool(title), body)
        spans = [(block.start, block.end, role)]
        if role == "body":
            spans = list(_body(text, block, lang, first=not body))
            body = True
        elif role == "title":
            title = " ".join(text[block.start : block.end].split())
        for start, end, kind in spans:
            segments.append(Segment(len(segments), kind, start, end, text[start:end], number))
    return tuple(segments), tuple(omitted), title


def _role(text: str, blocks: Sequence[Block], number: int, titled: bool, body: bool) -> Role:
    block = blocks[number]
    words = text[block.start : block.end]
    last = number == len(blocks) - 1
    if block.role in ("title", "heading"):
        return "title" if not titled and not body else "heading"
    if block.role == "byline" or byline(words, front=not body):
        return "byline"
    if dateline(words):
        return "dateline"
    if block.role == "body" or last or _BULLET.match(words) or words.rstrip(_CLOSERS)[-1:] in _STOPS:
        return "body"
    if not titled and not body and len(words) <= LONGEST_TITLE:
        return "title"
    return "heading" if len(words) <= LONGEST_HEADING else "body"


def _body(text: str, block: Block, lang: str, *, first: bool) -> Iterator[tuple[int, int, Role]]:
    """The sentences of a paragraph, after the dateline that may open the first one."""
    start = block.start
    if first and (found := leading_dateline(text[start : block.end])):
        yield start, start + len(found.rstrip()), "dateline"
        start += len(found)
    for begin, end in sentences(text[start : block.end], lang):
        yield start + begin, start + end, "body"


def furniture(words: str) -> str:
    """Why a paragraph is no part of the article, or "" where it is one."""
    if len(words) > LONGEST_FURNITURE:
        return ""
    line = _fold(words).strip(_SIGNS + "…")
    return next((reason for reason, pattern in _patterns("furniture") if pattern.fullmatch(line)), "")


def byline(words: str, *, front: bool) -> bool:
    """Whether a paragraph says who wrote the article or when; `front` says that it stands above it."""
    if len(words) > LONGEST_TITLE:
        return False
    line = _fold(words).strip(_SIGNS)
    for section, pattern in _patterns("byline"):
        stopped = words.rstrip(_CLOSERS)[-1:] in _STOPS
        if pattern.fullmatch(line) and (section == "anywhere" or (front and not stopped)):
            return True
    return False


def dateline(words: str) -> bool:
    """Whether a paragraph is nothing but a place and a date, or one of them with an agency."""
    if len(words) > LONGEST_HEADING:
        return False
    line = " ".join(words.split()).strip("*_ ")
    for kind in ("place first", "date first"):
        if (found := _datelines()[kind].fullmatch(line)) and _names(found["place"] or ""):
            return True
    return leading_dateline(line + " A") == line + " "


def leading_dateline(words: str) -> str:
    """The dateline that opens a paragraph, with the white space after it, or ""."""
    for kind in ("dash", "agency", "date"):
        found = _datelines()[kind].match(words)
        if not found or words[found.end() : found.end() + 1].islower() or not _names(found["place"]):
            continue
        capitals = all(word.isupper() for word in re.findall(r"[^\W\d_]{2,}", found["place"]))
        evidence = found["agency"] or (found["date"] and kind == "dash")
        if evidence or capitals:
            return found[0]
    return ""


def _names(place: str) -> bool:
    """Whether every word of a place begins with a capital."""
    return all(word[0].isupper() for word in re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)*", place))


def _fold(words: str) -> str:
    """Lower case that knows no dots on i, so that İ and I fall together, and single spaces."""
    return " ".join(words.replace("İ", "i").casefold().replace("ı", "i").split())


def _sections(name: str) -> Iterator[tuple[str, str]]:
    """The lines of a pattern file, each with the section it stands in."""
    section = ""
    for raw in (files("align") / "data" / "reader" / f"{name}.txt").read_text("utf-8").split("\n"):
        line = raw.strip()
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            yield section, line


@cache
def _patterns(name: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """One pattern for each section of a file."""
    found: dict[str, list[str]] = {}
    for section, line in _sections(name):
        pattern = re.escape(_fold(line).strip(_SIGNS))
        pattern = re.sub(r"(?:\\ )?…(?:\\ )?", lambda gap: _gap(gap[0]), pattern)
        found.setdefault(section, []).append(pattern.replace("№", r"\d[\d.,\s]*"))
    return tuple((section, re.compile("|".join(lines))) for section, lines in found.items())


def _gap(ellipsis: str) -> str:
    """Any words or none; white space in the pattern parts them from the words beside them."""
    before, after = ellipsis.startswith("\\"), ellipsis.endswith(" ")
    if before and after:
        return r"\s(?:.*\s)?"
    return r"(?:\s.*)?" if before else r"(?:.*\s)?" if after else ".*"


@cache
def _datelines() -> dict[str, re.Pattern[str]]:
    words: dict[str, list[str]] = {}
    for section, line in _sections("dateline"):
        words.setdefault(section, []).extend(re.escape(word) for word in line.split())
    months, weekdays, agencies = ("|".join(words[name]) for name in ("months", "weekdays", "agencies"))
    word = r"[^\W\d_]+(?:[-'’.][^\W\d_]+)*\.?"
    place = rf"(?P<place>{word}(?:[ ]{word}){{0,3}}(?:[,/][ ]?{word}(?:[ ]{word}){{0,2}}){{0,2}})"
    month = rf"(?:{months})\w{{0,5}}\.?"
    year = r"\d{4}(?:\s?(?:г\.?|года|թ\.?|թ․|թվական\w*|-c[iıuü]\s\w+|y\.))?"
    day = r"\d{1,2}(?:st|nd|rd|th|-\w{1,3})?"
    date = (
        rf"(?:(?:{weekdays})\w*\.?,?\s)?(?:{day}\s{month}(?:,?\s?{year})?|{month}\s{day}(?:,?\s?{year})?"
        rf"|{year}\s{month}\s{day}|\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}|\d{{4}}-\d\d-\d\d)"
    )
    agency = rf"(?:{agencies})(?:\s[^\W\d_]+)?"
    known = rf",?\s?\({agency}\)|(?:[,.]\s?/?|\s?/){agency}/?"
    named = rf"(?P<agency>{known})"
    bracketed = rf"(?P<agency>{known}|,?\s?\((?-i:[A-ZА-ЯԱ-ՖƏÇĞİÖŞÜ])[^()]{{1,40}}\))"
    time = r"(?:,?\s(?:at\s)?\d{1,2}[:.]\d\d(?:\s?[ap]\.?m\.?|\s?[A-Z]{3,4})?)"
    mark = r"[*_]{0,3}"
    dash = r"(?:\s?[—–]\s?|\s-\s|\s?--\s?)"
    forms = {
        "place first": rf"(?:{place}[,.]?\s)?{date}{time}?(?:\s?[-—–|]?\s?{named})?[.:։]?",
        "date first": rf"{date}{time}?[,.]?\s(?:[-—–|]\s)?{place}",
        "dash": rf"{mark}{place}(?:[,.]\s(?P<date>{date}))?{bracketed}?{mark}{dash}(?:{agency}[.:]\s)?",
        "agency": rf"{mark}{place}(?:[,.]\s(?P<date>{date}))?{named}{mark}(?:\.?[:։.]|(?<=/))\s+",
        "date": rf"{mark}{place},\s(?P<date>{date})(?P<agency>){mark}[:։.]\s+",
    }
    return {kind: re.compile(form, re.IGNORECASE) for kind, form in forms.items()}
