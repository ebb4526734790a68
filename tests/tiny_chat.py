"""A tiny chat model, trained here to answer the project's own prompt for a few sentences of the corpus."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from tiny_checkpoint import home, pairs

from models.chat import Chat

LANGUAGES = ("hy", "tr")
SENTENCES = 4
_STEPS = 160
_TEMPLATE = (
    "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)


class _Listener:
    """Keeps the messages that it is asked to complete, to train on."""

    signature = "listener"

    def __init__(self) -> None:
        self.messages: list[dict[str, str]] = []

    def complete(
        self, messages: list[dict[str, str]], most: int, temperature: float, scored: bool = False
    ) -> Any:
        self.messages = messages
        raise LookupError


def conversations() -> list[list[dict[str, str]]]:
    """The prompts of `models.chat` with right answers: all sentences at once, and each by itself."""
    made = []
    for lang in LANGUAGES:
        known = pairs(lang)[:SENTENCES]
        for portion in (known, *([pair] for pair in known)):
            listener = _Listener()
            try:
                Chat(listener).translate([source for source, _ in portion], "en", lang)
            except LookupError:
                answer = {"translations": [{"id": n, "text": t} for n, (_, t) in enumerate(portion, 1)]}
                content = json.dumps(answer, ensure_ascii=False)
                made.append([*listener.messages, {"role": "assistant", "content": content}])
    return made


def tiny_chat() -> Path:
    """The directory of the tiny chat model, built where it is not there yet."""
    directory = home(Path(__file__).read_text("utf-8") + json.dumps(conversations())) / "tiny-chat"
    if not directory.exists():
        with tempfile.TemporaryDirectory(dir=directory.parent) as folder:
            fresh = Path(folder) / "chat"
            fresh.mkdir()
            _build(fresh)
            if not directory.exists():
                fresh.replace(directory)
    return directory


def _build(out: Path) -> None:
    import torch
    import transformers
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    talks = conversations()
    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = decoders.ByteLevel()
    marks = ["<|end|>", "<|system|>", "<|user|>", "<|assistant|>"]
    trainer = trainers.BpeTrainer(
        vocab_size=1200, special_tokens=marks, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )  # fmt: skip
    bpe.train_from_iterator([m["content"] for talk in talks for m in talk], trainer)
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=bpe, eos_token="<|end|>", pad_token="<|end|>", chat_template=_TEMPLATE
    )
    torch.manual_seed(0)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    config = transformers.LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=96, intermediate_size=256, num_hidden_layers=2,
        num_attention_heads=4, num_key_value_heads=4, max_position_embeddings=4096, eos_token_id=0, bos_token_id=0,
        pad_token_id=0, tie_word_embeddings=True,
    )  # fmt: skip
    model = transformers.LlamaForCausalLM(config)
    rows = []
    for talk in talks:
        asked = tokenizer.apply_chat_template(talk[:-1], add_generation_prompt=True, tokenize=False)
        prompt = tokenizer(asked)["input_ids"]
        answer = [*tokenizer(talk[-1]["content"])["input_ids"], 0]
        rows.append((prompt, answer))
    width = max(len(prompt) + len(answer) for prompt, answer in rows)
    ids = torch.zeros((len(rows), width), dtype=torch.long)
    labels = torch.full((len(rows), width), -100)
    mask = torch.zeros((len(rows), width), dtype=torch.long)
    for i, (prompt, answer) in enumerate(rows):
        ids[i, : len(prompt) + len(answer)] = torch.tensor(prompt + answer)
        labels[i, len(prompt) : len(prompt) + len(answer)] = torch.tensor(answer)
        mask[i, : len(prompt) + len(answer)] = 1
    optimiser = torch.optim.AdamW(model.parameters(), lr=4e-3, weight_decay=0.0)
    for step in range(_STEPS):
        for group in optimiser.param_groups:
            group["lr"] = 4e-3 * min((step + 1) / 20, max(0.05, 1 - step / _STEPS))
        loss = model(input_ids=ids, attention_mask=mask, labels=labels).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad()
        if loss.item() < 0.003:
            break
    torch.set_num_threads(threads)
    tokenizer.save_pretrained(out)
    model.eval().save_pretrained(out)
