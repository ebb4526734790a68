"""A name that the translation does not have in any known form."""

from __future__ import annotations

from collections.abc import Iterator

from align.checks.base import Check, Example, View, spot
from align.types import Finding

_NEAR = 5  # beads


class NameMissing(Check):
    """A translator may paraphrase, so a missing name is a warning; an adjective, or a name said shortly before, a note."""

    id = "name-missing"
    title = "name left out"
    fails = (
        Example("hy", "The road from Goris was shelled.", "Ճանապարհը հրետակոծվել է։", "Goris"),
        Example("ru", "The road from Goris was shelled.", "Дорога была обстреляна.", "Goris"),
    )
    passes = (
        Example("hy", "The road from Goris was shelled.", "Գորիսից եկող ճանապարհը հրետակոծվել է։"),
        Example("ru", "The Shusha road was shelled.", "Шушинская дорога обстреляна."),
        Example("ru", "The ministry in Tehran objected.", "Министерство Ирана возразило."),
        Example("az", "Goris was shelled; Goris burned.", "Goris atəşə tutuldu və yandı."),
    )

    def check(self, view: View) -> Iterator[Finding]:
        """One finding a name with no rendering in its bead or the next ones."""
        said: dict[str, int] = {}  # the last bead with each name
        for rendering in view.renderings:
            source = rendering.source
            if source is not None and rendering.targets:
                said[source.concept] = rendering.bead
            if source is None or rendering.verdict not in ("left out", "transliterated"):
                continue
            concept = view.termbase[source.concept]
            names = tuple(f.text for f in view.profile.accepted(concept, view.lang, view.day) if not f.pos)[
                :4
            ]
            evidence = rendering.evidence
            if evidence:
                message = f"{source.text!r} seems to be {evidence.text!r}, a spelling that the termbase lacks"
            else:
                message = f"{source.text!r} is not found in the translation; expected {' or '.join(names)}"
            first_tier = concept.id not in view.termbase.places
            again = rendering.bead - said.get(source.concept, -_NEAR - 1) <= _NEAR  # now "the town"
            plain = (
                concept.kind == "toponym"
                and not source.adjective
                and not evidence
                and not again
                and first_tier
            )
            yield self.finding(
                view,
                rendering.bead,
                rendering.verdict,
                "warning" if plain else "info",
                message,
                source=(spot(source),),
                target=(evidence,) if evidence else (),
                concept=concept.id,
                expected=names,
                found=evidence.text if evidence else "",
            )
