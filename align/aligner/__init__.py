"""Sentence alignment: which source and target segments translate each other."""

from __future__ import annotations

from collections.abc import Sequence

from align.aligner.core import Alignment, Link, Settings
from align.aligner.explain import Explanation, explain
from align.aligner.sides import Text
from align.matcher import mentions
from align.terms import Termbase
from align.types import Bead, Bitext, Document, Translation
from models.base import Encoder

__all__ = ["Settings", "align", "align_documents", "by_construction", "explained"]


def align(
    source: Sequence[str], target: Sequence[str], encoder: Encoder, settings: Settings | None = None
) -> list[Bead]:
    """Beads that hold every segment of both sides exactly once, in order.

    A bead's score says how sure it is, from 0 to 1: the lower of how like its sides are and how far it is
    ahead of the best bead that would replace it. Below 0.5 it is doubtful; where one side is empty it is 0.
    """
    one, other = Text(source), Text(target)
    return _beads(one, other, *_study(one, other, encoder, settings or Settings()))


def align_documents(
    translation: Translation,
    encoder: Encoder,
    termbase: Termbase | None = None,
    settings: Settings | None = None,
) -> Bitext:
    """The bitext of a translation: by construction where its links are known, else by likeness.

    Besides the texts, concepts of the termbase, roles and paragraphs are evidence.
    """
    if translation.links is not None:
        return by_construction(translation)
    return explained(translation, encoder, termbase, settings)[0]


def explained(
    translation: Translation,
    encoder: Encoder,
    termbase: Termbase | None = None,
    settings: Settings | None = None,
) -> tuple[Bitext, tuple[Explanation, ...]]:
    """The bitext of a translation aligned by likeness, and why each bead was preferred.

    There is nothing to explain, and no explanation, where one document has no segments.
    """
    settings = settings or Settings()
    one, other = (_text(document, termbase) for document in (translation.source, translation.target))
    found, swapped = _study(one, other, encoder, settings)
    beads = tuple(_beads(one, other, found, swapped))
    bitext = Bitext(translation, beads, f"{encoder.signature}|{settings.signature}")
    return bitext, explain(found, swapped=swapped) if found else ()


def _study(source: Text, target: Text, encoder: Encoder, settings: Settings) -> tuple[Alignment | None, bool]:
    """The alignment, if both sides have segments, and whether it has the sides swapped.

    Every pair of texts is aligned in one orientation, so that swapping them swaps the beads and no more.
    """
    if not source.segments or not target.segments:
        return None, False
    one, other = list(source.segments), list(target.segments)
    if (len(one), one) <= (len(other), other):
        return Alignment(source, target, encoder, settings), False
    return Alignment(target, source, encoder, settings), True


def _beads(source: Text, target: Text, found: Alignment | None, swapped: bool) -> list[Bead]:
    if found is None:
        alone = [Bead((i,), (), 0.0) for i in range(len(source.segments))]
        return alone + [Bead((), (j,), 0.0) for j in range(len(target.segments))]
    return [_bead(link, swapped) for link in found.links]


def _bead(link: Link, swapped: bool) -> Bead:
    one, other = (tuple(range(*part)) for part in link.span)
    score = round(link.sure, 4) if one and other else 0.0
    return Bead(other, one, score) if swapped else Bead(one, other, score)


def _text(document: Document, termbase: Termbase | None) -> Text:
    """A document for the aligner: its concepts and roles are marks, its paragraphs blocks."""
    segments = document.segments
    marks: list[list[str]] = [[] if segment.role == "body" else [segment.role] for segment in segments]
    if termbase is not None:
        place = {segment.index: i for i, segment in enumerate(segments)}
        for mention in mentions(document, termbase):
            marks[place[mention.segment]].append(mention.concept)
    return Text([segment.text for segment in segments], marks, _blocks(document))


def _blocks(document: Document) -> list[int]:
    """A number for each segment that changes with paragraph and role; one for all where that says nothing."""
    kinds = [(segment.paragraph, segment.role) for segment in document.segments]
    number = {kind: i for i, kind in enumerate(dict.fromkeys(kinds))}
    if 2 * len(number) > len(kinds):  # most paragraphs are a single sentence: agencies write so
        return [0] * len(kinds)
    return [number[kind] for kind in kinds]


def by_construction(translation: Translation) -> Bitext:
    """The bitext of a translation made segment by segment, from its links.

    Raises `ValueError` where there are no links, or they do not run in order.
    """
    links = translation.links
    if links is None or len(links) != len(translation.target.segments) or list(links) != sorted(links):
        raise ValueError(
            "to align by construction, a translation needs links: one a target segment, in order"
        )
    targets: dict[int, list[int]] = {}
    for target, source in enumerate(links):
        targets.setdefault(source, []).append(target)
    count = len(translation.source.segments)
    if targets and not 0 <= min(targets) <= max(targets) < count:
        raise ValueError(f"a link names a source segment that is not there; the source has {count}")
    beads = tuple(Bead((i,), tuple(targets.get(i, ())), 1.0 if i in targets else 0.0) for i in range(count))
    return Bitext(translation, beads, "by construction")
