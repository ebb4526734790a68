"""Scores are the ones everybody gets, and say how they were computed."""

from __future__ import annotations

import json
import sys
import types
from pathlib import Path

import pytest
from exported import SOURCE, TARGETS, TERMS, bead, make
from typer.testing import CliRunner

from align.cli import app
from align.profiles import profile
from align.scores import comet, compare, score, sentence_scores, term_scores
from align.scores.project import project_scores
from align.scores.show import show
from align.sources import lined, parallel
from models.errors import InputError, ModelError

HYPOTHESIS = ["the cat sat on a mat", "it is raining very hard today", "nobody was there"]
REFERENCE = ["the cat sat on the mat", "it rains very hard today", "nobody was there ."]


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def published(folder: Path) -> list[tuple[str, str]]:
    """The systems whose output is there, and the BLEU published for each."""
    return [
        (f.stem, f.read_text().strip()) for f in sorted(folder.glob("*.bleu")) if f.with_suffix("").exists()
    ]


def test_every_published_figure_comes_out(corpora: Path) -> None:
    folder = corpora / "flores-dev"
    found = published(folder)
    assert len(found) >= 11
    for name, figure in found:
        lang = name.rpartition(".")[2]
        ours = score(lines(folder / name), lines(folder / f"en-{lang}.{lang}"), ["bleu"])["bleu"]
        assert f"{ours.score:.1f}" == figure, f"{name}: {ours.score} {ours.signature}"


def test_scores_are_those_of_sacrebleu() -> None:
    import sacrebleu

    ours = score(HYPOTHESIS, REFERENCE, ["bleu", "chrf", "chrf++", "ter"])
    assert ours["bleu"].score == sacrebleu.corpus_bleu(HYPOTHESIS, [REFERENCE]).score
    assert ours["chrf"].score == sacrebleu.corpus_chrf(HYPOTHESIS, [REFERENCE]).score
    assert ours["chrf++"].score == sacrebleu.corpus_chrf(HYPOTHESIS, [REFERENCE], word_order=2).score
    assert ours["ter"].score == sacrebleu.corpus_ter(HYPOTHESIS, [REFERENCE]).score
    assert ours["bleu"].signature.startswith("nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:")
    first = sentence_scores(HYPOTHESIS, REFERENCE, "bleu")[0]
    assert first == sacrebleu.sentence_bleu(HYPOTHESIS[0], [REFERENCE[0]]).score


def test_intervals_hold_the_score_and_are_signed() -> None:
    ours = score(HYPOTHESIS * 10, REFERENCE * 10, ["chrf"], intervals=True)["chrf"]
    assert ours.low is not None
    assert ours.high is not None
    assert ours.low < ours.score < ours.high
    assert "|bs:1000|seed:12345|" in ours.signature


def test_a_worse_system_is_told_from_a_better_one() -> None:
    good, bad = REFERENCE * 10, ["completely other words here"] * 30
    first, second, third = compare({"good": good, "same": good, "bad": bad}, REFERENCE * 10, ["bleu", "chrf"])
    assert first.p == {"bleu": None, "chrf": None}
    assert second.scores["bleu"].score == first.scores["bleu"].score
    assert (second.p["chrf"] or 0) > 0.9
    assert (third.p["chrf"] or 1) < 0.05


def test_unequal_lengths_are_one_sentence() -> None:
    with pytest.raises(InputError, match="has 3 lines and the reference has 2"):
        score(HYPOTHESIS, REFERENCE[:2])
    with pytest.raises(InputError, match="the metrics are"):
        score(HYPOTHESIS, REFERENCE, ["rouge"])


def test_comet_is_asked_only_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "comet", None)
    with pytest.raises(ModelError, match="COMET is not installed"):
        comet(HYPOTHESIS, HYPOTHESIS, REFERENCE)


