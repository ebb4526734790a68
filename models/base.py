"""What a translator and an encoder are. Strings and vectors only; the project's own nouns live in `align`."""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from models.errors import InputError

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One translation of one segment.

    `text` is `None` where the translator has nothing to offer; `notes` names what a guard saw.
    """

    text: str | None
    score: float | None = None
    notes: tuple[str, ...] = ()


@runtime_checkable
class Translator(Protocol):
    """Turns a list of segments into as many hypotheses, in the same order."""

    @property
    def signature(self) -> str:
        """The settings that make a translation, as `name|key:value|…`; equal signatures, equal output."""

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[Hypothesis]:
        """Translate `texts` from `source` into `target` (two-letter codes); one hypothesis a text.

        Raises `ModelError` where the model does not know one of the languages.
        """


@runtime_checkable
class Encoder(Protocol):
    """Turns sentences into unit vectors whose dot product is their likeness in meaning."""

    @property
    def signature(self) -> str:
        """The model and the settings that make a vector."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (len(texts), dim), float32, each row of length 1 (or 0 for an empty text)."""


def resolve(table: Mapping[str, str], name: str, kind: str) -> Any:
    """The object that `table` names as `"module:attribute"`, imported now.

    Raises `InputError` with the nearest known name when there is no such entry.
    """
    if name not in table:
        near = difflib.get_close_matches(name, table, n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise InputError(f"there is no {kind} named {name!r}; {hint}the {kind}s are: {', '.join(table)}")
    module, _, attribute = table[name].partition(":")
    return getattr(importlib.import_module(module), attribute)
