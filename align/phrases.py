"""Lists of words in a data file, as one pattern a list: `*` stands for any ending, `…` for a few words."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Any

from align.fold import fold


@cache
def listed(file: str) -> dict[str, Any]:
    """The lists of a packaged data file, by name."""
    return tomllib.loads((resources.files("align") / "data" / file).read_text(encoding="utf-8"))


def any_of(phrases: Iterable[str], lang: str) -> re.Pattern[str]:
    """A pattern that finds any of the phrases as whole words of a folded lower-case text; none finds nothing."""
    found = "|".join(
        re.escape(fold(phrase, lang).lower).replace(r"\*", r"[^\W_]*").replace("…", r"[^.;:]{0,40}?")
        for phrase in phrases
    )
    return re.compile(rf"(?<![\w'])(?:{found})(?!\w)" if found else r"(?!)")
