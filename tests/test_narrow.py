"""An output in Armenian or Russian chooses among the pieces of its script, and loses nothing by it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from tiny_checkpoint import pairs, tiny

from models import ct2
from models.convert import convert
from models.ct2 import converted
from models.errors import ModelError
from models.narrow import choice, narrowed
from models.neural import Search

ENGLISH = [text for text, _ in pairs("hy")]


@pytest.fixture(scope="module")
def int8(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("narrow") / "nllb"
    convert(tiny("nllb"), directory)
    return directory


def test_a_script_its_signs_and_latin_names() -> None:
    pieces = [
        "<s>",
        "▁",
        "։",
        "2020",
        "▁քաղ",
        "և",
        "▁го",
        "uters",
        "▁Reut",
        "ers",
        "NATO",
        "東",
        "a b",
        "",
        "hye_Armn",
    ]
    kept = "<s> ▁ ։ 2020 ▁քաղ և ▁Reut ers NATO hye_Armn"
    assert choice(pieces, "hy", ["hye_Armn"]) == f"\t{kept}\n"
    assert "▁го" in choice(pieces, "ru", []).split()


@pytest.mark.parametrize("lang", ["hy", "ru"])
@pytest.mark.parametrize("beams", [1, 4])
def test_the_outputs_are_those_of_all_pieces(
    int8: Path, lang: str, beams: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    narrow = [h.text for h in converted(int8, beams=beams).translate(ENGLISH, "en", lang)]
    monkeypatch.setattr(ct2, "SCRIPTS", {})
    assert narrow == [h.text for h in converted(int8, beams=beams).translate(ENGLISH, "en", lang)]


def test_no_letter_of_another_script_is_written(int8: Path) -> None:
    model = converted(int8)
    rows = model.coder.encode(ENGLISH, "en", "hy")
    russian = model.coder.prefix("ru")
    batches = list(model.engine.generate(rows, "hy", russian, 4, Search()))
    texts = [model.coder.decode(outputs[0].ids) for batch in batches for _, outputs in batch]
    assert len(texts) == len(ENGLISH)
    assert not any(re.search("[а-яё]", text) for text in texts)


def test_one_model_serves_all_languages_in_turn(int8: Path) -> None:
    model = converted(int8)
    for lang in ("hy", "tr", "ru", "hy"):
        made = [h.text for h in model.translate(ENGLISH, "en", lang)]
        assert sum(text == target for text, (_, target) in zip(made, pairs(lang), strict=True)) >= 43


def test_a_model_that_was_moved_is_linked_anew(int8: Path, tmp_path: Path) -> None:
    moved = tmp_path / "moved"
    int8.rename(moved)
    made = narrowed(moved, "hy", [], "model")
    moved.rename(int8)
    assert not (made / "model.bin").exists()
    assert narrowed(int8, "hy", [], "model") == made
    assert json.loads((made / "shared_vocabulary.json").read_text(encoding="utf-8"))


def test_a_cache_that_cannot_be_written_is_named(
    int8: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(ModelError, match="cache cannot be written"):
        narrowed(int8, "hy", [], "model")


def test_a_vocabulary_of_two_sides_is_left_whole(tmp_path: Path) -> None:
    assert narrowed(tmp_path, "hy", [], "model") == tmp_path
