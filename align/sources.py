"""Bitexts from two texts: line by line, or as documents for the aligner."""

from __future__ import annotations

from align.types import Bead, Bitext, Document, Segment, Translation


def lined(text: str, lang: str, origin: str = "") -> Document:
    """A document with one segment a line, empty lines included so that line numbers are segment numbers."""
    segments, start = [], 0
    for index, line in enumerate(text.split("\n")):
        stripped = line.rstrip("\r")
        segments.append(Segment(index, "body", start, start + len(stripped), stripped, index))
        start += len(line) + 1
    if segments and not segments[-1].text:
        segments.pop()
    return Document(lang, text, tuple(segments), "", origin)


def parallel(source: Document, target: Document, signature: str = "given") -> Bitext:
    """The bitext of two lined documents where line n translates line n; an empty line translates nothing."""
    beads: list[Bead] = []
    for one, other in zip(source.segments, target.segments, strict=True):
        if bool(one.text.strip()) == bool(other.text.strip()):
            beads.append(Bead((one.index,), (other.index,)))
        else:
            beads += [Bead((one.index,), (), 0.0), Bead((), (other.index,), 0.0)]
    return Bitext(Translation(source, target, signature), tuple(beads), "line by line")
