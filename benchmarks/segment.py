"""Sentence boundaries against the lines of NTREX: F1 by language, and seconds for all of them.

    python benchmarks/segment.py [--show LANG]

The lines of a document are joined by a space; a line end inside a document is a gold boundary. The
lines are a translator's, not a sentence gold: some hold two sentences, and a headline has no stop. The
row `stops only` knows every line end that has a stop, and nothing else. Libraries that are not
installed are left out. `--show` prints where ours and the lines differ.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator
from itertools import groupby, pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from align.segment import sentences  # noqa: E402
from align.types import LANGUAGES  # noqa: E402

Splitter = Callable[[str, str], list[str]]
STOPS = ".!?…։:"
CLOSERS = "\"”’»“')] "


def data_folder() -> Path | None:
    """The folder that holds `ntrex-dev`: `$ARAXES_DATA`, or `shared/data` beside the repository."""
    folder = Path(os.environ.get("ARAXES_DATA", ROOT.parent / "shared" / "data"))
    return folder if (folder / "ntrex-dev" / "documents").is_file() else None


def documents(folder: Path, lang: str) -> list[list[str]]:
    """The lines of each document of NTREX in one language."""
    names = (folder / "ntrex-dev" / "documents").read_text("utf-8").split("\n")
    lines = (folder / "ntrex-dev" / lang).read_text("utf-8").split("\n")
    pairs = [(name, line.strip()) for name, line in zip(names, lines, strict=True) if name]
    return [[line for _, line in group] for _, group in groupby(pairs, key=lambda pair: pair[0])]


def boundaries(parts: list[str]) -> set[int]:
    """Where one part ends and the next begins, counted in characters that are not white space."""
    found, position = set(), 0
    for part in parts:
        position += len("".join(part.split()))
        found.add(position)
    return found - {position}


def f1(gold: set[int], found: set[int]) -> float:
    """The harmonic mean of precision and recall."""
    return 2 * len(gold & found) / (len(gold) + len(found)) if gold or found else 1.0


def score(docs: list[list[str]], split: Callable[[str], list[str]]) -> float:
    """Boundary F1 of `split` over all documents together."""
    gold: set[int] = set()
    found: set[int] = set()
    for number, lines in enumerate(docs):
        base = number << 32
        gold |= {base + place for place in boundaries(lines)}
        found |= {base + place for place in boundaries(split(" ".join(lines)))}
    return f1(gold, found)


def ours(text: str, lang: str) -> list[str]:
    """The sentences that `align.segment` finds."""
    return [text[start:end] for start, end in sentences(text, lang)]


def libraries() -> Iterator[tuple[str, Splitter]]:
    """Name and function of each library that is installed."""
    makers = (_sentencex, _pysbd, _simplemma, _syntok, _blingfire, _razdel, _icu)
    for make in makers:
        try:
            yield make.__name__.strip("_"), make()
        except ImportError:
            continue


def _sentencex() -> Splitter:
    import sentencex

    return lambda text, lang: sentencex.segment(lang, text)


def _pysbd() -> Splitter:
    import pysbd

    known = {lang: lang if lang in ("en", "hy", "ru") else "en" for lang in LANGUAGES}
    made = {lang: pysbd.Segmenter(language=code, clean=False) for lang, code in known.items()}
    return lambda text, lang: made[lang].segment(text)


def _simplemma() -> Splitter:
    import simplemma

    split: Splitter = simplemma.split_sentences
    return split


def _syntok() -> Splitter:
    from syntok import segmenter

    def split(text: str, lang: str) -> list[str]:
        starts = [tokens[0].offset for part in segmenter.process(text) for tokens in part if tokens]
        return [text[a:b] for a, b in zip([0, *starts[1:]], [*starts[1:], len(text)], strict=True)]

    return split


def _blingfire() -> Splitter:
    import blingfire

    return lambda text, lang: blingfire.text_to_sentences(text).split("\n")


def _razdel() -> Splitter:
    import razdel

    return lambda text, lang: [part.text for part in razdel.sentenize(text)]


def _icu() -> Splitter:
    import icu

    def split(text: str, lang: str) -> list[str]:
        breaker = icu.BreakIterator.createSentenceInstance(icu.Locale(lang))
        string = icu.UnicodeString(text)
        breaker.setText(string)
        ends = [0, *breaker]
        return [str(string[a:b]) for a, b in pairwise(ends)]

    return split


def table(folder: Path) -> Iterator[str]:
    """The rows of the comparison."""
    docs = {lang: documents(folder, lang) for lang in LANGUAGES}
    yield f"{'boundary F1':<12}" + "".join(f"{lang:>8}" for lang in LANGUAGES) + f"{'seconds':>9}"
    best = []
    for lang in LANGUAGES:
        ends = [line.rstrip(CLOSERS)[-1:] in STOPS for lines in docs[lang] for line in lines[:-1]]
        recall = sum(ends) / len(ends)
        best.append(2 * recall / (1 + recall))
    yield f"{'stops only':<12}" + "".join(f"{value:8.3f}" for value in best)
    for name, split in (("ours", ours), *libraries()):
        began = time.perf_counter()
        row = [score(docs[lang], lambda text, s=split, c=lang: s(text, c)) for lang in LANGUAGES]  # type: ignore[misc]
        spent = time.perf_counter() - began
        yield f"{name:<12}" + "".join(f"{value:8.3f}" for value in row) + f"{spent:9.2f}"


def differences(folder: Path, lang: str) -> Iterator[str]:
    """Each place where ours (`+`) or only the lines (`-`) see a boundary, in its context."""
    for lines in documents(folder, lang):
        text = " ".join(lines)
        gold, found = boundaries(lines), boundaries(ours(text, lang))
        places = [i for i, char in enumerate(text) if not char.isspace()]
        for count in sorted(gold ^ found):
            at = places[count]
            yield f"{'+' if count in found else '-'} {text[max(0, at - 60) : at]}|{text[at : at + 40]}"


def main() -> None:
    """Print the table, or the differences in one language."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--show", metavar="LANG", choices=LANGUAGES)
    options = parser.parse_args()
    folder = data_folder()
    if folder is None:
        sys.exit("set ARAXES_DATA to a folder that holds ntrex-dev")
    for line in differences(folder, options.show) if options.show else table(folder):
        print(line, flush=True)


if __name__ == "__main__":
    main()
