"""Sentence alignment: which source and target segments translate each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from align.aligner.evidence import KINDS, Evidence, Settings, sides
from align.aligner.search import around, best_path, everything, rough_path
from align.terms import Termbase
from align.types import Bead, Bitext, Translation
from models.base import Encoder, Vectors

__all__ = ["Settings", "align", "align_documents", "by_construction"]

_EXACT = 40_000  # grids up to this many points are searched whole
_MARGIN = 12  # larger ones this many segments to each side of the rough path


def align(
    source: Sequence[str], target: Sequence[str], encoder: Encoder, settings: Settings | None = None
) -> list[Bead]:
    """Beads that hold every segment of both sides exactly once, in order.

    A bead's score is the likeness of its two sides, from 0 to 1; 0 where one side is empty.
    """
    settings = settings or Settings()
    if len(source) > len(target) or (len(source) == len(target) and list(source) > list(target)):
        # One orientation for every pair of texts, so that swapping them swaps the beads and no more.
        beads = _align(target, source, encoder, settings)
        return [Bead(bead.target, bead.source, bead.score) for bead in beads]
    return _align(source, target, encoder, settings)


def _align(source: Sequence[str], target: Sequence[str], encoder: Encoder, settings: Settings) -> list[Bead]:
    n, m = len(source), len(target)
    if not n or not m:
        return [Bead((i,), (), 0.0) for i in range(n)] + [Bead((), (j,), 0.0) for j in range(m)]
    vectors = _encode([*source, *target], encoder)
    evidence = Evidence(*sides((source, target), (vectors[:n], vectors[n:])), settings)
    if (n + 1) * (m + 1) <= _EXACT:
        corridor = everything(n, m)
    else:
        corridor = around(rough_path(evidence.likeness, n, m), n, m, _MARGIN)
    alone = [np.full(count, settings.skip) for count in (n, m)]
    steps = best_path(corridor, KINDS, evidence.scores, alone[0], alone[1])
    beads, i, j = [], 0, 0
    for a, b in steps:
        score = _score(vectors[i : i + a], vectors[n + j : n + j + b])
        beads.append(Bead(tuple(range(i, i + a)), tuple(range(j, j + b)), score))
        i, j = i + a, j + b
    return beads


def _score(source: Vectors, target: Vectors) -> float:
    if not len(source) or not len(target):
        return 0.0
    one, other = source.sum(axis=0), target.sum(axis=0)
    norm = float(np.linalg.norm(one) * np.linalg.norm(other))
    return round(min(1.0, max(0.0, float(one @ other) / norm)), 4) if norm > 0 else 0.0


def _encode(texts: Sequence[str], encoder: Encoder) -> Vectors:
    """The vectors of `texts`, each distinct text encoded once."""
    distinct = list(dict.fromkeys(texts))
    place = {text: i for i, text in enumerate(distinct)}
    return (
        encoder.encode(distinct)[[place[text] for text in texts]] if texts else np.zeros((0, 1), np.float32)
    )


def align_documents(
    translation: Translation,
    encoder: Encoder,
    termbase: Termbase | None = None,
    settings: Settings | None = None,
) -> Bitext:
    """The bitext of a translation: by construction where its links are known, else by likeness."""
    if translation.links is not None:
        return by_construction(translation)
    settings = settings or Settings()
    beads = align(
        [segment.text for segment in translation.source.segments],
        [segment.text for segment in translation.target.segments],
        encoder,
        settings,
    )
    return Bitext(translation, tuple(beads), f"{encoder.signature}|{settings.signature}")


def by_construction(translation: Translation) -> Bitext:
    """The bitext of a translation made segment by segment, from its links.

    Raises `ValueError` where there are no links, or they do not run in order.
    """
    links = translation.links
    if links is None or len(links) != len(translation.target.segments) or list(links) != sorted(links):
        raise ValueError(
            "a translation is aligned by construction only where its links are set, one a segment, in order"
        )
    targets: dict[int, list[int]] = {}
    for target, source in enumerate(links):
        targets.setdefault(source, []).append(target)
    count = len(translation.source.segments)
    if targets and not 0 <= min(targets) <= max(targets) < count:
        raise ValueError(f"a link names a source segment that is not there; the source has {count}")
    beads = tuple(Bead((i,), tuple(targets.get(i, ())), 1.0 if i in targets else 0.0) for i in range(count))
    return Bitext(translation, beads, "by construction")
