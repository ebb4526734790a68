"""Models from the Hugging Face hub: found in the cache, or downloaded, resumed and checked."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from pathlib import Path

from models.catalogue import known
from models.errors import ModelError

# What a translator reads; one format of the weights is enough.
_TEXT = ("*.json", "*.model", "*.spm", "*.txt", "*.jinja")


def in_cache(hub: str) -> Path | None:
    """The directory where the hub's cache holds the whole of model `hub`, or `None`."""
    from huggingface_hub import try_to_load_from_cache

    config = try_to_load_from_cache(hub, "config.json")
    if not isinstance(config, str):
        return None
    directory = Path(config).parent
    weights = ("model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "model.bin")
    return directory if any((directory / name).exists() for name in weights) else None


def fetch(hub: str, say: Callable[[str], None] = logging.getLogger("araxes").warning) -> Path:
    """Download model `hub` and return its directory in the cache; `say` hears the licence and the size.

    An interrupted download is resumed and every file's checksum is verified. Raises `ModelError` where it
    cannot be had.
    """
    entry = known(hub)
    hub = entry.hub if entry else hub
    if entry is not None:
        say(f"{entry.name}: {entry.conditions}; {entry.megabytes} MB to download")
    os.environ.setdefault("HF_HUB_DOWNLOAD_TIMEOUT", "30")
    from huggingface_hub import HfApi, snapshot_download

    try:
        files = HfApi().list_repo_files(hub)
        safe = any(name.endswith(".safetensors") for name in files)
        weights = "*.safetensors" if safe else "*.bin"
        return Path(snapshot_download(hub, allow_patterns=[*_TEXT, weights]))
    except Exception as error:  # the hub, the network and the disk each raise their own
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ModelError(
            f"{hub} cannot be fetched ({reason}); run the same command again and it goes on where it stopped"
        ) from error
