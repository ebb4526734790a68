"""Encoders from a directory, laid out as sentence-transformers lays out LaBSE, E5 and their like."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from align.cli import main
from models import encoder
from models.errors import InputError, ModelError
from models.pooled import PooledEncoder

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

WIDTH = 16
TEXTS = ["the talks ended in 2023", "", "talks", "the president signed the law " * 40]
WORDS = ["the", "talks", "ended", "in", "2023", "president", "signed", "law", "snow", "fell", "passage", ":"]
TANH = "torch.nn.modules.activation.Tanh"
IDENTITY = "torch.nn.modules.linear.Identity"


def checkpoint(folder: Path) -> None:
    """A tiny BERT with its tokenizer, as `save_pretrained` leaves them."""
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]
    (folder / "vocab.txt").write_text("\n".join(vocabulary) + "\n", encoding="utf-8")
    transformers.BertTokenizer(str(folder / "vocab.txt")).save_pretrained(folder)
    torch.manual_seed(0)
    config = transformers.BertConfig(
        vocab_size=len(vocabulary), hidden_size=WIDTH, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=32, max_position_embeddings=64,
    )  # fmt: skip
    transformers.BertModel(config).save_pretrained(folder)


def listed(folder: Path, steps: dict[str, dict[str, Any]]) -> None:
    """`modules.json` and the folder of each step after the transformer."""
    rows = [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"}]
    for number, (kind, settings) in enumerate(steps.items(), start=1):
        path = f"{number}_{kind}"
        (folder / path).mkdir()
        (folder / path / "config.json").write_text(json.dumps(settings))
        rows.append(
            {"idx": number, "name": str(number), "path": path, "type": f"sentence_transformers.models.{kind}"}
        )
    (folder / "modules.json").write_text(json.dumps(rows))


def pooling(mode: str) -> dict[str, Any]:
    modes = (
        "cls_token",
        "mean_tokens",
        "max_tokens",
        "mean_sqrt_len_tokens",
        "weightedmean_tokens",
        "lasttoken",
    )
    return {"word_embedding_dimension": WIDTH} | {f"pooling_mode_{name}": name == mode for name in modes}


def hidden(folder: Path, text: str) -> Any:
    """The last layer's states of one text, without any padding."""
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    given = tokenizer(text, truncation=True, max_length=64, return_tensors="pt")
    with torch.inference_mode():
        return transformers.AutoModel.from_pretrained(folder).eval()(**given).last_hidden_state[0]


def unit(vector: Any) -> Any:
    return (vector / vector.norm()).numpy()


@pytest.mark.parametrize(
    ("mode", "wanted"),
    [
        ("mean_tokens", lambda states: states.mean(0)),
        ("cls_token", lambda states: states[0]),
        ("max_tokens", lambda states: states.amax(0)),
        ("lasttoken", lambda states: states[-1]),
    ],
)
def test_texts_are_pooled_as_the_directory_says(tmp_path: Path, mode: str, wanted: Any) -> None:
    checkpoint(tmp_path)
    listed(tmp_path, {"Pooling": pooling(mode), "Normalize": {}})
    vectors = PooledEncoder(str(tmp_path)).encode(TEXTS)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(TEXTS), WIDTH)
    assert not vectors[1].any(), "an empty text has no meaning"
    for text, vector in zip(TEXTS, vectors, strict=True):
        if text:
            assert vector == pytest.approx(unit(wanted(hidden(tmp_path, text))), abs=1e-5)


@pytest.mark.parametrize(("activation", "bias"), [(TANH, True), (IDENTITY, False)])
@pytest.mark.parametrize("suffix", ["safetensors", "bin"])
def test_a_dense_layer_follows_the_pooling(tmp_path: Path, activation: str, bias: bool, suffix: str) -> None:
    from safetensors.torch import save_file

    checkpoint(tmp_path)
    settings = {"in_features": WIDTH, "out_features": 8, "bias": bias, "activation_function": activation}
    listed(tmp_path, {"Pooling": pooling("cls_token"), "Dense": settings, "Normalize": {}})
    weights = {"linear.weight": torch.randn(8, WIDTH)} | ({"linear.bias": torch.randn(8)} if bias else {})
    if suffix == "bin":
        torch.save(weights, tmp_path / "2_Dense" / "pytorch_model.bin")
    else:
        save_file(weights, tmp_path / "2_Dense" / "model.safetensors")
    made = torch.nn.functional.linear(
        hidden(tmp_path, TEXTS[0])[0], weights["linear.weight"], weights.get("linear.bias")
    )
    found = PooledEncoder(str(tmp_path)).encode(TEXTS[:1])
    assert found[0] == pytest.approx(unit(made.tanh() if activation == TANH else made), abs=1e-5)
    assert PooledEncoder(str(tmp_path)).encode([]).shape == (0, 8)


