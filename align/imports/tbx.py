"""Concepts of a TBX file, of 2019 or older, ours or another's."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any, get_args

from align.exports.xml import LANG, all_of, elements, text_of
from align.terms import SIDES
from align.types import LANGUAGES, Concept, Form, Kind
from models.errors import InputError

_LISTS = ("stems", "unless")


def concepts(path: Path, kind: Kind = "toponym") -> list[Concept]:
    """The concepts of a TBX file that have a name in one of the languages.

    `kind` is for entries that do not say theirs. Raises `InputError` where the file is broken, hostile or no TBX.
    """
    found = []
    for number, (_, entry) in enumerate(
        elements(path, ("tbx", "martif"), "conceptEntry", "termEntry"), start=1
    ):
        concept = _concept(path, entry, number, kind)
        if concept.forms:
            found.append(concept)
    return found


def _facts(element: Any) -> dict[str, str]:
    """The notes of the form `key: value`."""
    pairs = (text_of(note).partition(": ") for note in all_of(element, "note"))
    return {key: value for key, colon, value in pairs if colon}


def _typed(element: Any, name: str, kind: str) -> list[str]:
    return [text_of(inner) for inner in all_of(element, name) if inner.get("type") == kind]


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
    places = [
        x.get("target", "").rpartition("/")[2]
        for x in all_of(entry, "xref")
        if "geonames" in x.get("target", "")
    ]
    return Concept(
        own.removeprefix("c_") if own.startswith("c_") else slug or f"concept-{number}",
        next((k for k in get_args(Kind) if k == facts.get("kind")), kind),
        facts.get("feature", ""), tuple(forms), next((int(p) for p in places if p.isdecimal()), 0),
        facts.get("scale", ""), facts.get("remark", ""), tuple(_typed(entry, "admin", "source")),
    )  # fmt: skip


def _form(path: Path, lang: str, section: Any) -> Form | None:
    groups = all_of(section, "termGrp")  # martif's ntig has one more level
    held = groups[0] if groups else section
    term = next((text_of(inner) for inner in all_of(held, "term")), "").strip()
    if not term:
        return None
    facts = _facts(held)
    part = _typed(held, "termNote", "partOfSpeech")
    pos = facts.get("pos") or ("adjective" if "adjective" in part else "")
    pos = pos or (
        "abbreviation" if {"abbreviation", "acronym"} & set(_typed(held, "termNote", "termType")) else ""
    )
    try:
        since, until = (date.fromisoformat(facts[key]) if key in facts else None for key in ("from", "to"))
        stems, unless = (tuple(map(str, json.loads(facts.get(key, "[]")))) for key in _LISTS)
        load = max(-2, min(2, int(facts.get("load", "0"))))
    except ValueError as error:
        raise InputError(
            f"{path}: the note of {term!r} is not what it was exported as ({error}); mend or remove it"
        ) from error
    source = next(iter(_typed(held, "admin", "source")), "")
    return Form(
        lang, term, tuple(s for s in _typed(held, "admin", "projectSubset") if s in SIDES),
        since, until, load, pos, stems, unless, facts.get("remark", ""), source,
    )  # fmt: skip
