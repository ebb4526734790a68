"""Wikidata entities as JSON: one, several, a dump (an array, an entity a line), or JSON lines.

Labels, aliases and official names (P1448, with the days of P580 and P582); P1566 is the GeoNames id.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from align.termfiles.base import edge, in_script, joined, lines, plain, slug
from align.termfiles.spool import Spool
from align.types import LANGUAGES, Concept, Form, Kind
from models.errors import InputError

_WHOLE = 8 << 20  # bytes of a file that is read as a whole; a larger one has an entity a line
_LINE = 32 << 20  # bytes of the longest line; Wikidata's own limit for an entity is far below
_TIME = re.compile(r"\+?0*([0-9]{4})-([0-9]{2})-([0-9]{2})T.*")


def fill(
    path: Path, spool: Spool, kind: Kind, only: frozenset[str] | None, packaged: Mapping[int, str]
) -> None:
    """Read the entities that are in `only`, by their own or their GeoNames id, or all.

    `packaged` gives the id of places that the packaged termbase has. Raises `InputError` with the line.
    """
    for line, entity in _entities(path):
        own = _at(entity, "id")
        if not isinstance(own, str) or not re.fullmatch(r"[QPL][0-9]{1,12}(-[FS][0-9]+)?", own):
            raise InputError(f'{path}:{line}: not a Wikidata entity, which has an "id" such as "Q1953"')
        if not own.startswith("Q"):  # properties and lexemes name nothing
            continue
        if (before := spool.first(own, line)) != line:
            raise InputError(f"{path}:{line}: the duplicate entity {own} stands on line {before} already")
        places = _places(entity)
        if only is None or own in only or only.intersection(map(str, places)):
            _keep(
                spool,
                entity,
                own,
                next((p for p in places if p in packaged), (*places, 0)[0]),
                kind,
                packaged,
            )


def _keep(spool: Spool, entity: Any, own: str, place: int, kind: Kind, packaged: Mapping[int, str]) -> None:
    forms = list(_forms(entity, own))
    fitting = [form for form in forms if in_script(form.text, form.lang)]
    if len(fitting) < len(forms):
        spool.left_out["names in another script than their language's"] += len(forms) - len(fitting)
    if not fitting:
        spool.left_out["entities without a name in any of the languages"] += 1
        return
    name = packaged.get(place, "")
    if not name or spool.known(name):  # two entities may claim one place
        names = (slug(form.text) for lang in LANGUAGES for form in fitting if form.lang == lang)
        name = f"{next(filter(None, names), 'item')}-{own.lower()}"
    note = plain(str(_at(entity, "descriptions", "en", "value") or ""))
    spool.concept(name, Concept(name, kind, "", (), place, "", note, (f"Wikidata {own}",)))
    for form in fitting:
        spool.form(name, form)


def _forms(entity: Any, own: str) -> Iterator[Form]:
    """The names in each language: the label, official names of today, aliases, official names of the past.

    A label or alias that is an official name too has its days.
    """
    official = list(_official(entity, own))
    for lang in LANGUAGES:
        here = [form for form in official if form.lang == lang]
        label = _text(_at(entity, "labels", lang))
        others = _at(entity, "aliases", lang)
        aliases = [_text(other) for other in others] if isinstance(others, list) else []
        days = {form.text for form in here}
        yield from sorted((form for form in here if form.text == label), key=_past)
        if label and label not in days:
            yield Form(lang, label, note="label", source=f"Wikidata {own}")
        yield from (form for form in here if form.text != label and not _past(form))
        for alias in aliases:
            if alias and alias not in days:
                yield Form(lang, alias, note="also known as", source=f"Wikidata {own}")
        yield from (form for form in here if form.text != label and _past(form))


def _past(form: Form) -> bool:
    return form.until is not None


def _official(entity: Any, own: str) -> Iterator[Form]:
    for claim in _claims(entity, "P1448"):
        value = _at(claim, "mainsnak", "datavalue", "value")
        lang, text = _at(value, "language"), plain(str(_at(value, "text") or ""))
        if lang in LANGUAGES and text:
            since, since_note = _day(claim, "P580", "from")
            until, until_note = _day(claim, "P582", "to")
            note = joined("official name", since_note, until_note)
            yield Form(str(lang), text, (), since, until, note=note, source=f"Wikidata {own}")


def _places(entity: Any) -> list[int]:
    values = (_at(claim, "mainsnak", "datavalue", "value") for claim in _claims(entity, "P1566"))
    return [int(v) for v in values if isinstance(v, str) and re.fullmatch(r"[0-9]{1,12}", v)]


def _claims(entity: Any, name: str) -> list[Any]:
    """The statements of a property that are not deprecated, preferred ones first."""
    claims = _at(entity, "claims", name)
    held = [c for c in claims if _at(c, "rank") != "deprecated"] if isinstance(claims, list) else []
    return sorted(held, key=lambda claim: _at(claim, "rank") != "preferred")


def _day(claim: Any, name: str, what: str) -> tuple[date | None, str]:
    """The day of a qualifier, or, where it is no day, month or year, what to note of it."""
    snaks = _at(claim, "qualifiers", name)
    value = _at(snaks[0], "datavalue", "value") if isinstance(snaks, list) and snaks else None
    time, precision = str(_at(value, "time") or ""), _at(value, "precision")
    if not time or not isinstance(precision, int):
        return None, ""
    day = None
    if precision >= 9 and (found := _TIME.fullmatch(time)):
        year, month, of_month = map(int, found.groups())
        month, of_month = (month if precision >= 10 else 0), (of_month if precision >= 11 else 0)
        day = edge(year, month, of_month, last=what == "to")
    return day, "" if day else f"{what} about {time.partition('T')[0]}"


def _text(value: Any) -> str:
    return plain(str(_at(value, "value") or ""))


def _at(value: Any, *names: str) -> Any:
    """What stands in a JSON value under these names, or nothing."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _entities(path: Path) -> Iterator[tuple[int, Any]]:
    """Every entity and the line on which it begins."""
    for line, value in _values(path):
        inside = value.get("entities") if isinstance(value, dict) else None
        if isinstance(inside, dict):
            for entity in inside.values():
                yield line, entity
        else:
            yield line, value


