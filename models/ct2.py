"""CTranslate2: the same models several times faster; int8 on a CPU, float16 on a GPU."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from models.batching import ROWS, batches, halved
from models.coder import Coder, coder, read_json
from models.errors import MissingExtraError, ModelError
from models.narrow import SCRIPTS, narrowed
from models.neural import BEAMS, Neural, Output, Outputs, Search, fingerprint, most_tokens

_BUDGET = 2048  # tokens of a batch with its padding
_ON_GPU = 16  # times as many tokens and rows: 1.8 times faster than 8 on an H200, and 32 little more
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
        self._weights = fingerprint(directory)
        settings = f"dtype:{quantization}|patience:{_PATIENCE}|pieces:script"
        self.signature = f"engine:ctranslate2|weights:{self._weights}|{settings}"
        self.quantization = quantization
        asked = os.environ.get("OMP_NUM_THREADS", "")  # where several processes share the cores
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        cores = int(asked) if asked.isdecimal() and int(asked) else cores
        self.workers = min(cores, _WORKERS)
        self.threads = max(cores // self.workers, 1)
        self.times = 1
        self._model: Any = None
        self._script: str | None = None
        self._narrow = False

    def _loaded(self, target: str, start: Sequence[str]) -> Any:
        """The model with the pieces of the target's script; another script needs it loaded anew."""
        script = SCRIPTS.get(target)
        if self._model is None or script != self._script:
            import ctranslate2

            self._model = None  # makes room
            self._script = script
            name = f"{self.directory.name}-{self._weights}"
            directory = narrowed(self.directory, target, start, name) if script else self.directory
            self._narrow = directory != self.directory
            gpu = on_gpu()
            if gpu:  # which does one large batch at a time
                self.times, self.workers, self.threads = _ON_GPU, 1, 1
            try:
                self._model = ctranslate2.Translator(
                    str(directory),
                    device="cuda" if gpu else "cpu",
                    compute_type=self.quantization,
                    inter_threads=self.workers,
                    intra_threads=self.threads,
                )
            except (RuntimeError, ValueError) as error:
                raise ModelError(
                    f"{self.directory}: the converted model cannot be loaded ({error}); delete it and "
                    "convert the model again"
                ) from error
            _give_back()
        return self._model

    def generate(
        self, rows: Sequence[Sequence[int]], target: str, prefix: Sequence[int], most: int, search: Search
    ) -> Iterator[Outputs]:
        """Up to `search.alternatives` outputs for each row, the best first, batch by batch."""
        start = self.coder.tokens(prefix)
        model = self._loaded(target, start)
        # A beam is a row.
        budget, most_rows = (max(n * self.times // search.beams, 1) for n in (_BUDGET, ROWS))
        waiting = deque(batches([len(row) for row in rows], budget, self.workers, most_rows))
        under_way: deque[tuple[list[int], Any]] = deque()
        while waiting or under_way:
            # Every worker has a batch, and another waiting.
            while waiting and len(under_way) <= 2 * self.workers:
                batch = waiting.popleft()
                results = model.translate_batch(
                    [self.coder.tokens(rows[i]) for i in batch],
                    target_prefix=[start] * len(batch) if start else None,
                    beam_size=search.beams,
                    patience=_PATIENCE if search.beams > 1 else 1,
                    num_hypotheses=search.alternatives,
                    max_decoding_length=most_tokens(rows[batch[0]], most, self.positions),
                    no_repeat_ngram_size=search.no_repeat,
                    repetition_penalty=search.penalty,
                    use_vmap=self._narrow,
                    return_scores=search.beams > 1,  # a greedy search is a twentieth faster without
                    return_end_token=True,
                    max_input_length=0,
                    asynchronous=True,
                )
                under_way.append((batch, results))
            batch, results = under_way.popleft()
            try:
                done = self._read(batch, results, len(start))
            except RuntimeError as error:
                waiting.extendleft(halved(batch, error))
                self.times = max(self.times // 2, 1)
            else:
                yield done

    def _read(self, batch: Sequence[int], promises: Sequence[Any], start: int) -> Outputs:
        """The outputs of a batch once it is done, without the `start` tokens that each begins with."""
        eos = self.coder.tokens([self.coder.eos])[0]
        found: Outputs = []
        for i, promise in zip(batch, promises, strict=True):
            result = promise.result()
            outputs = []
            scores = result.scores or [None] * len(result.hypotheses)
            for tokens, score in zip(result.hypotheses, scores, strict=True):
                finished = bool(tokens) and tokens[-1] == eos
                kept = tokens[start : -1 if finished else None]
                outputs.append(Output(tuple(self.coder.ids(kept)), score, finished))
            found.append((i, outputs))
        return found


def _give_back() -> None:
    """Let glibc return to the system what was freed while a model was read: 300 MB of NLLB-600M's load."""
    with contextlib.suppress(OSError, AttributeError):  # another C library
        ctypes.CDLL(None).malloc_trim(0)


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
