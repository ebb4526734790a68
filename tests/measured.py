"""A termbase and lines small enough to work out their measures by hand."""

from __future__ import annotations

from align.profiles import profile
from align.scores import TermScores, term_scores
from align.sources import lined, parallel
from align.terms import Termbase
from align.types import Concept, Form

HOUSE = profile("international")
SMALL = Termbase(
    {
        "shusha": Concept(
            "shusha", "toponym", "town",
            (
                Form("en", "Shusha"), Form("en", "Shushi", ("armenian",)),
                Form("ru", "Шуша"), Form("ru", "Шуши", ("armenian",)),
                Form("tr", "Şuşa"), Form("tr", "Şuşi", ("armenian",)),
            ),
        ),
        "stepanakert": Concept(
            "stepanakert", "toponym", "city",
            (
                Form("en", "Stepanakert", ("international", "armenian")),
                Form("en", "Khankendi", ("azerbaijani",)),
                Form("ru", "Степанакерт", ("international", "armenian")), Form("ru", "Ханкенди", ("azerbaijani",)),
                Form("tr", "Stepanakert", ("international", "armenian")), Form("tr", "Hankendi", ("azerbaijani",)),
            ),
        ),
        "separatist": Concept(
            "separatist", "loaded", "",
            (
                Form("en", "separatist", load=1, stems=("separatist*",)),
                Form("ru", "сепаратист", load=1, stems=("сепаратист*",)),
                Form("tr", "ayrılıkçı", load=1, stems=("ayrılıkçı*",)),
            ),
            scale="rebels",
        ),
        "terrorist": Concept(
            "terrorist", "loaded", "",
            (
                Form("en", "terrorist", load=2, stems=("terrorist*",)),
                Form("ru", "террорист", load=2, stems=("террорист*",)),
            ),
            scale="rebels",
        ),
        "provocation": Concept(
            "provocation", "loaded", "",
            (
                Form("en", "provocation", load=1, stems=("provocation*",)),
                Form("ru", "провокация", load=1, stems=("провокаци*",)),
            ),
        ),
    }
)  # fmt: skip


def measured(pairs: list[tuple[str, str]], lang: str = "ru") -> TermScores:
    source, target = zip(*pairs, strict=True)
    one = parallel(lined("\n".join(source), "en"), lined("\n".join(target), lang))
    return term_scores(one, SMALL, HOUSE)


NAMES = [
    ("They met in Shusha.", "Они встретились в Шуше."),  # unmarked -> unmarked: accepted
    ("Shushi is a town.", "Шуши это город."),  # armenian -> armenian: the same side, not accepted
    ("They left Shusha.", "Они покинули Шуши."),  # unmarked -> armenian: another side, not accepted
    ("Stepanakert is quiet.", "Ханкенди затих."),  # international/armenian -> azerbaijani: another side
    ("Khankendi is quiet.", "Степанакерт затих."),  # azerbaijani -> international: neutralised, accepted
    ("It rains.", "Идёт дождь."),  # keeps the next line from its neighbour's name
    ("Stepanakert is far.", "Это далеко."),  # not found
]


LOADED = [
    ("The separatists left.", "Сепаратисты ушли."),  # kept, 0
    ("The separatists fled.", "Террористы бежали."),  # hardened, +1
    ("The terrorists spoke.", "Сепаратисты говорили."),  # softened, -1
    ("The terrorists sang.", "Террористы пели."),  # kept, 0
    ("The terrorists slept.", "Террористы спали."),  # kept, 0
    ("The separatists slept.", "Террористы спали."),  # hardened, +1
    ("The separatists ate.", "Они ели."),  # dropped
    ("They ate.", "Провокации продолжаются."),  # added
    ('He saw "provocations".', "Он видел провокации."),  # kept, left its quotation marks
    ('He named "provocations".', "Он назвал «провокации»."),  # kept in them
    ("He feared provocations.", "Он боялся «провокаций»."),  # kept, entered them
]
