"""What the reviews of a project come to: the last one of each subject counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from align.types import Review

if TYPE_CHECKING:
    from align.store import Project

STATES = ("draft", "translated", "reviewed", "approved", "rejected")
_STATE_OF: dict[str, str] = {
    "edit": "translated",
    "accept": "reviewed",
    "approve": "approved",
    "reject": "rejected",
    "dismiss": "dismissed",
    "confirm": "confirmed",
    "reset": "draft",
}


@dataclass(frozen=True, slots=True)
class State:
    """Where a bead or a finding stands.

    `text` is what a person wrote instead of the machine's, `author` who wrote it, `accepted` who has
    accepted it since, `note` the last word said about it.
    """

    name: str = "draft"
    text: str = ""
    note: str = ""
    reviewers: tuple[str, ...] = ()
    revision: int = 0
    author: str = ""
    accepted: tuple[str, ...] = ()
    comments: int = 0


def state(reviews: Iterable[Review]) -> State:
    """The state that reviews of one subject, oldest first, come to; a comment changes nothing else."""
    now = State()
    for review in reviews:
        now = replace(
            now,
            note=review.note or now.note,
            reviewers=tuple(sorted({*now.reviewers, review.reviewer})),
            revision=review.revision,
            comments=now.comments + bool(review.note),
        )
        if review.decision not in _STATE_OF:
            continue
        now = replace(now, name=_STATE_OF[review.decision])
        if review.decision in ("edit", "reset"):
            now = replace(now, text=review.text, author=review.reviewer if review.text else "", accepted=())
        elif review.decision in ("accept", "approve"):
            now = replace(now, accepted=tuple(sorted({*now.accepted, review.reviewer})))
        elif review.decision == "reject":
            now = replace(now, accepted=())
    return now


def states(project: Project) -> dict[str, State]:
    """The state of every reviewed subject, by its id."""
    by_subject: dict[str, list[Review]] = {}
    for review in project.reviews():
        by_subject.setdefault(review.subject, []).append(review)
    return {subject: state(reviews) for subject, reviews in by_subject.items()}
