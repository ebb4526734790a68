"""Sentence alignment on gold with known noise: F1, F1 of sentences left out, CPU seconds.

    python benchmarks/align.py [--seeds 1 2 3] [--kinds noisy clean long] [--encoder e5] [--others] [--search]

The gold is made from NTREX documents by `make_gold.py` of the development data (`$ARAXES_DATA`, or
`shared/data` beside the repository). `--others` adds the aligners of the packages galechurch and sentalign
(pip install galechurch sentalign) with the same encoder; where one cannot run, a line says why. sentalign takes
seconds for a document: `--others --seeds 1 --kinds noisy` is a row in half an hour. CPU seconds
are those of the alignment, for one seed, without the encoder's, which has a line of its own. `--search`
measures long texts with made-up vectors instead: half a text of 100,000 lines is as many vectors, so it
takes some memory.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import runpy
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402

from align.aligner import align  # noqa: E402
from align.aligner.gold import Scores, score  # noqa: E402
from align.types import TARGETS, Bead  # noqa: E402
from models import encoder as named  # noqa: E402
from models.base import Encoder, Vectors  # noqa: E402

Aligner = Callable[[list[str], list[str], Encoder], list[Bead]]


class Once:
    """An encoder that remembers in memory, and counts the CPU seconds it takes."""

    def __init__(self, encoder: Encoder) -> None:
        self.encoder, self.signature = encoder, encoder.signature
        self.common = getattr(encoder, "common", None)
        self.seconds, self.known = 0.0, dict[str, Vectors]()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (len(texts), dim)."""
        start = time.process_time()
        missing = [text for text in dict.fromkeys(texts) if text not in self.known]
        if missing:
            self.known |= dict(zip(missing, self.encoder.encode(missing), strict=True))
        vectors = np.stack([self.known[text] for text in texts])
        self.seconds += time.process_time() - start
        return vectors


def ours(source: list[str], target: list[str], encoder: Encoder) -> list[Bead]:
    """The project's aligner."""
    return align(source, target, encoder)


def galechurch(source: list[str], target: list[str], encoder: Encoder) -> list[Bead]:
    """Gale and Church, by lengths alone."""
    import galechurch as package

    beads = package.align(source, target).beads
    return [
        Bead(tuple(range(b.source_start, b.source_end)), tuple(range(b.target_start, b.target_end)))
        for b in beads
    ]


def sentalign(source: list[str], target: list[str], encoder: Encoder) -> list[Bead]:
    """Vecalign's method, beads to four segments."""
    import sentalign as package

    def encode(texts: Sequence[str]) -> Vectors:
        return encoder.encode(list(texts))

    found = package.sentalign(source, target, encode, alignment_max_size=4)
    return [Bead(tuple(a.src_indices), tuple(a.tgt_indices)) for a in found.alignments]


def data_folder() -> Path:
    """The folder of the development data."""
    folder = Path(os.environ.get("ARAXES_DATA", ROOT.parent / "shared" / "data"))
    if not (folder / "make_gold.py").is_file():
        sys.exit(f"{folder} has no make_gold.py; name the folder of the development data in ARAXES_DATA")
    return folder


def gold(folder: Path, place: Path, seeds: Sequence[int]) -> None:
    """Make the gold of each seed in `place`."""
    arguments = sys.argv
    for seed in seeds:
        sys.argv = ["make_gold.py", str(place / str(seed)), "--seed", str(seed)]
        runpy.run_path(str(folder / "make_gold.py"), run_name="__main__")
    sys.argv = arguments


def rows(place: Path, seeds: Sequence[int], lang: str, kind: str) -> list[dict[str, list[str]]]:
    """The documents of one language and kind."""
    paths = [place / str(seed) / f"{lang}.{kind}.jsonl" for seed in seeds]
    return [json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines()]


def scored(aligner: Aligner, documents: list[dict[str, list[str]]], encoder: Encoder) -> Scores:
    """The scores of all documents together."""
    wanted: list[Bead] = []
    found: list[Bead] = []
    first = [0, 0]
    for row in documents:
        beads = [Bead(tuple(s), tuple(t)) for s, t in row["gold"]]
        for into, some in ((wanted, beads), (found, aligner(row["src"], row["tgt"], encoder))):
            into += [
                Bead(tuple(i + first[0] for i in bead.source), tuple(j + first[1] for j in bead.target))
                for bead in some
            ]
        first = [first[0] + len(row["src"]), first[1] + len(row["tgt"])]
    return score(wanted, found)


