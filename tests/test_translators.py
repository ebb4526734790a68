"""Translators: tiny checkpoints of every family through every engine, and what a user can get wrong."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_checkpoint import COLUMNS, pairs, rows, tiny

from models import choose as choosing
from models.base import Translator, gathered
from models.catalogue import checkpoints, codes, find, ranked
from models.choose import choose, from_directory, online, ways_out
from models.coder import coder, family_of
from models.convert import convert, convert_once
from models.ct2 import CARD, converted
from models.errors import InputError, ModelError
from models.listing import present, table
from models.neural import Search, fingerprint, halves
from models.seq2seq import seq2seq

FAMILIES = ("nllb", "m2m100", "madlad", "marian")
MARKS = {
    "marian": {"hy": ">>hye<< ", "az": ">>aze_Latn<< ", "ru": ">>rus<< ", "tr": ">>tur<< "},
    "madlad": {lang: f"<2{lang}> " for lang in COLUMNS},
}
ENGLISH = [row[0] for row in rows()]


@pytest.fixture(scope="session")
def float32(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every tiny checkpoint converted without rounding."""
    made = {}
    for family in FAMILIES:
        made[family] = tmp_path_factory.mktemp("float32") / family
        convert(tiny(family), made[family], "float32")
    return made


@pytest.fixture(scope="session")
def int8(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny NLLB checkpoint as it runs on a CPU."""
    target = tmp_path_factory.mktemp("int8") / "nllb"
    convert(tiny("nllb"), target)
    return target


@pytest.fixture
def copy(tmp_path: Path) -> Any:
    """A copy of the tiny NLLB checkpoint to spoil."""
    return shutil.copytree(tiny("nllb"), tmp_path / "spoilt")


@pytest.mark.parametrize("lang", COLUMNS)
@pytest.mark.parametrize("engine", ["transformers", "int8"])
def test_the_nllb_fixture_translates_what_it_learnt(engine: str, lang: str, int8: Path) -> None:
    translator = seq2seq(tiny("nllb")) if engine == "transformers" else converted(int8)
    assert isinstance(translator, Translator)
    hypotheses = translator.translate(ENGLISH, "en", lang)
    right = sum(h.text == target for h, (_, target) in zip(hypotheses, pairs(lang), strict=True))
    assert right >= 43, [h.text for h in hypotheses]


@pytest.mark.parametrize("family", FAMILIES)
def test_the_coder_gives_the_numbers_that_transformers_gives(family: str) -> None:
    from transformers import AutoTokenizer

    theirs = AutoTokenizer.from_pretrained(tiny(family))
    theirs.src_lang = {"nllb": "eng_Latn", "m2m100": "en"}.get(family)
    ours = coder(tiny(family), family)
    for lang in COLUMNS:
        marked = [MARKS.get(family, {}).get(lang, "") + text for text in ENGLISH]
        assert ours.encode(ENGLISH, "en", lang) == theirs(marked)["input_ids"]
        targets = [theirs(text_target=target)["input_ids"] for _, target in pairs(lang)]
        decoded = theirs.batch_decode(targets, skip_special_tokens=True)
        # transformers 5 leaves M2M100's language token in the text.
        assert [ours.decode(ids) for ids in targets] == [re.sub("^__..__ ", "", text) for text in decoded]


@pytest.mark.parametrize("family", FAMILIES)
def test_greedy_search_in_float32_gives_the_same_on_both_engines(
    family: str, float32: dict[str, Path]
) -> None:
    one, other = seq2seq(tiny(family), beams=1), converted(float32[family], beams=1)
    different = []
    for lang in COLUMNS:
        made = zip(*(t.alternatives(ENGLISH, "en", lang, 1) for t in (one, other)), strict=True)
        different += [(a[0].text, b[0].text) for a, b in made if a[0].text != b[0].text]
    assert not different


@pytest.mark.parametrize("family", ["nllb", "m2m100", "madlad"])
def test_beams_give_nearly_the_same_on_both_engines(family: str, float32: dict[str, Path]) -> None:
    one, other = seq2seq(tiny(family), beams=4), converted(float32[family], beams=4)
    pairs_made = zip(*(gathered(t._best("en", "hy", t.search, ENGLISH)) for t in (one, other)), strict=True)
    assert sum(a.text != b.text for a, b in pairs_made) <= 2


def test_an_unknown_letter_does_not_end_a_sentence() -> None:
    made = coder(tiny("madlad"), "madlad")
    ids = made.encode(["The train \u4e2d\u6587 was late."], "en", "hy")[0]
    assert ids.count(made.eos) == 1
    assert ids[-1] == made.eos


@pytest.mark.parametrize("family", FAMILIES)
def test_an_unknown_language_is_an_error(family: str) -> None:
    translator = seq2seq(tiny(family))
    with pytest.raises(ModelError, match="does not know the language ka"):
        translator.translate(["Snow closed the road."], "en", "ka")


def test_a_bilingual_model_writes_one_language_only(tmp_path: Path) -> None:
    directory = shutil.copytree(tiny("marian"), tmp_path / "en-ru")
    vocabulary = json.loads((directory / "vocab.json").read_text(encoding="utf-8"))
    renamed = {name.replace(">>", "»").replace("<<", "«"): i for name, i in vocabulary.items()}
    (directory / "vocab.json").write_text(json.dumps(renamed), encoding="utf-8")
    settings = json.loads((directory / "tokenizer_config.json").read_text(encoding="utf-8"))
    (directory / "tokenizer_config.json").write_text(json.dumps({**settings, "target_lang": "ru"}))
    made = coder(directory, "marian")
    assert made.encode(["Snow."], "en", "ru")[0][-1] == made.eos
    with pytest.raises(ModelError, match=r"hy \(it writes ru\)"):
        made.encode(["Snow."], "en", "hy")


def test_order_and_number_are_kept_and_figures_pass_through(int8: Path) -> None:
    translator = converted(int8)
    texts = [ENGLISH[3], "* * *", ENGLISH[1], "2022", ENGLISH[3], ""]
    found = translator.translate(texts, "en", "ru")
    known = dict(pairs("ru"))
    assert [h.text for h in found] == [known[texts[0]], "* * *", known[texts[2]], "2022", known[texts[4]], ""]


def test_a_sentence_longer_than_the_model_reads_is_cut_not_dropped(int8: Path) -> None:
    translator = converted(int8)
    long = " ".join(ENGLISH * 2)
    found = translator.translate([long, ENGLISH[0]], "en", "tr")
    assert found[1].text == pairs("tr")[0][1]
    parts = translator._fitting(long, "en", "tr")
    assert len(parts) > 1
    assert " ".join(parts) == long
    assert max(map(len, translator.coder.encode(parts, "en", "tr"))) <= translator.engine.positions


@given(st.text(min_size=2, max_size=300))
def test_halves_lose_no_word(text: str) -> None:
    assert " ".join("".join(halves(text)).split()).replace(" ", "") == "".join(text.split())


def test_alternatives_come_best_first_with_scores(int8: Path) -> None:
    for translator in (converted(int8), seq2seq(tiny("nllb"))):
        for alternatives in translator.alternatives(ENGLISH[:3], "en", "tr", 4):
            scores = [h.score for h in alternatives if h.score is not None]
            assert len(scores) == len(alternatives) == 4
            assert scores == sorted(scores, reverse=True)
            assert -0.5 < scores[0] < 0


def test_the_signature_names_what_makes_a_translation(int8: Path, copy: Path) -> None:
    one = seq2seq(tiny("nllb"), beams=1).signature
    assert one != seq2seq(tiny("nllb"), beams=2).signature
    assert one != converted(int8, beams=1).signature
    with (copy / "model.safetensors").open("r+b") as file:
        file.seek(-4, 2)
        file.write(b"\x00\x01\x02\x03")
    assert fingerprint(copy) != fingerprint(tiny("nllb"))


def test_conversion_happens_once(monkeypatch: pytest.MonkeyPatch) -> None:
    first = convert_once(tiny("nllb"))
    made = (first / "model.bin").stat().st_mtime_ns
    assert convert_once(tiny("nllb")) == first
    assert (first / "model.bin").stat().st_mtime_ns == made
    translator = from_directory(tiny("nllb"))
    assert from_directory(tiny("nllb")) is translator, "one model serves every language"
    assert "engine:ctranslate2" in translator.signature
    assert translator.translate(ENGLISH[:1], "en", "az")[0].text == pairs("az")[0][1]


def test_a_conversion_from_elsewhere_is_recognised(int8: Path, tmp_path: Path) -> None:
    directory = shutil.copytree(int8, tmp_path / "theirs")
    (directory / CARD).unlink()
    translator = from_directory(directory)
    assert translator.translate(ENGLISH[:1], "en", "hy")[0].text == pairs("hy")[0][1]


def test_a_conversion_does_not_overwrite_what_it_did_not_make(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep", encoding="utf-8")
    with pytest.raises(InputError, match="not empty"):
        convert(tiny("nllb"), tmp_path)
    assert (tmp_path / "mine.txt").read_text(encoding="utf-8") == "keep"


def test_a_full_disk_is_told_before_it_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = type("Usage", (), {"free": 1000})()
    monkeypatch.setattr("models.convert.shutil.disk_usage", lambda _: usage)
    with pytest.raises(ModelError, match="free some space"):
        convert(tiny("nllb"), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_damaged_files_are_named(copy: Path, tmp_path: Path) -> None:
    weights = copy / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(ModelError, match=r"spoilt.*fetch it again"):
        seq2seq(copy).translate(["Snow."], "en", "hy")
    with pytest.raises(ModelError, match=r"spoilt.*fetch it again"):
        convert(copy, tmp_path / "out")
    (copy / "tokenizer.json").write_text('{"version": ', encoding="utf-8")
    with pytest.raises(ModelError, match=r"tokenizer.json.*damaged"):
        seq2seq(copy)
    (copy / "config.json").write_text("{", encoding="utf-8")
    with pytest.raises(ModelError, match=r"config.json.*damaged"):
        seq2seq(copy)


def test_a_damaged_conversion_is_named(int8: Path, tmp_path: Path) -> None:
    directory = shutil.copytree(int8, tmp_path / "broken")
    (directory / "model.bin").write_bytes(b"no model")
    with pytest.raises(ModelError, match=r"broken.*convert the model again"):
        converted(directory).translate(["Snow."], "en", "hy")


def test_a_directory_that_is_no_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no config\.json, so it is no model"):
        choose(str(tmp_path), "hy")
    (tmp_path / "config.json").write_text('{"model_type": "bert"}', encoding="utf-8")
    with pytest.raises(ModelError, match="type bert cannot be used"):
        family_of(tmp_path)


def test_a_firefox_model_with_damaged_files_is_named(tmp_path: Path) -> None:
    (tmp_path / "model.enru.intgemm.alphas.bin").write_bytes(b"no model at all")
    (tmp_path / "vocab.enru.spm").write_bytes(b"no vocabulary")
    translator = choose(str(tmp_path), "ru")
    with pytest.raises(ModelError, match="damaged"):
        translator.translate(["Snow."], "en", "ru")
    with pytest.raises(ModelError, match="from en into ru, not from en into tr"):
        translator.translate(["Snow."], "en", "tr")


@pytest.mark.parametrize(
    ("spec", "error", "words"),
    [
        ("nlb-200-distilled-600M", InputError, "did you mean nllb-200-distilled-600M"),
        ("/no/such/directory", ModelError, "no such directory"),
        ("facebook/nllb-200-distilled-600M", ModelError, "araxes models fetch"),
        ("opus-mt-en-az", ModelError, "does not translate into hy"),
        ("someone/some-model", ModelError, "not on this machine"),
    ],
)
def test_a_name_that_gives_no_model_says_what_to_do(spec: str, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        choose(spec, "hy")


@pytest.mark.parametrize("lang", COLUMNS)
def test_auto_without_any_model_names_both_ways_out(lang: str) -> None:
    online.cache_clear()
    with pytest.raises(ModelError, match=r"--engine \w\w=DIRECTORY.*araxes models fetch"):
        choose("auto", lang)
    assert ranked(lang)[0].name in ways_out(lang)


def test_auto_takes_the_best_that_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def from_hub(hub: str) -> str:
        asked.append(hub)
        if "nllb" in hub:
            raise ModelError("not here")
        return f"translator of {hub}"

    monkeypatch.setattr(choosing, "_from_hub", from_hub)
    assert choose("auto", "ru") == "translator of Helsinki-NLP/opus-mt-en-ru"
    assert asked == ["facebook/nllb-200-distilled-600M", "Helsinki-NLP/opus-mt-en-ru"]


def test_a_model_in_the_hubs_cache_is_used_offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    hub = tmp_path / "models--facebook--nllb-200-distilled-600M"
    (hub / "refs").mkdir(parents=True)
    (hub / "refs" / "main").write_text("abc", encoding="utf-8")
    assert not present(find("nllb-200-distilled-600M"), "hy")
    shutil.copytree(tiny("nllb"), hub / "snapshots" / "abc")
    assert present(find("nllb-200-distilled-600M"), "hy")
    translator = choose("auto", "hy")
    assert translator.signature.startswith("nllb-200-distilled-600M|engine:ctranslate2|")
    assert translator.translate(ENGLISH[:1], "en", "hy")[0].text == pairs("hy")[0][1]
    (hub / "snapshots" / "abc" / "model.safetensors").unlink()
    assert not present(find("nllb-200-distilled-600M"), "hy")


def test_a_name_server_that_never_answers_does_not_hang(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    monkeypatch.delenv("HF_HUB_OFFLINE")
    monkeypatch.setattr(choosing, "_connects", lambda host: time.sleep(30) or True)
    monkeypatch.setattr(choosing, "_PROBE_SECONDS", 0.2)
    online.cache_clear()
    started = time.monotonic()
    assert not online("example.invalid")
    assert time.monotonic() - started < 2
    online.cache_clear()


def test_the_catalogue_is_whole() -> None:
    for checkpoint in checkpoints():
        assert checkpoint.languages
        assert checkpoint.licence
        assert checkpoint.megabytes > 0
        if checkpoint.family != "firefox":
            assert all(codes(checkpoint.family, lang) for lang in ("en", *checkpoint.languages))
        for score in checkpoint.flores.values():
            assert score.source.startswith("https://")
            assert 0 < score.bleu < 100
            assert 0 < score.comet < 1
    assert [ranked(lang)[0].name for lang in ("hy", "az", "ru", "tr")] == [
        "nllb-200-distilled-600M", "firefox", "firefox", "firefox",
    ]  # fmt: skip
    assert find("facebook/nllb-200-distilled-600M").non_commercial
    assert "not for commercial use" in next(r for r in table(("hy",)) if r["family"] == "nllb")["licence"]


@pytest.mark.parametrize("kind", ["ctranslate2", "transformers"])
def test_a_batch_that_a_gpu_has_no_room_for_is_halved(
    kind: str, int8: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = converted(int8) if kind == "ctranslate2" else seq2seq(tiny("nllb"))
    known = [h.text for h in made.translate(ENGLISH[:9], "en", "ru")]
    tried: list[int] = []
    model: Any = made.engine._loaded(*(("ru", ["rus_Cyrl"]) if kind == "ctranslate2" else ()))

    class Small:
        """The model on a device with room for two rows."""

        def translate_batch(self, rows: Any, **options: Any) -> Any:
            tried.append(len(rows))
            given = [
                model.translate_batch([row], **{**options, "target_prefix": [["rus_Cyrl"]]})[0]
                for row in rows
            ]
            return given if len(rows) <= 2 else [Full() for _ in rows]

        def generate(self, **options: Any) -> Any:
            tried.append(len(options["input_ids"]))
            if len(options["input_ids"]) > 2:
                raise RuntimeError("CUDA out of memory. Tried to allocate 2 GiB.")
            return model.generate(**options)

    class Full:
        def result(self) -> Any:
            raise RuntimeError("CUDA failed with error out of memory")

    monkeypatch.setattr(made.engine, "_model", Small())
    assert [h.text for h in made.translate(ENGLISH[:9], "en", "ru")] == known
    assert max(tried) > 2
    assert tried.count(1) + tried.count(2) >= 5


def test_the_settings_of_a_search_are_in_the_signature() -> None:
    assert Search(beams=3).signature == "beams:3"


def test_nothing_heavy_is_imported_to_choose_or_list() -> None:
    program = (
        "import sys\n"
        "from models.listing import table\n"
        "from models import batching, catalogue, chat, choose, coder, convert, ct2, fetch, firefox, guards\n"
        "from models import local_chat, memory, neural, seq2seq, server\n"
        "table(('hy', 'az', 'ru', 'tr'))\n"
        "heavy = {'torch', 'transformers', 'ctranslate2', 'openai', 'huggingface_hub', 'tokenizers', 'sentencepiece'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    root = Path(__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=root, check=True
    )
    assert done.stdout.strip() == "[]"
