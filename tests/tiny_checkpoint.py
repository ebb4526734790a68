"""Tiny checkpoints of every sequence-to-sequence family, trained here on `golden/tiny-corpus.tsv`.

NLLB is trained until it knows the corpus by heart, about half a minute on one thread; the others only until
their outputs differ from each other. They are kept in the temporary folder and made once.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

CORPUS = Path(__file__).parent / "golden" / "tiny-corpus.tsv"
COLUMNS = {"hy": 1, "az": 2, "ru": 3, "tr": 4}
STEPS = {"nllb": 420, "m2m100": 300, "marian": 120, "madlad": 225}
RATES = {"marian": 1e-3}  # whose layers are normalised last, and which learns slowly
_WIDTH, _LAYERS, _HEADS = 128, 2, 4
_NLLB = {"en": "eng_Latn", "hy": "hye_Armn", "az": "azj_Latn", "ru": "rus_Cyrl", "tr": "tur_Latn"}
_MARIAN = {"hy": ">>hye<<", "az": ">>aze_Latn<<", "ru": ">>rus<<", "tr": ">>tur<<"}


def rows() -> list[list[str]]:
    """The corpus: English, Armenian, Azerbaijani, Russian, Turkish."""
    return [line.split("\t") for line in CORPUS.read_text(encoding="utf-8").splitlines()]


def pairs(lang: str) -> list[tuple[str, str]]:
    """English sentences and their translations into `lang`."""
    return [(row[0], row[COLUMNS[lang]]) for row in rows()]


def tiny(kind: str) -> Path:
    """The directory of the tiny checkpoint of a family, built where it is not there yet."""
    directory = home(Path(__file__).read_text(encoding="utf-8")) / f"tiny-{kind}"
    if not directory.exists():
        with tempfile.TemporaryDirectory(dir=directory.parent) as folder:
            fresh = Path(folder) / kind
            fresh.mkdir()
            build(kind, fresh)
            if not directory.exists():
                fresh.replace(directory)
    return directory


def home(recipe: str) -> Path:
    """The folder of what `recipe` makes of the corpus; another recipe or corpus has another."""
    content = recipe + CORPUS.read_text(encoding="utf-8")
    key = hashlib.blake2b(content.encode(), digest_size=6).hexdigest()
    user = os.getuid() if hasattr(os, "getuid") else 0
    folder = Path(tempfile.gettempdir()) / f"araxes-tiny-{user}-{key}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def build(kind: str, out: Path) -> None:
    """Train the checkpoint of a family into the empty directory `out`."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    try:
        tokenizer = _tokenizer(kind, out)
        model = _model(kind, tokenizer)
        _train(kind, model, tokenizer)
        model.generation_config.max_length = 64
        tokenizer.save_pretrained(out)
        model.save_pretrained(out)
    finally:
        torch.set_num_threads(threads)


def _pieces(out: Path, name: str, **options: Any) -> Any:
    import sentencepiece

    text = out / "text.txt"
    text.write_text("\n".join(cell for row in rows() for cell in row), encoding="utf-8")
    settings = {
        "input": str(text), "model_prefix": str(out / "spm"), "vocab_size": 1500, "model_type": "bpe",
        "character_coverage": 1.0, "hard_vocab_limit": False, "minloglevel": 2,
        "normalization_rule_name": "identity",  # NFKC would take the Armenian ligature apart
    }  # fmt: skip
    sentencepiece.SentencePieceTrainer.train(**{**settings, **options})
    text.unlink()
    (out / "spm.vocab").unlink()
    (out / "spm.model").rename(out / name)
    return sentencepiece.SentencePieceProcessor(model_file=str(out / name))


