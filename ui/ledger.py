"""The reviews of a project in memory: what they come to, who made them, and what is new."""

from __future__ import annotations

import time
from collections import defaultdict
from datetime import datetime, timedelta
from threading import Lock

from align.review import State, state
from align.store import Project
from align.types import Review

_PAUSE = 2.0  # seconds between two looks for what other servers wrote
_CLOCKS = timedelta(seconds=60)  # by how much the clocks of two servers may differ
_UNTOUCHED = State()


class Ledger:
    """Safe to share between threads; the database stays the judge of who came first."""

    def __init__(self, project: Project) -> None:
        self._project, self._lock = project, Lock()
        self._reviews: dict[str, dict[int, Review]] = defaultdict(dict)
        self._states: dict[str, State] = {}
        self._log: list[str] = []
        self._latest, self._looked = "", 0.0
        self.refresh()

    def refresh(self) -> None:
        """Take in what was written elsewhere, at most every two seconds."""
        with self._lock:
            if self._looked and time.monotonic() - self._looked < _PAUSE:
                return
            since = (datetime.fromisoformat(self._latest) - _CLOCKS).isoformat() if self._latest else ""
            for review in self._project.reviews(since=since):
                self._take(review)
            self._looked = time.monotonic()

    def add(self, review: Review) -> None:
        """Take in a review that was just written."""
        with self._lock:
            self._take(review)

    def _take(self, review: Review) -> None:
        known = self._reviews[review.subject]
        if review.revision in known:
            return
        known[review.revision] = review
        self._states[review.subject] = state(known[i] for i in sorted(known))
        self._log.append(review.subject)
        self._latest = max(self._latest, review.at)

    def state(self, subject: str) -> State:
        """Where a bead or finding stands."""
        return self._states.get(subject, _UNTOUCHED)

    def edits(self) -> list[tuple[str, str]]:
        """Every bead with a text that a person wrote, and that text."""
        with self._lock:
            return [(subject, one.text) for subject, one in self._states.items() if one.text]

    def history(self, subject: str) -> list[Review]:
        """The reviews of a subject, oldest first, fresh from the database."""
        for review in self._project.reviews(subject):
            self.add(review)
        return self.known(subject)

    def known(self, subject: str) -> list[Review]:
        """The reviews of a subject that were taken in, oldest first."""
        with self._lock:
            found = self._reviews.get(subject, {})
            return [found[i] for i in sorted(found)]

    def all(self) -> list[Review]:
        """Every review, in the order it was taken in by subject."""
        with self._lock:
            return [known[i] for known in self._reviews.values() for i in sorted(known)]

    @property
    def count(self) -> int:
        """How many reviews were taken in."""
        return len(self._log)

    def since(self, count: int) -> list[str]:
        """The subjects of the reviews taken in after the first `count`."""
        return list(dict.fromkeys(self._log[count:]))

    def people(self) -> list[str]:
        """Everybody who wrote a review."""
        with self._lock:
            return sorted({name for one in self._states.values() for name in one.reviewers})
