"""How often the guards stop a line: human translations, which they should pass, and machines', by system.

    python benchmarks/guards.py [DATA]

DATA holds the folders `flores-dev` (FLORES-200 dev, with outputs of machines) and `ntrex-dev` (NTREX-128): one
sentence a line, equal lines translate each other. By default it is ARAXES_DATA or the folder `../shared/data`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
LANGUAGES = ("hy", "az", "ru", "tr")


def lines(path: Path) -> list[str]:
    """The sentences of a file."""
    return path.read_text(encoding="utf-8").split("\n")[:-1]


def texts(data: Path) -> dict[str, dict[str, tuple[Path, Path]]]:
    """Source and translation of each text by name and language."""
    found: dict[str, dict[str, tuple[Path, Path]]] = {}
    for lang in LANGUAGES:
        flores = data / "flores-dev"
        found.setdefault("human, FLORES", {})[lang] = flores / "en", flores / f"en-{lang}.{lang}"
        found.setdefault("human, NTREX", {})[lang] = data / "ntrex-dev" / "en", data / "ntrex-dev" / lang
        for path in sorted(flores.glob(f"en-{lang}.*.{lang}")):
            found.setdefault(path.name.split(".")[1], {})[lang] = flores / "en", path
    return found


def main() -> None:
    """Print the share of lines stopped, and of how many."""
    from models.guards import inspect

    data = Path(
        sys.argv[1] if sys.argv[1:] else os.environ.get("ARAXES_DATA", ROOT.parent / "shared" / "data")
    )
    print(f"{'':16}" + "".join(f"{lang:>18}" for lang in LANGUAGES))
    for name, by_language in texts(data).items():
        cells = []
        for lang in LANGUAGES:
            cell = ""
            if lang in by_language:
                pairs = list(zip(*map(lines, by_language[lang]), strict=True))
                stopped = sum(bool(inspect(source, text, lang)) for source, text in pairs)
                cell = f"{stopped / len(pairs):.2%} of {len(pairs)}"
            cells.append(f"{cell:>18}")
        print(f"{name:16}" + "".join(cells))


if __name__ == "__main__":
    main()
