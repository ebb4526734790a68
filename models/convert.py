"""Conversion to CTranslate2, once for each model, into a cache."""

from __future__ import annotations

import json
import logging
import shutil
import tempfile
import warnings
from pathlib import Path
from typing import Any

from models.coder import Coder, coder, family_of
from models.ct2 import CARD, on_gpu
from models.errors import InputError, MissingExtraError, ModelError
from models.neural import fingerprint, positions

log = logging.getLogger("araxes")

_TOKENIZER = (
    "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json",
    "vocab.json", "sentencepiece.bpe.model", "source.spm", "target.spm",
)  # fmt: skip


def convert_once(directory: Path) -> Path:
    """The converted form of the model in `directory` from the cache, made now where it is not there."""
    quantization = "float16" if on_gpu() else "int8"
    target = _beginning(directory).with_name(f"{_beginning(directory).name}{quantization}")
    if not (target / CARD).exists():
        log.warning(
            "converting %s for CTranslate2, once; a large model takes a minute or two", directory.name
        )
        convert(directory, target, quantization)
    return target


def conversions(directory: Path) -> list[Path]:
    """The converted forms of the model in `directory` that are in the cache."""
    start = _beginning(directory)
    return [path for path in start.parent.glob(f"{start.name}*") if (path / CARD).exists()]


def _beginning(directory: Path) -> Path:
    """What the converted forms of a model lie under in the cache, without their types."""
    import platformdirs

    name = f"{directory.resolve().name}-{fingerprint(directory)}-"
    return platformdirs.user_cache_path("araxes") / "converted" / name


def convert(directory: Path, target: Path, quantization: str = "int8") -> None:
    """Convert the `transformers` model in `directory` into `target`, which appears only when it is whole.

    Raises `ModelError` where the model is damaged or the disk is full, `InputError` where `target` holds
    something else, and `MissingExtraError` where torch or CTranslate2 is not installed.
    """
    for package in ("torch", "ctranslate2"):
        try:
            __import__(package)
        except ImportError as error:
            raise MissingExtraError(package, "nmt") from error
    if target.exists() and any(target.iterdir()) and not (target / CARD).exists():
        raise InputError(f"{target}: this directory is not empty; name a new one")
    family = family_of(directory)
    made = coder(directory, family)
    weights = sum(f.stat().st_size for f in directory.iterdir() if f.suffix in (".safetensors", ".bin"))
    if not weights:
        raise ModelError(f"{directory} has no weights (model.safetensors); fetch the model again")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _enough_space(target.parent, weights if quantization == "float32" else int(weights * 0.6))
        # Made beside the target and moved: a conversion that was stopped leaves no half a model.
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".converting-") as folder:
            fresh = Path(folder) / "model"
            _run(directory, fresh, family, made, quantization)
            _card(directory, fresh, family, quantization)
            if (target / CARD).exists():
                shutil.rmtree(target)
            fresh.replace(target)
    except OSError as error:
        if not (target / CARD).exists():  # else another process was faster
            raise ModelError(
                f"{target}: the converted model cannot be written ({error.strerror or error})"
            ) from error


def _run(directory: Path, fresh: Path, family: str, made: Coder, quantization: str) -> None:
    from ctranslate2.converters import TransformersConverter
    from transformers.utils import logging

    logging.disable_progress_bar()

    class Converter(TransformersConverter):  # type: ignore[misc]
        def load_model(self, model_class: Any, path: str, **kwargs: Any) -> Any:
            model = super().load_model(model_class, path, **kwargs)
            if family == "madlad":
                # transformers 5 sets this for every T5; the converter would take it to mean that scores are
                # scaled down, and flat scores lead a search with beams astray.
                model.config.tie_word_embeddings = model.config.scale_decoder_outputs
            return model

        def load_tokenizer(self, tokenizer_class: Any, path: str, **kwargs: Any) -> Any:
            tokenizer = super().load_tokenizer(tokenizer_class, path, **kwargs)
            if family == "m2m100":
                # transformers 5 leaves the language tokens out of the vocabulary.
                tokenizer.get_vocab = lambda: dict(made.vocabulary)  # type: ignore[attr-defined]
            return tokenizer

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Marian's tokenizer recommends a package that is not used here
            Converter(str(directory)).convert(str(fresh), quantization=quantization)
    except OSError:
        raise
    except Exception as error:  # a damaged file can raise nearly anything
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ModelError(f"{directory}: the model cannot be converted ({reason}); fetch it again") from error


def _card(directory: Path, fresh: Path, family: str, quantization: str) -> None:
    for name in _TOKENIZER:
        if (directory / name).exists():
            shutil.copyfile(directory / name, fresh / name)
    card = {
        "name": directory.resolve().name,
        "family": family,
        "positions": positions(directory),
        "quantization": quantization,
        "weights": fingerprint(directory),
    }
    (fresh / CARD).write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")


def _enough_space(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise ModelError(
            f"{folder}: the converted model needs {needed // 10**6} MB and {free // 10**6} MB are free; "
            "free some space and run again"
        )
