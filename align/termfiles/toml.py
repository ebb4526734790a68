"""A termbase as TOML: the form that `align.terms.read` reads, the same text for the same concepts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from align.types import LANGUAGES, Concept, Form

_WIDTH = 110
# what a basic string cannot hold as it is, and what would break a line for some readers
_ESCAPED = re.compile('["\\\\\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]')
_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def pieces(concepts: Iterable[Concept]) -> Iterator[str]:
    """The tables of the concepts, in their order, an empty line between them."""
    for number, concept in enumerate(concepts):
        yield ("\n" if number else "") + table(concept)


def table(concept: Concept) -> str:
    """One concept as a table; a comment names the languages it lacks."""
    lacking = [lang for lang in LANGUAGES if not concept.forms_in(lang)]
    lines = [f"# {concept.id} lacks {', '.join(lacking)}"] if lacking else []
    lines += [f"[{concept.id}]", f"kind = {quoted(concept.kind)}"]
    if concept.feature:
        lines.append(f"feature = {quoted(concept.feature)}")
    if concept.geonames:
        lines.append(f"geonames = {concept.geonames}")
    if concept.scale:
        lines.append(f"scale = {quoted(concept.scale)}")
    if concept.note:
        lines.append(f"note = {quoted(concept.note)}")
    if concept.sources:
        lines.append(f"sources = {_list(concept.sources)}")
    for lang in LANGUAGES:
        if forms := concept.forms_in(lang):
            lines.append(_forms(lang, [_form(form, concept.kind == "loaded") for form in forms]))
    return "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    """A basic string."""
    whole = text.encode("utf-8", "replace").decode("utf-8")  # half a surrogate pair is no character
    return '"' + _ESCAPED.sub(_escape, whole) + '"'


def _escape(found: re.Match[str]) -> str:
    return _SHORT.get(found[0]) or f"\\u{ord(found[0]):04x}"


def _list(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(quoted, texts))}]"


def _forms(lang: str, forms: list[str]) -> str:
    line = f"{lang} = [{', '.join(forms)}]"
    return line if len(line) <= _WIDTH else "\n".join([f"{lang} = [", *(f"  {form}," for form in forms), "]"])


def _form(form: Form, loaded: bool) -> str:
    parts = [f"text = {quoted(form.text)}"]
    if form.sides:
        parts.append(f"sides = {_list(form.sides)}")
    if form.since:
        parts.append(f"from = {_day(form.since, (1, 1))}")
    if form.until:
        parts.append(f"to = {_day(form.until, (12, 31))}")
    if form.load or loaded:
        parts.append(f"load = {form.load}")
    if form.pos:
        parts.append(f"pos = {quoted(form.pos)}")
    if form.stems:
        parts.append(f"stems = {_list(form.stems)}")
    if form.unless:
        parts.append(f"unless = {_list(form.unless)}")
    if form.note:
        parts.append(f"note = {quoted(form.note)}")
    if form.source:
        parts.append(f"source = {quoted(form.source)}")
    return f"{{ {', '.join(parts)} }}" if len(parts) > 1 else quoted(form.text)


def _day(day: date, edge: tuple[int, int]) -> str:
    """A year where the day is the edge of one."""
    return f'"{day.year:04d}"' if (day.month, day.day) == edge else f'"{day.isoformat()}"'
