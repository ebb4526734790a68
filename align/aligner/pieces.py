"""Pieces: the sentences inside a segment, whatever its language.

A segment may hold two sentences that the other side keeps apart. Its vector is the mean of its pieces',
and a join counts only if every piece of it finds its match.
"""

from __future__ import annotations

import re

_END = re.compile(r"[.!?։:;…]+[\"'”’»›“)\]]*\s+")
_OPENING = "\"'“„”«‹‘’‚([–—- "
_SHORT = 8  # characters; shorter pieces stay with their neighbour: initials, numbers, abbreviations


def pieces(text: str) -> list[str]:
    """The parts of `text` that end like sentences and are followed by a capital or a digit; at least one."""
    found, start = [], 0
    for match in _END.finditer(text):
        after = text[match.end() : match.end() + 3].lstrip(_OPENING)
        if after and (after[0].isupper() or after[0].isdigit()) and match.end() - start > _SHORT:
            found.append(text[start : match.end()].strip())
            start = match.end()
    last = text[start:].strip()
    if found and len(last) < _SHORT:
        found[-1] = f"{found[-1]} {last}".strip()
    else:
        found.append(last)
    return found
