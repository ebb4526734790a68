"""Concepts of a TBX file, of 2019 in either style or older, ours or another's; read entry by entry."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, get_args

from align.exports.xml import LANG, all_of, elements, local, text_of
from align.terms import SIDES, STANCES
from align.types import LANGUAGES, Concept, Form, Kind
from models.errors import InputError

_LISTS = ("stems", "unless")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a file: the line it begins on, its own id if it has one, and what it says."""

    line: int
    own: str
    concept: Concept


def entries(path: Path, kind: Kind = "toponym") -> Iterator[Entry]:
    """The entries of a TBX file, one at a time; those without a name in our languages have no forms.

    `kind` is for entries that do not say theirs. Raises `InputError` where the file is broken, hostile or no TBX.
    """
    found = elements(path, ("tbx", "martif"), "conceptEntry", "termEntry")
    for number, (_, entry) in enumerate(found, start=1):
        yield Entry(entry.sourceline or 1, entry.get("id") or "", _concept(path, entry, number, kind))


def concepts(path: Path, kind: Kind = "toponym") -> list[Concept]:
    """The concepts of a TBX file that have a name in one of the languages. Raises what `entries` raises."""
    return [entry.concept for entry in entries(path, kind) if entry.concept.forms]


def _inside(element: Any) -> Iterator[Any]:
    """The children of an element, those of its groups (`adminGrp`, `descripGrp`, …) included."""
    for inner in element:
        yield inner
        if local(inner).endswith("Grp"):
            yield from _inside(inner)


def _facts(element: Any) -> dict[str, str]:
    """The notes of the form `key: value`."""
    pairs = (text_of(note).partition(": ") for note in all_of(element, "note"))
    return {key: value for key, colon, value in pairs if colon}


def _category(element: Any, name: str) -> list[Any]:
    """The elements of a data category, whether the style makes it a tag or the attribute `type`."""
    return [inner for inner in _inside(element) if name in (local(inner), inner.get("type"))]


def _typed(element: Any, name: str) -> list[str]:
    return [text_of(inner) for inner in _category(element, name)]


def _concept(path: Path, entry: Any, number: int, kind: Kind) -> Concept:
    facts = _facts(entry)
    forms = []
    for section in (*all_of(entry, "langSec"), *all_of(entry, "langSet")):
        lang = (section.get(LANG) or "").replace("_", "-").partition("-")[0].lower()
        if lang in LANGUAGES:
            terms = (*all_of(section, "termSec"), *all_of(section, "tig"), *all_of(section, "ntig"))
            forms += [form for term in terms if (form := _form(path, lang, term))]
    names = [form.text for form in forms if form.lang == "en"] or [form.text for form in forms]
    slug = re.sub(r"[^a-z0-9]+", "-", names[0].lower()).strip("-") if names else ""
    own = entry.get("id") or ""
    targets = (x.get("target", "") for x in _category(entry, "externalCrossReference"))
    places = [target.rpartition("/")[2] for target in targets if "geonames" in target]
    return Concept(
        own.removeprefix("c_") if own.startswith("c_") else slug or f"concept-{number}",
        next((k for k in get_args(Kind) if k == facts.get("kind")), kind),
        facts.get("feature", ""), tuple(forms), next((int(p) for p in places if p.isdecimal()), 0),
        facts.get("scale", ""), facts.get("remark", ""), tuple(_typed(entry, "source")),
        next((s for s in STANCES if s == facts.get("stance")), ""),
    )  # fmt: skip


def _form(path: Path, lang: str, section: Any) -> Form | None:
    term = next((text_of(inner) for inner in _inside(section) if local(inner) == "term"), "").strip()
    if not term:
        return None
    groups = all_of(section, "termGrp")  # martif's ntig has one more level
    facts = _facts(section) | {k: v for group in groups for k, v in _facts(group).items()}
    pos = facts.get("pos") or ("adjective" if "adjective" in _typed(section, "partOfSpeech") else "")
    pos = pos or ("abbreviation" if {"abbreviation", "acronym"} & set(_typed(section, "termType")) else "")
    try:
        since, until = (date.fromisoformat(facts[key]) if key in facts else None for key in ("from", "to"))
        stems, unless = (tuple(map(str, json.loads(facts.get(key, "[]")))) for key in _LISTS)
        load = max(-2, min(2, int(facts.get("load", "0"))))
    except ValueError as error:
        raise InputError(
            f"{path}: the note of {term!r} is not what it was exported as ({error}); mend or remove it"
        ) from error
    return Form(
        lang, term, tuple(s for s in _typed(section, "projectSubset") if s in SIDES), since, until, load, pos,
        stems, unless, facts.get("remark", ""), next(iter(_typed(section, "source")), ""),
    )  # fmt: skip
