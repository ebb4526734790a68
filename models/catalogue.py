"""The catalogue: known checkpoints, what they call the languages, their licences and published scores."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from models.errors import InputError


@dataclass(frozen=True, slots=True)
class Score:
    """Published FLORES-200 test scores from English: BLEU (0 to 100), COMET (about 0 to 1)."""

    bleu: float
    comet: float
    source: str


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A model that others trained; `languages` are the target languages it knows, of ours."""

    name: str
    family: str
    hub: str
    licence: str
    megabytes: int
    languages: tuple[str, ...]
    flores: Mapping[str, Score] = field(default_factory=dict)
    note: str = ""

    @property
    def non_commercial(self) -> bool:
        """Whether the licence forbids commercial use."""
        return "-NC" in self.licence

    @property
    def conditions(self) -> str:
        """The licence, and in plain words what it forbids."""
        return f"{self.licence}: not for commercial use" if self.non_commercial else self.licence


@cache
def _data() -> dict[str, Any]:
    file = resources.files("models").joinpath("data", "catalogue.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


@cache
def checkpoints() -> tuple[Checkpoint, ...]:
    """Every checkpoint of the catalogue, in its order."""
    data = _data()
    return tuple(_checkpoint(entry, data["sources"]) for entry in data["checkpoint"])


def codes(family: str, lang: str) -> tuple[str, ...]:
    """What models of `family` may call the language `lang`; empty where they do not know it."""
    return tuple(_data()["codes"].get(family, {}).get(lang, ()))


def _checkpoint(entry: Mapping[str, Any], sources: Mapping[str, str]) -> Checkpoint:
    scores = {
        lang: Score(float(s["bleu"]), float(s["comet"]), sources[s["source"]])
        for lang, s in entry.get("flores", {}).items()
    }
    return Checkpoint(**{**entry, "languages": tuple(entry["languages"]), "flores": scores})


def known(name: str) -> Checkpoint | None:
    """The checkpoint with this name or hub id, if the catalogue has it."""
    return next((c for c in checkpoints() if name in (c.name, c.hub)), None)


def find(name: str) -> Checkpoint:
    """The checkpoint with this name or hub id. Raises `InputError` naming the nearest where there is none."""
    found = known(name)
    if found is None:
        names = [c.name for c in checkpoints()]
        near = difflib.get_close_matches(name, names, n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise InputError(f"no model named {name!r} is in the catalogue; {hint}it has: {', '.join(names)}")
    return found


def ranked(lang: str) -> list[Checkpoint]:
    """The checkpoints with a published score into `lang`, the best BLEU first."""
    scored = [c for c in checkpoints() if lang in c.flores]
    return sorted(scored, key=lambda c: -c.flores[lang].bleu)
