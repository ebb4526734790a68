"""Firefox Translations models through `fxtranslate`: small, made for CPUs, no torch."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, partial
from importlib import metadata
from pathlib import Path
from typing import Any

from models.base import Hypothesis, Made, gathered
from models.catalogue import find
from models.errors import ModelError
from models.guards import guarded
from models.neural import fingerprint, halves

_STORE = "firefox.settings.services.mozilla.com"
_AT_ONCE = 16  # texts that are handed on together
_LONGEST = 600  # characters: what is past the model's context would be left out without a word


class Firefox:
    """The model in a directory: `model.*.bin`, one or two `*vocab*.spm`, perhaps a `lex*.bin` shortlist."""

    def __init__(self, directory: Path, source: str = "", target: str = "") -> None:
        _module()
        self.directory = directory
        self.model = _one(directory, "model.*.bin")
        letters = self.model.name.split(".")[1]  # model.enru.intgemm.alphas.bin
        self.source = source or letters[:2]
        self.target = target or letters[2:4]
        # The engine may only be touched by the thread that made it.
        self._thread: ThreadPoolExecutor | None = None

    @cached_property
    def signature(self) -> str:
        """The model and the settings that make a translation."""
        version = metadata.version("fxtranslate")
        return (
            f"firefox-{self.source}-{self.target}|engine:fxtranslate|version:{version}"
            f"|weights:{fingerprint(self.directory)}"
        )

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[Hypothesis]:
        """One hypothesis a text. Raises `ModelError` for another language pair or a damaged file."""
        return gathered(self.stream(texts, source, target))

    def stream(self, texts: Sequence[str], source: str, target: str) -> Iterator[Made]:
        """The same, some texts at a time."""
        if (source, target) != (self.source, self.target):
            raise ModelError(
                f"{self.directory.name}: this model translates from {self.source} into {self.target}, "
                f"not from {source} into {target}; choose another"
            )
        return guarded(texts, target, [partial(self._made, self._text), partial(self._made, self._in_halves)])

    def _made(self, how: Callable[[str], str], texts: Sequence[str]) -> Iterator[Made]:
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, "firefox")
        for at in range(0, len(texts), _AT_ONCE):
            made = self._thread.submit(list, map(how, texts[at : at + _AT_ONCE])).result()
            yield [(i, Hypothesis(text)) for i, text in enumerate(made, start=at)]

    @cached_property
    def _engine(self) -> Any:
        files = {path.name: path for path in self.directory.iterdir()}
        vocabularies = sorted(name for name in files if name.endswith(".spm"))
        source = next((n for n in vocabularies if n.startswith("src")), vocabularies[0])
        target = next((n for n in vocabularies if n.startswith("trg")), source)
        shortlist = next((n for n in sorted(files) if n.startswith("lex") and n.endswith(".bin")), None)
        try:
            return _module().Translator(
                self.model.read_bytes(),
                files[source].read_bytes(),
                files[target].read_bytes(),
                files[shortlist].read_bytes() if shortlist else None,
            )
        except (ValueError, OSError) as error:
            raise ModelError(
                f"{self.directory}: a file of this model is damaged ({error}); delete the directory "
                "and fetch it again"
            ) from error

    def _in_halves(self, text: str) -> str:
        return " ".join(self._text(half) for half in halves(text))

    def _text(self, text: str) -> str:
        if len(text) > _LONGEST:
            return " ".join(self._text(half) for half in halves(text))
        return str(self._engine.translate(text))


def fetched(source: str, target: str, online: Callable[[str], bool]) -> Firefox:
    """The model of a language pair from fxtranslate's cache, downloaded first where it is not there.

    Every file's checksum is verified. Raises `ModelError` where it cannot be had.
    """
    directory = cached(source, target)
    if directory is None:
        if not online(_STORE):
            raise ModelError(
                f"the Firefox model from {source} into {target} is not on this machine and its server cannot "
                f"be reached; fetch it where there is a network, with: araxes models fetch firefox"
            )
        directory = fetch(source, target, logging.getLogger("araxes").warning)
    return Firefox(directory, source, target)


def cached(source: str, target: str) -> Path | None:
    """Where the pair's files lie in fxtranslate's cache, or `None`."""
    files = _module().Cache().pair_files(f"{source}-{target}")
    names = [name for name, _, _ in files]
    whole = any(n.startswith("model.") for n in names) and any(n.endswith(".spm") for n in names)
    return Path(files[0][2]).parent if whole else None


def fetch(source: str, target: str, say: Callable[[str], None]) -> Path:
    """Download the model of a language pair; a file that is there already is not loaded again."""
    entry = find("firefox")
    say(f"Firefox Translations {source}-{target}: {entry.conditions}; up to {entry.megabytes} MB to download")
    try:
        _module().discovery.add_models(source, target, progress=True)
    except (ValueError, OSError) as error:
        raise ModelError(
            f"the Firefox model from {source} into {target} cannot be fetched ({error}); "
            "run the same command again"
        ) from error
    directory = cached(source, target)
    if directory is None:
        raise ModelError(f"Mozilla's store has no direct model from {source} into {target}; choose another")
    return directory


def _module() -> Any:
    try:
        import fxtranslate
    except ImportError as error:
        raise ModelError(
            "the package fxtranslate is not installed; install it with: pip install fxtranslate"
        ) from error
    return fxtranslate


def _one(directory: Path, pattern: str) -> Path:
    found = sorted(directory.glob(pattern))
    if not found or not any(directory.glob("*.spm")):
        raise ModelError(
            f"{directory}: no Firefox model is here; it takes a model.*.bin and a *vocab*.spm file"
        )
    return found[0]
