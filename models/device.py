"""Where torch computes."""

from __future__ import annotations

from models.errors import MissingExtraError


def device() -> str:
    """`cuda` where torch sees a GPU, else `cpu`. Raises `MissingExtraError` where torch is not installed."""
    try:
        import torch
    except ImportError as error:
        raise MissingExtraError("torch", "nmt") from error
    return "cuda" if torch.cuda.is_available() else "cpu"
