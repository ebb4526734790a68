"""Words that left their quotation marks, or gained some: whose words they are is lost or changed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from align.checks.base import Check, Example, View, cut, spot
from align.quotes import Quotation, quotations
from align.types import Bead, Document, Finding, Segment

_SCARE_WORDS = 7  # a longer quotation may become reported speech without harm
_WRAPPER = "so-called"  # the concept that attributes a word as quotation marks do


class QuotationLost(Check):
    """Looks first at loaded terms, then at short quotations as such."""

    id = "quotation"
    title = "quotation marks lost"
    fails = (
        Example("ru", 'He denounced the "provocations".', "Он осудил провокации.", "провокации"),
        Example("tr", 'He denounced the "provocations".', "Provokasyonları kınadı.", "Provokasyonları"),
        Example("az", 'He denounced the "aggression".', "O, təcavüzü pisləyib.", "təcavüzü"),
        Example("hy", 'He denounced the "aggression".', "Նա դատապարտեց ագրեսիան։", "ագրեսիան"),
        Example(
            "ru",
            'He "left" for the "Republic of Artsakh".',
            "Он «уехал» в Республику Арцах.",
            "Республику Арцах",
        ),
    )
    passes = (
        Example("ru", '"I stay," she said. "I fear."', "«Я останусь, — сказала она. — Я боюсь»."),
        Example("tr", 'It had been "liberated", it said.', "Köyün “kurtarıldığını” duyurdu."),
        Example("ru", 'He denounced the "provocations".', "Он осудил «провокации»."),
        Example("hy", 'He denounced the "aggression".', "Նա դատապարտեց «ագրեսիան»։"),
        Example("tr", 'He denounced the "provocations".', "“Provokasyonları” kınadı."),
    )

    def check(self, view: View) -> Iterator[Finding]:
        """One finding a term, then one a short quotation that nothing in the bead renders as one."""
        source = _by_segment(view.bitext.source)
        target = {segment.index for segment, _ in _touching(view.bitext.target)}
        told: set[tuple[int, int]] = set()
        wrapped = {
            r.bead
            for r in view.renderings
            for t in r.targets
            if t.concept == _WRAPPER and (r.source is None or r.source.concept != _WRAPPER)
        }
        for rendering in view.renderings:
            one, others = rendering.source, rendering.targets
            if one is None or not others or rendering.how != "termbase" or rendering.bead in wrapped:
                continue
            if not one.quoted or others[0].quoted:
                continue
            short = _shortest(source.get(one.segment, ()), one.start, one.end)
            if short is None or _words(view.bitext.source.text[short.start : short.end]) > _SCARE_WORDS:
                continue
            if view.termbase[one.concept].kind != "loaded" and (short.start, short.end) != (
                one.start,
                one.end,
            ):
                continue  # a name is held at a distance only if it stands alone between the marks
            told.add((short.start, short.end))
            yield self.finding(
                view,
                rendering.bead,
                "lost",
                "error" if abs(one.form.load) or abs(others[0].form.load) else "warning",
                f"{one.text!r} stands in quotation marks, {others[0].text!r} does not",
                source=(spot(one),),
                target=(spot(others[0]),),
                concept=one.concept,
                found=others[0].text,
            )
        for index, bead in view.beads():
            if index not in wrapped:
                yield from self._bare(view, index, bead, source, target, told)

    def _bare(
        self,
        view: View,
        index: int,
        bead: Bead,
        source: _Quotes,
        target: set[int],
        told: set[tuple[int, int]],
    ) -> Iterator[Finding]:
        here = [(i, q) for i in bead.source for q in source.get(i, ())]
        there = target.intersection(bead.target)
        short = [(i, q) for i, q in here if _words(view.bitext.source.text[q.start : q.end]) <= _SCARE_WORDS]
        if there or any((q.start, q.end) in told for _, q in short):
            return
        for segment, quotation in short:
            base = view.bitext.source.segments[segment].start
            span = cut(view.bitext.source, segment, quotation.start - base, quotation.end - base)
            yield self.finding(
                view,
                index,
                "lost",
                "warning",
                f"the quotation marks around {span.text!r} are lost",
                source=(span,),
            )


_Quotes = dict[int, list[Quotation]]


def _by_segment(document: Document) -> _Quotes:
    """The quotations that begin and end inside one segment, with offsets into the document."""
    found: _Quotes = {}
    for segment, quotation in _touching(document):
        if segment.start <= quotation.start and quotation.end <= segment.end:
            found.setdefault(segment.index, []).append(quotation)
    return found


def _touching(document: Document) -> Iterator[tuple[Segment, Quotation]]:
    """Every segment with every quotation that holds some of it; one may run over several sentences."""
    for _, group in groupby(document.segments, key=lambda s: (s.role, s.paragraph)):
        paragraph = list(group)
        base = paragraph[0].start
        for q in quotations(document.text[base : paragraph[-1].end]):
            quotation = Quotation(base + q.start, base + q.end)
            yield from ((s, quotation) for s in paragraph if quotation.touches(s.start, s.end))


def _shortest(found: list[Quotation] | tuple[()], start: int, end: int) -> Quotation | None:
    holding = [q for q in found if q.holds(start, end)]
    return min(holding, key=lambda q: q.end - q.start, default=None)


def _words(text: str) -> int:
    return len(text.split())
