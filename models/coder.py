"""Text to the numbers of a sequence-to-sequence model and back, family by family.

Only the tokenizer's own files are read, with `tokenizers` and `sentencepiece`: nothing heavy is imported,
every engine gets the same numbers, and a language the model does not know is an error. (The tokenizers of
`transformers` turn it into `<unk>` without a word.)
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from models.catalogue import codes
from models.errors import ModelError

_LANGUAGE = re.compile(r"__[a-z]{2,3}__")


class Coder(Protocol):
    """What a family does with text; `prefix` is what the decoder is made to begin with."""

    pad: int
    eos: int

    def encode(self, texts: Sequence[str], source: str, target: str) -> list[list[int]]:
        """The input numbers of each text. Raises `ModelError` where the model lacks a language."""

    def prefix(self, target: str) -> list[int]:
        """The numbers that begin every output in `target`."""

    def decode(self, ids: Sequence[int]) -> str:
        """The text of output numbers; special tokens are left out."""

    def tokens(self, ids: Sequence[int]) -> list[str]:
        """The names of the numbers, as the model's vocabulary has them."""

    def ids(self, tokens: Sequence[str]) -> list[int]:
        """The numbers of the names."""


def family_of(directory: Path) -> str:
    """The family of the model in `directory`. Raises `ModelError` where it is none that is known here."""
    config = read_json(directory / "config.json")
    kind = str(config.get("model_type", ""))
    if kind == "m2m_100":
        tokenizer = str(read_json(directory / "tokenizer_config.json").get("tokenizer_class", ""))
        return "m2m100" if tokenizer.startswith("M2M100") else "nllb"
    if kind in ("t5", "mt5", "umt5"):
        return "madlad"
    if kind == "marian":
        return "marian"
    if any("CausalLM" in name for name in config.get("architectures") or ()):
        return "chat"
    raise ModelError(
        f"{directory}: a model of type {kind or 'unknown'} cannot be used to translate here; "
        "give one of NLLB, M2M100, MADLAD-400 (T5), Marian, CTranslate2, Firefox, or a chat model"
    )


def coder(directory: Path, family: str) -> Coder:
    """The coder of the model in `directory`. Raises `ModelError` where its tokenizer is missing or broken."""
    made: Coder = _CODERS[family](directory)
    return made


def read_json(path: Path) -> dict[str, Any]:
    """The object in a JSON file. Raises `ModelError` where it is missing or damaged."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ModelError(
            f"{path.parent} has no {path.name}, so it is no model; name a directory that holds one"
        ) from error
    except (OSError, ValueError) as error:
        raise ModelError(f"{path}: this file is damaged ({error}); fetch the model again") from error
    if not isinstance(value, dict):
        raise ModelError(f"{path}: this file is damaged (no JSON object); fetch the model again")
    return value


def no_language(where: Path, lang: str, known: str = "") -> ModelError:
    """The error to raise where the model at `where` does not know `lang`."""
    return ModelError(f"{where.name}: this model does not know the language {lang}{known}; choose another")


class _Json:
    """NLLB and MADLAD, whose whole tokenizer is in `tokenizer.json`."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        file = directory / "tokenizer.json"
        if not file.exists():
            raise ModelError(
                f'{directory} has no tokenizer.json; write it with: python -c "from transformers import '
                f"AutoTokenizer as T; T.from_pretrained('{directory}').save_pretrained('{directory}')\""
            )
        from tokenizers import Tokenizer

        try:
            self.tokenizer = Tokenizer.from_file(str(file))
        except Exception as error:  # tokenizers raises bare Exception
            raise ModelError(f"{file}: this file is damaged ({error}); fetch the model again") from error
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        self.eos = int(self.tokenizer.token_to_id("</s>") or 1)
        self.pad = int(self.tokenizer.token_to_id("<pad>") or 0)

    def _language(self, family: str, lang: str) -> int:
        for code in codes(family, lang):
            number = self.tokenizer.token_to_id(code)
            if number is not None:
                return int(number)
        raise no_language(self.directory, lang)

    def _encode(self, texts: Sequence[str]) -> list[list[int]]:
        found = self.tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [list(encoding.ids) for encoding in found]

    def decode(self, ids: Sequence[int]) -> str:
        return str(self.tokenizer.decode(list(ids), skip_special_tokens=True)).strip()

    def tokens(self, ids: Sequence[int]) -> list[str]:
        return [self.tokenizer.id_to_token(i) or "<unk>" for i in ids]

    def ids(self, tokens: Sequence[str]) -> list[int]:
        return [self.tokenizer.token_to_id(token) or 0 for token in tokens]


class _Nllb(_Json):
    def encode(self, texts: Sequence[str], source: str, target: str) -> list[list[int]]:
        begin = self._language("nllb", source)
        self.prefix(target)
        return [[begin, *ids, self.eos] for ids in self._encode(texts)]

    def prefix(self, target: str) -> list[int]:
        return [self._language("nllb", target)]


