"""The desk: every operation the page can ask for, with its rights, as JSON values in and out.

The page is never trusted: each operation checks the person's role, the subject, and the revision the
person saw. Nothing here knows Gradio.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from align.beads import joined
from align.describe import describe
from align.pipeline import Tools
from align.review import STATES
from align.store import ConflictError, Project
from align.terms import Termbase
from align.types import Finding, Review
from models.errors import AraxesError, InputError
from ui.decisions import ON_BEADS, ON_FINDINGS, Decisions
from ui.given import filters, whole
from ui.jobs import Jobs, engines
from ui.ledger import Ledger
from ui.library import Library, title
from ui.reports import Reports
from ui.rows import difference
from ui.rules import RefusedError
from ui.sheet import Column, Sheet
from ui.users import User

_WINDOW = 60  # rows that come with the first answer
_ROWS_LIMIT = 200  # rows in one answer

Answer = dict[str, Any]


class Desk:
    """A project open for review; one for all people and threads."""

    def __init__(
        self,
        project: Project,
        termbase: Termbase,
        *,
        two_person: bool,
        tools: Callable[[], Tools] | None = None,
    ) -> None:
        self.project, self.termbase = project, termbase
        self.ledger = Ledger(project)
        self.library = Library(project, termbase)
        self.reports = Reports(project, termbase, self.ledger)
        self.jobs = Jobs(project, tools) if tools else None
        self.decisions = decisions = Decisions(project, self.library, self.ledger, two_person=two_person)
        self.operations: dict[str, Callable[[User, Mapping[str, Any]], Answer]] = {
            "open": self.open,
            "rows": self.rows,
            "history": self.history,
            "concept": self.concept,
            "changes": self.changes,
            "setting": self.set_rule,
            "overview": self.overview,
            "export": lambda _user, given: self.reports.export(given, self.library.subjects),
            "undo": decisions.undo,
            "settle": decisions.settle,
            "together": decisions.together,
            "undo_together": decisions.undo_together,
            **dict.fromkeys({*ON_BEADS, *ON_FINDINGS}, decisions.decide),
        }
        if self.jobs is not None:
            jobs = self.jobs
            self.operations["start"] = lambda _user, given: jobs.start(given)
            self.operations["progress"] = lambda _user, _given: jobs.progress()
        if self.library.columns:
            self.open(User("", "reader"), {})  # so that the first visitor does not wait

    def call(self, user: User | None, operation: str, given: Mapping[str, Any]) -> Answer:
        """Do an operation for a person. What goes wrong comes back as `error` and `message`, never raised."""
        if user is None:
            return {"error": "login", "message": "You are not logged in; reload the page and log in."}
        do = self.operations.get(operation)
        try:
            if do is None or not user.may(operation):
                raise RefusedError(f"Your role ({user.role}) does not allow this.")
            return do(user, {**given, "operation": operation})
        except ConflictError as error:
            return {"error": "conflict", "message": str(error), "theirs": self._theirs(error.latest)}
        except RefusedError as error:
            return {"error": "refused", "message": str(error)}
        except AraxesError as error:
            return {"error": "input", "message": str(error)}

    # Reading

    def open(self, user: User, given: Mapping[str, Any]) -> Answer:
        """An article with chosen columns and filters: the order of its rows, and the first of them."""
        self.library.refresh()
        self.ledger.refresh()
        if not self.library.columns:
            return {"empty": True, "user": self._user(user), "engines": engines()}
        sheet = self.library.sheet(given)
        order = sheet.order(filters(given.get("filters")), self.ledger)
        article = sheet.source.document
        focus = sheet.row_with(whole(given.get("sentence"), 0, len(article.segments)) - 1)
        start = max(0, order.index(focus) - _WINDOW // 4) if focus in order else 0
        answer: Answer = {
            "order": order,
            "focus": focus,
            "rows": [sheet.row(i, self.ledger) for i in order[start : start + _WINDOW]],
            "progress": sheet.progress(self.ledger),
            "count": self.ledger.count,
        }
        return answer if given.get("brief") is True else {**answer, **self._about(user, sheet)}

    def _about(self, user: User, sheet: Sheet) -> Answer:
        """What does not change with the filters."""
        article = sheet.source.document
        return {
            "article": {"id": article.id, "title": title(article), "rows": len(sheet.groups)},
            "articles": [{"id": i, "title": title(s.document)} for i, s in self.library.sources.items()],
            "columns": self.library.heads(sheet),
            "engines": engines(),
            "user": self._user(user),
            "two_person": self.decisions.two_person,
            "states": list(STATES),
            "facets": {**sheet.facets(), "people": self.ledger.people()},
            "concepts": {c: self._brief(c) for c in sheet.facets()["concepts"]},
            "sizes": sheet.sizes,
            "open": sheet.open_rows(self.ledger),
        }

    def _user(self, user: User) -> Answer:
        return {"name": user.name, "role": user.role, "may": [o for o in self.operations if user.may(o)]}

    def rows(self, _user: User, given: Mapping[str, Any]) -> Answer:
        """Rows by number."""
        sheet = self.library.sheet(given)
        wanted = given.get("rows")
        numbers = [i for i in wanted if isinstance(i, int)] if isinstance(wanted, list) else []
        good = [i for i in numbers[:_ROWS_LIMIT] if 0 <= i < len(sheet.groups)]
        return {"rows": [sheet.row(i, self.ledger) for i in good]}

    def changes(self, _user: User, given: Mapping[str, Any]) -> Answer:
        """Which rows others have changed since the page last looked."""
        self.ledger.refresh()
        sheet = self.library.sheet(given)
        count = whole(given.get("count"), 0, self.ledger.count)
        found = [sheet.row_of(subject) for subject in self.ledger.since(count)[:_ROWS_LIMIT]]
        rows = sorted({row for row in found if row is not None})
        return {
            "count": self.ledger.count,
            "rows": [sheet.row(i, self.ledger) for i in rows],
            "progress": sheet.progress(self.ledger) if rows else None,
        }

    def concept(self, _user: User, given: Mapping[str, Any]) -> Answer:
        """A concept with every name in every language."""
        found = self.termbase.concepts.get(str(given.get("concept")))
        if found is None:
            raise InputError("the termbase has no such concept")
        return {"text": describe(found), **self._brief(found.id)}

    def _brief(self, concept: str) -> Answer:
        found = self.termbase[concept]
        return {
            "kind": found.kind,
            "name": found.forms_in("en")[0].text,
            "feature": found.feature,
            "note": found.note,
        }

    def history(self, _user: User, given: Mapping[str, Any]) -> Answer:
        """Everything that was said of a bead or finding, with what each edit changed."""
        subject, column, about = self.library.subject(given)
        text = "" if isinstance(about, Finding) else self._machine(column, about)
        entries = []
        for review in self.ledger.history(subject):
            changed: list[list[str]] = []
            if not isinstance(about, Finding) and review.decision in ("edit", "reset"):
                new = review.text or self._machine(column, about)
                changed, text = difference(text, new), new
            entries.append({**asdict(review), "changed": changed, "reading": text if changed else ""})
        return {"entries": entries}

    def overview(self, _user: User, given: Mapping[str, Any]) -> Answer:
        """What became of every name and term: in the article's chosen columns, or in everything."""
        everything = given.get("everything") is True
        held = self.library.columns
        columns = (
            [c for found in held.values() for c in found] if everything else self.library.sheet(given).columns
        )
        return self.reports.overview(list(columns), len(held))

    def set_rule(self, _user: User, given: Mapping[str, Any]) -> Answer:
        """Switch the two-person rule."""
        self.project.set(**{"two-person": "yes" if given.get("two_person") is True else "no"})
        return {"two_person": self.decisions.two_person}

    def _machine(self, column: Column, bead: int) -> str:
        return joined(column.bitext.target, column.bitext.beads[bead].target)

    def _theirs(self, review: Review) -> Answer:
        """The review that came first, with the text that counts now, fresh from the database."""
        column, about = self.library.subjects[review.subject]
        if isinstance(about, Finding):
            return {**asdict(review), "text": ""}
        self.ledger.history(review.subject)
        text = self.ledger.state(review.subject).text or self._machine(column, about)
        return {**asdict(review), "text": text}
