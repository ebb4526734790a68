"""CTranslate2: the same models several times faster; int8 on a CPU, float16 on a GPU."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from models.batching import batches
from models.coder import Coder, coder, read_json
from models.errors import MissingExtraError, ModelError
from models.neural import BEAMS, Neural, Output, Search, fingerprint, most_tokens

_BUDGET = 1024  # tokens of a batch with its padding
# A search with beams goes on until this many times its beams have ended. At 1, CTranslate2's own default, it
# stops before better hypotheses that are longer have ended; transformers waits for those.
_PATIENCE = 2
_WORKERS = 8  # batches at a time; more of them only take memory
CARD = "araxes.json"  # what a converted directory says of itself


class CT2Engine:
    """A converted model in a directory, loaded when first used; batches run side by side on the cores."""

    def __init__(self, directory: Path, made: Coder, positions: int, quantization: str) -> None:
        self.directory = directory
        self.coder = made
        self.positions = positions
        self.signature = (
            f"engine:ctranslate2|weights:{fingerprint(directory)}|dtype:{quantization}|patience:{_PATIENCE}"
        )
        self.quantization = quantization
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        self.workers = min(cores, _WORKERS)
        self.threads = max(cores // self.workers, 1)
        self._model: Any = None

    def _loaded(self) -> Any:
        if self._model is None:
            import ctranslate2

            gpu = on_gpu()
            try:
                self._model = ctranslate2.Translator(
                    str(self.directory),
                    device="cuda" if gpu else "cpu",
                    compute_type=self.quantization,
                    inter_threads=1 if gpu else self.workers,
                    intra_threads=self.threads,
                )
            except (RuntimeError, ValueError) as error:
                raise ModelError(
                    f"{self.directory}: the converted model cannot be loaded ({error}); delete it and "
                    "convert the model again"
                ) from error
        return self._model

    def generate(
        self, rows: Sequence[Sequence[int]], prefix: Sequence[int], most: int, search: Search
    ) -> list[list[Output]]:
        """Up to `search.alternatives` outputs for each row, the best first."""
        model = self._loaded()
        eos = self.coder.tokens([self.coder.eos])[0]
        start = self.coder.tokens(prefix)
        under_way: list[tuple[int, Any]] = []
        # All batches are handed over before the first is awaited, so that every worker is busy.
        # Every beam takes a row of scores as long as the vocabulary, so more beams get smaller batches.
        budget = _BUDGET // search.beams
        for batch in batches([len(row) for row in rows], budget, self.workers):
            results = model.translate_batch(
                [self.coder.tokens(rows[i]) for i in batch],
                target_prefix=[start] * len(batch) if start else None,
                beam_size=search.beams,
                patience=_PATIENCE if search.beams > 1 else 1,
                num_hypotheses=search.alternatives,
                max_decoding_length=most_tokens(rows[batch[0]], most, self.positions),
                no_repeat_ngram_size=search.no_repeat,
                repetition_penalty=search.penalty,
                return_scores=True,
                return_end_token=True,
                max_input_length=0,
                asynchronous=True,
            )
            under_way += zip(batch, results, strict=True)
        found: list[list[Output]] = [[] for _ in rows]
        for i, promise in under_way:
            result = promise.result()
            for tokens, score in zip(result.hypotheses, result.scores, strict=True):
                finished = bool(tokens) and tokens[-1] == eos
                kept = tokens[len(start) : -1 if finished else None]
                found[i].append(Output(tuple(self.coder.ids(kept)), float(score), finished))
        return found


def on_gpu() -> bool:
    """Whether CTranslate2 sees a GPU."""
    import ctranslate2

    return bool(ctranslate2.get_cuda_device_count())


def converted(directory: Path, name: str = "", beams: int | None = None) -> Neural:
    """The translator of the converted model in `directory`.

    Raises `ModelError` where it is none or lacks its tokenizer, and `MissingExtraError` where CTranslate2 is
    not installed.
    """
    try:
        import ctranslate2  # noqa: F401
    except ImportError as error:
        raise MissingExtraError("ctranslate2", "nmt") from error
    card = read_json(directory / CARD) if (directory / CARD).exists() else _guessed(directory)
    made = coder(directory, card["family"])
    quantization = card.get("quantization") or ("float16" if on_gpu() else "int8")
    engine = CT2Engine(directory, made, int(card["positions"]), quantization)
    return Neural(name or str(card["name"]), made, engine, Search(beams or BEAMS[card["family"]]))


def _guessed(directory: Path) -> dict[str, Any]:
    """What a model that was converted elsewhere is, by its vocabulary."""
    card = {"name": directory.name, "positions": 512}
    if (directory / "source.spm").exists():
        return {**card, "family": "marian"}
    for file in ("shared_vocabulary.json", "shared_vocabulary.txt"):
        path = directory / file
        if path.exists():
            text = path.read_text(encoding="utf-8")
            names = set(json.loads(text)) if file.endswith("json") else set(text.splitlines())
            for family, mark in (("nllb", "eng_Latn"), ("m2m100", "__en__"), ("madlad", "<2en>")):
                if mark in names:
                    return {**card, "family": family}
    raise ModelError(
        f"{directory}: it cannot be told which family this CTranslate2 model is of; "
        "convert it anew with: araxes models convert DIRECTORY"
    )