def test_a_bare_checkpoint_is_pooled_by_the_mean(tmp_path: Path) -> None:
    checkpoint(tmp_path)
    (found,) = PooledEncoder(str(tmp_path)).encode(TEXTS[:1])
    assert found == pytest.approx(unit(hidden(tmp_path, TEXTS[0]).mean(0)), abs=1e-5)


def test_the_transformer_may_lie_in_a_folder_of_its_own(tmp_path: Path) -> None:
    checkpoint(tmp_path / "0_Transformer")
    kind = "sentence_transformers.models.Transformer"
    row = {"idx": 0, "name": "0", "path": "0_Transformer", "type": kind}
    (tmp_path / "modules.json").write_text(json.dumps([row]))
    (found,) = PooledEncoder(str(tmp_path)).encode(TEXTS[:1])
    assert found == pytest.approx(unit(hidden(tmp_path / "0_Transformer", TEXTS[0]).mean(0)), abs=1e-5)


def test_e5_and_models_with_a_prompt_get_their_prefix(tmp_path: Path) -> None:
    for name in ("multilingual-e5-small", "other", "prompted"):
        checkpoint(tmp_path / name)
    (tmp_path / "prompted" / "config_sentence_transformers.json").write_text(
        json.dumps({"prompts": {"document": "the : "}, "default_prompt_name": "document"})
    )
    prefixes = [PooledEncoder(str(path)).prefix for path in sorted(tmp_path.iterdir())]
    assert prefixes == ["passage: ", "", "the : "]
    e5 = PooledEncoder(str(tmp_path / "multilingual-e5-small"))
    assert e5.encode(["talks"]) == pytest.approx(
        PooledEncoder(str(tmp_path / "other")).encode(["passage: talks"]), abs=1e-6
    )


def test_models_of_one_name_have_signatures_of_their_own(tmp_path: Path) -> None:
    for place in ("a", "b"):
        checkpoint(tmp_path / place / "model")
    one, same = (PooledEncoder(str(tmp_path / place / "model")).signature for place in ("a", "b"))
    assert one == same
    listed(tmp_path / "b" / "model", {"Pooling": pooling("cls_token")})
    assert PooledEncoder(str(tmp_path / "b" / "model")).signature != one


def test_what_is_no_encoder_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelError, match="empty: not an encoder"):
        PooledEncoder(str(tmp_path / "empty")).encode(["a"])
    checkpoint(tmp_path / "odd")
    listed(tmp_path / "odd", {"Pooling": pooling("weightedmean_tokens")})
    with pytest.raises(ModelError, match="weightedmean_tokens is not known"):
        PooledEncoder(str(tmp_path / "odd")).encode(["a"])
    with pytest.raises(InputError, match="lexical"):
        encoder("lexcal")


def test_texts_are_aligned_with_the_encoder_of_a_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    checkpoint(tmp_path / "encoder")
    listed(tmp_path / "encoder", {"Pooling": pooling("mean_tokens"), "Normalize": {}})
    lines = ["the talks ended in 2023", "the president signed the law", "snow fell"]
    (tmp_path / "one").write_text("\n".join(lines))
    (tmp_path / "other").write_text("\n".join(lines[1:]))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    place = str(tmp_path / "encoder")
    files = [str(tmp_path / "one"), str(tmp_path / "other")]
    arguments = ["araxes", "align", *files, "--lines", "--to", "fr", "-f", "beads", "--encoder", place]
    monkeypatch.setattr("sys.argv", arguments)
    with pytest.raises(SystemExit) as end:
        main()
    assert not end.value.code
    beads = [line.rpartition(":")[0] for line in capsys.readouterr().out.splitlines()]
    assert beads == ["[0]:[]", "[1]:[0]", "[2]:[1]"]
