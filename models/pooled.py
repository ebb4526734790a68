"""Encoders of the Hugging Face hub or a directory, such as LaBSE: a transformer, pooled to one vector a text."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from models.base import Vectors
from models.device import device
from models.errors import ModelError

_TOKENS = 4096  # tokens of a batch, padding included
_LONGEST = 512
_POOLINGS = {  # as sentence-transformers names them
    "pooling_mode_cls_token": "cls",
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_max_tokens": "max",
    "pooling_mode_lasttoken": "last",
}
_HEAD = 1 << 20  # bytes of the weights that tell models apart
_WEIGHTS = ("model.safetensors", "pytorch_model.bin")

Layer = Callable[[Any], Any]


class PooledEncoder:
    """A `transformers` encoder with the pooling its `sentence-transformers` files name, else the mean.

    `name` is a directory or the id of a model on the hub; `prefix` stands before every text. By default it
    is the default prompt of the model's files, `passage: ` for models of the E5 family, which were trained
    with it, and nothing for others.
    """

    def __init__(self, name: str = "sentence-transformers/LaBSE", prefix: str | None = None) -> None:
        self.name = name
        self._given = prefix

    @property
    def signature(self) -> str:
        """The model and the settings that make a vector."""
        prefix = self.prefix.strip(": ") or "none"
        return f"{Path(self.name).name}|{self._digest}|pooling:{self._pooling}|prefix:{prefix}"

    @cached_property
    def prefix(self) -> str:
        """What stands before every text."""
        if self._given is not None:
            return self._given
        settings = self._settings("config_sentence_transformers.json")
        prompt = (settings.get("prompts") or {}).get(settings.get("default_prompt_name"))
        return str(prompt or ("passage: " if "e5" in Path(self.name).name.lower() else ""))

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (len(texts), dim). Raises `ModelError` where the model cannot be had."""
        tokenizer, _, _ = self._loaded
        if not texts:
            return np.zeros((0, self._width), np.float32)
        ids = tokenizer([self.prefix + text for text in texts], truncation=True, max_length=self._longest)[
            "input_ids"
        ]
        vectors = np.zeros((len(texts), self._width), np.float32)
        order = sorted((i for i, text in enumerate(texts) if text.strip()), key=lambda i: len(ids[i]))
        batch: list[int] = []
        for i in order:
            if batch and len(ids[i]) * (len(batch) + 1) > _TOKENS:
                vectors[batch] = self._batch([ids[k] for k in batch])
                batch = []
            batch.append(i)
        if batch:
            vectors[batch] = self._batch([ids[k] for k in batch])
        return vectors

    def _batch(self, rows: list[list[int]]) -> Vectors:
        import torch

        tokenizer, model, layers = self._loaded
        padded = tokenizer.pad({"input_ids": rows}, return_tensors="pt").to(model.device)
        with torch.inference_mode():
            hidden = model(**padded).last_hidden_state
            pooled = _pooled(hidden, padded["attention_mask"], self._pooling)
            for layer in layers:
                pooled = layer(pooled)
            pooled = torch.nn.functional.normalize(pooled.float(), dim=-1)
        return np.asarray(pooled.cpu().numpy(), np.float32)

    @cached_property
    def _width(self) -> int:
        tokenizer, _, _ = self._loaded
        return int(self._batch([tokenizer("a")["input_ids"]]).shape[1])

    @cached_property
    def _longest(self) -> int:
        """The most tokens of a text that the model reads."""
        tokenizer, model, _ = self._loaded
        positions = getattr(model.config, "max_position_embeddings", None) or _LONGEST
        if model.config.model_type in ("roberta", "xlm-roberta", "camembert", "mpnet"):
            positions -= 2  # these count from the number of the padding on
        wanted = self._settings("sentence_bert_config.json").get("max_seq_length") or _LONGEST
        return int(min(_LONGEST, positions, wanted, tokenizer.model_max_length))

    @cached_property
    def _directory(self) -> Path:
        if Path(self.name).is_dir():
            return Path(self.name)
        from models.fetch import in_cache

        found = in_cache(self.name)
        if found is None:
            from huggingface_hub import snapshot_download

            try:
                patterns = ["*.json", "*.model", "*.txt", "*.safetensors", "*/config.json", "*/*.safetensors"]
                found = Path(snapshot_download(self.name, allow_patterns=patterns))
            except Exception as error:
                reason = " ".join(str(error).split())[:200]
                raise ModelError(
                    f"the encoder {self.name} is neither a directory nor to be had from the hub ({reason}); "
                    "choose the encoder e5 or lexical, or name a directory"
                ) from error
        return found

    def _settings(self, name: str) -> dict[str, Any]:
        """A file of settings of the directory; nothing where it is not there."""
        path = self._directory / name
        try:
            found = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        except ValueError as error:
            raise ModelError(f"{path}: not JSON ({error}); fetch the encoder again") from error
        return found if isinstance(found, dict) else {"": found}

    @cached_property
    def _modules(self) -> list[tuple[str, str]]:
        """The kind and folder of each step, as sentence-transformers lists them."""
        steps = self._settings("modules.json").get("", [])
        return [(step["type"].rsplit(".", 1)[-1], step["path"]) for step in steps]

    @cached_property
    def _transformer(self) -> Path:
        folder = next((place for kind, place in self._modules if kind == "Transformer"), "")
        return self._directory / folder

    @cached_property
    def _pooling(self) -> str:
        place = next((place for kind, place in self._modules if kind == "Pooling"), None)
        if place is None:
            return "mean"
        settings = self._settings(f"{place}/config.json")
        chosen = [name for name, on in settings.items() if name.startswith("pooling_mode") and on is True]
        chosen = chosen or ["pooling_mode_mean_tokens"]
        if len(chosen) > 1 or chosen[0] not in _POOLINGS:
            raise ModelError(
                f"{self._directory / place / 'config.json'}: the pooling {', '.join(chosen)} is not known; "
                f"choose an encoder with one of {', '.join(_POOLINGS)}"
            )
        return _POOLINGS[chosen[0]]

    @cached_property
    def _digest(self) -> str:
        """Tells models of one name apart: from their settings, and the size and beginning of their weights."""
        digest = hashlib.blake2b(digest_size=4)
        for path in sorted(p for p in self._directory.rglob("*") if p.name in (*_WEIGHTS, "config.json")):
            with path.open("rb") as file:
                digest.update(f"{path.stat().st_size}".encode() + file.read(_HEAD))
        return digest.hexdigest()

    @cached_property
    def _loaded(self) -> tuple[Any, Any, list[Layer]]:
        """The tokenizer, the transformer, and the layers after the pooling."""
        place = device()
        import torch
        from transformers import AutoModel, AutoTokenizer

        try:
            tokenizer = AutoTokenizer.from_pretrained(self._transformer)
            model = AutoModel.from_pretrained(self._transformer, dtype=torch.float32).eval()
            model.to(place)
            folders = [self._directory / name for kind, name in self._modules if kind == "Dense"]
            layers = [_dense(folder, place) for folder in folders]
        except (OSError, ValueError, KeyError) as error:
            reason = " ".join(str(error).split())[:200]
            raise ModelError(
                f"{self._directory}: not an encoder that transformers can load ({reason}); "
                "name the directory of an encoder such as LaBSE"
            ) from error
        return tokenizer, model, layers


