"""Sequence-to-sequence models through `transformers` and torch: NLLB-200, M2M100, MADLAD-400 (T5), Marian."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from models.batching import batches, halved
from models.coder import coder, family_of
from models.device import device
from models.errors import ModelError
from models.neural import BEAMS, Neural, Output, Outputs, Search, fingerprint, most_tokens, positions

_BUDGET = 1024  # tokens of a batch with its padding; at 512 and 2048 a step costs more for each token
_ON_GPU = 8  # times as many


class TorchEngine:
    """A model in a directory, loaded when first used: float32 on a CPU, float16 on a GPU."""

    def __init__(self, directory: Path, pad: int, eos: int) -> None:
        self.device = device()
        self.dtype = "float16" if self.device == "cuda" else "float32"
        self.directory = directory
        self.positions = positions(directory)
        self.pad, self.eos = pad, eos
        self.signature = f"engine:transformers|weights:{fingerprint(directory)}|dtype:{self.dtype}"
        self._model: Any = None

    def _loaded(self) -> Any:
        if self._model is None:
            import torch
            from transformers import AutoModelForSeq2SeqLM
            from transformers.utils import logging

            logging.disable_progress_bar()
            try:
                self._model = AutoModelForSeq2SeqLM.from_pretrained(
                    self.directory, dtype=getattr(torch, self.dtype), local_files_only=True
                )
            except Exception as error:  # a damaged file can raise nearly anything
                reason = str(error).splitlines()[0] if str(error) else type(error).__name__
                raise ModelError(
                    f"{self.directory}: the model cannot be loaded ({reason}); fetch it again"
                ) from error
            self._model.to(self.device).eval()
        return self._model

    def generate(
        self, rows: Sequence[Sequence[int]], target: str, prefix: Sequence[int], most: int, search: Search
    ) -> Iterator[Outputs]:
        """Up to `search.alternatives` outputs for each row, the best first, batch by batch."""
        import torch

        model = self._loaded()
        budget = _BUDGET * _ON_GPU // search.beams if self.device == "cuda" else _BUDGET  # a beam is a row
        waiting = batches([len(row) for row in rows], budget)[::-1]
        while waiting:
            batch = waiting.pop()
            some = [rows[i] for i in batch]
            width = max(map(len, some))
            ids = torch.tensor([[*row, *[self.pad] * (width - len(row))] for row in some])
            mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in some])
            longest = most_tokens(some[0], most, self.positions)
            try:
                with torch.inference_mode():
                    made = model.generate(
                        input_ids=ids.to(self.device),
                        attention_mask=mask.to(self.device),
                        max_new_tokens=longest,
                        max_length=None,
                        num_beams=search.beams,
                        do_sample=False,
                        num_return_sequences=search.alternatives,
                        no_repeat_ngram_size=search.no_repeat,
                        repetition_penalty=search.penalty,
                        **({"forced_bos_token_id": prefix[0]} if prefix else {}),
                    )
            except RuntimeError as error:
                waiting += halved(batch, error)
                continue
            found: list[list[Output]] = [[] for _ in batch]
            for n, sequence in enumerate(made.tolist()):
                # The first number only starts the decoder; the language token follows it.
                output = sequence[1 + len(prefix) :]
                end = output.index(self.eos) if self.eos in output else len(output)
                # Marian is made to end at the limit, which is no end.
                finished = end < longest - len(prefix) - 1
                place = n // search.alternatives
                score = None
                if search.alternatives > 1:
                    score = self._score(some[place], sequence[: 1 + len(prefix) + end + 1], 1 + len(prefix))
                found[place].append(Output(tuple(output[:end]), score, finished))
            for outputs in found:
                outputs.sort(key=lambda output: -(output.score or 0.0))
            yield list(zip(batch, found, strict=True))

    def _score(self, row: Sequence[int], sequence: Sequence[int], begin: int) -> float:
        """The mean log probability of `sequence[begin:]`.

        `generate` would keep every step's scores for it: gigabytes with a vocabulary of 256 000.
        """
        import torch

        with torch.inference_mode():
            ids = torch.tensor([sequence], device=self.device)
            logits = self._loaded()(
                input_ids=torch.tensor([row], device=self.device), decoder_input_ids=ids[:, :-1]
            ).logits[0, begin - 1 :]
            chances = logits.float().log_softmax(-1).gather(-1, ids[0, begin:, None])
        return float(chances.mean())


def seq2seq(directory: Path, name: str = "", beams: int | None = None) -> Neural:
    """The translator of the `transformers` model in `directory`.

    Raises `ModelError` where it is none, and `MissingExtraError` where torch is not installed.
    """
    family = family_of(directory)
    made = coder(directory, family)
    search = Search(beams or BEAMS[family])
    return Neural(name or directory.name, made, TorchEngine(directory, made.pad, made.eos), search)
