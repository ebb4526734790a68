"""The rules that go beyond roles: approved text is locked, and two people look at every text."""

from __future__ import annotations

from align.review import State
from models.errors import InputError
from ui.users import User

_BACK = {"draft": "reset", "dismissed": "dismiss", "confirmed": "confirm"}
_ON = {"reviewed": "accept", "approved": "approve", "rejected": "reject"}


class RefusedError(InputError):
    """The person's role, or the two-person rule, does not allow it."""


def allow(user: User, operation: str, now: State, *, two_person: bool) -> None:
    """Raise `RefusedError` where a translation in this state may not be given this decision by this person."""
    if now.name == "approved" and operation not in ("comment", "annotate") and not user.may("approve"):
        raise RefusedError("This translation is approved; only an approver can open it again.")
    if two_person and operation in ("accept", "approve", "both"):
        if user.name in (now.author, now.also_by):
            raise RefusedError("You wrote this translation; someone else has to look at it.")
        if operation == "approve" and not set(now.accepted) - {user.name}:
            raise RefusedError("Someone else has to accept this translation before you approve it.")


def steps_back(then: State, now: State) -> list[tuple[str, str]]:
    """The decisions, each with its text, that lead back from one state to an earlier one."""
    if then.name in _BACK:
        return [(_BACK[then.name], "")]
    steps = []
    if then.text != now.text or then.also != now.also or then.name == "translated":
        steps.append(("edit", then.text) if then.text else ("reset", ""))
        steps += [("both", then.also)] if then.also else []
    if then.name in _ON and (then.name != "reviewed" or not then.also):
        steps.append((_ON[then.name], ""))
    return steps
