"""A termbase as TOML: the form that `align.terms.read` reads, the same text for the same concepts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
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
    facts = {
        "kind": concept.kind, "feature": concept.feature, "geonames": concept.geonames or "", "scale": concept.scale,
        "stance": concept.stance,
        "note": concept.note, "sources": concept.sources,
    }  # fmt: skip
    lines = [f"# {concept.id} lacks {', '.join(lacking)}"] if lacking else []
    lines += [f"[{concept.id}]", *_pairs(facts)]
    for lang in LANGUAGES:
        if forms := concept.forms_in(lang):
            lines.append(_forms(lang, [_form(form, concept.kind == "loaded") for form in forms]))
    return "\n".join(lines) + "\n"


def _pairs(facts: Mapping[str, str | int | tuple[str, ...]]) -> list[str]:
    """`key = value` for each fact that is known; a number is one even where it is 0."""
    found = []
    for key, value in facts.items():
        if isinstance(value, int):
            found.append(f"{key} = {value}")
        elif value:
            found.append(f"{key} = {quoted(value) if isinstance(value, str) else _list(value)}")
    return found


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
    facts = {
        "text": form.text, "sides": form.sides, "from": _day(form.since, (1, 1)), "to": _day(form.until, (12, 31)),
        "load": form.load if form.load or loaded else "", "pos": form.pos, "stems": form.stems,
        "unless": form.unless, "note": form.note, "source": form.source,
    }  # fmt: skip
    pairs = _pairs(facts)
    return f"{{ {', '.join(pairs)} }}" if len(pairs) > 1 else quoted(form.text)


def _day(day: date | None, edge: tuple[int, int]) -> str:
    """The day, or a year where the day is the edge of one; "" where there is none."""
    if day is None:
        return ""
    return f"{day.year:04d}" if (day.month, day.day) == edge else day.isoformat()
