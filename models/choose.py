"""Which translator for which language: by name, by directory, by address, or the best that can be had."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from models.catalogue import Checkpoint, known, ranked
from models.catalogue import find as find_checkpoint
from models.errors import AraxesError, MissingExtraError, ModelError

if TYPE_CHECKING:
    from models.base import Translator

log = logging.getLogger("araxes")

_PROBE_SECONDS = 2.0
_HUB = "huggingface.co"


def choose(spec: str, lang: str) -> Translator:
    """The translator that `spec` names, for the target language `lang`.

    `spec` is `auto`, a name of the catalogue, a directory (a `transformers` checkpoint, a converted or a
    Firefox model), the address of an OpenAI-compatible server (`http://host:port/v1#model`), or the id of
    a model on the hub. Raises `ModelError` where it cannot be had, `InputError` where it names nothing, and
    `MissingExtraError` where a package is missing.
    """
    if spec == "auto":
        return _best(lang)
    if spec.startswith(("http://", "https://")):
        from models.chat import Chat

        return Chat.at(spec)
    directory = Path(spec).expanduser()
    if directory.is_dir():
        return from_directory(directory)
    checkpoint = known(spec)
    if checkpoint is not None:
        return _from_catalogue(checkpoint, lang)
    if spec.startswith((".", "/", "~")) or spec.count("/") != 1:
        if "/" in spec or "\\" in spec:
            raise ModelError(f"{spec}: there is no such directory; name one that holds a model")
        find_checkpoint(spec)
    return _from_hub(spec)


def from_directory(directory: Path, name: str = "") -> Translator:
    """The translator in a directory, by what lies there. Raises `ModelError` where it is no model."""
    name = name or directory.resolve().name
    if (directory / "model.bin").exists() and not (directory / "pytorch_model.bin").exists():
        from models.ct2 import converted

        return converted(directory, name)
    if any(directory.glob("model.*.bin")) and any(directory.glob("*vocab*.spm")):
        from models.firefox import Firefox

        return Firefox(directory)
    from models.coder import family_of

    if family_of(directory) == "chat":
        from models.local_chat import local_chat

        return local_chat(directory)
    return _fastest(directory, name)


def _fastest(directory: Path, name: str) -> Translator:
    """CTranslate2 where it is installed, converting once; else `transformers`."""
    try:
        import ctranslate2  # noqa: F401
    except ImportError:
        from models.seq2seq import seq2seq

        return seq2seq(directory, name)
    from models.convert import convert_once

    return _opened(convert_once(directory), name)


@lru_cache(maxsize=1)
def _opened(conversion: Path, name: str) -> Translator:
    # One model serves every language of a run; a conversion's path names the content of its weights.
    from models.ct2 import converted

    return converted(conversion, name)


def _best(lang: str) -> Translator:
    reasons = []
    for checkpoint in ranked(lang):
        try:
            return _from_catalogue(checkpoint, lang)
        except AraxesError as error:
            reasons.append(f"{checkpoint.name}: {error}")
    log.debug("no translator for %s: %s", lang, "; ".join(reasons))
    raise ModelError(f"no translator into {lang} can be had here; {ways_out(lang)}")


def _from_catalogue(checkpoint: Checkpoint, lang: str) -> Translator:
    if lang not in checkpoint.languages:
        raise ModelError(
            f"{checkpoint.name} does not translate into {lang}; it knows: {', '.join(checkpoint.languages)}"
        )
    if checkpoint.family == "firefox":
        from models.firefox import fetched

        return fetched("en", lang, online)
    return _from_hub(checkpoint.hub)


def _from_hub(hub: str) -> Translator:
    from models.fetch import fetch, in_cache

    for package in ("torch", "ctranslate2"):
        if not installed(package):
            raise MissingExtraError(package, "nmt")
    directory = in_cache(hub)
    if directory is None:
        if not online(_HUB):
            raise ModelError(
                f"{hub} is not on this machine and its server cannot be reached; "
                f"fetch it where there is a network, with: araxes models fetch {hub}"
            )
        directory = fetch(hub, say=log.warning)
    elif (entry := known(hub)) is not None and entry.non_commercial:
        log.warning("%s: %s", entry.name, entry.conditions)
    return from_directory(directory, hub.rsplit("/", 1)[-1])


def installed(package: str) -> bool:
    """Whether a package is installed; nothing is imported."""
    from importlib.util import find_spec

    return find_spec(package) is not None


@cache
def online(host: str) -> bool:
    """Whether `host` answers within two seconds; never where HF_HUB_OFFLINE is set."""
    return not refused() and _within(_PROBE_SECONDS, lambda: _connects(host))


def refused() -> bool:
    """Whether HF_HUB_OFFLINE forbids the network."""
    return os.environ.get("HF_HUB_OFFLINE", "").lower() in ("1", "true", "yes", "on")


def _connects(host: str) -> bool:
    try:
        with socket.create_connection((host, 443), timeout=_PROBE_SECONDS):
            return True
    except OSError:
        return False


def _within(seconds: float, question: Callable[[], bool]) -> bool:
    """The answer to `question`, or no if it takes longer: a name server may keep one waiting for minutes."""
    from threading import Thread

    answers: list[bool] = []
    thread = Thread(target=lambda: answers.append(question()), daemon=True)
    thread.start()
    thread.join(seconds)
    return bool(answers and answers[0])


def ways_out(lang: str) -> str:
    """One sentence that names what a person can do to have `lang` translated."""
    checkpoint = next(iter(ranked(lang)), None) or find_checkpoint("nllb-200-distilled-600M")
    needs_extra = checkpoint.family != "firefox" and not (installed("torch") and installed("ctranslate2"))
    extra = "pip install 'araxes[nmt]' and then " if needs_extra else ""
    return (
        f"name a model that you have with --engine {lang}=DIRECTORY, or, where there is a network, fetch one "
        f"with: {extra}araxes models fetch {checkpoint.name} ({checkpoint.conditions})"
    )