def _pooled(hidden: Any, attended: Any, how: str) -> Any:
    """One vector a text, from those of its tokens."""
    import torch

    if how == "cls":
        return hidden[:, 0]
    mask = attended.unsqueeze(-1).to(hidden.dtype)
    if how == "max":
        return hidden.masked_fill(mask == 0, -torch.inf).amax(1)
    if how == "last":  # the padding may stand on either side
        last = attended.shape[1] - 1 - attended.flip(1).argmax(1)
        return hidden[torch.arange(len(hidden)), last]
    return (hidden * mask).sum(1) / mask.sum(1).clamp(min=1)


def _dense(folder: Path, place: str) -> Layer:
    """The dense layer of a folder with its activation, tanh where none is named."""
    import torch
    from safetensors.torch import load_file

    file = next((folder / name for name in _WEIGHTS if (folder / name).exists()), folder / _WEIGHTS[0])
    weights = torch.load(file, weights_only=True) if file.suffix == ".bin" else load_file(file)
    settings = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    name = settings.get("activation_function", "torch.nn.modules.activation.Tanh").rsplit(".", 1)[-1]
    activation = getattr(torch.nn, name)()
    weight = weights["linear.weight"].float().to(place)
    bias = weights["linear.bias"].float().to(place) if "linear.bias" in weights else None
    return lambda pooled: activation(torch.nn.functional.linear(pooled, weight, bias))
