"""The termbase: concepts read from TOML, checked form by form."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, get_args

from align.fold import key
from align.types import LANGUAGES, Concept, Form, Kind, content_id
from models.errors import InputError

SIDES = [
    "international",
    "armenian",
    "azerbaijani",
    "russian",
    "turkish",
    "soviet",
    "georgian",
    "iranian",
    "ukrainian",
    "abkhaz",
    "ossetian",
    "serbian",
    "israeli",
    "kurdish",
    "historical",
]
_POS = ("adjective", "demonym", "abbreviation")
_FORM_KEYS = {"text", "sides", "from", "to", "load", "pos", "stems", "unless", "note", "source"}
_CONCEPT_KEYS = {"kind", "feature", "geonames", "scale", "stance", "note", "sources", *LANGUAGES}
STANCES = ("", "approving", "disapproving")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong or doubtful in a termbase file; `level` is `error` or `warning`."""

    path: str
    line: int
    level: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.level}: {self.message}"


@dataclass(frozen=True)
class Termbase:
    """Concepts by id, in the order of their files; `places` are those a gazetteer adds for one article."""

    concepts: Mapping[str, Concept]
    paths: Mapping[str, str] = field(default_factory=dict, compare=False)
    places: Mapping[str, Concept] = field(default_factory=dict)

    @cached_property
    def version(self) -> str:
        """A hash of every concept: equal termbases, equal version."""
        return content_id(*self.concepts.values())

    @cached_property
    def intensified(self) -> frozenset[Form]:
        """Loaded forms that are a milder form of their concept with a modifier: *fierce fighting*."""
        return frozenset(form for concept in self for form in _intensified(concept))

    def with_places(self, extra: Iterable[Concept]) -> Termbase:
        """This termbase and the places that a gazetteer adds for one article."""
        grown = Termbase(self.concepts, self.paths, {place.id: place for place in extra})
        grown.__dict__.update(
            version=self.version, intensified=self.intensified
        )  # they speak of the concepts
        return grown

    def __getitem__(self, concept: str) -> Concept:
        return self.concepts[concept] if concept in self.concepts else self.places[concept]

    def __hash__(self) -> int:
        return hash(self.version)

    def __iter__(self) -> Iterator[Concept]:
        return iter(self.concepts.values())

    def __len__(self) -> int:
        return len(self.concepts)

    def find(self, name: str) -> list[Concept]:
        """Concepts whose id or a form in any language equals `name`, whatever its case."""
        hits = [c for c in self if c.id == name]
        return hits or [c for c in self if any(key(f.text, f.lang) == key(name, f.lang) for f in c.forms)]

    def near(self, name: str) -> list[str]:
        """Up to three ids or names that look like `name`."""
        names = {key(text, "en") for c in self for text in (c.id, *(f.text for f in c.forms))}
        return difflib.get_close_matches(key(name, "en"), sorted(names), n=3)


def header_line(text: str, concept: str) -> int:
    """The line, from 1, on which the table of a concept begins; 1 where there is none."""
    header = re.compile(rf'\s*\[\s*["\']?{re.escape(concept)}["\']?\s*\]')
    return next((i for i, line in enumerate(text.splitlines(), start=1) if header.match(line)), 1)


def _intensified(concept: Concept) -> Iterator[Form]:
    for form in concept.forms if concept.kind == "loaded" else ():
        milder = [
            phrase
            for other in concept.forms_in(form.lang)
            if abs(other.load) < abs(form.load)
            for phrase in _phrases(other)
        ]
        if any(
            len(plain) < len(words) and (_alike(words[-len(plain) :], plain) or _alike(words, plain))
            for words in _phrases(form)
            for plain in milder
        ):
            yield form


def _phrases(form: Form) -> list[list[str]]:
    return [[word.rstrip("*") for word in phrase.split()] for phrase in form.stems or (form.text.lower(),)]


def _alike(words: list[str], plain: list[str]) -> bool:
    """Whether the words begin like those of `plain`, each the stem of the other or it of them."""
    return all(a.startswith(b) or b.startswith(a) for a, b in zip(words, plain, strict=False))


