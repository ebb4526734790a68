"""What the page sends, made safe: every value is checked here before anything is done with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from models.errors import InputError
from ui.sheet import Filters


def filters(given: object) -> Filters:
    """Filters as the page or a link gives them; what is no filter is ignored."""
    values = given if isinstance(given, dict) else {}
    kept: dict[str, Any] = {}
    for each in fields(Filters):
        value = values.get(each.name)
        if isinstance(value, bool if isinstance(each.default, bool) else str):
            kept[each.name] = value[:200] if isinstance(value, str) else value
    return Filters(**kept)


def whole(value: object, least: int, most: int) -> int:
    """A whole number between two others; what is none is the least."""
    return min(most, max(least, value)) if isinstance(value, int) and not isinstance(value, bool) else least


def string(given: Mapping[str, Any], name: str, limit: int) -> str:
    """A string of at most `limit` characters, all of which a database can hold; raises `InputError` otherwise."""
    value = given.get(name, "")
    if not isinstance(value, str) or len(value) > limit:
        raise InputError(f"the {name} is longer than {limit} characters; shorten it")
    return value.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def revision(given: Mapping[str, Any]) -> int:
    """The revision that the page shows."""
    seen = given.get("seen")
    if not isinstance(seen, int) or isinstance(seen, bool):
        raise InputError("the page did not say which revision it shows; reload it")
    return seen
