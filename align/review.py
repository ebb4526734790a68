"""What the reviews of a project come to: the last one of each subject counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from align.types import Review

if TYPE_CHECKING:
    from align.store import Project

STATES = ("draft", "translated", "reviewed", "approved", "rejected")
SETTLED = "settled"  # the text of a decision that ends a disagreement
WITHDRAWN = "withdrawn"  # the text of a reset that takes one's own last word on a finding back
_STATE_OF: dict[str, str] = {
    "edit": "translated",
    "accept": "reviewed",
    "approve": "approved",
    "reject": "rejected",
    "dismiss": "dismissed",
    "confirm": "confirmed",
    "reset": "draft",
    "both": "both",
}
_VOTES = ("confirm", "dismiss")


@dataclass(frozen=True, slots=True)
class State:
    """Where a bead or a finding stands.

    `text` is what a person wrote instead of the machine's, `author` who wrote it, `accepted` who has
    accepted it since, `note` the last word said about it. `also` is a second reading that stands beside the
    text, and `also_by` whose it is. `votes` are the last words of each person on a finding, as
    `(person, decision)`, newest last; `settled` says that a disagreement among them was ended.
    """

    name: str = "draft"
    text: str = ""
    note: str = ""
    reviewers: tuple[str, ...] = ()
    revision: int = 0
    author: str = ""
    accepted: tuple[str, ...] = ()
    comments: int = 0
    also: str = ""
    also_by: str = ""
    votes: tuple[tuple[str, str], ...] = ()
    settled: bool = False

    @property
    def disputed(self) -> bool:
        """Whether people said different things of a finding, and nobody has settled it."""
        return not self.settled and len({decision for _, decision in self.votes}) > 1


def state(reviews: Iterable[Review]) -> State:
    """The state that reviews of one subject, oldest first, come to; a comment changes nothing else."""
    now = State()
    writers: dict[str, str] = {}
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
        if (review.decision, review.text) == ("reset", WITHDRAWN):
            votes = tuple(vote for vote in now.votes if vote[0] != review.reviewer or now.settled)
            name = _STATE_OF[votes[-1][1]] if votes else "draft"
            now = replace(now, name=name, votes=votes, settled=False)
            continue
        now = replace(now, name=_STATE_OF[review.decision], settled=review.text == SETTLED)
        if review.decision in ("edit", "reset"):
            writers[review.text] = review.reviewer
            now = replace(now, text=review.text, author=review.reviewer if review.text else "")
            now = replace(now, accepted=(), also="", also_by="", votes=())
        elif review.decision in ("accept", "approve"):
            now = replace(now, accepted=tuple(sorted({*now.accepted, review.reviewer})))
        elif review.decision == "reject":
            now = replace(now, accepted=())
        elif review.decision == "both" and not now.settled:
            now = replace(now, name="reviewed", accepted=(review.reviewer,))
            now = replace(now, also=review.text, also_by=writers.get(review.text, ""))
        elif review.decision in _VOTES and not now.settled:
            others = tuple(vote for vote in now.votes if vote[0] != review.reviewer)
            now = replace(now, votes=(*others, (review.reviewer, review.decision)))
    return now


def states(project: Project) -> dict[str, State]:
    """The state of every reviewed subject, by its id."""
    by_subject: dict[str, list[Review]] = {}
    for review in project.reviews():
        by_subject.setdefault(review.subject, []).append(review)
    return {subject: state(reviews) for subject, reviews in by_subject.items()}
