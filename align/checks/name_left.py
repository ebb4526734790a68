"""A name that the translation left as it stands in the English text, or misspelt."""

from __future__ import annotations

import re
from collections.abc import Iterator

from align.checks.base import Check, Example, View, spot
from align.fold import key
from align.types import Finding, Severity, Span


class NameLeft(Check):
    """Looks for names copied from the source where the language writes them otherwise."""

    id = "name-left"
    title = "name left in English"
    fails = (
        Example("hy", "Shelling hit Goris.", "Հրետակոծվեց Goris քաղաքը։", "Goris"),
        Example("ru", "Shelling hit Goris.", "Обстрелян город Goris.", "Goris"),
        Example("az", "Shelling hit Jermuk.", "Jermuk atəşə tutulub.", "Jermuk"),
        Example("tr", "Shelling hit Jermuk.", "Jermuk top ateşine tutuldu.", "Jermuk"),
    )
    passes = (
        Example("hy", "Shelling hit Goris.", "Հրետակոծվեց Գորիսը։"),
        Example("tr", "Shelling hit Goris.", "Goris top ateşine tutuldu."),
        Example("az", "They met in Berlin.", "Onlar Berlində görüşdülər."),
    )

    def check(self, view: View) -> Iterator[Finding]:
        """One finding a name whose rendering is a copy or a probable slip."""
        for rendering in view.renderings:
            source, evidence = rendering.source, rendering.evidence
            if source is None or evidence is None or source.adjective:
                continue
            concept = view.termbase[source.concept]
            names = tuple(f.text for f in view.profile.accepted(concept, view.lang, view.day) if not f.pos)[
                :4
            ]
            if rendering.verdict == "left in English":
                if any(
                    key(f.text, view.lang) == key(evidence.text, view.lang)
                    for f in concept.forms_in(view.lang)
                ):
                    continue
                if view.lang in ("hy", "ru") and _part_of_longer(view.bitext.target.text, evidence):
                    continue
                severity: Severity
                sure = concept.kind == "toponym" and concept.id not in view.termbase.places
                severity = "error" if view.lang in ("hy", "ru") and sure else "warning"
                if evidence.text.isupper() and concept.kind == "actor" and view.lang in ("az", "tr"):
                    severity = "info"  # RFE: a foreign abbreviation may stand
                message = f"{evidence.text!r} is left in English; {_known(names)}"
            elif rendering.verdict == "probable typo":
                severity = "warning"
                message = f"{evidence.text!r} is probably a slip for {' or '.join(names)}"
            else:
                continue
            yield self.finding(
                view,
                rendering.bead,
                rendering.verdict,
                severity,
                message,
                source=(spot(source),),
                target=(evidence,),
                concept=concept.id,
                expected=names,
                found=evidence.text,
            )


_NEXT_LATIN = re.compile(r"[ ,.]{1,2}[A-Z]")
_LATIN_BEFORE = re.compile(r"[A-Za-z][ .]{1,2}$")


def _part_of_longer(text: str, span: Span) -> bool:
    """Whether the copied word belongs to a longer Latin name, as in Washington Examiner."""
    return bool(
        _NEXT_LATIN.match(text, span.end) or _LATIN_BEFORE.search(text[max(0, span.start - 3) : span.start])
    )


def _known(names: tuple[str, ...]) -> str:
    return f"the language has {' or '.join(names)}" if names else "no form of it is known"
