"""What the reviews of a project come to: the last one of each subject counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from align.types import Decision, Review

if TYPE_CHECKING:
    from align.store import Project

_STATE_OF: dict[Decision, str] = {
    "accept": "accepted",
    "edit": "edited",
    "reject": "rejected",
    "dismiss": "dismissed",
    "confirm": "confirmed",
    "reset": "draft",
}


@dataclass(frozen=True, slots=True)
class State:
    """Where a bead or a finding stands: `text` is what a person wrote instead of the machine's."""

    name: str = "draft"
    text: str = ""
    note: str = ""
    reviewers: tuple[str, ...] = ()
    revision: int = 0


def state(reviews: Iterable[Review]) -> State:
    """The state that reviews of one subject, oldest first, come to; a comment changes nothing else."""
    now = State()
    for review in reviews:
        who = tuple(sorted({*now.reviewers, review.reviewer}))
        if review.decision == "comment":
            now = State(now.name, now.text, review.note or now.note, who, review.revision)
            continue
        text = {"edit": review.text, "reset": ""}.get(review.decision, now.text)
        now = State(_STATE_OF[review.decision], text, review.note or now.note, who, review.revision)
    return now


def states(project: Project) -> dict[str, State]:
    """The state of every reviewed subject, by its id."""
    by_subject: dict[str, list[Review]] = {}
    for review in project.reviews():
        by_subject.setdefault(review.subject, []).append(review)
    return {subject: state(reviews) for subject, reviews in by_subject.items()}
