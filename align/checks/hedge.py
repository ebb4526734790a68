"""A loaded term that lost the word which held it at a distance ("alleged"), or gained one."""

from __future__ import annotations

from collections.abc import Iterator

from align.checks.base import Check, Example, View, spot
from align.context import distanced
from align.types import Finding, Mention, Severity

_WRAPPER = "so-called"  # the concept that holds a word at a distance itself


class HedgeLost(Check):
    """Reports whose claim a word is: *alleged provocation* that became plain *provocation*, or the reverse.

    Anything in the other sentence that may stand for the hedge, quotation marks included, is enough.
    """

    id = "hedge"
    title = "hedge lost or added"
    fails = (
        Example("hy", "They condemned the alleged aggression.", "Նրանք դատապարտեցին ագրեսիան։", "ագրեսիան"),
        Example("az", "They condemned the alleged aggression.", "Onlar təcavüzü pisləyiblər.", "təcavüzü"),
        Example("ru", "They condemned the alleged aggression.", "Они осудили агрессию.", "агрессию"),
        Example("tr", "They condemned the alleged aggression.", "Saldırganlığı kınadılar.", "Saldırganlığı"),
        Example("ru", "They condemned the aggression.", "Они осудили предполагаемую агрессию.", "агрессию"),
    )
    passes = (
        Example("hy", "They condemned the alleged aggression.", "Նրանք դատապարտեցին ենթադրյալ ագրեսիան։"),
        Example("az", "They condemned the alleged aggression.", "Onlar iddia edilən təcavüzü pisləyiblər."),
        Example("ru", "They condemned the alleged aggression.", "Они осудили предполагаемую агрессию."),
        Example("tr", "They condemned the alleged aggression.", "İddia edilen saldırganlığı kınadılar."),
    )

    def check(self, view: View) -> Iterator[Finding]:
        """One finding a rendering whose hedge is found on one side of the bead only."""
        for rendering in view.renderings:
            one, others = rendering.source, rendering.targets
            if one is None or not others or view.termbase[one.concept].kind != "loaded":
                continue
            other, bead = others[0], view.bitext.beads[rendering.bead]
            if rendering.how != "termbase" or _WRAPPER in (one.concept, other.concept):
                continue
            if one.hedge and not (
                other.hedge or other.quoted or distanced(view.target_text(bead), view.lang)
            ):
                yield self._finding(view, rendering.bead, "hardened", one, other)
            elif other.hedge and not (
                one.hedge or one.quoted or distanced(view.source_text(bead), view.bitext.source.lang)
            ):
                yield self._finding(view, rendering.bead, "softened", one, other)

    def _finding(self, view: View, bead: int, verdict: str, one: Mention, other: Mention) -> Finding:
        severity: Severity = "warning" if one.form.load > 0 or other.form.load > 0 else "info"
        message = (
            f"{one.hedge!r} holds {one.text!r} at a distance, nothing does so with {other.text!r}"
            if one.hedge
            else f"{other.hedge!r} holds {other.text!r} at a distance, nothing does so with {one.text!r}"
        )
        return self.finding(
            view,
            bead,
            verdict,
            severity,
            message,
            source=(spot(one),),
            target=(spot(other),),
            concept=one.concept,
            found=other.text,
        )
