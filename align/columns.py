"""Plain text columns."""

from __future__ import annotations

from collections.abc import Sequence


def table(rows: Sequence[Sequence[str]], *, header: bool = True) -> str:
    """Plain columns, as wide as their text, the last one left ragged."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))] if rows else []
    lines = [
        "  ".join([*(c.ljust(w) for c, w in zip(row[:-1], widths, strict=False)), row[-1]]).rstrip()
        for row in rows
    ]
    if header and lines:
        lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines)
