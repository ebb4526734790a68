"""The pieces of a multilingual vocabulary that a target language can be written with.

More than half of what a step of NLLB computes is a choice among 256 000 pieces of all the world's scripts.
Armenian needs few of them: those of its own script, those without letters, and of the Latin ones those of names
and abbreviations and the short ones, with which any other word can be spelled. CTranslate2 reads such a choice
from a file beside the model; the model's own files are only linked to.

The choice is one for all texts. CTranslate2 (4.8) can also choose by what stands in the source, but keeps numbers
of an earlier batch when the next one has other candidates, and writes wrong words without a sign.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from models.errors import ModelError

# Languages in Latin letters are left whole: nearly half of a vocabulary is Latin, and each worker would hold a
# copy of the weights of that half.
SCRIPTS = {"hy": "ARMENIAN", "ru": "CYRILLIC"}
_SHORT = 4  # letters of a Latin piece that is kept though it has no capital
_RULE = 1  # to be raised when `choice` changes, so that what an earlier one made is not used
_FILES = ("shared_vocabulary.json", "shared_vocabulary.txt")


def narrowed(directory: Path, target: str, begin: Sequence[str], name: str) -> Path:
    """A directory of the same model whose output is written in the script of `target`.

    It is made once in the user's cache under `name`. `begin` are the tokens that every output begins with. The
    directory itself where its vocabulary is not one for all languages. Raises `ModelError` where the cache
    cannot be written.
    """
    import platformdirs

    file = next((directory / file for file in _FILES if (directory / file).exists()), None)
    if file is None:
        return directory
    made = platformdirs.user_cache_path("araxes") / "narrowed" / f"{name}-{target}-{_RULE}"
    if (made / "model.bin").exists():
        return made
    text = file.read_text(encoding="utf-8")
    pieces = json.loads(text) if file.suffix == ".json" else text.splitlines()
    try:
        made.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=made.parent) as folder:
            fresh = Path(folder) / "model"
            fresh.mkdir()
            for path in directory.iterdir():
                _link(path.resolve(), fresh / path.name)
            (fresh / "vmap.txt").unlink(missing_ok=True)
            (fresh / "vmap.txt").write_text(choice(pieces, target, begin), encoding="utf-8")
            if made.is_symlink() or made.exists():  # its model was moved away
                made.rename(Path(folder) / "old")
            fresh.replace(made)
    except OSError as error:
        if not (made / "model.bin").exists():  # else another process was faster
            raise ModelError(
                f"{made}: the user's cache cannot be written ({error.strerror or error}); free some space or set "
                "XDG_CACHE_HOME"
            ) from error
    return made


def choice(pieces: Sequence[str], target: str, begin: Sequence[str]) -> str:
    """CTranslate2's file of the pieces that may stand in a translation, whatever the source."""
    kept = [piece for piece in pieces if piece in begin or _writes(piece, SCRIPTS[target])]
    return "\t" + " ".join(kept) + "\n"


def _writes(piece: str, script: str) -> bool:
    if not piece or any(letter.isspace() for letter in piece):
        return False
    if piece.startswith("<"):  # special tokens and bytes
        return True
    letters = [letter for letter in piece if letter.isalpha()]
    latin = len(letters) <= _SHORT or any(letter.isupper() for letter in letters)
    names = [unicodedata.name(letter, "") for letter in letters]
    return all(name.startswith(script) or (latin and name.startswith("LATIN")) for name in names)


def _link(path: Path, place: Path) -> None:
    try:
        place.symlink_to(path)
    except OSError:  # a system without links
        shutil.copyfile(path, place)
