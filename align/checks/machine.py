"""What models do wrong and people do not: loops, refusals, text copied through, cut off or out of proportion."""

from __future__ import annotations

from collections.abc import Iterator

from align.checks.base import Check, Example, View, only_says_who, whole
from align.types import Finding
from models.guards import inspect


class MachineOutput(Check):
    """Asks the translators' own guards about every bead with text on both sides."""

    id = "machine-output"
    title = "flaw of a machine translation"
    fails = (
        Example("ru", "He left the town at night.", "Он ушёл ушёл ушёл ушёл ушёл ушёл ушёл ушёл ушёл ушёл."),
        Example(
            "tr", "He left the town at night.", "I'm sorry, but I can't help with translating this text."
        ),
    )
    passes = (
        Example("ru", "He left the town at night.", "Он покинул город ночью."),
        Example("hy", "He left the town at night.", "Նա գիշերը հեռացավ քաղաքից։"),
    )

    def check(self, view: View) -> Iterator[Finding]:
        """One finding a bead in which a guard sees something; other checks say more of wrong script."""
        for index, bead in view.beads():
            if only_says_who(view.bitext.source, bead.source):
                continue
            seen = inspect(view.source_text(bead), view.target_text(bead), view.lang)
            notes = [note for note in seen if note not in ("wrong script", "empty")]
            if notes:
                yield self.finding(
                    view,
                    index,
                    notes[0],
                    "warning",
                    f"the translation looks flawed: {', '.join(notes)}",
                    source=whole(view.bitext.source, bead.source),
                    target=whole(view.bitext.target, bead.target),
                    found=view.target_text(bead),
                )
