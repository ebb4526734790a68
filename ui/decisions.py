"""What people do to translations and findings: one decision, many at once, and back again. Nothing is erased."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from align.beads import joined
from align.review import SETTLED, WITHDRAWN, state
from align.store import Project
from align.types import Decision, Finding, Review
from models.errors import InputError
from ui.esa import annotation
from ui.given import filters, revision, string, whole
from ui.ledger import Ledger
from ui.library import Library
from ui.rules import RefusedError, allow, steps_back
from ui.sheet import Column
from ui.users import User

_TEXT_LIMIT = 50_000  # characters of an edit
_NOTE_LIMIT = 10_000  # characters of a comment or reason
_MOST = 20_000  # decisions in one step
ON_BEADS = ("edit", "accept", "approve", "reject", "reset", "comment", "annotate", "both")
ON_FINDINGS = ("confirm", "dismiss", "reset", "comment")
_SETTLING = ("confirm", "dismiss", "both")
_SAID = ("comment", "annotate")  # nothing to go back from
_TOGETHER = ("accept", "approve", "dismiss")

Answer = dict[str, Any]


class Decisions:
    """Checks each decision against the rules, and appends it."""

    def __init__(self, project: Project, library: Library, ledger: Ledger, *, two_person: bool) -> None:
        self._project, self._library, self._ledger = project, library, ledger
        self._default = two_person

    @property
    def two_person(self) -> bool:
        """Whether nobody may accept or approve what they wrote themselves."""
        kept = self._project.setting("two-person")
        return self._default if kept is None else kept == "yes"

    def decide(self, user: User, given: Mapping[str, Any]) -> Answer:
        """Append one decision. The answer is the row as it stands now."""
        self._library.sheet(given)  # what asks for no article of this project writes nothing
        subject, column, about = self._library.subject(given)
        operation = str(given["operation"])
        text, note = string(given, "text", _TEXT_LIMIT), string(given, "note", _NOTE_LIMIT).strip()
        if operation not in (ON_FINDINGS if isinstance(about, Finding) else ON_BEADS):
            raise InputError(
                f"a {'finding' if isinstance(about, Finding) else 'translation'} cannot be given {operation!r}"
            )
        if operation == "comment" and not note:
            raise InputError("the comment is empty; write something")
        if isinstance(about, Finding):
            if operation == "dismiss" and not note:
                raise InputError("say why this is no problem: the reason stays with the finding")
            if operation == "reset" and not user.may("dismiss"):
                raise RefusedError(f"Your role ({user.role}) does not allow this.")
            return self._append(user, subject, operation, given, "", note)
        allow(user, operation, self._ledger.state(subject), two_person=self.two_person)
        operation, text = self._worded(operation, text, subject, column, about, given)
        return self._append(user, subject, operation, given, text, note)

    def _worded(
        self, operation: str, text: str, subject: str, column: Column, bead: int, given: Mapping[str, Any]
    ) -> tuple[str, str]:
        """The decision on a translation and the text that is kept with it."""
        machine, now = self._machine(column, bead), self._ledger.state(subject)
        if operation == "annotate":
            return operation, annotation(given, now.text or machine)
        if operation == "both":
            known = {machine, *(r.text for r in self._ledger.history(subject) if r.decision == "edit")}
            if text == (now.text or machine) or text not in known:
                raise InputError("the second reading is another text of this sentence's history")
            return operation, text
        if operation != "edit":
            return operation, ""
        text = " ".join(text.split())
        if not text:
            raise InputError("the translation is empty; reject it instead, with a comment")
        if text != machine:
            return operation, text
        if not now.text:
            raise InputError("nothing was changed; accept the translation instead")
        return "reset", ""

    def settle(self, user: User, given: Mapping[str, Any]) -> Answer:
        """End a disagreement about a finding: for one side, or so that both stand."""
        subject, _, about = self._library.subject(given)
        decision, note = str(given.get("decision")), string(given, "note", _NOTE_LIMIT).strip()
        if not isinstance(about, Finding) or decision not in _SETTLING:
            raise InputError("a disagreement about a finding ends with confirm, dismiss or both")
        if not self._ledger.state(subject).disputed:
            raise InputError("nobody disagrees about this finding; confirm or dismiss it")
        return self._append(user, subject, decision, given, SETTLED, note)

    def undo(self, user: User, given: Mapping[str, Any]) -> Answer:
        """Go back to what stood before the last decision, or to a revision: by new entries, never by erasing."""
        subject, _, about = self._library.subject(given)
        history = self._ledger.history(subject)
        last = max((i for i, r in enumerate(history) if r.decision not in _SAID), default=0)
        target = whole(given.get("to"), 0, len(history)) if "to" in given else last
        if not history or ("to" not in given and history[last].reviewer != user.name):
            raise RefusedError("The last decision is not yours; revert it in the history instead.")
        seen, answer = given.get("seen"), self._now(subject, given)
        for operation, text, note in self._back(user, history, target, about):
            answer = self._append(user, subject, operation, {**given, "seen": seen}, text, note)
            seen = answer["revision"]
        return answer

    def _back(
        self, user: User, history: list[Review], target: int, about: int | Finding
    ) -> list[tuple[str, str, str]]:
        """Decision, text and note of each step back to the first `target` reviews."""
        then, now = state(history[:target]), state(history)
        if isinstance(about, Finding):
            if all(r.reviewer == user.name and r.decision in _SETTLING for r in history[target:]):
                own = dict(then.votes).get(user.name)
                return [(own, "", then.note)] if own else [("reset", WITHDRAWN, "")]
        else:
            allow(user, "edit", now, two_person=self.two_person)
        steps = steps_back(then, now)
        if not all(user.may(operation) for operation, _ in steps):
            raise RefusedError(f"Your role ({user.role}) does not allow this.")
        return [(operation, text, then.note if operation == "dismiss" else "") for operation, text in steps]

    def together(self, user: User, given: Mapping[str, Any]) -> Answer:
        """Decide on much at once: accept or approve what has no open finding in view, or dismiss alike findings.

        With `count` only told how many. `done` of the answer is what `undo_together` takes.
        """
        decision, note = str(given.get("decision")), string(given, "note", _NOTE_LIMIT).strip()
        if decision not in _TOGETHER:
            raise InputError("only accept, approve and dismiss go for many at once")
        if not user.may(decision):
            raise RefusedError(f"Your role ({user.role}) does not allow this.")
        found = self._alike(given) if decision == "dismiss" else self._clean(user, given, decision)
        if given.get("count") is True:
            return {"found": len(found)}
        if decision == "dismiss" and not note:
            raise InputError("say why these are no problem: the reason stays with each finding")
        one = cast(Decision, decision)
        wanted = [
            Review(i, one, user.name, "", note=note, revision=revision) for i, revision in found[:_MOST]
        ]
        done = self._keep(wanted)
        return {"done": [[r.subject, r.revision] for r in done], "left": len(found) - len(done)}

    def _alike(self, given: Mapping[str, Any]) -> list[tuple[str, int]]:
        """The open findings in view that are like one of them, each with its revision."""
        _, _, model = self._library.subject(given)
        if not isinstance(model, Finding):
            raise InputError("only findings are alike")
        sheet, ledger = self._library.sheet(given), self._ledger
        seen = [
            (f.id, ledger.state(f.id).revision)
            for f in sheet.findings(sheet.order(filters(given.get("filters")), ledger))
            if _kin(f) == _kin(model) and (f.id == model.id or ledger.state(f.id).name == "draft")
        ]
        return list(dict(seen).items())

    def _clean(self, user: User, given: Mapping[str, Any], decision: str) -> list[tuple[str, int]]:
        """The translations in view that have no open warning or error and may be given the decision."""
        sheet, ledger, two = self._library.sheet(given), self._ledger, self.two_person
        wish = filters(given.get("filters"))
        found = []
        for subject in sheet.without_findings(sheet.order(wish, ledger), wish.lang, ledger):
            now = ledger.state(subject)
            if now.name in ("approved", "rejected") or (decision, now.name) == ("accept", "reviewed"):
                continue
            try:
                allow(user, decision, now, two_person=two)
            except RefusedError:
                continue
            found.append((subject, now.revision))
        return list(dict(found).items())

    def undo_together(self, user: User, given: Mapping[str, Any]) -> Answer:
        """Take back what `together` did, as far as nobody has gone on from there."""
        named = given.get("done")
        pairs = named[:_MOST] if isinstance(named, list) else []
        rounds: dict[int, list[Review]] = {}
        for subject, seen in (pair for pair in pairs if isinstance(pair, list) and len(pair) == 2):
            if not isinstance(subject, str) or subject not in self._library.subjects:
                continue
            history = self._ledger.known(subject)
            if not history or (history[-1].revision, history[-1].reviewer) != (seen, user.name):
                continue
            about = self._library.subjects[subject][1]
            for i, (operation, text, note) in enumerate(self._back(user, history, len(history) - 1, about)):
                step = Review(subject, cast(Decision, operation), user.name, "", text, note, seen + i)
                rounds.setdefault(i, []).append(step)
        done = [self._keep(rounds[i]) for i in sorted(rounds)]
        return {"undone": len(done[0]) if done else 0}

    def _keep(self, wanted: list[Review]) -> list[Review]:
        done = self._project.review_all(wanted)
        for review in done:
            self._ledger.add(review)
        return done

    def _machine(self, column: Column, bead: int) -> str:
        return joined(column.bitext.target, column.bitext.beads[bead].target)

    def _append(
        self, user: User, subject: str, operation: str, given: Mapping[str, Any], text: str, note: str
    ) -> Answer:
        decision = cast(Decision, operation)
        review = self._project.review(
            subject, decision, user.name, text=text, note=note, seen=revision(given)
        )
        self._ledger.add(review)
        return self._now(subject, given)

    def _now(self, subject: str, given: Mapping[str, Any]) -> Answer:
        sheet = self._library.sheet(given)
        row = sheet.row_of(subject)
        return {
            "row": None if row is None else sheet.row(row, self._ledger),
            "progress": sheet.progress(self._ledger),
            "revision": self._ledger.state(subject).revision,
            "count": self._ledger.count,
        }


def _kin(finding: Finding) -> Iterable[str]:
    return finding.check, finding.verdict, finding.lang, finding.concept, finding.found.casefold()
