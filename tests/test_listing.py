"""`araxes models list`: where the weights are, and what `auto` would take."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tiny_checkpoint import tiny

from align.types import TARGETS
from models import listing
from models.catalogue import checkpoints, find, ranked
from models.convert import convert_once
from models.fetch import in_cache
from models.listing import offline, present, table, taken, weights

NLLB = "nllb-200-distilled-600M"


@pytest.fixture
def cached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The hub's cache with the tiny checkpoint in the place of NLLB."""
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    hub = tmp_path / "models--facebook--nllb-200-distilled-600M"
    (hub / "refs").mkdir(parents=True)
    (hub / "refs" / "main").write_text("abc", encoding="utf-8")
    return Path(shutil.copytree(tiny("nllb"), hub / "snapshots" / "abc"))


def test_where_the_weights_are(cached: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nllb = find(NLLB)
    assert weights(nllb) == "in the cache"
    assert weights(find("m2m100_418M")) == "can be had"
    convert_once(cached)
    assert weights(nllb) == "in the cache, converted"
    monkeypatch.setattr(listing, "installed", lambda package: package != "torch")
    assert weights(nllb) == "in the cache, converted, needs araxes[nmt]"


def test_weights_in_parts_are_whole_only_with_every_part(cached: Path) -> None:
    (cached / "model.safetensors").unlink()
    index = {"weight_map": {"a": "pytorch_model-1-of-2.bin", "b": "pytorch_model-2-of-2.bin"}}
    (cached / "pytorch_model.bin.index.json").write_text(json.dumps(index), encoding="utf-8")
    (cached / "pytorch_model-1-of-2.bin").write_bytes(b"")
    assert in_cache("facebook/nllb-200-distilled-600M") is None
    (cached / "pytorch_model-2-of-2.bin").write_bytes(b"")
    assert in_cache("facebook/nllb-200-distilled-600M") == cached


def test_auto_takes_the_best_score_that_can_be_had(cached: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert {lang: taken(lang, connected=True) for lang in TARGETS} == {
        lang: ranked(lang)[0] for lang in TARGETS
    }
    assert offline(TARGETS) == f"hy {NLLB}, az {NLLB}, ru {NLLB}, tr {NLLB}"
    assert {row["name"]: row["auto"] for row in table(TARGETS)}[NLLB] == "hy az ru tr", (
        "HF_HUB_OFFLINE is set"
    )
    monkeypatch.delenv("HF_HUB_OFFLINE")
    autos = {row["name"]: row["auto"] for row in table(TARGETS)}
    assert (autos["firefox"], autos[NLLB]) == ("az ru tr", "hy")
    monkeypatch.setattr(listing, "installed", lambda package: package == "fxtranslate")
    assert taken("hy", connected=True) is None
    assert taken("ru", connected=True) is find("firefox")


def test_every_model_is_listed_with_its_licence() -> None:
    rows = table(TARGETS)
    assert [row["name"] for row in rows] == [c.name for c in checkpoints()]
    assert "not for commercial use" in next(row for row in rows if row["name"] == NLLB)["licence"]
    assert not any(present(c, lang) for c in checkpoints() for lang in TARGETS)


@pytest.mark.parametrize("words", [("models", "list"), ("translate", "--help")])
def test_a_cold_start_loads_nothing_heavy(words: tuple[str, ...]) -> None:
    code = (
        "import atexit, sys; from align.cli import main;"
        "atexit.register(lambda: print('loaded:', *sorted({m.split('.')[0] for m in sys.modules}), file=sys.stderr));"
        f"sys.argv[1:] = {list(words)!r}; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "az" in done.stdout
    loaded = set(done.stderr.split("loaded:")[1].split())
    assert not loaded & {"torch", "transformers", "ctranslate2", "gradio", "datasets", "pyarrow", "pandas"}
