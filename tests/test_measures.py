"""Measures on cases small enough to work out by hand; the sums stand beside them."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from itertools import pairwise, product
from pathlib import Path

import pytest
from exported import make
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from align.cli import app
from align.exports.base import Options
from align.exports.page import page
from align.exports.units import rounds
from align.profiles import profile
from align.renderings import renderings
from align.scores import TermScores, term_scores
from align.scores.bootstrap import intervals
from align.scores.collection import divergences, groups
from align.scores.divergence import divergence
from align.scores.matches import exclusive, matches, normalised
from align.scores.project import project_scores, scored
from align.sources import lined, parallel
from align.store import Project
from align.terms import Termbase
from align.types import Bead, Bitext, Concept, Form, Translation
from models.errors import InputError

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


def test_names_are_counted_by_what_became_of_them() -> None:
    one = measured(NAMES)
    assert one.names == 6
    assert one.found == 5
    assert one.measure("not_found") == round(1 / 6, 4)
    assert one.measure("accepted") == round(2 / 5, 4)
    assert one.measure("other_side") == round(2 / 5, 4)
    assert one.measure("neutralised") == round(1 / 5, 4)


def test_the_side_matrix_has_a_cell_a_rendering() -> None:
    assert measured(NAMES).sides == {
        ("armenian", "armenian"): 1,
        ("azerbaijani", "international/armenian"): 1,
        ("international/armenian", "azerbaijani"): 1,
        ("unmarked", "armenian"): 1,
        ("unmarked", "unmarked"): 1,
    }
    row = measured(NAMES).row()
    assert sum(n for cells in row["sides"].values() for n in cells.values()) == 5
    assert "unmarked > unmarked" not in row["switches"]


def test_consistency_is_the_commonest_form_of_each_repeated_name() -> None:
    # Shusha thrice: Шуша, Шуши, Шуши: 2 of 3. Stepanakert and Khankendi, one place, thrice, found twice:
    # Ханкенди, Степанакерт: 1 of 2. Micro (2+1)/(3+2), macro (2/3 + 1/2)/2, coverage 5/6.
    one = measured(NAMES)
    assert one.measure("consistency") == round(3 / 5, 4)
    assert one.measure("consistency_macro") == round((2 / 3 + 1 / 2) / 2, 4)
    assert one.measure("consistency_coverage") == round(5 / 6, 4)


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


def test_load_shift_and_attribution() -> None:
    one = measured(LOADED)
    assert one.shifts == {"kept": 6, "softened": 1, "hardened": 2, "dropped": 1, "added": 1}
    assert one.measure("load_shift") == round((1 - 1 + 1) / 9, 4)  # nine pairs, the dropped one has no weight
    row = one.row()
    assert row["quotation"] == {"left": 1, "entered": 1, "quoted": 2}
    assert row["crossed"] == round(2 / 9, 4)
    assert row["attribution_loss"] == round(1 / 2, 4)


def test_a_segment_without_a_translation_is_counted_apart() -> None:
    source, target = lined("In Shusha.\nIn Shusha and Stepanakert.", "en"), lined("В Шуше.", "ru")
    one = Bitext(Translation(source, target, "x"), (Bead((0,), (0,)), Bead((1,), ())), "by hand")
    ours = term_scores(one, SMALL, HOUSE)
    assert (ours.names, ours.row()["untranslated"]) == (1, 2)
    # M-ETA asks for a form of each of the three names, and a missing translation misses; "шуша" is no part
    # of "шуше": 0 of 3. The matcher knows the inflected form: 1 of 3.
    assert ours.measure("m_eta") == 0
    assert ours.measure("exclusive_match") == round(1 / 3, 4)


# ---- Published scores


def test_m_eta_is_a_raw_substring_whatever_its_case() -> None:
    # Шуша: verbatim in upper case; Степанакерт: inside an inflected form; Шуша: the other form of the concept;
    # Шуша in Шушой: no substring. 3 of 4.
    one = measured([
        ("Shusha!", "ШУША!"), ("In Stepanakert.", "В Степанакерте."), ("In Shusha.", "В Шуши."),
        ("By Shusha.", "Под Шушой."),
    ])  # fmt: skip
    assert one.measure("m_eta") == 3 / 4


def test_words_are_matched_whole_and_inflected_forms_beside_them() -> None:
    # base: Шуша stands as a word in the first line only; inflected: in the second too; the third has neither.
    one = measured([("Shusha.", "Шуша."), ("In Shusha.", "В Шуше."), ("Shusha.", "Город.")])
    assert one.measure("base_match") == round(1 / 3, 4)
    assert one.measure("exclusive_match") == round(2 / 3, 4)


def test_one_word_of_the_target_serves_one_occurrence() -> None:
    # Two mentions, one word: 2 of 2 have a match, 1 of 2 can have one of its own.
    one = measured([("Shusha is near Shusha.", "Шуша рядом.")])
    assert one.measure("overlapping_match") == 1
    assert one.measure("exclusive_match") == 1 / 2


def test_normalisation() -> None:
    text, origin = normalised("Ш\u200bУ\u00a0 ша")
    assert text == "шу ша"
    assert origin == [0, 2, 3, 5, 6]


def test_nested_terms_do_not_punish_the_longer() -> None:
    # "Нагорный Карабах и Карабах": the longer term has one place, the shorter two, one of them inside it.
    longer, inside, outside = (0, 16), (9, 16), (19, 26)
    assert exclusive([{longer}, {inside, outside}]) == 2
    assert exclusive([{longer}, {inside}]) == 1
    assert exclusive([set(), {inside}]) == 1
    assert exclusive([{(0, 1), (2, 3)}] * 3) == 2


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sets(
            st.tuples(st.integers(0, 9), st.integers(1, 4)).map(lambda s: (s[0], s[0] + s[1])), max_size=3
        ),
        max_size=5,
    )
)
def test_the_exclusive_match_is_the_best_there_is(wanted: list[set[tuple[int, int]]]) -> None:
    def disjoint(chosen: list[tuple[int, int]]) -> bool:
        ordered = sorted(chosen)
        return all(a[1] <= b[0] for a, b in pairwise(ordered))

    every = product(*([None, *spans] for spans in wanted))
    best = max(len(c) for c in ([s for s in one if s] for one in every) if disjoint(c))
    assert exclusive(wanted) == best


def test_a_line_of_many_mentions_is_counted() -> None:
    one = measured([("Shusha " * 300 + "Stepanakert", "Шуша " * 299)])
    assert one.counts["exclusive"] == 299


# ---- Intervals and collections


def test_intervals_hold_the_share_and_are_the_same_each_time() -> None:
    units = [{"a": i % 2, "b": 1} for i in range(100)]
    low, high = intervals(units, {"half": ("a", "b")})["half"]
    # the standard error of a share of one half over 100 is 0.05: about 0.5 ± 0.098
    assert 0.38 < low < 0.42
    assert 0.58 < high < 0.62
    assert intervals(units, {"half": ("a", "b")}) == {"half": (low, high)}
    assert intervals(units[:1], {"half": ("a", "b")}) == {}, "one unit says nothing of the others"


def test_one_article_draws_segments_and_several_draw_articles() -> None:
    one = measured(NAMES)
    assert one.row(bounds=True)["resampled"] == "segments"
    assert (one + measured(LOADED)).row(bounds=True)["resampled"] == "articles"


@settings(max_examples=10, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_articles_does_not_matter(order: random.Random) -> None:
    some = [measured(NAMES), measured(NAMES[:2]), measured(LOADED), measured(LOADED[5:]), measured(NAMES[3:])]
    mixed = list(some)
    order.shuffle(mixed)
    assert sum(mixed, TermScores()).row(bounds=True) == sum(some, TermScores()).row(bounds=True)


def test_counts_of_a_collection_are_sums() -> None:
    one, two = measured(NAMES), measured(NAMES[:2])
    both = one + two
    assert both.counts == one.counts + two.counts
    assert both.measure("accepted") == round((2 + 1) / (5 + 2), 4)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Russian and Turkish translations of three lines; they part in the second and the third."""
    return make(
        tmp_path / "one",
        {
            "ru": ("Они в Шуше.", "Они в Шуши.", "Террористы в Ханкенди."),
            "tr": ("Şuşa kenti.", "Şuşa kenti.", "Stepanakert kenti."),
        },
        ("They are in Shusha.", "They are in Shusha.", "The separatists in Stepanakert."),
        checked=False,
    )