def installed(monkeypatch: pytest.MonkeyPatch) -> tuple[list[dict[str, str]], types.ModuleType]:
    """A package that answers as COMET does, and the rows it is asked to score."""
    seen: list[dict[str, str]] = []

    class Model:
        def predict(self, rows: list[dict[str, str]], **_: object) -> types.SimpleNamespace:
            seen.extend(rows)
            return types.SimpleNamespace(system_score=0.8123, scores=[0.8] * len(rows))

    package = types.ModuleType("comet")
    package.download_model = lambda name: name  # type: ignore[attr-defined]
    package.load_from_checkpoint = lambda _: Model()  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "comet", package)
    monkeypatch.setitem(
        sys.modules, "torch", types.SimpleNamespace(cuda=types.SimpleNamespace(is_available=lambda: False))
    )
    return seen, package


def test_comet_gets_source_hypothesis_and_reference(monkeypatch: pytest.MonkeyPatch) -> None:
    seen, package = installed(monkeypatch)
    ours = comet(["a", "b", "c"], HYPOTHESIS, REFERENCE)
    assert ours.score == 0.8123
    assert "model:Unbabel/wmt22-comet-da" in ours.signature
    assert ours.each == (0.8, 0.8, 0.8)
    assert seen[0] == {"src": "a", "mt": HYPOTHESIS[0], "ref": REFERENCE[0]}

    def unreachable(_: str) -> str:
        raise OSError("offline")

    package.download_model = unreachable  # type: ignore[attr-defined]
    with pytest.raises(ModelError, match="offline"):
        comet(["a", "b", "c"], HYPOTHESIS, REFERENCE)


def test_term_measures_count_what_the_termbase_knows() -> None:
    source = ["Shushi and Stepanakert.", "The separatists left Shushi.", "Stepanakert is quiet."]
    target = ["Шуши и Степанакерт.", "Сепаратисты покинули Шуша.", "Город тих."]
    forms = {**TERMS.concepts}
    one = parallel(lined("\n".join(source), "en"), lined("\n".join(target), "ru"))
    ours = term_scores(one, type(TERMS)(forms), profile("international"))
    assert ours.names == 4
    assert ours.found == 2, "Степанакерт is not in this small termbase in Russian"
    assert (ours.consistent, ours.repeated) == (1, 2)
    assert ours.shifts["dropped"] == 1
    assert (ours + ours).names == 8
    row = ours.row()
    assert row["found"] == 0.5
    assert row["consistency"] == 0.5


def test_a_project_is_scored_against_another_translation_and_against_reviews(tmp_path: Path) -> None:
    project = make(tmp_path / "project")
    plain = project_scores(project, TERMS, profile("international"))
    assert {one.lang for one in plain} == {"hy", "az", "ru", "tr"}
    assert not any(one.scores for one in plain), "nothing to score against yet"
    project.review(bead(project, "ru", 0), "accept", "Anna")
    project.review(bead(project, "ru", 2), "edit", "Anna", text="+1 формулой не является.")
    (russian,) = (o for o in project_scores(project, TERMS, profile("international")) if o.lang == "ru")
    assert (russian.reference, russian.segments) == ("reviews", 2)
    assert {one.metric for one in russian.scores} == {"bleu", "chrf", "ter"}
    with pytest.raises(InputError, match="no translation is called that"):
        project_scores(project, TERMS, profile("international"), reference="nobody")


def test_two_alignments_of_one_article_are_scored_over_common_units(tmp_path: Path) -> None:
    from exported import MERGED, Bitext, Translation

    project = make(tmp_path / "project")
    other = lined("\n".join(TARGETS["az"]), "az", "b")
    source = lined("\n".join(SOURCE), "en", "/somewhere/article.txt")
    project.save(Bitext(Translation(source, other, "other|x"), MERGED, "by hand"), ())
    (ours,) = (
        o
        for o in project_scores(project, TERMS, profile("international"), reference="given")
        if "other" in o.signature
    )
    assert ours.segments == 4, "segments 4 and 5 are one unit"
    assert {s.metric: round(s.score) for s in ours.scores} == {"bleu": 100, "chrf": 100, "ter": 0}


# ---- The command


