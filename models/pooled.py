"""Encoders of the Hugging Face hub or a directory, such as LaBSE: a transformer, pooled to one vector a text."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from models.base import Vectors
from models.errors import MissingExtraError, ModelError

_TOKENS = 4096  # tokens of a batch, padding included
_LONGEST = 512


class PooledEncoder:
    """A `transformers` encoder with the pooling its `sentence-transformers` files name, else the mean.

    `name` is a directory or the id of a model on the hub; `prefix` stands before every text. By default it
    is `passage: ` for models of the E5 family, which were trained with it, and nothing for others.
    """

    def __init__(self, name: str = "sentence-transformers/LaBSE", prefix: str | None = None) -> None:
        self.name = name
        self.prefix = (
            prefix if prefix is not None else ("passage: " if "e5" in Path(name).name.lower() else "")
        )

    @property
    def signature(self) -> str:
        """The model and the settings that make a vector."""
        return f"{Path(self.name).name}|pooling:{self._pooling}|prefix:{self.prefix.strip(': ') or 'none'}"

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (len(texts), dim). Raises `ModelError` where the model cannot be had."""
        tokenizer, model, dense = self._loaded
        ids = tokenizer([self.prefix + text for text in texts], truncation=True, max_length=_LONGEST)[
            "input_ids"
        ]
        width = dense[-1][0].shape[0] if dense else int(model.config.hidden_size)
        vectors = np.zeros((len(texts), width), np.float32)
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

        tokenizer, model, dense = self._loaded
        padded = tokenizer.pad({"input_ids": rows}, return_tensors="pt")
        with torch.inference_mode():
            hidden = model(**padded).last_hidden_state
            if self._pooling == "cls":
                pooled = hidden[:, 0]
            else:
                mask = padded["attention_mask"].unsqueeze(-1).to(hidden.dtype)
                pooled = (hidden * mask).sum(1) / mask.sum(1).clamp(min=1)
            for weight, bias in dense:
                pooled = torch.tanh(torch.nn.functional.linear(pooled, weight, bias))
            pooled = torch.nn.functional.normalize(pooled.float(), dim=-1)
        return np.asarray(pooled.cpu().numpy(), np.float32)

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
                raise ModelError(
                    f"the encoder {self.name} is neither a directory nor to be had from the hub ({error}); "
                    "choose the encoder e5 or lexical, or name a directory"
                ) from error
        return found

    @cached_property
    def _modules(self) -> list[tuple[str, Path]]:
        """The kind and directory of each step after the transformer, as sentence-transformers lists them."""
        listing = self._directory / "modules.json"
        if not listing.exists():
            return []
        steps = json.loads(listing.read_text(encoding="utf-8"))
        return [(step["type"].rsplit(".", 1)[-1], self._directory / step["path"]) for step in steps]

    @cached_property
    def _pooling(self) -> str:
        for kind, place in self._modules:
            if kind == "Pooling":
                settings = json.loads((place / "config.json").read_text(encoding="utf-8"))
                return "cls" if settings.get("pooling_mode_cls_token") else "mean"
        return "mean"

    @cached_property
    def _loaded(self) -> tuple[Any, Any, list[tuple[Any, Any]]]:
        """The tokenizer, the transformer, and the weights of dense layers after the pooling."""
        try:
            import torch
        except ImportError as error:
            raise MissingExtraError("torch", "nmt") from error
        from safetensors.torch import load_file
        from transformers import AutoModel, AutoTokenizer

        directory = self._directory
        try:
            tokenizer = AutoTokenizer.from_pretrained(directory)
            model = AutoModel.from_pretrained(directory).eval()
            dense = []
            for kind, place in self._modules:
                if kind == "Dense":
                    weights = load_file(place / "model.safetensors")
                    dense.append((weights["linear.weight"].to(torch.float32), weights["linear.bias"]))
        except (OSError, ValueError, KeyError) as error:
            raise ModelError(f"{directory}: not an encoder that transformers can load: {error}") from error
        return tokenizer, model, dense
