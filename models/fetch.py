"""Models from the Hugging Face hub: found in the cache, or downloaded, resumed and checked."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from pathlib import Path

from models.catalogue import find, known
from models.coder import read_json
from models.errors import ModelError

_LOG = logging.getLogger("araxes")

# What a translator reads; one format of the weights is enough.
_INDEXES = ("model.safetensors.index.json", "pytorch_model.bin.index.json")
_WEIGHTS = ("model.safetensors", "pytorch_model.bin", "model.bin", *_INDEXES)
_TEXT = ("*.json", "*.model", "*.spm", "*.txt", "*.jinja")


def _cache() -> Path:
    # Where huggingface_hub keeps its files; it takes long to import, so it is not asked.
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    hugging_face = os.environ.get("HF_HOME") or Path(home) / "huggingface"
    return Path(os.environ.get("HF_HUB_CACHE") or Path(hugging_face) / "hub")


def in_cache(hub: str) -> Path | None:
    """The directory where the hub's cache holds the whole of model `hub`, or `None`."""
    folder = _cache() / f"models--{hub.replace('/', '--')}"
    try:
        revision = (folder / "refs" / "main").read_text(encoding="utf-8").strip()
    except OSError:
        return None
    directory = folder / "snapshots" / revision
    whole = (directory / "config.json").exists() and any((directory / name).exists() for name in _WEIGHTS)
    # A file that is listed in an index and missing means an interrupted download.
    index = next((directory / name for name in _INDEXES if (directory / name).exists()), None)
    if whole and index:
        whole = all((directory / part).exists() for part in set(read_json(index)["weight_map"].values()))
    return directory if whole else None


def fetch(name: str, say: Callable[[str], None] = _LOG.warning) -> Path:
    """Download a model of the catalogue or of the hub and return where it lies.

    `say` hears the licence and the size first. Progress goes to standard error, an interrupted download is
    resumed, and every file's checksum is verified. Raises `ModelError` where the model cannot be had.
    """
    entry = known(name)
    if entry is not None and entry.family == "firefox":
        from models import firefox

        directories = [firefox.fetch("en", lang, say) for lang in entry.languages]
        return directories[0].parent
    hub = entry.hub if entry else name
    if hub.count("/") != 1:
        hub = find(name).hub  # raises, naming the nearest
    if entry is not None:
        say(f"{entry.name}: {entry.conditions}; {entry.megabytes} MB to download")
    os.environ.setdefault("HF_HUB_DOWNLOAD_TIMEOUT", "30")
    from huggingface_hub import HfApi, snapshot_download

    try:
        files = HfApi().list_repo_files(hub)
        safe = any(file.endswith(".safetensors") for file in files)
        weights = "*.safetensors" if safe else "*.bin"
        return Path(snapshot_download(hub, allow_patterns=[*_TEXT, weights]))
    except Exception as error:  # the hub, the network and the disk each raise their own
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ModelError(
            f"{hub} cannot be fetched ({reason}); run the same command again and it goes on where it stopped"
        ) from error
