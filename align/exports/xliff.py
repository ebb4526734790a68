"""XLIFF 1.2 and 2.1: a unit a bead, its state, the terms of the source marked, the findings as notes."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from align.exports.base import Export, Options, tool_version, whole
from align.exports.units import Pair, Version, versions
from align.exports.xml import LANG, SPACE, child, clean, illegal, save
from align.matcher import mentions
from align.terms import Termbase
from align.types import SOURCE_LANGUAGE, Document, Mention
from models.errors import InputError

if TYPE_CHECKING:
    from align.store import Project

V1 = "urn:oasis:names:tc:xliff:document:1.2"
V2 = "urn:oasis:names:tc:xliff:document:2.0"
METADATA = "urn:oasis:names:tc:xliff:metadata:2.0"
# what our states are called there; XLIFF 2 keeps the exact one in subState
STATES_1 = {
    "draft": "needs-translation",
    "translated": "needs-review-translation",
    "reviewed": "translated",
    "approved": "final",
    "rejected": "needs-translation",
}
STATES_2 = {
    "draft": "initial",
    "translated": "translated",
    "reviewed": "reviewed",
    "approved": "final",
    "rejected": "initial",
}
_QUALIFIERS = {"draft": "mt-suggestion", "rejected": "rejected-inaccurate"}
_PRIORITY = {"error": "1", "warning": "3", "info": "5"}
_FILES = (".xlf", ".xliff")
Runs = list[tuple[str, Mention | None]]


def runs(document: Document, segments: tuple[int, ...], found: Mapping[int, list[Mention]]) -> Runs:
    """The text of segments on one line, cut where a mention begins or ends."""
    letters: list[tuple[str, Mention | None]] = []
    for index in segments:
        segment = document.segments[index]
        owners: dict[int, Mention] = {}
        for mention in found.get(index, ()):
            owners.update((i, mention) for i in range(mention.start, mention.end) if i not in owners)
        for word in re.finditer(r"\S+", segment.text):
            place = segment.start + word.start()
            owner = owners.get(place)
            if letters:
                letters.append((" ", owner if owner is letters[-1][1] else None))
            letters += [(letter, owners.get(place + i)) for i, letter in enumerate(word[0])]
    return [
        ("".join(letter for letter, _ in group), owner)
        for owner, group in groupby(letters, key=lambda x: x[1])
    ]


def _by_segment(found: tuple[Mention, ...]) -> dict[int, list[Mention]]:
    by_segment: dict[int, list[Mention]] = {}
    for mention in found:
        by_segment.setdefault(mention.segment, []).append(mention)
    return by_segment


def _notes(pair: Pair) -> Iterator[tuple[str, str, str]]:
    """Who says what, and how urgent it is."""
    if pair.state.note:
        yield ", ".join(pair.state.reviewers), pair.state.note, "2"
    for finding in pair.findings:
        yield f"araxes {finding.check}", finding.message, _PRIORITY[finding.severity]


class _Xliff(Export):
    """A folder with one file a translation, or a single file where the path ends in .xlf or .xliff."""

    suffix = "xliff.d"
    several: ClassVar[bool]  # whether one file may hold several target languages

    def write(self, project: Project, path: Path, options: Options = Options()) -> int:  # noqa: B008
        """Write the folder or the file."""
        held = versions(project, options.langs)
        if path.suffix in _FILES:
            if len(held) != 1 and not self.several:
                raise InputError(
                    f"{path}: an XLIFF 2 file has one target language and this would hold {len(held)} translations;"
                    " choose one with --lang, or name a folder with -o"
                )
            with whole(path) as partial:
                save(self.document(held, options), partial)
        else:
            with whole(path, folder=True) as partial:
                count: Counter[str] = Counter()
                for one in held:
                    count[one.lang] += 1
                    number = f"-{count[one.lang]}" if count[one.lang] > 1 else ""
                    save(self.document([one], options), partial / f"{one.lang}{number}.xlf")
        return sum(len(wanted(one, options)) for one in held)

    @abstractmethod
    def document(self, held: list[Version], options: Options) -> Any:
        """The root element of a file with these translations."""


def wanted(held: Version, options: Options) -> list[Pair]:
    """The pairs of a translation that a file gets: not the rejected ones, unless they are asked for."""
    return [p for p in held.pairs if options.rejected or p.state.name != "rejected"]


def _marked(
    found: tuple[Version, ...] | list[Version], termbase: Termbase
) -> dict[str, dict[int, list[Mention]]]:
    documents = {v.bitext.source.id: v.bitext.source for v in found}
    return {key: _by_segment(mentions(document, termbase)) for key, document in documents.items()}


class Xliff1(_Xliff):
    """XLIFF 1.2."""

    id = "xliff12"
    title = "XLIFF 1.2"
    several = True

    def document(self, held: list[Version], options: Options) -> Any:
        """The root element of a file with these translations."""
        from lxml import etree

        root = etree.Element(f"{{{V1}}}xliff", nsmap={None: V1}, version="1.2")
        marked = _marked(held, options.termbase)
        for one in held:
            file = child(
                root, "file", original=one.bitext.source.title or one.bitext.source.id, datatype="plaintext",
                **{"source-language": SOURCE_LANGUAGE, "target-language": one.lang, "tool-id": "araxes"},
            )  # fmt: skip
            header = child(file, "header")
            child(
                header, "tool", **{"tool-id": "araxes", "tool-name": "Araxes", "tool-version": tool_version()}
            )
            child(header, "note", f"{one.bitext.translation.signature}; {one.bitext.method}")
            body = child(file, "body")
            for pair in wanted(one, options):
                self._unit(body, one, pair, marked[one.bitext.source.id])
        return root

    def _shown(self, pair: Pair) -> str:
        """What stands in `target`."""
        return pair.target

    def _unit(self, body: Any, held: Version, pair: Pair, found: dict[int, list[Mention]]) -> None:
        unit = child(
            body, "trans-unit", id=pair.id, extradata=f"revision:{pair.state.revision}", **{SPACE: "preserve"}
        )
        if pair.state.name == "approved":
            unit.set("approved", "yes")
        source = child(unit, "source", **{LANG: SOURCE_LANGUAGE})
        for text, mention in runs(held.bitext.source, pair.segments, found):
            if mention is None:
                _append(source, text)
            else:
                child(source, "mrk", text, mtype="term", comment=mention.concept)
        if shown := self._shown(pair):
            target = child(unit, "target", shown, **{LANG: held.lang, "state": STATES_1[pair.state.name]})
            given = held.bitext.translation.signature.startswith("given")
            if pair.state.name in _QUALIFIERS and not (given and pair.state.name == "draft"):
                target.set("state-qualifier", _QUALIFIERS[pair.state.name])
        for who, note, priority in _notes(pair):
            child(unit, "note", note, **{"from": who, "priority": priority, "annotates": "target"})


class Xliff2(_Xliff):
    """XLIFF 2.1."""

    id = "xliff"
    title = "XLIFF 2.1"
    several = False

    def document(self, held: list[Version], options: Options) -> Any:
        """The root element of a file with these translations."""
        from lxml import etree

        (one,) = held
        spaces = {None: V2, "mda": METADATA}
        root = etree.Element(
            f"{{{V2}}}xliff", nsmap=spaces, version="2.1", srcLang=SOURCE_LANGUAGE, trgLang=one.lang
        )
        file = child(root, "file", id=one.id, original=one.bitext.source.title or one.bitext.source.id)
        notes = child(file, "notes")
        child(notes, "note", one.bitext.translation.signature, category="araxes:signature")
        child(notes, "note", one.bitext.method, category="araxes:method")
        marked = _marked(held, options.termbase)
        for pair in wanted(one, options):
            self._unit(file, one, pair, marked[one.bitext.source.id])
        return root

    def _unit(self, file: Any, held: Version, pair: Pair, found: dict[int, list[Mention]]) -> None:
        unit = child(file, "unit", id=pair.id, **{SPACE: "preserve"})
        group = child(child(unit, f"{{{METADATA}}}metadata"), f"{{{METADATA}}}metaGroup", category="araxes")
        child(group, f"{{{METADATA}}}meta", str(pair.state.revision), type="revision")
        said = list(_notes(pair))
        if said:
            notes = child(unit, "notes")
            for i, (who, note, priority) in enumerate(said, start=1):
                child(notes, "note", note, id=f"n{i}", appliesTo="target", category=who, priority=priority)
        state = STATES_2[pair.state.name] if pair.target else "initial"
        segment = child(unit, "segment", id="s1", state=state, subState=f"araxes:{pair.state.name}")
        source = child(segment, "source")
        number = 0
        for text, mention in runs(held.bitext.source, pair.segments, found):
            if mention is None:
                _coded(source, text)
            else:
                number += 1
                _coded(child(source, "mrk", id=f"t{number}", type="term", value=mention.concept), text)
        if pair.target:
            _coded(child(segment, "target"), pair.target)


def _append(element: Any, text: str) -> None:
    """Add text at the end of mixed content."""
    if len(element):
        element[-1].tail = (element[-1].tail or "") + clean(text)
    else:
        element.text = (element.text or "") + clean(text)


def _coded(element: Any, text: str) -> None:
    """Add text at the end of mixed content; XLIFF 2 spells the characters that XML cannot hold."""
    for i, part in enumerate(illegal(text)):
        if i % 2 and ord(part) < 0x10000:
            child(element, "cp", hex=f"{ord(part):04X}")
        else:
            _append(element, part)
