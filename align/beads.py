"""A bitext as people and programs read it: text, Vecalign beads, tab-separated, JSON lines, TMX."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from align.aligner.explain import doubtful
from align.aligner.gold import line
from align.rows import dumps
from align.types import Bead, Bitext, Document

FORMS = ("text", "beads", "tsv", "jsonl", "tmx")
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # in XML 1.0


def render(bitext: Bitext, form: str, *, lines: bool = False) -> str:
    """The beads in one of `FORMS`, each line ended; with `lines` segments are numbered by their lines."""
    if form == "tmx":
        return _tmx(bitext)
    writers = {"text": _text, "beads": _vecalign, "tsv": _tsv, "jsonl": _jsonl}
    numbered = in_lines(bitext) if lines else bitext.beads
    return "".join(
        writers[form](bitext, bead, number) + "\n"
        for bead, number in zip(bitext.beads, numbered, strict=True)
    )


def in_lines(bitext: Bitext) -> tuple[Bead, ...]:
    """The beads with line numbers in the place of segment numbers, where each line was read as a segment."""
    one, other = ([s.paragraph for s in document.segments] for document in (bitext.source, bitext.target))
    return tuple(
        Bead(tuple(one[i] for i in bead.source), tuple(other[j] for j in bead.target), bead.score)
        for bead in bitext.beads
    )


def joined(document: Document, segments: tuple[int, ...]) -> str:
    """The text of segments on one line."""
    return " ".join(" ".join(document.segments[i].text.split()) for i in segments)


def _text(bitext: Bitext, bead: Bead, _number: Bead) -> str:
    mark = " ?" if doubtful(bead) else ""
    kind = f"{len(bead.source)}-{len(bead.target)}"
    lines = [f"{kind}  {bead.score:.2f}{mark}"]
    lines += [f"  {bitext.source.lang}  {joined(bitext.source, bead.source)}"] if bead.source else []
    lines += [f"  {bitext.lang}  {joined(bitext.target, bead.target)}"] if bead.target else []
    return "\n".join(lines) + "\n"


def _vecalign(_bitext: Bitext, _bead: Bead, number: Bead) -> str:
    return line(number)


def _tsv(bitext: Bitext, bead: Bead, _number: Bead) -> str:
    sides = joined(bitext.source, bead.source), joined(bitext.target, bead.target)
    return "\t".join([f"{bead.score:.4f}", *(side.replace("\t", " ") for side in sides)])


def _jsonl(bitext: Bitext, bead: Bead, number: Bead) -> str:
    return dumps(
        {
            "source": list(number.source),
            "target": list(number.target),
            "score": round(bead.score, 4),
            "source_text": joined(bitext.source, bead.source),
            "target_text": joined(bitext.target, bead.target),
        }
    )


def _tmx(bitext: Bitext) -> str:
    """A TMX 1.4 memory: a unit for each bead with two sides, with its score and whether it is doubtful."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<tmx version="1.4">',
        '<header creationtool="Araxes" creationtoolversion="1" segtype="sentence" o-tmf="Araxes"'
        f' adminlang="en" srclang={quoteattr(bitext.source.lang)} datatype="plaintext"/>',
        "<body>",
    ]
    for bead in bitext.beads:
        if bead.source and bead.target:
            lines.append("<tu>")
            lines.append(f'<prop type="x-araxes-score">{bead.score:.4f}</prop>')
            lines += ['<prop type="x-araxes-state">doubtful</prop>'] if doubtful(bead) else []
            for document, segments in ((bitext.source, bead.source), (bitext.target, bead.target)):
                text = escape(_ILLEGAL.sub("\ufffd", joined(document, segments)))
                lines.append(f"<tuv xml:lang={quoteattr(document.lang)}><seg>{text}</seg></tuv>")
            lines.append("</tu>")
    return "".join(line + "\n" for line in [*lines, "</body>", "</tmx>"])