def test_a_collection_of_one_is_the_article(project: Project) -> None:
    single = project_scores(project, SMALL, HOUSE)
    for group in groups(single):
        (alone,) = (o for o in single if o.lang == group.lang)
        assert group.terms.row(bounds=True) == alone.terms.row(bounds=True)


def test_divergence_is_no_common_side(project: Project) -> None:
    # line 1: Шуша and Şuşa mark nothing; line 2: armenian beside unmarked; line 3: azerbaijani beside
    # international and armenian. 2 of 3 have no common side.
    (ours,) = divergences(*scored(project, SMALL, HOUSE))
    row = ours.row()
    assert (row["mentions"], row["compared"], row["divergent"]) == (3, 3, 2)
    assert row["divergence"] == round(2 / 3, 4)
    assert row["translation"] == "given"
    (one,) = rounds(project)
    only = {v.id: renderings(v.bitext, SMALL) for v in one.versions if v.lang == "ru"}
    assert divergence(one, only, SMALL).counts["compared"] == 0, "one language cannot diverge"


def test_the_oracle_is_the_same_score_of_the_reference(project: Project) -> None:
    english = ("They are in Shusha.", "They are in Shusha.", "The separatists in Stepanakert.")
    russian = ("Город Шуша.", "Город Шуша.", "Сепаратисты и Степанакерт.")
    source = lined("\n".join(english), "en", "/somewhere/article.txt")
    target = lined("\n".join(russian), "ru", "b")
    beads = tuple(Bead((i,), (i,)) for i in range(3))
    project.save(Bitext(Translation(source, target, "gold|x"), beads, "by hand"), ())
    found = {(o.lang, o.signature): o for o in project_scores(project, SMALL, HOUSE, reference="gold")}
    ours = found["ru", "given|name:ru.txt"]
    assert ours.oracle is not None
    # Шуше has no "шуша" in it, Шуши and Ханкенди are forms: 2 of 3; the reference has all three verbatim
    assert (ours.terms.measure("m_eta"), ours.oracle.measure("m_eta")) == (round(2 / 3, 4), 1)
    # terms: Шуше is an inflected form, the separatists' word is another: 3 of 4
    assert (ours.terms.measure("exclusive_match"), ours.oracle.measure("exclusive_match")) == (3 / 4, 1)
    assert found["ru", "gold|x"].oracle is None
    assert found["tr", "given|name:tr.txt"].oracle is None


