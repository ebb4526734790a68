"""Measures on cases small enough to work out by hand; the sums stand beside them."""

from __future__ import annotations

from itertools import pairwise, product

from hypothesis import given, settings
from hypothesis import strategies as st
from measured import HOUSE, LOADED, NAMES, SMALL, measured

from align.scores import term_scores
from align.scores.matches import exclusive, matches, normalised
from align.sources import lined, parallel
from align.types import Bead, Bitext, Translation


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


def test_matches_are_bead_by_bead() -> None:
    one = parallel(lined("Shusha.\nNothing.", "en"), lined("Шуша.\nНичего.", "ru"))
    assert [c["terms"] for c in matches(one, SMALL)] == [1, 0]
