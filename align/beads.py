"""A bitext as people and programs read it: text, Vecalign beads, tab-separated, JSON lines."""

from __future__ import annotations

from align.aligner.explain import doubtful
from align.aligner.gold import line
from align.rows import dumps
from align.types import Bead, Bitext, Document

FORMS = ("text", "beads", "tsv", "jsonl")


def render(bitext: Bitext, form: str) -> str:
    """The beads in one of `FORMS`, each line ended."""
    writers = {"text": _text, "beads": _vecalign, "tsv": _tsv, "jsonl": _jsonl}
    return "".join(writers[form](bitext, bead) + "\n" for bead in bitext.beads)


def joined(document: Document, segments: tuple[int, ...]) -> str:
    """The text of segments on one line."""
    return " ".join(" ".join(document.segments[i].text.split()) for i in segments)


def _text(bitext: Bitext, bead: Bead) -> str:
    mark = " ?" if doubtful(bead) else ""
    kind = f"{len(bead.source)}-{len(bead.target)}"
    lines = [f"{kind}  {bead.score:.2f}{mark}"]
    lines += [f"  {bitext.source.lang}  {joined(bitext.source, bead.source)}"] if bead.source else []
    lines += [f"  {bitext.lang}  {joined(bitext.target, bead.target)}"] if bead.target else []
    return "\n".join(lines) + "\n"


def _vecalign(_bitext: Bitext, bead: Bead) -> str:
    return line(bead)


def _tsv(bitext: Bitext, bead: Bead) -> str:
    sides = joined(bitext.source, bead.source), joined(bitext.target, bead.target)
    return "\t".join([f"{bead.score:.4f}", *(side.replace("\t", " ") for side in sides)])


def _jsonl(bitext: Bitext, bead: Bead) -> str:
    return dumps(
        {
            "source": list(bead.source),
            "target": list(bead.target),
            "score": round(bead.score, 4),
            "source_text": joined(bitext.source, bead.source),
            "target_text": joined(bitext.target, bead.target),
        }
    )
