"""What became of every name and term, counted: the heat map, the load shift and the progress of articles."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from align.terms import Termbase
from align.types import Rendering

# from what keeps the source's choice to what leaves it; a cell takes the colour of its share
KEPT = ("same side", "neutral", "kept", "adjective form", "transliterated", "paraphrased")
_CLASS = {
    **dict.fromkeys(KEPT, "kept"),
    "other side": "side",
    "switched": "side",
    "softened": "softened",
    "hardened": "hardened",
    "added": "added",
}
_WEIGHT = {"side": 2, "softened": 2, "hardened": 2, "lost": 1}  # what is listed first
_ARTICLES = 50  # of a cell, the ones with most of it first
CLASSES = ("kept", "side", "softened", "hardened", "lost", "added")


def classed(rendering: Rendering) -> str:
    """What a rendering counts as: kept, another side's name, softened, hardened, lost or added."""
    return _CLASS.get(rendering.verdict, "lost")


def heat(found: Mapping[str, Iterable[tuple[Rendering, str]]], termbase: Termbase) -> list[dict[str, Any]]:
    """A row a concept, with the counts of each language's renderings; the most contested first.

    `found` holds the renderings of each language, each with its article. A rendering of several concepts
    counts for the first.
    """
    counts: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    forms: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    articles: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for lang, renderings in found.items():
        for one, article in renderings:
            concept = (one.source or one.targets[0]).concept
            articles[concept][lang][article] += 1
            counts[concept][lang][classed(one)] += 1
            shown = one.targets[0].form.text if one.targets else (one.evidence.text if one.evidence else "")
            if shown:
                forms[concept][lang][shown] += 1
    rows = [
        {
            "concept": concept,
            "name": termbase[concept].forms_in("en")[0].text,
            "kind": termbase[concept].kind,
            "cells": {
                lang: {
                    "counts": dict(count),
                    "forms": [text for text, _ in forms[concept][lang].most_common(4)],
                    "articles": articles[concept][lang].most_common(_ARTICLES),
                }
                for lang, count in by_lang.items()
            },
        }
        for concept, by_lang in counts.items()
    ]
    return sorted(rows, key=lambda row: (-_contested(counts[row["concept"]].values()), str(row["name"])))


def _contested(counts: Iterable[Counter[str]]) -> int:
    return sum(n * _WEIGHT.get(name, 0) for count in counts for name, n in count.items())


def shift(renderings: Iterable[Rendering], termbase: Termbase) -> dict[str, int]:
    """What became of the loaded terms of one translation."""
    count: Counter[str] = Counter()
    for one in renderings:
        if termbase[(one.source or one.targets[0]).concept].kind == "loaded":
            count[classed(one)] += 1
    return {name: count[name] for name in CLASSES}