def test_the_pictures_show_what_is_measured(project: Project) -> None:
    text, _ = page(project, Options(terms=SMALL))
    heat = text[text.index('class="heat"') : text.index("<h2>Loaded terms")]
    lines = re.findall(r"<div[^>]*>(?:<span[^>]*>([^<]*)</span>)?([^<]*)</div>", heat)
    shown = Counter[str]()
    for sides, form in lines:
        name, _, times = form.partition(" ×")
        shown[f"{name}|{sides}"] += int(times or 1)
    single = {o.lang: o.terms for o in project_scores(project, SMALL, HOUSE)}
    # Russian Шуша, Шуши (armenian) and Ханкенди (azerbaijani) once each; Turkish Şuşa twice
    assert (shown["Шуша|"], shown["Шуши|armenian"], shown["Ханкенди|azerbaijani"], shown["Şuşa|"]) == (
        1,
        1,
        1,
        2,
    )
    assert single["ru"].sides["unmarked", "armenian"] == 1
    assert single["ru"].sides["international/armenian", "azerbaijani"] == 1
    assert single["tr"].sides["unmarked", "unmarked"] == 2
    bars = Counter(re.findall(r"<title>(\w+): 1</title>", text))
    assert bars == Counter(s for one in single.values() for s, n in one.shifts.items() if n)


# ---- The command


def run(*arguments: object) -> str:
    done = CliRunner().invoke(app, [str(a) for a in arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_several_projects_are_a_collection(tmp_path: Path) -> None:
    make(tmp_path / "a", checked=False)
    make(tmp_path / "b", {"ru": ("Бои у Шуши",)}, ("Fighting near Shusha",), checked=False)
    found = json.loads(run("score", tmp_path / "a", tmp_path / "b", "--json"))
    back = json.loads(run("score", tmp_path / "b", tmp_path / "a", "--json"))
    assert found["measures"] == back["measures"]
    assert found["divergence"] == back["divergence"]
    (russian,) = (o for o in found["measures"] if o["lang"] == "ru")
    assert (russian["articles"], russian["resampled"]) == (2, "articles")
    parts = [o["terms"]["names"] for o in found["translations"] if o["lang"] == "ru"]
    assert russian["names"] == sum(parts)
    alone = json.loads(run("score", tmp_path / "a", "--json"))
    for one in alone["measures"]:
        (same,) = (o["terms"] for o in alone["translations"] if o["lang"] == one["lang"])
        assert {k: v for k, v in one.items() if k not in ("lang", "translation")} == same


@pytest.mark.parametrize("form", ["table", "markdown", "latex"])
def test_every_measure_is_printed(form: str, tmp_path: Path) -> None:
    make(tmp_path / "a", checked=False)
    text = run("score", tmp_path / "a", "-f", form)
    for words in (
        "not found",
        "neutralised",
        "by term",
        "left quotation",
        "M-ETA",
        "oracle",
        "exclusive match",
    ):
        assert words in text
    assert "no common side" in text
    assert "1,000 bootstrap resamples" in text


def test_documents_are_the_articles_of_files(tmp_path: Path) -> None:
    for name, lines in (
        ("src", ["In Shusha.", "In Yerevan.", "In Baku."]),
        ("ref", ["В Шуше.", "В Ереване.", "В Баку."]),
        ("hyp", ["В Шуше.", "В Ереване.", "Там."]),
        ("doc", ["a", "a", "b"]),
    ):
        (tmp_path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = json.loads(
        run("score", tmp_path / "hyp", tmp_path / "ref", "--source", tmp_path / "src", "--to", "ru",
            "--documents", tmp_path / "doc", "--json")
    )  # fmt: skip
    assert (found["terms"]["articles"], found["terms"]["resampled"]) == (2, "articles")
    assert (found["terms"]["exclusive_match"], found["reference_terms"]["exclusive_match"]) == (0.6667, 1)


def test_a_file_among_projects_is_one_sentence(tmp_path: Path) -> None:
    make(tmp_path / "a", checked=False)
    (tmp_path / "hyp").write_text("one\n", encoding="utf-8")
    with pytest.raises(InputError, match="projects' folders alone"):
        run("score", tmp_path / "a", tmp_path / "hyp")


def test_matches_are_bead_by_bead() -> None:
    one = parallel(lined("Shusha.\nNothing.", "en"), lined("Шуша.\nНичего.", "ru"))
    assert [c["terms"] for c in matches(one, SMALL)] == [1, 0]
