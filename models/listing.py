"""The catalogue as a person sees it: where the weights of each model are, and which of them `auto` takes."""

from __future__ import annotations

from collections.abc import Sequence

from models.catalogue import Checkpoint, checkpoints, ranked
from models.choose import installed, refused
from models.errors import ModelError
from models.fetch import in_cache


def missing(checkpoint: Checkpoint) -> str:
    """What has to be installed before the model can run; empty where nothing has."""
    if checkpoint.family == "firefox":
        return "" if installed("fxtranslate") else "fxtranslate"
    return "" if installed("torch") and installed("ctranslate2") else "araxes[nmt]"


def present(checkpoint: Checkpoint, lang: str) -> bool:
    """Whether the weights of a checkpoint that translate into `lang` are on this machine."""
    if lang not in checkpoint.languages:
        return False
    if checkpoint.family == "firefox":
        from models.firefox import cached

        try:
            return cached("en", lang) is not None
        except ModelError:
            return False
    return in_cache(checkpoint.hub) is not None


def weights(checkpoint: Checkpoint) -> str:
    """Where the weights are, in a few words."""
    needed = missing(checkpoint)
    there = [lang for lang in checkpoint.languages if present(checkpoint, lang)]
    if not there:
        where = "can be had"
    elif len(there) < len(checkpoint.languages):
        where = f"in the cache: {' '.join(there)}"
    elif _converted(checkpoint):
        where = "in the cache, converted"
    else:
        where = "in the cache"
    return f"{where}, needs {needed}" if needed else where


def taken(lang: str, connected: bool) -> Checkpoint | None:
    """The checkpoint that `auto` takes for `lang`, where there is a network or without."""
    usable = (c for c in ranked(lang) if not missing(c) and (connected or present(c, lang)))
    return next(usable, None)


def table(languages: Sequence[str]) -> list[dict[str, str]]:
    """The catalogue as rows of text, with one score column a language.

    `auto` has the languages for which `auto` takes the model: with a network, unless HF_HUB_OFFLINE is set.
    """
    chosen = {lang: taken(lang, connected=not refused()) for lang in languages}
    rows = []
    for c in checkpoints():
        row = {
            "name": c.name,
            "family": c.family,
            "languages": " ".join(c.languages),
            "licence": c.conditions,
            "size": f"{c.megabytes} MB" if c.megabytes < 1000 else f"{c.megabytes / 1000:.1f} GB",
            "weights": weights(c),
            "auto": " ".join(lang for lang in languages if chosen[lang] is c),
        }
        for lang in languages:
            row[lang] = f"{c.flores[lang].bleu:.1f} / {c.flores[lang].comet:.3f}" if lang in c.flores else ""
        rows.append(row)
    return rows


def offline(languages: Sequence[str]) -> str:
    """What `auto` takes with no network, in one line."""
    found = {lang: taken(lang, connected=False) for lang in languages}
    return ", ".join(f"{lang} {c.name if c else 'nothing'}" for lang, c in found.items())


def _converted(checkpoint: Checkpoint) -> bool:
    directory = None if checkpoint.family == "firefox" else in_cache(checkpoint.hub)
    if directory is None:
        return False
    from models.convert import conversions

    return any(conversions(directory))