def _tokenizer(kind: str, out: Path) -> Any:
    import transformers

    if kind == "nllb":
        _pieces(out, "sentencepiece.bpe.model")
        # Without the codes by name, loading a bare SentencePiece model leaves every language unknown.
        return transformers.NllbTokenizer.from_pretrained(
            out, src_lang="eng_Latn", tgt_lang="hye_Armn", extra_special_tokens=sorted(_NLLB.values())
        )
    if kind == "m2m100":
        spm = _pieces(out, "sentencepiece.bpe.model")
        vocabulary = {"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3}
        for i in range(spm.get_piece_size()):
            vocabulary.setdefault(spm.id_to_piece(i), len(vocabulary))
        (out / "vocab.json").write_text(json.dumps(vocabulary), encoding="utf-8")
        return transformers.M2M100Tokenizer.from_pretrained(out, src_lang="en", tgt_lang="hy")
    if kind == "marian":
        spm = _pieces(out, "source.spm")
        shutil.copy(out / "source.spm", out / "target.spm")
        vocabulary = {"</s>": 0, "<unk>": 1}
        for i in range(spm.get_piece_size()):
            vocabulary.setdefault(spm.id_to_piece(i), len(vocabulary))
        for mark in (*_MARIAN.values(), "<pad>"):  # the pad last, as OPUS-MT has it
            vocabulary[mark] = len(vocabulary)
        (out / "vocab.json").write_text(json.dumps(vocabulary, ensure_ascii=False), encoding="utf-8")
        return transformers.MarianTokenizer.from_pretrained(out, source_lang="en", target_lang="mul")
    marks = [f"<2{lang}>" for lang in COLUMNS]
    _pieces(
        out, "spiece.model", model_type="unigram", pad_id=0, eos_id=1, unk_id=2, bos_id=-1,
        user_defined_symbols=marks,
    )  # fmt: skip
    return transformers.T5Tokenizer.from_pretrained(out, extra_ids=0)


def _model(kind: str, tokenizer: Any) -> Any:
    import torch
    import transformers

    shape = {
        "d_model": _WIDTH, "encoder_layers": _LAYERS, "decoder_layers": _LAYERS,
        "encoder_attention_heads": _HEADS, "decoder_attention_heads": _HEADS,
        "encoder_ffn_dim": 4 * _WIDTH, "decoder_ffn_dim": 4 * _WIDTH, "max_position_embeddings": 256,
        "dropout": 0.0, "attention_dropout": 0.0, "activation_dropout": 0.0, "scale_embedding": True,
    }  # fmt: skip
    if kind in ("nllb", "m2m100"):
        size = len(tokenizer)
        if kind == "m2m100":  # whose length leaves the language tokens out
            size = max(tokenizer.lang_token_to_id.values()) + 1 + tokenizer.num_madeup_words
        config = transformers.M2M100Config(
            vocab_size=size, encoder_layerdrop=0, decoder_layerdrop=0, pad_token_id=1, bos_token_id=0,
            eos_token_id=2, decoder_start_token_id=2, max_length=None, **shape,
        )  # fmt: skip
        return transformers.M2M100ForConditionalGeneration(config)
    size = len(tokenizer)
    if kind == "marian":
        pad = tokenizer.pad_token_id
        config = transformers.MarianConfig(
            vocab_size=size, decoder_vocab_size=size, pad_token_id=pad, eos_token_id=0, bos_token_id=0,
            decoder_start_token_id=pad, forced_eos_token_id=0, activation_function="swish",
            share_encoder_decoder_embeddings=True, **shape,
        )  # fmt: skip
        return transformers.MarianMTModel(config)
    config = transformers.T5Config(
        vocab_size=size, d_model=_WIDTH, d_kv=_WIDTH // _HEADS, d_ff=2 * _WIDTH, num_layers=_LAYERS,
        num_decoder_layers=_LAYERS, num_heads=_HEADS, feed_forward_proj="gated-gelu",
        tie_word_embeddings=False, dropout_rate=0.0, pad_token_id=0, eos_token_id=1, decoder_start_token_id=0,
    )  # fmt: skip
    model = transformers.T5ForConditionalGeneration(config)
    with torch.no_grad():
        model.lm_head.weight.mul_(_WIDTH**-0.5)  # an untied head begins far too large
    return model


def _batches(kind: str, tokenizer: Any) -> Any:
    import torch
    from torch.nn.functional import pad

    made = []
    for lang in COLUMNS:
        if kind == "nllb":
            tokenizer.src_lang, tokenizer.tgt_lang = "eng_Latn", _NLLB[lang]
        elif kind == "m2m100":
            tokenizer.src_lang, tokenizer.tgt_lang = "en", lang
        mark = {"marian": f"{_MARIAN[lang]} ", "madlad": f"<2{lang}> "}.get(kind, "")
        english = [mark + row[0] for row in rows()]
        targets = [row[COLUMNS[lang]] for row in rows()]
        encoded = tokenizer(english, text_target=targets, padding=True, return_tensors="pt")
        labels = encoded["labels"].masked_fill(encoded["labels"] == tokenizer.pad_token_id, -100)
        made.append((encoded["input_ids"], encoded["attention_mask"], labels))

    def joined(part: int, filler: int) -> Any:
        width = max(batch[part].shape[1] for batch in made)
        return torch.cat([pad(b[part], (0, width - b[part].shape[1]), value=filler) for b in made])

    return joined(0, tokenizer.pad_token_id), joined(1, 0), joined(2, -100)


def _train(kind: str, model: Any, tokenizer: Any, size: int = 20) -> None:
    import torch

    ids, mask, labels = _batches(kind, tokenizer)
    steps, count = STEPS[kind], len(ids) // size
    optimiser = torch.optim.AdamW(
        model.parameters(), lr=RATES.get(kind, 2e-3), weight_decay=0.0, betas=(0.9, 0.98)
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / 30, max(0.02, 1 - step / steps))
    )
    model.train()
    for step in range(steps):
        if step % count == 0:
            order = torch.randperm(len(ids))
        some = order[step % count * size : (step % count + 1) * size]
        wide, long = int(mask[some].sum(1).max()), int((labels[some] >= 0).sum(1).max())
        model(
            input_ids=ids[some, :wide], attention_mask=mask[some, :wide], labels=labels[some, :long]
        ).loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        optimiser.zero_grad()
        if kind == "marian":
            # As in real checkpoints: a decoder begins from zeros, and a tied head would move them.
            with torch.no_grad():
                model.get_input_embeddings().weight[tokenizer.pad_token_id].zero_()
    model.eval()