def run(*arguments: object) -> str:
    done = CliRunner().invoke(app, [str(a) for a in arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    for name, text in (("hyp", HYPOTHESIS), ("ref", REFERENCE)):
        (tmp_path / name).write_text("\n".join(text) + "\n", encoding="utf-8")
    return tmp_path / "hyp", tmp_path / "ref"


def test_json_has_score_and_signature_of_each_metric(files: tuple[Path, Path]) -> None:
    found = json.loads(run("score", *files, "--to", "hy", "--json"))
    assert set(found) == {"bleu", "chrf", "ter"}
    for metric, one in found.items():
        assert one["score"] == pytest.approx(score(HYPOTHESIS, REFERENCE)[metric].score, abs=1e-4)
        assert one["signature"].startswith("nrefs:1|")


def test_json_of_several_systems_names_the_baseline(files: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "two").write_text("\n".join(REFERENCE), encoding="utf-8")
    found = json.loads(run("score", files[0], tmp_path / "two", files[1], "--metrics", "chrf", "--json"))
    assert found["baseline"] == "hyp"
    assert found["systems"]["two"]["chrf"]["score"] == 100
    assert 0 <= found["systems"]["two"]["chrf"]["p"] <= 1


def test_scores_by_segment_and_document(files: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "docs").write_text("a\na\nb\n", encoding="utf-8")
    found = json.loads(run("score", *files, "--documents", tmp_path / "docs", "--segments", "--json"))
    assert set(found["documents"]) == {"a", "b"}
    assert len(found["segments"]) == 3


def test_comet_is_scored_by_line_and_document_too(
    files: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(monkeypatch)
    (tmp_path / "docs").write_text("a\na\nb\n", encoding="utf-8")
    command = [
        "score",
        *files,
        "--metrics",
        "chrf,comet",
        "--source",
        files[0],
        "--segments",
        "--documents",
        tmp_path / "docs",
    ]
    found = json.loads(run(*command, "--json"))
    assert (found["comet"]["score"], "model:Unbabel/wmt22-comet-da" in found["comet"]["signature"]) == (
        0.8123,
        True,
    )
    assert [one["comet"] for one in found["segments"]] == [0.8, 0.8, 0.8]
    assert found["documents"]["b"]["comet"] == 0.8
    text = run(*command)
    assert "0.8123" in text
    assert "0.8000" in text


@pytest.mark.parametrize("form", ["table", "markdown", "latex"])
def test_every_form_prints(form: str, files: tuple[Path, Path]) -> None:
    text = run("score", *files, "-f", form, "--confidence")
    assert "BLEU" in text
    assert "nrefs:1" in text
    if form == "latex":
        assert r"$\pm$" in text
        assert text.count(r"\\") == 2


def test_latex_and_markdown_escape() -> None:
    assert r"a\_b\&" in show([["x", "y"], ["a_b&", "1"]], "latex")
    assert r"a\|b" in show([["x", "y"], ["a|b", "1"]], "markdown")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere", "ref"], "cannot be read"),
        (["hyp", "short"], "line n must translate line n"),
        (["hyp", "ref", "--metrics", "rouge"], "the metrics are"),
        (["hyp", "ref", "--metrics", "comet"], "--source"),
        (["hyp"], "one file alone"),
        (["latin", "ref"], "not UTF-8"),
    ],
)
def test_bad_input_is_one_sentence(arguments: list[str], words: str, files: tuple[Path, Path]) -> None:
    folder = files[0].parent
    (folder / "short").write_text("one\n", encoding="utf-8")
    (folder / "latin").write_bytes(b"\xe9t\xe9\n")
    values = [
        str(folder / a) if not a.startswith("--") and a not in ("rouge", "comet") else a for a in arguments
    ]
    with pytest.raises(InputError, match=words) as caught:
        CliRunner().invoke(app, ["score", *values], catch_exceptions=False)
    assert "\n" not in str(caught.value)


def test_work_comes_back_through_the_command(tmp_path: Path) -> None:
    project = make(tmp_path / "project")
    run("export", tmp_path / "project", "--to", "csv", "-o", tmp_path / "a.csv")
    text = (
        (tmp_path / "a.csv").read_text(encoding="utf-8-sig").replace(TARGETS["tr"][3], "Kimse zarar görmedi.")
    )
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    found = json.loads(
        run("import", tmp_path / "project", tmp_path / "a.csv", "--reviewer", "Deniz", "--json")
    )
    assert found == {"taken": {"edit": 1}, "unchanged": 18, "foreign": 0, "open": []}
    assert project.reviews(bead(project, "tr", 3))[0].reviewer == "Deniz"
