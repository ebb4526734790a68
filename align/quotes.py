"""Quotation marks: which stretches of a text stand inside them, in all the styles of the five languages."""

from __future__ import annotations

import re
from dataclasses import dataclass

_OPENING = {"«": "»", "“": "”", "„": "“”", "‘": "’", "‹": "›"}
_CLOSING = "»”’›"
_STRAIGHT = '"'
_MARK = re.compile('[«»“”„‘’‹›"]')


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quotation: `start` and `end` bound what stands between the marks, without them."""

    start: int
    end: int

    def holds(self, start: int, end: int) -> bool:
        """Whether the span stands inside the quotation."""
        return self.start <= start and end <= self.end

    def touches(self, start: int, end: int) -> bool:
        """Whether some of the span stands inside the quotation."""
        return self.start < end and start < self.end


def _is_apostrophe(text: str, at: int) -> bool:
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    return text[at] in "‘’" and before.isalnum() and after.isalnum()


def _opens(text: str, at: int) -> bool:
    """Whether an ambiguous mark opens, judged by its neighbours."""
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    return (not before or before.isspace() or before in "([{—–-«“„:") and bool(after) and not after.isspace()


def quotations(text: str) -> list[Quotation]:
    """The quotations of one paragraph, outer and inner, in order of their first character.

    A mark that is never closed quotes to the end of the paragraph where it is a guillemet or a curly
    double mark (the quotation goes on in the next one); a straight or single one is ignored. A closing
    mark where nothing is open opens a quotation if another closing mark follows: a common slip.
    """
    found: list[Quotation] = []
    stack: list[tuple[str, int]] = []
    stray = -1
    for match in _MARK.finditer(text):
        at, mark = match.start(), match[0]
        if _is_apostrophe(text, at):
            continue
        if mark == _STRAIGHT:
            is_open = any(opened == _STRAIGHT for opened, _ in stack)
            if is_open and not (_opens(text, at) and text[at - 1 : at].isspace()):
                while stack:
                    opened, start = stack.pop()
                    if opened == _STRAIGHT:
                        found.append(Quotation(start, at))
                        break
            elif not is_open:
                stack.append((mark, at + 1))
            continue
        closes = next(
            (i for i in range(len(stack) - 1, -1, -1) if mark in _OPENING.get(stack[i][0], "")), None
        )
        if closes is not None and not (mark in _OPENING and _opens(text, at)):
            found.append(Quotation(stack[closes][1], at))
            del stack[closes:]
        elif mark in _OPENING:
            if mark != "‘" or _opens(text, at):
                stack.append((mark, at + 1))
        elif mark in _CLOSING and mark != "’":
            if stray >= 0:
                found.append(Quotation(stray, at))
                stray = -1
            else:
                stray = at + 1
    found += [Quotation(start, len(text)) for opened, start in stack if opened in "«“„"]
    return sorted(found, key=lambda q: (q.start, -q.end))
