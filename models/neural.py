"""Sequence-to-sequence translation: a coder for the text, an engine for the numbers, guards on the output."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Protocol

from models.base import Hypothesis, Made, gathered
from models.coder import Coder, read_json
from models.guards import guarded, inspect

BEAMS = {"nllb": 4, "m2m100": 4, "marian": 4, "madlad": 4}
_LONGEST = 4  # an output longer than this many times its input is a loop
_ROOM = 24  # tokens any output may have beyond that
_UNBOUNDED = 512  # relative positions have no end, but such models were trained on no more


@dataclass(frozen=True, slots=True)
class Search:
    """How the output is looked for: beams (1 is greedy), alternatives wanted, what repetition costs."""

    beams: int = 1
    alternatives: int = 1
    no_repeat: int = 0
    penalty: float = 1.0

    @property
    def signature(self) -> str:
        """The settings that can change an output."""
        return f"beams:{self.beams}"


@dataclass(frozen=True, slots=True)
class Output:
    """The numbers of one output; `score` is the mean log probability; not `finished` means cut off."""

    ids: tuple[int, ...]
    score: float | None
    finished: bool


Outputs = list[tuple[int, list[Output]]]


class Engine(Protocol):
    """What computes: rows of numbers in, as many lists of outputs out."""

    signature: str
    positions: int  # the most tokens of an input or output

    def generate(
        self, rows: Sequence[Sequence[int]], target: str, prefix: Sequence[int], most: int, search: Search
    ) -> Iterator[Outputs]:
        """Up to `search.alternatives` outputs in `target` for each row, the best first, each begun with `prefix`.

        `most` bounds output tokens per input token. They come batch by batch, each row with its index.
        """


# What is tried for a segment whose first translation a guard stopped.
AGAIN = (Search(beams=5, no_repeat=4, penalty=1.1), Search(beams=1, no_repeat=3, penalty=1.2))


class Neural:
    """A translator made of a coder and an engine."""

    def __init__(self, name: str, coder: Coder, engine: Engine, search: Search) -> None:
        self.name = name
        self.coder = coder
        self.engine = engine
        self.search = search

    @property
    def signature(self) -> str:
        """The settings that make a translation."""
        return f"{self.name}|{self.engine.signature}|{self.search.signature}"

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[Hypothesis]:
        """One hypothesis a text. Raises `ModelError` where the model does not know a language."""
        return gathered(self.stream(texts, source, target))

    def stream(self, texts: Sequence[str], source: str, target: str) -> Iterator[Made]:
        """The same, batch by batch as they are made."""
        tries = [partial(self._best, source, target, search) for search in (self.search, *AGAIN)]
        return guarded(texts, target, tries)

    def alternatives(
        self, texts: Sequence[str], source: str, target: str, count: int
    ) -> list[list[Hypothesis]]:
        """Up to `count` hypotheses a text, the best first, each with its score and what guards saw."""
        search = Search(max(count, self.search.beams), count)
        made: dict[int, list[Hypothesis]] = {}
        for batch in self._outputs(texts, source, target, search):
            for i, outputs in batch:
                some = [self._hypothesis(output) for output in outputs]
                made[i] = [
                    replace(h, notes=(*h.notes, *inspect(texts[i], h.text or "", target))) for h in some
                ]
        return [made[i] for i in range(len(texts))]

    def _best(self, source: str, target: str, search: Search, texts: Sequence[str]) -> Iterator[Made]:
        parts = [self._fitting(text, source, target) for text in texts]
        places = [(i, k) for i, some in enumerate(parts) for k in range(len(some))]
        found: list[dict[int, Hypothesis]] = [{} for _ in texts]
        pieces = [part for some in parts for part in some]
        for batch in self._outputs(pieces, source, target, search):
            whole = []
            for n, outputs in batch:
                i, k = places[n]
                found[i][k] = self._hypothesis(outputs[0])
                if len(found[i]) == len(parts[i]):
                    whole.append((i, _joined([found[i][k] for k in range(len(parts[i]))])))
            yield whole

    def _fitting(self, text: str, source: str, target: str) -> list[str]:
        """`text`, or its parts where it is longer than the model can read."""
        if len(text) <= self.engine.positions:  # a token has one character or more
            return [text]
        if len(self.coder.encode([text], source, target)[0]) <= self.engine.positions:
            return [text]
        return [part for half in halves(text) for part in self._fitting(half, source, target)]

    def _hypothesis(self, output: Output) -> Hypothesis:
        notes = () if output.finished else ("cut off",)
        return Hypothesis(self.coder.decode(output.ids), output.score, notes, len(output.ids))

    def _outputs(self, texts: Sequence[str], source: str, target: str, search: Search) -> Iterator[Outputs]:
        rows = self.coder.encode(texts, source, target)
        prefix = self.coder.prefix(target)
        return self.engine.generate(rows, target, prefix, _LONGEST, search)


def halves(text: str) -> list[str]:
    """`text` cut in two near its middle: after a full stop, else a comma, else a word, else anywhere."""
    middle = len(text) // 2
    for mark in (". ", "; ", ", ", " "):
        places = [m.end() for m in re.finditer(re.escape(mark), text[:-1])]
        near = [at for at in places if 0.2 * len(text) < at < 0.8 * len(text)]
        if near:
            at = min(near, key=lambda place: abs(place - middle))
            return [text[:at].strip(), text[at:].strip()]
    return [text[:middle], text[middle:]]


def _joined(parts: Sequence[Hypothesis]) -> Hypothesis:
    if len(parts) == 1:
        return parts[0]
    scores = [part.score for part in parts if part.score is not None]
    notes = dict.fromkeys(note for part in parts for note in part.notes)
    return Hypothesis(
        " ".join(part.text or "" for part in parts),
        min(scores, default=None),
        tuple(notes),
        sum(part.tokens for part in parts),
    )


def most_tokens(row: Sequence[int], most: int, positions: int) -> int:
    """How long the output of an input row may become."""
    return min(len(row) * most + _ROOM, positions - 2)


def positions(directory: Path) -> int:
    """The most tokens the model in `directory` was made for."""
    config = read_json(directory / "config.json")
    return int(config.get("max_position_embeddings") or _UNBOUNDED)


def fingerprint(directory: Path) -> str:
    """16 hexadecimal digits that another model's files would not give; reads a few megabytes at most."""
    digest = hashlib.blake2b(digest_size=8)
    for file in sorted(directory.iterdir()):
        if file.name in ("config.json", "generation_config.json", "vocab.json", "tokenizer.json") or (
            file.suffix in (".safetensors", ".bin", ".model", ".spm")
        ):
            size = file.stat().st_size
            digest.update(f"{file.name}:{size}".encode())
            with file.open("rb") as stream:
                for at in {0, size // 3, 2 * size // 3, max(size - 2**16, 0)}:
                    stream.seek(at)
                    digest.update(stream.read(2**16))
    return digest.hexdigest()