def _values(path: Path) -> Iterator[tuple[int, Any]]:
    """Every JSON value of the file, a dump's array taken apart, and the line on which it begins."""
    texts = lines(path, _LINE)
    if path.is_file() and path.stat().st_size <= _WHOLE:
        yield from _sequence(path, "".join(text for _, text in texts))
        return
    for number, text in texts:
        bare = text.strip().rstrip(",")
        if bare not in ("", "[", "]"):
            try:
                yield number, json.loads(bare)
            except (ValueError, RecursionError) as error:
                raise _broken(path, number, error) from error


def _sequence(path: Path, text: str) -> Iterator[tuple[int, Any]]:
    """The values that stand one after another in a text, or in one array."""
    decoder, line, done = json.JSONDecoder(), 1, 0
    array = text.lstrip().startswith("[")
    at = text.index("[") + 1 if array else 0
    while True:
        while at < len(text) and (text[at].isspace() or text[at] == ","):
            at += 1
        line += text.count("\n", done, at)
        done = at
        if at == len(text):
            if array:
                raise InputError(
                    f"{path}:{line}: the array is not closed, so the file is cut short; take it again"
                )
            return
        if array and text[at] == "]":
            return
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            raise _broken(path, getattr(error, "lineno", line), error) from error
        yield line, value


def _broken(path: Path, line: int, error: Exception) -> InputError:
    reason = getattr(error, "msg", "") or (
        "nested too deep" if isinstance(error, RecursionError) else str(error)
    )
    return InputError(f"{path}:{line}: not readable as JSON ({reason}); take the file from Wikidata again")