class _Madlad(_Json):
    def encode(self, texts: Sequence[str], source: str, target: str) -> list[list[int]]:
        self._language("madlad", target)
        tag = codes("madlad", target)[0]
        # Some T5 tokenizers give an unknown letter the number of the end mark, and the model stops reading.
        return [
            [*(self._unknown if i == self.eos else i for i in ids), self.eos]
            for ids in self._encode([f"{tag} {text}" for text in texts])
        ]

    @cached_property
    def _unknown(self) -> int:
        number = self.tokenizer.token_to_id("<unk>")
        return self.pad if number is None else int(number)

    def prefix(self, target: str) -> list[int]:
        return []


class _Pieces:
    """M2M100 and Marian: SentencePiece models beside a `vocab.json`."""

    def __init__(self, directory: Path, source: str, target: str) -> None:
        self.directory = directory
        self.vocabulary = {name: int(i) for name, i in read_json(directory / "vocab.json").items()}
        self.reads = _pieces(directory / source)
        self.writes = self.reads if target == source else _pieces(directory / target)
        self.unknown = self.vocabulary.get("<unk>", 0)

    @cached_property
    def _names(self) -> dict[int, str]:
        return {i: name for name, i in self.vocabulary.items()}

    def _encode(self, text: str) -> list[int]:
        return [self.vocabulary.get(piece, self.unknown) for piece in self.reads.encode(text, out_type=str)]

    def decode(self, ids: Sequence[int]) -> str:
        pieces = [name for name in self.tokens(ids) if not _special(name)]
        return str(self.writes.decode(pieces)).strip()

    def tokens(self, ids: Sequence[int]) -> list[str]:
        return [self._names.get(i, "<unk>") for i in ids]

    def ids(self, tokens: Sequence[str]) -> list[int]:
        return [self.vocabulary.get(token, self.unknown) for token in tokens]


class _M2M100(_Pieces):
    def __init__(self, directory: Path) -> None:
        super().__init__(directory, "sentencepiece.bpe.model", "sentencepiece.bpe.model")
        # The language tokens follow the vocabulary, in the order of the tokenizer's own list.
        size = len(self.vocabulary)
        self.vocabulary |= {name: size + i for i, name in enumerate(_language_tokens(directory))}
        self.pad, self.eos = self.vocabulary["<pad>"], self.vocabulary["</s>"]

    def _language(self, lang: str) -> int:
        for code in codes("m2m100", lang):
            if code in self.vocabulary:
                return self.vocabulary[code]
        raise no_language(self.directory, lang)

    def encode(self, texts: Sequence[str], source: str, target: str) -> list[list[int]]:
        begin = self._language(source)
        self.prefix(target)
        return [[begin, *self._encode(text), self.eos] for text in texts]

    def prefix(self, target: str) -> list[int]:
        return [self._language(target)]


class _Marian(_Pieces):
    def __init__(self, directory: Path) -> None:
        super().__init__(directory, "source.spm", "target.spm")
        self.pad, self.eos = self.vocabulary["<pad>"], self.vocabulary["</s>"]

    def _mark(self, target: str) -> list[int]:
        """What precedes a source text: the target language's mark, or nothing in a bilingual model."""
        names = codes("marian", target)
        for name in names:
            if f">>{name}<<" in self.vocabulary:
                return [self.vocabulary[f">>{name}<<"]]
        settings = read_json(self.directory / "tokenizer_config.json")
        known = str(settings.get("target_lang") or "")
        if known not in names:
            raise no_language(self.directory, target, f" (it writes {known})" if known else "")
        return []

    def encode(self, texts: Sequence[str], source: str, target: str) -> list[list[int]]:
        known = read_json(self.directory / "tokenizer_config.json").get("source_lang")
        if known and known not in ("mul", *codes("marian", source)):
            raise no_language(self.directory, source, f" (it reads {known})")
        mark = self._mark(target)
        return [[*mark, *self._encode(text), self.eos] for text in texts]

    def prefix(self, target: str) -> list[int]:
        return []


def _pieces(file: Path) -> Any:
    from sentencepiece import SentencePieceProcessor

    try:
        return SentencePieceProcessor(model_file=str(file))
    except (OSError, RuntimeError) as error:
        raise ModelError(f"{file}: this file is missing or damaged; fetch the model again") from error


def _special(name: str) -> bool:
    named = name in ("<s>", "</s>", "<pad>") or name.startswith((">>", "madeupword"))
    return named or _LANGUAGE.fullmatch(name) is not None


def _language_tokens(directory: Path) -> list[str]:
    for name in ("tokenizer_config.json", "special_tokens_map.json"):
        if (directory / name).exists():
            settings = read_json(directory / name)
            for key in ("additional_special_tokens", "extra_special_tokens"):
                found = [t if isinstance(t, str) else t["content"] for t in settings.get(key) or ()]
                if any(token == "__hy__" for token in found):
                    return found
    from transformers.models.m2m_100.tokenization_m2m_100 import FAIRSEQ_LANGUAGE_CODES

    return [f"__{code}__" for code in FAIRSEQ_LANGUAGE_CODES["m2m100"]]


_CODERS: dict[str, Any] = {"nllb": _Nllb, "m2m100": _M2M100, "madlad": _Madlad, "marian": _Marian}
