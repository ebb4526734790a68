"""Numbers that the translation changed or lost, whatever their format."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from align.checks.base import Check, Example, View, cut
from align.numbers import Number, conversions, numbers
from align.types import Finding, Span


class NumberChanged(Check):
    """Compares values, not digits: 6,500 is 6500 and 6.500; 30,000 is 30 հազար."""

    id = "number"
    title = "number changed"
    fails = (
        Example("hy", "More than 6,500 died.", "Զոհվել է ավելի քան 5600 մարդ։", "5600"),
        Example("tr", "More than 6,500 died.", "5.600'den fazla kişi öldü.", "5.600"),
        Example("ru", "Thirty-two came home.", "Домой вернулись двадцать три человека.", "двадцать три"),
        Example(
            "hy", "Almost half of the mines are old.", "Ականների գրեթե մեկ երրորդը հին է։", "մեկ երրորդը"
        ),
        Example(
            "ru",
            "Two armies agreed to a four-day truce.",
            "Две армии заключили двухдневное перемирие.",
            "двухдневное",
        ),
        Example("ru", "Half a million left.", "Уехали полтора миллиона.", "полтора миллиона"),
        Example("az", "It has 100,400 people.", "100 min 600 nəfər var.", "100 min 600"),
        Example("tr", "Both clubs paid 25,000.", "Her iki kulüp de 250 bin ödedi.", "250 bin"),
        Example("tr", "He got two years.", "On iki yıl ceza aldı.", "On iki"),
    )
    passes = (
        Example("ru", "Some 30,000 died.", "Погибли около 30 тысяч человек."),
        Example("tr", "More than 6,500 died.", "6.500'den fazla kişi öldü."),
        Example("az", "It began at 9:00 am.", "Saat 9.00-da başladı."),
        Example("ru", "They walked 40 miles.", "Они прошли 65 км."),
        Example("ru", "It cost £2.8bn.", "Это стоило 2,8 млрд фунтов."),
        Example("hy", "Thirty-two came home.", "Տուն է վերադարձել երեսուներկու հոգի։"),
        Example("az", "Twenty-five thousand left.", "25 min nəfər getdi."),
        Example("ru", "It was built in the 15th century.", "Построено в XV веке."),
        Example("az", "Half of 500,000 people left.", "Yarım milyon nəfərin yarısı getdi."),
        Example("hy", "They paid £125m.", "Վճարել են 125 միլիոն ֆունտ։"),
        Example("tr", "It damaged 12 buildings and 2,500 jobs.", "12 bina ve 2 bin 500 iş zarar gördü."),
        Example("tr", "Three hundred and fifty came, 1,250 left.", "Üç yüz elli geldi, bin 250 gitti."),
        Example("ru", "Half of them left.", "Уехали 50 процентов."),
    )

    def check(self, view: View) -> Iterator[Finding]:
        """One finding a bead where a source number is gone and another stands in the target."""
        for index, bead in view.beads():
            source = _numbers(view, view.bitext.source.lang, bead.source, of_source=True)
            target = _numbers(view, view.lang, bead.target, of_source=False)
            words = _rest(view, bead.target, target)
            lost = [
                n
                for n in source
                if not any(n[0].same(m[0]) for m in target) and not n[0].in_words(words, view.lang)
            ]
            new = [m for m in target if not any(m[0].same(n[0]) for n in source)] or _surplus(source, target)
            for fraction in (False, True):
                yield from self._compared(
                    view,
                    index,
                    [n for n in lost if n[0].fraction is fraction],
                    [m for m in new if m[0].fraction is fraction],
                )

    def _compared(self, view: View, index: int, lost: list[_Place], new: list[_Place]) -> Iterator[Finding]:
        factors = conversions(view.source_text(view.bitext.beads[index]))
        left, gone = list(new), []
        for number, span in lost:
            match = _taken(left, number.comparable)
            if match is None:
                gone.append((number, span))
                continue
            other, place = match
            if not any(number.converts(other, factor) for factor in factors):
                few = number.spelled and number.value <= 2  # often said loosely
                yield self.finding(
                    view,
                    index,
                    "changed",
                    "warning" if few else "error",
                    f"{span.text} became {place.text}",
                    source=(span,),
                    target=(place,),
                    expected=(span.text,),
                    found=place.text,
                )
        for number, span in gone[len(left) :]:
            if number.spelled and number.value <= 10:
                continue  # three quarters, on all fours
            yield self.finding(
                view,
                index,
                "lost",
                "warning" if len(span.text) > 1 and not number.spelled else "info",
                f"the number {span.text} is not found in the translation",
                source=(span,),
                expected=(span.text,),
            )


_Place = tuple[Number, Span]


def _surplus(source: list[_Place], target: list[_Place]) -> list[_Place]:
    """Target numbers that come more often than in the source: two armies and a two-day truce for a four-day one."""
    unmatched = list(source)
    return [place for place in target if not _taken(unmatched, place[0].same)]


def _taken(places: list[_Place], fits: Callable[[Number], bool]) -> _Place | None:
    """The first of `places` whose number fits, which is taken out of them."""
    found = next((place for place in places if fits(place[0])), None)
    if found:
        places.remove(found)
    return found


def _numbers(view: View, lang: str, segments: tuple[int, ...], *, of_source: bool) -> list[_Place]:
    document = view.bitext.source if of_source else view.bitext.target
    return [
        (number, cut(document, i, number.start, number.end))
        for i in segments
        for number in numbers(document.segments[i].text, lang)
    ]


def _rest(view: View, segments: tuple[int, ...], found: list[_Place]) -> str:
    """The target's words that belong to no number: the iki of on iki says nothing of a two."""
    texts = {i: view.bitext.target.segments[i].text for i in segments}
    for number, span in found:
        text = texts[span.segment]
        texts[span.segment] = text[: number.start] + " " * (number.end - number.start) + text[number.end :]
    return " ".join(texts.values())
