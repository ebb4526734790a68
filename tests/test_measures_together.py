"""Intervals of measures, and the measures of many articles together."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from pathlib import Path

import pytest
from exported import make
from hypothesis import given, settings
from hypothesis import strategies as st
from measured import HOUSE, LOADED, NAMES, SMALL, measured
from typer.testing import CliRunner

from align.cli import app
from align.exports.base import Options
from align.exports.page import page
from align.exports.units import rounds
from align.renderings import renderings
from align.scores import TermScores, term_scores
from align.scores.bootstrap import intervals
from align.scores.collection import divergences, groups
from align.scores.divergence import divergence
from align.scores.project import project_scores, scored
from align.sources import lined, parallel
from align.store import Project
from align.types import Bead, Bitext, Translation
from models.errors import InputError

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


def test_places_of_the_gazetteer_are_measured_and_shown(tmp_path: Path) -> None:
    # Peru is CLDR's, Osaka GeoNames', Shusha the termbase's; Osaka is not rendered: 2 of 3 are found
    english = ("He flew to Peru.", "He lived in Osaka.", "He was in Shusha.")
    one = make(
        tmp_path / "a", {"ru": ("Он улетел в Перу.", "Он жил там.", "Он был в Шуше.")}, english, checked=False
    )
    (ours,) = project_scores(one, SMALL, HOUSE)
    assert (ours.terms.names, ours.terms.found, ours.terms.row()["gazetteer"]) == (3, 2, 2)
    bitext = parallel(
        lined("\n".join(english), "en"), lined("Он улетел в Перу.\nОн жил там.\nОн был в Шуше.", "ru")
    )
    assert term_scores(bitext, SMALL, HOUSE).counts == ours.terms.counts
    text, _ = page(one, Options(terms=SMALL))
    heat = text[text.index('class="heat"') : text.index("<h2>Loaded terms")]
    for words in ("cldr-pe", "Перу", "geonames-osaka", "left out", "Шуша"):
        assert words in heat


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


# ---- Scores of systems over a collection


def collection(tmp_path: Path) -> list[Path]:
    """Two articles, each with a reference and two systems; the first system copies the reference."""
    folders = []
    for number in range(2):
        english = tuple(f"Line {number} {i}." for i in range(6))
        wanted = tuple(f"Это была строка {i} статьи {number} о границе." for i in range(6))
        folders.append(tmp_path / str(number))
        made = make(folders[-1], {"ru": wanted}, english, checked=False)
        source = lined("\n".join(english), "en", "/somewhere/article.txt")
        for name, text in (("copy|x", wanted), ("worse|x", tuple(f"Совсем другое {i}." for i in range(6)))):
            target = lined("\n".join(text), "ru")
            beads = tuple(Bead((i,), (i,)) for i in range(6))
            if name == "worse|x":  # one bead of two lines: the units are those that every system agrees on
                beads = (Bead((0, 1), (0, 1)), *beads[2:])
            made.save(Bitext(Translation(source, target, name), beads, "by hand"), ())
    return folders


def test_systems_are_scored_over_all_articles_and_tested(tmp_path: Path) -> None:
    folders = collection(tmp_path)
    found = json.loads(run("score", *folders, "--reference", "given", "--metrics", "bleu,chrf", "--json"))
    copy, worse = found["systems"]
    assert [(one["translation"], one["articles"], one["segments"]) for one in (copy, worse)] == [
        ("copy|x", 2, 10), ("worse|x", 2, 10),
    ]  # fmt: skip
    assert copy["bleu"]["score"] == copy["chrf"]["score"] == 100
    assert "baseline" not in copy
    assert worse["baseline"] == "copy|x"
    assert worse["chrf"]["p"] < 0.05
    assert worse["chrf"]["low"] <= worse["chrf"]["score"] <= worse["chrf"]["high"]
    from align.scores import score

    english = [f"Это была строка {i} статьи {n} о границе." for n in range(2) for i in range(6)]
    wanted = [f"{english[k]} {english[k + 1]}" if k % 6 == 0 else english[k] for k in range(12) if k % 6 != 1]
    ours = [f"Совсем другое {i}." for _ in range(2) for i in range(6)]
    said = [f"{ours[k]} {ours[k + 1]}" if k % 6 == 0 else ours[k] for k in range(12) if k % 6 != 1]
    assert worse["chrf"]["score"] == round(score(said, wanted, ["chrf"])["chrf"].score, 4)


@pytest.mark.parametrize("form", ["table", "markdown", "latex"])
def test_systems_and_segments_are_printed(form: str, tmp_path: Path) -> None:
    text = run(
        "score", *collection(tmp_path), "--reference", "given", "--metrics", "chrf", "--segments", "-f", form
    )
    for words in ("all articles", "copy", "worse", "paired bootstrap", "segment", "1–2"):
        assert words in text, words
    assert text.count("1–2") == 4, "two systems, two articles"


def test_what_speaks_of_files_is_refused_for_projects(tmp_path: Path) -> None:
    (folder, _) = collection(tmp_path)
    with pytest.raises(InputError, match="speak of files"):
        run("score", folder, "--to", "ru")
