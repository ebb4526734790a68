"""Sentences that the translation left out or added."""

from __future__ import annotations

from collections.abc import Iterator

from align.checks.base import Check, Example, View, only_says_who, whole
from align.types import Finding


class Omission(Check):
    """Reads the alignment: a segment with no partner is either left out or added."""

    id = "omission"
    title = "sentence left out or added"
    fails = (Example("ru", "He left at once.", "", "He left at once."),)
    passes = (Example("ru", "He left at once.", "Он сразу ушёл."),)

    def check(self, view: View) -> Iterator[Finding]:
        """One finding a bead with an empty side; bylines and datelines are only noted."""
        for index, bead in enumerate(view.bitext.beads):
            if bead.source and bead.target:
                continue
            document, segments = (
                (view.bitext.source, bead.source) if bead.source else (view.bitext.target, bead.target)
            )
            spans = whole(document, segments)
            if not any(span.text.strip() for span in spans):
                continue
            minor = only_says_who(document, segments)
            if bead.source:
                yield self.finding(
                    view,
                    index,
                    "left out",
                    "info" if minor else "error",
                    f"no translation of: {spans[0].text}",
                    source=spans,
                )
            else:
                yield self.finding(
                    view,
                    index,
                    "added",
                    "info" if minor else "warning",
                    f"nothing in the source says: {spans[0].text}",
                    target=spans,
                    found=spans[0].text,
                )
