"""Batches: what comes out, what is made again when something changes, and that a stopped run changes nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from batches import Runs, articles, content, json_lines
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from align.batch.folder import Folder
from align.batch.summary import Totals
from align.exports.hub import problems
from align.scores.bootstrap import intervals
from align.scores.stream import Sums
from models.errors import InputError, ModelError
from models.memory import Memory


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runs:
    return Runs(tmp_path, monkeypatch)


def loaded(out: Path, config: str, cache: Path) -> Any:
    import datasets

    datasets.disable_progress_bars()
    return datasets.load_dataset(str(out), config, cache_dir=str(cache))["train"]


def test_the_output_is_a_dataset(runs: Runs, tmp_path: Path) -> None:
    found = runs(json_lines(tmp_path / "in.jsonl", articles(20)), "out")
    assert (found.articles, found.failed, found.copies) == (20, 0, 0)
    out = tmp_path / "out"
    bitext, named = loaded(out, "bitext", tmp_path / "c"), loaded(out, "articles", tmp_path / "c")
    findings, terms = loaded(out, "findings", tmp_path / "c"), loaded(out, "termbase", tmp_path / "c")
    assert named["name"] == [f"n{n}" for n in range(20)]
    assert len(bitext) == found.segments["en"] == sum(named["segments"])
    assert bitext[0]["translation"]["ru"].startswith("Report 0 from Шуша")
    assert len(findings) == sum(found.findings.values())
    assert len(terms) == sum(len(concept.forms) for concept in runs.termbase)
    assert problems(out) == []
    card = (out / "README.md").read_text(encoding="utf-8")
    assert runs.termbase.version in card
    assert "echo|version:1" in card
    lines = (out / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["items"] for line in lines] == [7, 7, 6]
    page = (out / "summary.html").read_text(encoding="utf-8")
    assert "20 articles" in page
    assert "http" not in page.replace("http-equiv", "")


def test_without_text_no_word_of_an_article_comes_out(runs: Runs, tmp_path: Path) -> None:
    runs(json_lines(tmp_path / "in.jsonl", articles(8)), "out", text=False)
    findings = loaded(tmp_path / "out", "findings", tmp_path / "c")
    assert len(findings) > 0
    assert all(s["end"] > s["start"] for row in findings for s in row["source"])
    for config in ("articles", "bitext", "findings", "measures"):
        text = json.dumps(
            list(loaded(tmp_path / "out", config, tmp_path / "c")), ensure_ascii=False, default=str
        )
        for word in ("road to", "closed", "Report", "o'clock", "leader"):
            assert word not in text, f"{config}: {word}"


def test_copies_and_ids_that_come_again(runs: Runs, tmp_path: Path) -> None:
    rows = articles(9)
    rows += [{**rows[1]}, {**rows[2], "id": "elsewhere"}, {**rows[3], "text": "Another text of that id."}]
    found = runs(json_lines(tmp_path / "in.jsonl", rows), "out")
    assert (found.articles, found.copies, found.failed) == (9, 1, 1)
    (failure,) = (tmp_path / "out" / "failures.jsonl").read_text(encoding="utf-8").splitlines()
    assert "in.jsonl:12: the id n3 was used before" in json.loads(failure)["reason"]
    named = loaded(tmp_path / "out", "articles", tmp_path / "c")
    copy, first = named[9], named[2]
    assert (copy["name"], copy["copy"], copy["article"]) == ("elsewhere", True, first["article"])
    ids = loaded(tmp_path / "out", "bitext", tmp_path / "c")["id"]
    assert len(ids) == len(set(ids))
    assert runs(tmp_path / "in.jsonl", "out").failed == 1
    assert runs(json_lines(tmp_path / "in.jsonl", rows), "again", store="other").copies == 1


def test_the_same_articles_are_not_done_twice(runs: Runs, tmp_path: Path) -> None:
    source = json_lines(tmp_path / "in.jsonl", articles(10))
    runs(source, "out")
    before, asked = content(tmp_path / "out"), len(runs.echo.asked)
    runs(source, "out")
    assert content(tmp_path / "out") == before
    assert len(runs.echo.asked) == asked
    runs(json_lines(source, articles(13)), "out")
    after = content(tmp_path / "out")
    assert {name: after[name] for name in before if name.startswith("bitext")}.items() <= before.items()
    new = set(runs.echo.asked[asked:])
    assert new
    assert not any("day 9." in text for text in new)


def test_another_termbase_reruns_the_checks_only(
    runs: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = json_lines(tmp_path / "in.jsonl", articles(10))
    runs(source, "one", store="s")
    asked, checked = len(runs.echo.asked), count_checks(monkeypatch)
    runs(source, "same", store="s")
    assert len(checked) == 0
    assert content(tmp_path / "one") == content(tmp_path / "same")
    more = tmp_path / "more.toml"
    more.write_text(
        (tmp_path / "terms.toml").read_text(encoding="utf-8").replace("load = 1", "load = 2"), "utf-8"
    )
    from align.terms import load

    runs(source, "two", store="s", termbase=load(more))
    assert len(checked) == 20
    assert len(runs.echo.asked) == asked, "nothing is translated again"


def test_another_model_for_one_language_leaves_the_checks_of_the_other(
    runs: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = json_lines(tmp_path / "in.jsonl", articles(10))
    runs(source, "one", store="s")
    asked, checked = len(runs.echo.asked), count_checks(monkeypatch)
    from batches import Echo

    old, new = runs.echo, Echo(version=2)
    new._word_by_word = lambda text: text.upper()  # type: ignore[method-assign]
    monkeypatch.setattr("models.choose.choose", lambda engine, _lang: new if engine == "new" else old)
    runs(
        source, "two", store="s", engines={"ru": "echo", "tr": "new"},
        signatures={"ru": old.signature, "tr": new.signature},
    )  # fmt: skip
    assert len(old.asked) == asked
    assert set(new.asked) == set(old.asked)
    assert checked == ["tr"] * 10


def count_checks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    from align.pipeline import outcome

    called: list[str] = []

    def counting(translation: Any, *rest: Any) -> Any:
        called.append(translation.target.lang)
        return outcome(translation, *rest)

    monkeypatch.setattr("align.batch.jobs.outcome", counting)
    return called


class Killed(BaseException):
    """The process is gone."""


STEPS = (
    "Memory.put",
    "Folder.keep",
    "Folder.write",
    "Folder.write.done",
    "Folder.commit",
    "Folder.commit.done",
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("whole")
    with pytest.MonkeyPatch.context() as patch:
        runs = Runs(folder, patch)
        runs(json_lines(folder / "in.jsonl", mixed()), "out")
    return content(folder / "out")


def mixed() -> list[dict[str, str]]:
    rows = articles(24)
    return [
        *rows[:9],
        {**rows[2], "id": "copy"},
        {"id": "empty", "text": " "},
        *rows[9:],
        {**rows[5], "id": "late"},
    ]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 12)), min_size=1, max_size=4))
def test_a_run_that_is_stopped_anywhere_ends_in_the_same_bytes(
    whole: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory, kills: list[tuple[str, int]]
) -> None:
    folder = tmp_path_factory.mktemp("killed")
    with pytest.MonkeyPatch.context() as patch:
        runs = Runs(folder, patch)
        source = json_lines(folder / "in.jsonl", mixed())
        for step, times in kills:
            with pytest.MonkeyPatch.context() as trap:
                die_at(trap, step, times)
                try:
                    runs(source, "out")
                except Killed:
                    continue
        runs(source, "out")
    assert content(folder / "out") == whole


def die_at(trap: pytest.MonkeyPatch, step: str, times: int) -> None:
    """Die before (or, with `.done`, after) the step is taken for the `times`-th time."""
    kind, name, *after = step.split(".")
    owner = {"Memory": Memory, "Folder": Folder}[kind]
    real, left = getattr(owner, name), [times]

    def dying(*given: Any, **named: Any) -> Any:
        left[0] -= 1
        if left[0] < 0 and not after:
            raise Killed
        result = real(*given, **named)
        if left[0] < 0:
            raise Killed
        return result

    trap.setattr(owner, name, dying)


def test_a_shard_that_is_lost_is_made_again(runs: Runs, tmp_path: Path) -> None:
    source = json_lines(tmp_path / "in.jsonl", articles(20))
    runs(source, "out")
    before = content(tmp_path / "out")
    (tmp_path / "out" / "bitext" / "train-000001.parquet").unlink()
    cut = tmp_path / "out" / "findings" / "train-000002.parquet"
    cut.write_bytes(cut.read_bytes()[:100])
    runs(source, "out")
    assert content(tmp_path / "out") == before


def test_what_a_translator_cannot_do_is_left_open_and_counted(runs: Runs, tmp_path: Path) -> None:
    rows = [*articles(5), {"id": "odd", "text": "An untranslatable sentence. A plain sentence."}]
    found: Totals = runs(json_lines(tmp_path / "in.jsonl", rows), "out")
    assert dict(found.untranslated) == {"ru": 1, "tr": 1}
    assert found.articles == 6


def test_a_translator_that_does_nothing_ends_the_run(runs: Runs, tmp_path: Path) -> None:
    source = json_lines(tmp_path / "in.jsonl", [{"text": "One untranslatable thing."}])
    with pytest.raises(ModelError, match="no segment can be translated"):
        runs(source, "out")


def test_streamed_measures_are_those_of_articles_held_together() -> None:
    import random

    chance = random.Random(5)
    shares = {"one": ("part", "whole"), "never": ("part", "nothing")}
    held, sums = [], Sums(shares)
    for n in range(400):
        whole_ = chance.randrange(1, 9)
        held.append({"whole": whole_, "part": chance.randrange(whole_ + 1)})
        sums.add(f"{n:016x}", held[-1])
    found = sums.scores()
    assert found.size == 400
    assert found.counts["part"] == sum(one["part"] for one in held)
    (low, high), (a, b) = found.intervals()["one"], intervals(held, shares)["one"]
    assert abs(low - a) < 0.01
    assert abs(high - b) < 0.01
    assert set(found.intervals()) == {"one"}


def test_the_memory_of_a_run_is_that_of_its_beginning(runs: Runs, tmp_path: Path) -> None:
    memory = Memory(tmp_path / "m.sqlite")
    memory.put(["A text"], "ru", "x", ["Текст"])
    assert memory.get(["A text"], "ru", "x", before=0) == [None]
    assert memory.get(["A text"], "ru", "x") == ["Текст"]


def test_settings_of_another_run_are_refused(runs: Runs, tmp_path: Path) -> None:
    source = json_lines(tmp_path / "in.jsonl", articles(8))
    runs(source, "out")
    before = content(tmp_path / "out")
    with pytest.raises(InputError, match=r"holds a run with other settings \(text"):
        runs(source, "out", text=False)
    with pytest.raises(InputError, match="languages"):
        runs(source, "out", langs=("ru",))
    assert content(tmp_path / "out") == before