def quality(seeds: Sequence[int], kinds: Sequence[str], encoder_name: str, *, others: bool) -> None:
    """Print the table of F1 by aligner, kind of text and language."""
    encoder = Once(named(encoder_name))
    aligners: list[tuple[str, Aligner]] = [("araxes", ours)]
    if others:
        aligners += [("galechurch", galechurch), ("sentalign", sentalign)]
    with tempfile.TemporaryDirectory() as made:
        place = Path(made)
        gold(data_folder(), place, seeds)
        print(f"{'aligner':11}{'text':7}" + "".join(f"{lang:>8}" for lang in TARGETS), end="")
        print(f"{'mean':>8}{'worst':>8}{'lax':>8}{'alone':>8}{'CPU s':>8}")
        for name, aligner in aligners:
            for kind in kinds:
                texts = {lang: rows(place, seeds, lang, kind) for lang in TARGETS}
                start, before = time.process_time(), encoder.seconds
                try:
                    scores = [scored(aligner, texts[lang], encoder) for lang in TARGETS]
                except Exception as error:  # another project's: its row says what happened
                    if aligner is ours:
                        raise
                    print(
                        f"{name:11}{kind:7}{type(error).__name__}: {' '.join(str(error).split())}", flush=True
                    )
                    continue
                spent = (time.process_time() - start - (encoder.seconds - before)) / len(seeds)
                strict = [s.strict[2] for s in scores]
                tail = (*strict, np.mean(strict), min(strict), np.mean([s.lax[2] for s in scores]))
                alone = np.mean([s.alone for s in scores])
                print(
                    f"{name:11}{kind:7}" + "".join(f"{v:8.4f}" for v in (*tail, alone)) + f"{spent:8.2f}",
                    flush=True,
                )
    print(f"{encoder.signature}: {len(encoder.known)} texts encoded in {encoder.seconds:.1f} CPU s", end="; ")
    print(f"memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


class MadeUp:
    """Vectors for lines that name a number and a side: those of one number are alike."""

    signature = "made up"

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (len(texts), 384)."""
        vectors = np.empty((len(texts), 384), np.float32)
        for row, text in zip(vectors, texts, strict=True):
            side, number, *_ = text.split()
            shared = np.random.default_rng(int(number)).standard_normal(384, np.float32)
            own = np.random.default_rng((int(number), len(side))).standard_normal(384, np.float32)
            row[:] = shared + 0.8 * own
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def search(sizes: Sequence[int]) -> None:
    """Print CPU seconds of the alignment of long texts, one line in twenty missing on one side."""
    print(f"{'lines':>8}{'CPU s':>8}{'ms a line':>11}{'memory MB':>11}{'found':>8}")
    for size in sizes:
        rng = np.random.default_rng(size)
        words = [" ".join(["word"] * int(n)) for n in rng.integers(5, 30, size)]
        kept = [[i for i in range(size) if rng.random() > 0.025] for _ in range(2)]
        source, target = ([f"{'a' * (k + 1)} {i} {words[i]}" for i in kept[k]] for k in range(2))
        encoder = Once(MadeUp())
        start = time.process_time()
        beads = align(source, target, encoder)
        spent = time.process_time() - start - encoder.seconds
        right = sum(
            len(b.source) == len(b.target) == 1 and kept[0][b.source[0]] == kept[1][b.target[0]]
            for b in beads
        )
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        found = right / len(set(kept[0]) & set(kept[1]))
        print(f"{size:8}{spent:8.2f}{1000 * spent / size:11.3f}{memory:11.0f}{found:8.4f}", flush=True)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--kinds", nargs="+", default=["noisy", "clean", "long"])
    parser.add_argument("--encoder", default="e5")
    parser.add_argument("--others", action="store_true")
    parser.add_argument("--search", action="store_true")
    parser.add_argument("--sizes", type=int, nargs="+", default=[500, 2000, 8000, 100_000])
    options = parser.parse_args()
    if options.search:
        search(options.sizes)
    else:
        quality(options.seeds, options.kinds, options.encoder, others=options.others)


if __name__ == "__main__":
    main()
