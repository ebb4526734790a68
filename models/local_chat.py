"""A chat model in a directory, through `transformers` and torch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from models.chat import Answer, Chat
from models.device import device
from models.errors import ModelError
from models.neural import fingerprint


class LocalModel:
    """A causal language model with a chat template, loaded when first used."""

    def __init__(self, directory: Path) -> None:
        self.device = device()
        self.directory = directory
        self.signature = f"{directory.name}|engine:transformers|weights:{fingerprint(directory)}"
        self._loaded: tuple[Any, Any] | None = None
        self._drawn = 0  # samples so far

    def _parts(self) -> tuple[Any, Any]:
        if self._loaded is None:
            from transformers import AutoModelForCausalLM, AutoTokenizer
            from transformers.utils import logging

            logging.disable_progress_bar()
            try:
                tokenizer = AutoTokenizer.from_pretrained(self.directory, local_files_only=True)
                model = AutoModelForCausalLM.from_pretrained(
                    self.directory, dtype="auto", local_files_only=True
                )
            except Exception as error:  # a damaged file can raise nearly anything
                reason = str(error).splitlines()[0] if str(error) else type(error).__name__
                raise ModelError(
                    f"{self.directory}: the model cannot be loaded ({reason}); fetch it again"
                ) from error
            if not tokenizer.chat_template:
                raise ModelError(
                    f"{self.directory}: this model has no chat template, so it cannot be told what to do; "
                    "choose a chat or instruct model"
                )
            self._loaded = tokenizer, model.to(self.device).eval()
        return self._loaded

    def complete(
        self, messages: list[dict[str, str]], most: int, temperature: float, scored: bool = False
    ) -> Answer:
        """The answer to `messages`. Raises `ModelError` where the model cannot be loaded."""
        import torch

        tokenizer, model = self._parts()
        inputs = tokenizer.apply_chat_template(
            messages, add_generation_prompt=True, return_tensors="pt", return_dict=True
        ).to(self.device)
        sampling = {"do_sample": True, "temperature": temperature} if temperature else {"do_sample": False}
        if temperature:
            torch.manual_seed(self._drawn)
            self._drawn += 1  # the next alternative is another one
        begin = inputs["input_ids"].shape[1]
        score = None
        with torch.inference_mode():
            made = model.generate(**inputs, max_new_tokens=most, max_length=None, **sampling)
            if scored:
                logits = model(made[:, :-1]).logits[0, begin - 1 :]
                score = float(logits.float().log_softmax(-1).gather(-1, made[0, begin:, None]).mean())
        output = made[0, begin:]
        text = tokenizer.decode(output, skip_special_tokens=True)
        return Answer(text, len(output) < most, len(output), score)


def local_chat(directory: Path) -> Chat:
    """The translator of the chat model in `directory`. Raises `MissingExtraError` where torch is missing."""
    return Chat(LocalModel(directory))
