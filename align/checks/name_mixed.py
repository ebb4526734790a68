"""One name, several forms in one translation, where the source keeps to one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from align.checks.base import Check, Example, View, spot
from align.types import Finding, Mention


class NameMixed(Check):
    """Only forms of different sides are compared: a short and a long name of one side are no mixture."""

    id = "name-mixed"
    title = "one name, several sides"
    fails = (
        Example(
            "az",
            "Stepanakert is quiet. They left Stepanakert.",
            "Stepanakert sakitdir. Onlar Xankəndidən çıxdılar.",
            "Xankəndidən",
        ),
    )
    passes = (Example("ru", "Shusha fell. They left Shusha.", "Шуша пала. Они ушли из Шуши."),)

    def check(self, view: View) -> Iterator[Finding]:
        """One finding a concept, pointing at the first mention of each side."""
        seen: dict[str, dict[tuple[str, ...], list[tuple[int, Mention, Mention]]]] = defaultdict(dict)
        for rendering in view.renderings:
            if rendering.source and rendering.targets and rendering.how == "termbase":
                target = rendering.targets[0]
                concept = view.termbase[target.concept]
                if concept.kind != "loaded" and not target.adjective:
                    by_sides = seen[concept.id].setdefault(target.form.sides, [])
                    by_sides.append((rendering.bead, rendering.source, target))
        for concept_id, sides in seen.items():
            origins = {s.form.text for used in sides.values() for _, s, _ in used}
            if len(sides) < 2 or len(origins) > 1:
                continue
            firsts = sorted((used[0] for used in sides.values()), key=lambda f: f[2].start)
            words = " and ".join(repr(target.text) for _, _, target in firsts)
            yield self.finding(
                view,
                firsts[1][0],
                "mixed",
                "warning",
                f"the translation calls {firsts[0][1].text!r} both {words}",
                source=tuple(spot(s) for _, s, _ in firsts),
                target=tuple(spot(t) for _, _, t in firsts),
                concept=concept_id,
                found=firsts[1][2].text,
            )
