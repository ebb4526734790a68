"""What another tool's file says of one place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One translation in a file: where it stands there, and the bead it names, if it names one.

    `beads` and `revisions` are empty where the tool kept nothing but the texts; `state` is one of
    `align.review.STATES` or "".
    """

    place: str
    lang: str
    source: str
    text: str
    beads: tuple[str, ...] = ()
    revisions: tuple[int, ...] = ()
    state: str = ""
    note: str = ""
    author: str = ""
