"""A small project for the tests of exports and imports: two articles' worth of trouble in a few lines."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from align.checks import View, run
from align.profiles import profile
from align.sources import lined
from align.store import Project
from align.terms import Termbase, default
from align.types import Bead, Bitext, Concept, Form, Translation

SOURCE = (
    "Fighting near Shushi",
    'The separatists in Stepanakert spoke of <peace> & "talks".',
    "=1+1 is no formula.",
    "Nobody was hurt.",
    "The mayor of Shusha agreed.",
)
TARGETS = {
    "hy": (
        "Մարտեր Շուշիի մոտ", "Ստեփանակերտի անջատողականները խոսեցին «խաղաղության» և <բանակցությունների> & մասին։",
        "=1+1 բանաձև չէ։", "Ոչ ոք չի տուժել։", "Շուշիի քաղաքապետը համաձայնեց։",
    ),
    "az": (
        "Şuşa yaxınlığında döyüşlər", "Xankəndidəki separatçılar “sülh”dən və <danışıqlardan> & danışdılar.",
        "@SUM(1) düstur deyil.", "Heç kim xəsarət almadı və Şuşanın meri razılaşdı.", "Bu cümlə əlavədir.",
    ),
    "ru": (
        "Бои у Шуши", "Сепаратисты в Степанакерте говорили о <мире> & «переговорах».",
        "+1 не формула.", "Никто не пострадал.", "Мэр Шуши согласился.",
    ),
    "tr": (
        "Şuşa yakınında çatışmalar", "Hankendi'deki ayrılıkçılar <barış> & \"görüşmelerden\" söz etti.",
        "-1 bir formül değil.", "Kimse yaralanmadı.", "Şuşa belediye başkanı kabul etti.",
    ),
}  # fmt: skip
ONE_TO_ONE = tuple(Bead((i,), (i,)) for i in range(5))
MERGED = (*ONE_TO_ONE[:3], Bead((3, 4), (3,), 0.81), Bead((), (4,), 0.0))


TERMS = Termbase(
    {
        "shusha": Concept(
            "shusha", "toponym", "town",
            (
                Form("en", "Shusha"), Form("en", "Shushi", ("armenian",)), Form("hy", "Շուշի"), Form("az", "Şuşa"),
                Form("ru", "Шуша"), Form("ru", "Шуши", ("armenian",), note="не склоняется"), Form("tr", "Şuşa"),
            ),
            geonames=585221, sources=("Two spellings, <one> town & its sides",),
        ),
        "stepanakert": Concept(
            "stepanakert", "toponym", "city",
            (
                Form("en", "Stepanakert", ("international", "armenian"), since=date(1923, 8, 10)), Form("hy", "Ստեփանակերտ"),
                Form("az", "Xankəndi", ("azerbaijani",), since=date(1991, 11, 26), source="decree"),
            ),
        ),
        "separatist": Concept(
            "separatist", "loaded", "",
            (
                Form("en", "separatist", load=1, stems=("separatist*",)),
                Form("hy", "անջատողական", load=1, stems=("անջատողական*",), unless=("անջատողական գիծ",)),
            ),
            scale="rebels", note="Who is meant differs.",
        ),
    }
)  # fmt: skip


def make(
    where: Path,
    targets: dict[str, tuple[str, ...]] | None = None,
    source: tuple[str, ...] = SOURCE,
    *,
    checked: bool = True,
) -> Project:
    """A project of one article with a translation a language; the Azerbaijani one merges and adds."""
    project = Project.create(where)
    english = lined("\n".join(source), "en", "/somewhere/article.txt")
    for lang, lines in (targets or TARGETS).items():
        beads = MERGED if lines is TARGETS["az"] else tuple(Bead((i,), (i,)) for i in range(len(lines)))
        translation = Translation(english, lined("\n".join(lines), lang), f"given|name:{lang}.txt")
        bitext = Bitext(translation, beads, "by hand")
        project.save(bitext, run(View(bitext, default(), profile("international"))) if checked else ())
    return project


def bead(project: Project, lang: str, index: int) -> str:
    """The id of a bead."""
    (bitext,) = (b for b in project.bitexts() if b.lang == lang)
    return bitext.bead_id(index)
