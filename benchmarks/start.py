"""Cold start: processor and wall seconds of commands that should answer at once, beside a peer's and bare Python's.

    python benchmarks/start.py [--repeat 7]

Each command runs as a process of its own, all of them in turn; the median counts, after a first round that may
have to compile. `sacrebleu --help`, a command line that loads no model either, is the peer.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

COMMANDS = {
    "araxes translate --help": ["-m", "align.cli", "translate", "--help"],
    "araxes models list": ["-m", "align.cli", "models", "list"],
    "sacrebleu --help": ["-m", "sacrebleu", "--help"],
    "python -c pass": ["-c", "pass"],
}


def run(words: list[str]) -> tuple[float, float]:
    """Processor and wall seconds of one run."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(
        [sys.executable, *words], capture_output=True, check=True, cwd=Path(__file__).resolve().parents[1]
    )
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--repeat", type=int, default=7)
    repeat = parser.parse_args().repeat
    rounds = [[run(words) for words in COMMANDS.values()] for _ in range(repeat + 1)][1:]
    print(f"{'':26}{'CPU s':>8}{'wall s':>8}")
    for name, runs in zip(COMMANDS, zip(*rounds, strict=True), strict=True):
        seconds = (median(column) for column in zip(*runs, strict=True))
        print(f"{name:26}" + "".join(f"{s:8.2f}" for s in seconds))


if __name__ == "__main__":
    main()