class _Reader:
    """Turns one file into concepts and problems; lines are looked up in the file's own text."""

    def __init__(self, path: str, text: str) -> None:
        self.path, self.lines = path, text.splitlines()
        self.problems: list[Problem] = []

    def line(self, concept: str, *needles: str) -> int:
        at = header_line("\n".join(self.lines), concept) - 1
        for needle in needles:
            for i in range(at, len(self.lines)):
                if i > at and re.match(r"\s*\[[^\[\]{}\"=,]+\]\s*(#.*)?$", self.lines[i]):
                    break
                if needle in self.lines[i]:
                    at = i
                    break
        return at + 1

    def report(self, level: str, message: str, concept: str, *needles: str) -> None:
        self.problems.append(Problem(self.path, self.line(concept, *needles), level, message))

    def form(self, concept: str, lang: str, raw: Any) -> Form | None:
        def wrong(message: str, needle: str = "") -> None:
            self.report("error", f"{concept}, {lang}: {message}", concept, f"{lang} =", needle or lang)

        if isinstance(raw, str):
            raw = {"text": raw}
        if not isinstance(raw, dict) or not isinstance(raw.get("text"), str) or not raw["text"].strip():
            wrong('a form is a string or a table with a "text"')
            return None
        text = raw["text"]
        if unknown := set(raw) - _FORM_KEYS:
            wrong(f"{text!r} has the unknown key {sorted(unknown)[0]!r}", text)
        lists: dict[str, tuple[str, ...]] = {}
        for name in ("sides", "stems", "unless"):
            value = raw.get(name, [])
            if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
                wrong(f"{name} of {text!r} must be a list of strings", text)
                value = []
            lists[name] = tuple(value)
        for side in lists["sides"]:
            if side not in SIDES:
                wrong(f"{text!r} names the unknown side {side!r}; the sides are: {', '.join(SIDES)}", text)
        load = raw.get("load", 0)
        if not isinstance(load, int) or not -2 <= load <= 2:
            wrong(f"load of {text!r} must be a whole number from -2 to 2", text)
            load = 0
        pos = raw.get("pos", "")
        if pos and pos not in _POS:
            wrong(f"pos of {text!r} must be one of: {', '.join(_POS)}", text)
        days = [day(raw.get(name), last=name == "to") for name in ("from", "to")]
        if "bad" in days or (isinstance(days[0], date) and isinstance(days[1], date) and days[0] > days[1]):
            wrong(f"from and to of {text!r} must be years or days, in order", text)
            days = [None, None]
        since, until = (day if isinstance(day, date) else None for day in days)
        return Form(
            lang,
            text,
            lists["sides"],
            since,
            until,
            load,
            pos,
            lists["stems"],
            lists["unless"],
            str(raw.get("note", "")),
            str(raw.get("source", "")),
        )

    def concept(self, name: str, raw: Any) -> Concept | None:
        if not isinstance(raw, dict):
            self.report("error", f"{name!r} stands outside any [concept] table", name, name)
            return None
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
            self.report("error", f"{name!r} is no id: lower-case ASCII letters, digits and hyphens", name)
        if unknown := set(raw) - _CONCEPT_KEYS:
            self.report(
                "error", f"{name} has the unknown key {sorted(unknown)[0]!r}", name, sorted(unknown)[0]
            )
        if raw.get("kind") not in get_args(Kind):
            self.report("error", f"{name}: kind must be one of: {', '.join(get_args(Kind))}", name, "kind")
            return None
        stance = raw.get("stance", "")
        if stance not in STANCES:
            self.report("error", f"{name}: stance must be one of: {', '.join(STANCES[1:])}", name, "stance")
            stance = ""
        forms: list[Form] = []
        for lang in LANGUAGES:
            entries = raw.get(lang, [])
            if not isinstance(entries, list) or not entries:
                self.report("error", f"{name} has no form in {lang}", name, f"{lang} =")
                continue
            read = [f for f in (self.form(name, lang, entry) for entry in entries) if f]
            for i, one in enumerate(read):
                if any(
                    key(one.text, lang) == key(other.text, lang)
                    and (one.sides, one.pos, one.load, one.since)
                    == (other.sides, other.pos, other.load, other.since)
                    for other in read[:i]
                ):
                    self.report(
                        "warning", f"{name}, {lang}: {one.text!r} stands twice", name, f"{lang} =", one.text
                    )
            forms += read
        sources = raw.get("sources", [])
        if not isinstance(sources, list) or not all(isinstance(s, str) for s in sources):
            self.report("error", f"{name}: sources must be a list of strings", name, "sources")
            sources = []
        return Concept(
            name,
            raw["kind"],
            str(raw.get("feature", "")),
            tuple(forms),
            int(raw.get("geonames", 0)),
            str(raw.get("scale", "")),
            str(raw.get("note", "")),
            tuple(sources),
            stance,
        )


def day(value: Any, *, last: bool) -> date | str | None:
    """A day from a TOML date, a year or a string of either; the word `bad` where it is neither."""
    if value is None or isinstance(value, date):
        return value
    text = str(value)
    try:
        if re.fullmatch(r"\d{4}", text):
            return date(int(text), 12, 31) if last else date(int(text), 1, 1)
        return date.fromisoformat(text)
    except ValueError:
        return "bad"


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        found = sorted(path.glob("*.toml"))
        if not found:
            raise InputError(f"{path}: no .toml file in this folder; a termbase is a folder of TOML files")
        return found
    if not path.exists():
        raise InputError(f"{path} does not exist; name a termbase file, or a folder of them")
    return [path]


def read(paths: Iterable[Path]) -> tuple[Termbase, list[Problem]]:
    """Read termbase files or folders; problems are returned, not raised."""
    concepts: dict[str, Concept] = {}
    where: dict[str, str] = {}
    problems: list[Problem] = []
    for path in [file for place in paths for file in _files(place)]:
        try:
            text = path.read_text(encoding="utf-8-sig")
            raw = tomllib.loads(text)
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
            line = re.search(r"at line (\d+)", str(error))
            why = f"not readable as TOML: {error}"
            if isinstance(error, UnicodeDecodeError):
                why = "not UTF-8; save it as UTF-8"
            problems.append(Problem(str(path), int(line[1]) if line else 1, "error", why))
            continue
        if not raw:
            problems.append(
                Problem(str(path), 1, "error", "no concept is in this file; write a [table] for each")
            )
        reader = _Reader(str(path), text)
        for name, table in raw.items():
            concept = reader.concept(name, table)
            if name in concepts:
                reader.report("error", f"{name} is already defined in {where[name]}", name)
            elif concept:
                concepts[name] = concept
                where[name] = str(path)
        problems += reader.problems
    return Termbase(concepts, where), problems


def load(*paths: Path) -> Termbase:
    """The termbase of `paths`, or the packaged one. Raises `InputError` at the first error, with file and line."""
    termbase, problems = read(paths or [packaged()])
    for problem in problems:
        if problem.level == "error":
            raise InputError(str(problem).replace(": error:", ":"))
    return termbase


def packaged() -> Path:
    """The folder of the termbase that comes with Araxes."""
    return Path(str(resources.files("align") / "data" / "terms"))


@lru_cache(maxsize=1)
def default() -> Termbase:
    """The packaged termbase, read once."""
    return load()
