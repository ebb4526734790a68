"""The desk: every operation the page can ask for, with its rights, as JSON values in and out.

The page is never trusted: each operation checks the person's role, the subject, and the revision the
person saw. Nothing here knows Gradio.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from threading import RLock
from typing import Any, cast

from align.beads import joined
from align.describe import describe
from align.pipeline import Tools
from align.review import STATES, state
from align.store import ConflictError, Project
from align.terms import Termbase
from align.types import TARGETS, Bitext, Decision, Document, Finding, Review
from models.errors import AraxesError, InputError
from ui.esa import annotation
from ui.given import filters, revision, string, whole
from ui.jobs import Jobs
from ui.ledger import Ledger
from ui.reports import Reports
from ui.rows import difference
from ui.rules import RefusedError, allow, steps_back
from ui.sheet import Column, Sheet, Side
from ui.users import User

_TEXT_LIMIT = 200_000  # characters of an edit
_NOTE_LIMIT = 10_000  # characters of a comment or reason
_WINDOW = 60  # rows that come with the first answer
_ROWS_LIMIT = 200  # rows in one answer
_KEPT_SHEETS = 8
_ON_BEADS = ("edit", "accept", "approve", "reject", "reset", "comment", "annotate")
_ON_FINDINGS = ("confirm", "dismiss", "reset", "comment")

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
        self.reports = Reports(project, termbase, self.ledger)
        self.jobs = Jobs(project, tools) if tools else None
        self._two_person = two_person
        self._lock = RLock()
        self._changes = -1
        self._load()
        self.operations: dict[str, Callable[[User, Mapping[str, Any]], Answer]] = {
            "open": self.open,
            "rows": self.rows,
            "history": self.history,
            "concept": self.concept,
            "changes": self.changes,
            "undo": self.undo,
            "setting": self.set_rule,
            "overview": self.overview,
            "export": lambda _user, given: self.reports.export(given, self._subjects),
            **dict.fromkeys({*_ON_BEADS, *_ON_FINDINGS}, self.decide),
        }
        if self.jobs is not None:
            jobs = self.jobs
            self.operations["start"] = lambda _user, given: jobs.start(given)
            self.operations["progress"] = lambda _user, _given: jobs.progress()
        if self._columns:
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

    def _load(self) -> None:
        """Take in the machine's output, again whenever a run has changed it."""
        with self._lock:
            changes = self.project.changes()
            if changes == self._changes:
                return
            documents = {document.id: document for document in self.project.documents()}
            bitexts: dict[str, list[Bitext]] = {i: [] for i in documents}
            for bitext in self.project.bitexts():
                bitexts[bitext.source.id].append(bitext)
            columns: dict[str, list[Column]] = {
                i: [self._column(bitext) for bitext in found] for i, found in bitexts.items()
            }
            sources = {i: Side(document, self.termbase) for i, document in documents.items()}
            subjects: dict[str, tuple[Column, int | Finding]] = {}
            for column in (column for found in columns.values() for column in found):
                subjects |= {subject: (column, i) for i, subject in enumerate(column.ids)}
                subjects |= {finding.id: (column, finding) for finding in column.findings}
            self._subjects = subjects
            self._columns, self._sources = columns, sources
            self._sheets: dict[tuple[str, ...], Sheet] = {}
            self._changes = changes

    def _column(self, bitext: Bitext) -> Column:
        return Column(bitext, self.termbase, self.project.findings(bitext.translation.id))

    def _sheet(self, given: Mapping[str, Any]) -> Sheet:
        """The article and columns asked for; of each language, without a wish, what has most to look at."""
        article = str(given.get("article") or "")
        if article not in self._columns:
            if article or not self._columns:
                raise InputError("this project has no such article; reload the page")
            article = next(iter(self._columns))
        wished = given.get("choice")
        wished = wished if isinstance(wished, dict) else {}
        chosen: dict[str, Column] = {}
        for column in sorted(self._columns[article], key=lambda c: -_alarms(c)):
            chosen.setdefault(column.lang, column)
        for column in self._columns[article]:
            if wished.get(column.lang) == column.bitext.translation.id:
                chosen[column.lang] = column
        chosen = {lang: chosen[lang] for lang in TARGETS if lang in chosen}
        key = (article, *(column.bitext.translation.id for column in chosen.values()))
        with self._lock:
            if key not in self._sheets:
                while len(self._sheets) >= _KEPT_SHEETS:
                    del self._sheets[next(iter(self._sheets))]
                self._sheets[key] = Sheet(self._sources[article], list(chosen.values()), self.termbase)
            return self._sheets[key]

    def open(self, user: User, given: Mapping[str, Any]) -> Answer:
        """An article with chosen columns and filters: the order of its rows, and the first of them."""
        self._load()
        self.ledger.refresh()
        if not self._columns:
            return {"empty": True, "user": self._user(user)}
        sheet = self._sheet(given)
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
            "article": {"id": article.id, "title": _title(article), "rows": len(sheet.groups)},
            "articles": [{"id": i, "title": _title(side.document)} for i, side in self._sources.items()],
            "columns": [
                {
                    "lang": column.lang,
                    "id": column.bitext.translation.id,
                    "choices": [
                        {"id": other.bitext.translation.id, "label": label(other.bitext)}
                        for other in self._columns[article.id]
                        if other.lang == column.lang
                    ],
                }
                for column in sheet.columns
            ],
            "user": self._user(user),
            "two_person": self.two_person,
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
        sheet = self._sheet(given)
        wanted = given.get("rows")
        numbers = [i for i in wanted if isinstance(i, int)] if isinstance(wanted, list) else []
        good = [i for i in numbers[:_ROWS_LIMIT] if 0 <= i < len(sheet.groups)]
        return {"rows": [sheet.row(i, self.ledger) for i in good]}

    def changes(self, _user: User, given: Mapping[str, Any]) -> Answer:
        """Which rows others have changed since the page last looked."""
        self.ledger.refresh()
        sheet = self._sheet(given)
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
        subject, column, about = self._subject(given)
        text = "" if isinstance(about, Finding) else self._machine(column, about)
        entries = []
        for review in self.ledger.history(subject):
            changed: list[list[str]] = []
            if not isinstance(about, Finding) and review.decision in ("edit", "reset"):
                new = review.text or self._machine(column, about)
                changed, text = difference(text, new), new
            entries.append({**asdict(review), "changed": changed})
        return {"entries": entries}

    def overview(self, _user: User, given: Mapping[str, Any]) -> Answer:
        """What became of every name and term: in the article's chosen columns, or in everything."""
        if given.get("everything") is True:
            columns = [column for found in self._columns.values() for column in found]
        else:
            columns = list(self._sheet(given).columns)
        return self.reports.overview(columns, len(self._columns))

    # Writing

    @property
    def two_person(self) -> bool:
        """Whether nobody may accept or approve what they wrote themselves."""
        kept = self.project.setting("two-person")
        return self._two_person if kept is None else kept == "yes"

    def set_rule(self, _user: User, given: Mapping[str, Any]) -> Answer:
        """Switch the two-person rule."""
        self.project.set(**{"two-person": "yes" if given.get("two_person") is True else "no"})
        return {"two_person": self.two_person}

    def _subject(self, given: Mapping[str, Any]) -> tuple[str, Column, int | Finding]:
        subject = str(given.get("subject"))
        if subject not in self._subjects:
            raise InputError("this sentence is no longer part of the project; reload the page")
        return subject, *self._subjects[subject]

    def _machine(self, column: Column, bead: int) -> str:
        return joined(column.bitext.target, column.bitext.beads[bead].target)

    def decide(self, user: User, given: Mapping[str, Any]) -> Answer:
        """Append one decision. The answer is the row as it stands now."""
        self._sheet(given)  # what asks for no article of this project writes nothing
        subject, column, about = self._subject(given)
        operation = str(given["operation"])
        text, note = string(given, "text", _TEXT_LIMIT), string(given, "note", _NOTE_LIMIT).strip()
        now = self.ledger.state(subject)
        if operation not in (_ON_FINDINGS if isinstance(about, Finding) else _ON_BEADS):
            raise InputError(
                f"a {'finding' if isinstance(about, Finding) else 'translation'} cannot be given {operation!r}"
            )
        if operation == "comment" and not note:
            raise InputError("the comment is empty; write something")
        if operation == "dismiss" and not note:
            raise InputError("say why this is no problem: the reason stays with the finding")
        if not isinstance(about, Finding):
            allow(user, operation, now, two_person=self.two_person)
        elif operation == "reset" and not user.may("dismiss"):
            raise RefusedError(f"Your role ({user.role}) does not allow this.")
        if operation == "annotate" and not isinstance(about, Finding):
            text = annotation(given, now.text or self._machine(column, about))
        if operation == "edit" and not isinstance(about, Finding):
            text = " ".join(text.split())
            if not text:
                raise InputError("the translation is empty; reject it instead, with a comment")
            if text == self._machine(column, about):
                if not now.text:
                    raise InputError("nothing was changed; accept the translation instead")
                operation = "reset"
        return self._append(
            user, subject, operation, given, text if operation in ("edit", "annotate") else "", note
        )

    def _append(
        self, user: User, subject: str, operation: str, given: Mapping[str, Any], text: str, note: str
    ) -> Answer:
        decision = cast(Decision, operation)
        review = self.project.review(subject, decision, user.name, text=text, note=note, seen=revision(given))
        self.ledger.add(review)
        return self._now(subject, given)

    def _now(self, subject: str, given: Mapping[str, Any]) -> Answer:
        sheet = self._sheet(given)
        row = sheet.row_of(subject)
        return {
            "row": None if row is None else sheet.row(row, self.ledger),
            "progress": sheet.progress(self.ledger),
            "revision": self.ledger.state(subject).revision,
            "count": self.ledger.count,
        }

    def undo(self, user: User, given: Mapping[str, Any]) -> Answer:
        """Go back to what stood before the last decision, or to a revision: by new entries, never by erasing."""
        subject, _, about = self._subject(given)
        history = self.ledger.history(subject)
        target = whole(given.get("to"), 0, len(history)) if "to" in given else len(history) - 1
        if not history or ("to" not in given and history[-1].reviewer != user.name):
            raise RefusedError("The last decision is not yours; revert it in the history instead.")
        then, now = state(history[:target]), self.ledger.state(subject)
        if not isinstance(about, Finding):
            allow(user, "edit", now, two_person=self.two_person)
        steps = steps_back(then, now)
        seen = given.get("seen")
        answer = self._now(subject, given)
        for operation, text in steps:
            if not user.may(operation):
                raise RefusedError(f"Your role ({user.role}) does not allow this.")
            answer = self._append(
                user,
                subject,
                operation,
                {**given, "seen": seen},
                text,
                then.note if operation == "dismiss" else "",
            )
            seen = answer["revision"]
        return answer

    def _theirs(self, review: Review) -> Answer:
        column, about = self._subjects[review.subject]
        text = "" if isinstance(about, Finding) else self.ledger_text(review.subject, column, about)
        return {**asdict(review), "text": text}

    def ledger_text(self, subject: str, column: Column, bead: int) -> str:
        """The text that counts now, fresh from the database."""
        self.ledger.history(subject)
        return self.ledger.state(subject).text or self._machine(column, bead)


def label(bitext: Bitext) -> str:
    """What made a translation, short: a file's name or the first word of the signature."""
    signature = bitext.translation.signature
    return signature.rpartition("name:")[2] if "name:" in signature else signature.partition("|")[0]


def _alarms(column: Column) -> int:
    return sum(finding.severity != "info" for finding in column.findings)


def _title(document: Document) -> str:
    return document.title or (document.segments[0].text if document.segments else Path(document.origin).name)
