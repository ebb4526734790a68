"""Bead files in Vecalign's form, and scores of an alignment against a reference.

One bead a line, `[0]:[0, 1]:0.8731`; the similarity may be missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from align.types import Bead
from models.errors import InputError

_LINE = re.compile(r"\[([\d,\s]*)\]:\[([\d,\s]*)\](?::([-+.\deE]+))?$")


def write(beads: Iterable[Bead]) -> str:
    """The beads, one a line."""
    return "".join(line(bead) + "\n" for bead in beads)


def line(bead: Bead) -> str:
    """One bead: `[0]:[0, 1]:0.8731`."""
    return f"{list(bead.source)}:{list(bead.target)}:{bead.score:.4f}"


def read(path: Path) -> list[Bead]:
    """The beads of a file. Raises `InputError` with the file and line that is no bead."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not readable as a bead file: {error}") from error
    return parse(text, str(path))


def parse(text: str, name: str = "beads") -> list[Bead]:
    """The beads of a text, in its order. Raises `InputError` with the line that is no bead."""
    beads: list[Bead] = []
    taken: tuple[dict[int, int], dict[int, int]] = ({}, {})
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        match = _LINE.match(line.strip())
        if match is None:
            raise InputError(
                f"{name}:{number}: not a bead: {line.strip()[:40]!r}; write one as [0]:[0, 1]:0.8731"
            )
        source, target = (tuple(int(n) for n in re.findall(r"\d+", match[side])) for side in (1, 2))
        for side, segments in enumerate((source, target)):
            for segment in segments:
                first = taken[side].setdefault(segment, number)
                if first != number:
                    where = ("source", "target")[side]
                    raise InputError(
                        f"{name}:{number}: {where} segment {segment} is already in the bead of line {first}"
                    )
        beads.append(Bead(source, target, _number(match[3])))
    return beads


def _number(text: str | None) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 1.0


@dataclass(frozen=True, slots=True)
class Scores:
    """Precision, recall and F1: `strict` counts exact beads, `lax` those that overlap on both sides.

    As in the literature, precision counts all proposed beads and recall only those with two sides;
    `alone` is the F1 of the beads with one side alone.
    """

    strict: tuple[float, float, float]
    lax: tuple[float, float, float]
    alone: float


Pair = tuple[tuple[int, ...], tuple[int, ...]]


def score(gold: Sequence[Bead], beads: Sequence[Bead]) -> Scores:
    """The scores of `beads` against the reference `gold`."""
    wanted, found = _pairs(gold), _pairs(beads)
    both_wanted, both_found = ([pair for pair in pairs if pair[0] and pair[1]] for pairs in (wanted, found))
    precision, recall = _hits(found, wanted), _hits(both_wanted, both_found)
    one_wanted, one_found = (
        {pair for pair in pairs if not (pair[0] and pair[1])} for pairs in (wanted, found)
    )
    together = len(one_wanted) + len(one_found)
    return Scores(
        _prf(precision[0], len(found), recall[0], len(both_wanted)),
        _prf(precision[1], len(found), recall[1], len(both_wanted)),
        2 * len(one_wanted & one_found) / together if together else 1.0,
    )


def _pairs(beads: Sequence[Bead]) -> list[Pair]:
    return [(bead.source, bead.target) for bead in beads if bead.source or bead.target]


def _hits(proposed: Sequence[Pair], reference: Sequence[Pair]) -> tuple[int, int]:
    """How many proposed beads are in the reference, exactly and by overlap."""
    exact, strict, lax = set(reference), 0, 0
    by_source: dict[int, Pair] = {i: pair for pair in reference for i in pair[0]}
    for pair in proposed:
        if pair in exact:
            strict += 1
            lax += 1
            continue
        targets = {j for i in pair[0] if i in by_source for j in by_source[i][1]}
        lax += bool(targets & set(pair[1]))
    return strict, lax


def _prf(right: int, proposed: int, found: int, wanted: int) -> tuple[float, float, float]:
    precision = right / proposed if proposed else 1.0
    recall = found / wanted if wanted else 1.0
    both = precision + recall
    return precision, recall, 2 * precision * recall / both if both else 0.0
