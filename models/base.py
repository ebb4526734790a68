"""What a translator and an encoder are. Strings and vectors only; the project's own nouns live in `align`."""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from models.errors import InputError

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One translation of one segment.

    `text` is `None` where the translator has nothing to offer; `score` is the mean log probability of a token;
    `notes` names what a guard saw; `tokens` is how many the model wrote, 0 where it does not say.
    `passed_over` is the model's first choice, where an alternative was taken because it fits better.
    """

    text: str | None
    score: float | None = None
    notes: tuple[str, ...] = ()
    tokens: int = 0
    passed_over: str = ""


Made = list[tuple[int, Hypothesis]]  # what became of some texts, each with its index
Glossary = Callable[[Sequence[str], str], Sequence[tuple[str, str]]]  # texts, language: terms and renderings


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
class Streaming(Protocol):
    """A translator that gives what it has made batch by batch, so that each can be kept at once."""

    def stream(self, texts: Sequence[str], source: str, target: str) -> Iterator[Made]:
        """The hypotheses of `texts` as they are made, in any order."""


@runtime_checkable
class Instructed(Protocol):
    """A translator that can be told which renderings to use."""

    def with_glossary(self, terms: str, glossary: Glossary) -> Translator:
        """The same translator, told the renderings that `glossary` gives; `terms` names them."""


_AT_ONCE = 64  # texts given to a translator that does not stream


def streamed(translator: Translator, texts: Sequence[str], source: str, target: str) -> Iterator[Made]:
    """The hypotheses of `texts` as `translator` makes them."""
    if isinstance(translator, Streaming):
        yield from translator.stream(texts, source, target)
        return
    for at in range(0, len(texts), _AT_ONCE):
        yield list(enumerate(translator.translate(texts[at : at + _AT_ONCE], source, target), start=at))


def gathered(stream: Iterable[Made]) -> list[Hypothesis]:
    """All hypotheses of a stream, in the order of their texts."""
    made = {i: hypothesis for batch in stream for i, hypothesis in batch}
    return [made[i] for i in range(len(made))]


@runtime_checkable
class Encoder(Protocol):
    """Turns sentences into unit vectors whose dot product is their likeness in meaning.

    An attribute `common` of shape (dim,), where there is one, is the mean of its vectors over texts of all
    kinds; the aligner takes it off.
    """

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
