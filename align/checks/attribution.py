"""A sentence whose speaker is lost: what somebody said becomes the writer's own words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from align.attribution import tells, told
from align.checks.base import Check, Example, View, cut
from align.types import Finding

_SPOKEN = re.compile('[«»“”„"]|^[-–—]')
# A headline may name its speaker before a colon, or after a stop.
_HEADED = re.compile(r"\w[:.․՝]\s+\w|\s[-–—]\s")


class AttributionLost(Check):
    """Looks for a plain sign of attribution in the source and for any at all in the translation.

    Quotation marks and the dash that opens direct speech are signs too, and in a headline any stop inside it.
    """

    id = "attribution"
    title = "speaker lost"
    fails = (
        Example(
            "hy", "The shelling began at dawn, the ministry said.", "Գնդակոծությունը սկսվել է լուսաբացին։"
        ),
        Example("az", "The shelling began at dawn, the ministry said.", "Atəş səhər tezdən başlayıb."),
        Example("ru", "The shelling began at dawn, the ministry said.", "Обстрел начался на рассвете."),
        Example("tr", "The shelling began at dawn, the ministry said.", "Bombardıman şafakta başladı."),
    )
    passes = (
        Example(
            "hy", "It began at dawn, the ministry said.", "Նախարարության խոսքով՝ այն սկսվել է լուսաբացին։"
        ),
        Example(
            "az", "It began at dawn, the ministry said.", "Nazirlik bildirib ki, bu, səhər tezdən başlayıb."
        ),
        Example(
            "ru", "It began at dawn, the ministry said.", "По словам министерства, это началось на рассвете."
        ),
        Example("tr", "It began at dawn, the ministry said.", "Bakanlığa göre bu, şafakta başladı."),
    )

    def check(self, view: View) -> Iterator[Finding]:
        """One finding a bead whose source tells a speaker and whose target does not."""
        source = view.bitext.source
        for index, bead in view.beads():
            target = view.target_text(bead)
            if tells(target, view.lang) or _SPOKEN.search(target):
                continue
            if _HEADED.search(target) and all(source.segments[i].role == "title" for i in bead.source):
                continue
            for i in bead.source:
                found = told(source.segments[i].text, source.lang)
                if found:
                    span = cut(source, i, *found)
                    yield self.finding(
                        view,
                        index,
                        "lost",
                        "warning",
                        f"{span.text!r} says whose words these are; nothing in the translation does",
                        source=(span,),
                    )
                    break
