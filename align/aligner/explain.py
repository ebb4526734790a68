"""Why each bead was preferred, and whether two texts look like translations of each other at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from align.aligner.core import Alignment, Link
from align.aligner.sides import Span
from align.types import Bead, Bitext

DOUBTFUL = 0.5  # a bead whose score is below it deserves a look
_UNLIKE = 0.4  # texts whose segments are this sure on average look like no translations
_GROUPS = {
    "meaning": ("cosine", "neighbours"),
    "lengths": ("length",),
    "parts": ("covered", "least"),
    "names and numbers": ("names",),
    "paragraphs": ("join across",),
    "kind": ("kind", "join", "many", "alone", "skip"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One bead that could stand, and what each kind of evidence adds to its score, in log odds."""

    source: tuple[int, ...]
    target: tuple[int, ...]
    reasons: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A bead, the best one that would replace it, and how far ahead the whole alignment is with the first.

    `lead` is in log odds: 0 is a tie, 3 is about 20 to 1. The rival's neighbours change too, so `lead` is
    not the difference of the two sums of reasons. `clause` is what a segment without a partner of its own
    answers, where one was joined for its sake.
    """

    score: float
    likeness: float
    lead: float
    chosen: Choice
    rival: Choice | None
    clause: str = ""


def explain(alignment: Alignment, *, swapped: bool = False) -> tuple[Explanation, ...]:
    """An explanation of every bead of an alignment, in order; `swapped` where its source is the target."""
    found = tuple(_explanation(alignment, link) for link in alignment.links)
    return tuple(_swapped(one) for one in found) if swapped else found


def _swapped(one: Explanation) -> Explanation:
    chosen, rival = one.chosen, one.rival
    return replace(
        one,
        chosen=Choice(chosen.target, chosen.source, chosen.reasons),
        rival=rival and Choice(rival.target, rival.source, rival.reasons),
    )


def _explanation(alignment: Alignment, link: Link) -> Explanation:
    rival = alignment.rival(link)
    return Explanation(
        round(link.sure, 4),
        link.likeness,
        link.lead,
        _choice(alignment, link.span),
        None if rival is None else _choice(alignment, rival),
        link.clause,
    )


def _choice(alignment: Alignment, span: Span) -> Choice:
    source, target = (tuple(range(*part)) for part in span)
    reasons = dict.fromkeys(_GROUPS, 0.0)
    for name, value in alignment.terms(span).items():
        group = next(group for group, starts in _GROUPS.items() if name.startswith(starts))
        reasons[group] += value
    return Choice(source, target, {group: value for group, value in reasons.items() if value})


def told(explanation: Explanation) -> str:
    """An explanation as lines of text."""
    lines = [
        f"score {explanation.score:.2f}, likeness {explanation.likeness:.2f}, lead {explanation.lead:+.1f}"
    ]
    for name, choice in (("chosen", explanation.chosen), ("rival", explanation.rival)):
        if choice is not None:
            reasons = ", ".join(f"{group} {value:+.1f}" for group, value in choice.reasons.items())
            lines.append(f"{name:6} {list(choice.source)}:{list(choice.target)}  {reasons}")
    if explanation.clause:
        lines.append(f"joined for the clause: {explanation.clause}")
    return "\n".join(lines)


def doubtful(bead: Bead) -> bool:
    """Whether a bead with two sides deserves a look."""
    return bool(bead.source and bead.target) and bead.score < DOUBTFUL


def sureness(bitext: Bitext) -> float:
    """The mean score of the segments of both sides, from 0 to 1; 1 for an empty bitext."""
    counts = [(len(bead.source) + len(bead.target), bead.score) for bead in bitext.beads]
    total = sum(count for count, _ in counts)
    return sum(count * score for count, score in counts) / total if total else 1.0


def warning(bitext: Bitext) -> str:
    """A sentence where the two texts do not look like translations of each other, else nothing.

    The lexical encoder sees too little of the meaning to tell.
    """
    value = sureness(bitext)
    if value >= _UNLIKE or bitext.method.startswith("lexical"):
        return ""
    return (
        f"the two texts do not look like translations of each other (sureness {value:.2f} of 1); "
        "check that the files and the languages are the right ones"
    )
