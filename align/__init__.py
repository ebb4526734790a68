"""Araxes: translate a news article, align the sentences, and see whose names the translation uses.

`from align import read, translate, align, check, score, …`: the functions of `align.api`, loaded when first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from align.api import (
        align,
        check,
        export,
        from_text,
        measure,
        open_project,
        read,
        rendered,
        run,
        score,
        score_project,
        take_back,
        termbase,
        translate,
    )

__all__ = [
    "align", "check", "export", "from_text", "measure", "open_project", "read", "rendered", "run", "score",
    "score_project", "take_back", "termbase", "translate",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from align import api

    return getattr(api, name)
