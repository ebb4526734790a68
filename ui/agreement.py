"""How far reviewers agree who decided on the same findings: Cohen's kappa and Krippendorff's alpha."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any

from align.types import Finding

Votes = Mapping[str, Mapping[str, str]]  # what each person said of each finding


def cohen(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Cohen's kappa of two people's labels; none without data or without any difference to expect."""
    if not pairs:
        return None
    observed = sum(a == b for a, b in pairs) / len(pairs)
    first, second = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    expected = sum(first[label] * second[label] for label in first) / len(pairs) ** 2
    return None if expected == 1 else (observed - expected) / (1 - expected)


def mean_cohen(units: Votes) -> float | None:
    """The mean kappa over every two people who share findings, weighed by how many they share."""
    people = sorted({person for said in units.values() for person in said})
    found = []
    for one, other in combinations(people, 2):
        pairs = [(said[one], said[other]) for said in units.values() if one in said and other in said]
        kappa = cohen(pairs)
        if kappa is not None:
            found.append((kappa, len(pairs)))
    return sum(k * n for k, n in found) / sum(n for _, n in found) if found else None


def krippendorff(units: Iterable[Sequence[str]]) -> float | None:
    """Krippendorff's alpha for nominal labels with missing ones; none where nothing can be compared."""
    weights: dict[tuple[str, str], float] = defaultdict(float)
    for labels in units:
        if len(labels) < 2:
            continue
        for a, b in ((a, b) for i, a in enumerate(labels) for j, b in enumerate(labels) if i != j):
            weights[a, b] += 1 / (len(labels) - 1)
    totals: dict[str, float] = defaultdict(float)
    for (a, _), weight in weights.items():
        totals[a] += weight
    count = sum(totals.values())
    expected = sum(totals[a] * totals[b] for a in totals for b in totals if a != b)
    if not expected or count < 2:
        return None
    observed = sum(weight for (a, b), weight in weights.items() if a != b)
    return 1 - (count - 1) * observed / expected


def agreement(votes: Votes, findings: Mapping[str, Finding]) -> list[dict[str, Any]]:
    """A row a language and check where two people or more decided on the same finding."""
    shared = {f: said for f, said in votes.items() if len(said) > 1 and f in findings}
    filed: dict[tuple[str, str], dict[str, Mapping[str, str]]] = defaultdict(dict)
    for subject, said in shared.items():
        filed[findings[subject].lang, findings[subject].check][subject] = said
    return [
        {
            "lang": lang,
            "check": check,
            "items": len(units),
            "kappa": mean_cohen(units),
            "alpha": krippendorff([list(said.values()) for said in units.values()]),
        }
        for (lang, check), units in sorted(filed.items())
    ]
