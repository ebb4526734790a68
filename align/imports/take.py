"""Rows to reviews: what changed since the export becomes a review, unless somebody else was there first."""

from __future__ import annotations

import getpass
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from align.exports.units import Pair, versions
from align.exports.xml import clean
from align.imports.base import Row
from align.review import State, state
from align.store import ConflictError

if TYPE_CHECKING:
    from align.store import Project

_DECISIONS = {"reviewed": "accept", "approved": "approve", "rejected": "reject"}


@dataclass
class Report:
    """What became of the rows: decisions taken, rows as they were, and those left open with the reason.

    `foreign` counts the rows that speak of no text of the project: a translation memory holds many.
    """

    taken: Counter[str] = field(default_factory=Counter)
    unchanged: int = 0
    foreign: int = 0
    open: list[str] = field(default_factory=list)
    alien: bool = False  # nothing in the file is of this project

    @property
    def text(self) -> str:
        """The report for people."""
        done = (
            ", ".join(f"{count} × {decision}" for decision, count in sorted(self.taken.items()))
            or "nothing new"
        )
        others = f"; {self.foreign} of other texts" if self.foreign else ""
        return "\n".join([f"{done}; {self.unchanged} unchanged{others}", *self.open])

    def row(self) -> dict[str, Any]:
        """The report as JSON values."""
        counts = {"unchanged": self.unchanged, "foreign": self.foreign}
        return {"taken": dict(self.taken), **counts, "open": self.open}


def take(project: Project, rows: Iterable[Row], reviewer: str = "") -> Report:
    """Append what rows say as reviews and return what was done.

    A row is compared with what was exported at its revision: only what the other tool changed counts. Where
    somebody has reviewed the bead since, theirs stays and the row is left open. A row without a bead is
    matched by its source text, if that names one bead. Importing a file twice changes nothing.
    """
    report = Report()
    by_bead: dict[str, Pair] = {}
    by_source: dict[tuple[str, str], set[str]] = {}
    for version in versions(project):
        for pair in version.pairs:
            by_bead[pair.id] = pair
            by_source.setdefault((version.lang, _plain(pair.source)), set()).add(pair.id)
    for row in rows:
        named = [bead for bead in row.beads if bead in by_bead]
        known = named or sorted(by_source.get((row.lang, _plain(row.source)), ()))
        place = f"{row.place}, {row.lang}"
        if not row.text.strip():
            report.unchanged += 1
        elif not known:
            report.foreign += 1
        elif len(known) == 1 and len(row.beads) <= 1:
            _one(project, row if named else replace(row, revisions=()), by_bead[known[0]], reviewer, report)
        elif _plain(row.text) in {_plain(text) for text in _targets([by_bead[bead] for bead in known])}:
            report.unchanged += 1
        elif row.beads:
            report.open.append(
                f"{place}: one unit covers {len(row.beads)} beads; edit it in tmx-pairs or xliff12"
            )
        else:
            report.open.append(
                f"{place}: {len(known)} places have this source; edit it in tmx-pairs or xliff12"
            )
    if report.foreign and not (report.taken or report.unchanged or report.open):
        report.alien = True
        report.open.append(f"none of the {report.foreign} rows is of this project; is it the right one?")
    return report


def _user() -> str:
    """Who is logged in."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may know no name
        return "import"


def _targets(pairs: list[Pair]) -> list[str]:
    """What a row that names several pairs says if nobody has changed it."""
    return [" ".join(pair.target for pair in pairs if pair.target), *(pair.target for pair in pairs)]


def _plain(text: str) -> str:
    return " ".join(clean(text).split())


def _same(one: str, other: str) -> bool:
    """Whether two texts differ in nothing but what a format or tool does to ends and line breaks."""

    def bare(text: str) -> str:
        return clean(text).replace("\r\n", "\n").replace("\r", "\n").strip()

    return bare(one) == bare(other)


def _one(project: Project, row: Row, pair: Pair, reviewer: str, report: Report) -> None:
    who = reviewer or row.author or _user()
    history = project.reviews(pair.id)
    now = state(history)
    seen = row.revisions[0] if len(row.revisions) == 1 else now.revision
    then = state(review for review in history if review.revision <= seen)
    if _same(row.text, row.source) and not _same(row.text, then.text or pair.machine):
        if then.text or pair.machine:  # a tool gives out the source where its translation was deleted
            report.open.append(f"{row.place}, {row.lang}: the text is that of the source; left as it was")
        else:
            report.unchanged += 1
        return
    todo = _todo(row, then, now, pair.machine)
    if not todo:
        report.unchanged += 1
        return
    for decision, text, note in todo:
        try:
            seen = project.review(pair.id, decision, who, text=text, note=note, seen=seen).revision  # type: ignore[arg-type]
        except ConflictError as error:
            theirs = error.latest
            report.open.append(
                f"{row.place}, {row.lang}: {theirs.reviewer} has reviewed this since ({theirs.decision}); left as it is"
            )
            return
        report.taken[decision] += 1


def _todo(row: Row, then: State, now: State, machine: str) -> list[tuple[str, str, str]]:
    """Decision, text and note of each review that a row asks for."""
    note = row.note if row.note and not _same(row.note, then.note) and not _same(row.note, now.note) else ""
    todo: list[tuple[str, str, str]] = []
    if not _same(row.text, then.text or machine) and not _same(row.text, now.text or machine):
        todo.append(("edit", row.text, note))
    if row.state in _DECISIONS and row.state not in (then.name, now.name):
        todo.append((_DECISIONS[row.state], "", "" if todo else note))
    return todo or ([("comment", "", note)] if note else [])
