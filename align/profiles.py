"""Profiles: which sides' forms a house accepts, by kind and by the article's date."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path

from align.terms import SIDES, day
from align.types import Concept, Form
from models.errors import InputError


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of a profile: the accepted sides, best first, and where the line holds."""

    sides: tuple[str, ...]
    unmarked: str = "yes"
    kinds: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None

    def holds(self, kind: str, on: date | None) -> bool:
        """Whether the rule speaks of this kind of concept on this day."""
        if self.kinds and kind not in self.kinds:
            return False
        return on is None or (
            (self.since is None or self.since <= on) and (self.until is None or on <= self.until)
        )


@dataclass(frozen=True, slots=True)
class Profile:
    """A named convention; a form is accepted if any rule that holds accepts it."""

    name: str
    rules: tuple[Rule, ...]
    note: str = ""

    def accepted(self, concept: Concept, lang: str, on: date | None = None) -> tuple[Form, ...]:
        """The accepted forms of a concept, best first; all of them where no rule accepts any."""
        forms = [form for form in concept.forms_in(lang) if form.valid_on(on)] or list(concept.forms_in(lang))
        found: list[Form] = []
        for rule in self.rules:
            if not rule.holds(concept.kind, on):
                continue
            marked = [form for side in rule.sides for form in forms if side in form.sides]
            unmarked = [form for form in forms if not form.sides]
            found += marked
            if rule.unmarked == "yes":
                found = [*unmarked, *found]
            elif rule.unmarked == "fallback" and not marked:
                found += unmarked
        return tuple(dict.fromkeys(found)) or tuple(forms)


def _profile(name: str, raw: object, path: str) -> Profile:
    def bad(message: str) -> InputError:
        return InputError(f"{path}: profile {name!r}: {message}")

    if not isinstance(raw, dict) or not isinstance(raw.get("accept"), list) or not raw["accept"]:
        raise bad(f"needs at least one [[{name}.accept]] table")
    rules = []
    for entry in raw["accept"]:
        if not isinstance(entry, dict) or not isinstance(entry.get("sides"), list):
            raise bad("every accept table needs sides, a list")
        if unknown := [side for side in entry["sides"] if side not in SIDES]:
            raise bad(f"unknown side {unknown[0]!r}; the sides are: {', '.join(SIDES)}")
        if entry.get("unmarked", "yes") not in ("yes", "no", "fallback"):
            raise bad('unmarked must be "yes", "no" or "fallback"')
        days = [day(entry.get("from"), last=False), day(entry.get("to"), last=True)]
        if "bad" in days:
            raise bad("from and to must be years or days (YYYY-MM-DD)")
        since, until = (d if isinstance(d, date) else None for d in days)
        rules.append(
            Rule(
                tuple(entry["sides"]),
                entry.get("unmarked", "yes"),
                tuple(entry.get("kinds", ())),
                since,
                until,
            )
        )
    return Profile(name, tuple(rules), str(raw.get("note", "")))


def read(path: Path) -> Mapping[str, Profile]:
    """The profiles of a TOML file. Raises `InputError` naming the file and the profile."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{path}: not readable as a profile file: {error}") from error
    return {name: _profile(name, table, str(path)) for name, table in raw.items()}


def profile(name: str) -> Profile:
    """A packaged profile by name, or the only one (or `FILE:NAME`) of a user's own file."""
    packaged = read(Path(str(resources.files("align") / "data" / "profiles.toml")))
    if name in packaged:
        return packaged[name]
    file, _, wanted = name.partition(".toml:")
    path = Path(file + ".toml") if wanted else Path(name)
    if path.suffix == ".toml" and not path.is_file():
        raise InputError(f"{path} does not exist; name a profile or a TOML file of your own")
    if path.suffix != ".toml":
        raise InputError(
            f"there is no profile named {name!r}; the profiles are: {', '.join(packaged)}, or a TOML file of your own"
        )
    own = read(path)
    if wanted and wanted not in own:
        raise InputError(f"{path} has no profile {wanted!r}; it has: {', '.join(own)}")
    if not wanted and len(own) != 1:
        raise InputError(f"{path} has {len(own)} profiles; name one as {path}:NAME")
    return own[wanted] if wanted else next(iter(own.values()))
