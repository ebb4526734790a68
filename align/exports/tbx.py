"""TBX-Basic, ISO 30042:2019 in both its styles and the older martif: every concept with all its names.

What TBX-Basic has no category for stands in notes of the form `key: value`; sides are project subsets. Every
name is marked admitted: which of them is right is not for this file to say.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from align.exports.base import Export, Options, whole
from align.exports.units import versions
from align.exports.xml import LANG, child, save
from align.matcher import mentions
from align.types import LANGUAGES, SOURCE_LANGUAGE, Concept, Form

if TYPE_CHECKING:
    from align.store import Project

SPACE = "urn:iso:std:iso:30042:ed-2"
MODULES = {"min": "http://www.tbxinfo.net/ns/min", "basic": "http://www.tbxinfo.net/ns/basic"}
ADMITTED = "admittedTerm-admn-sts"
_MIN = ("subjectField", "administrativeStatus", "partOfSpeech")  # the rest are the basic module's


@dataclass(frozen=True, slots=True)
class Style:
    """How a file spells its levels, and its data categories: as the attribute `type`, or as tags (DCT)."""

    root: str
    header: str
    entry: str
    language: str
    term: str
    tags: bool = False
    proper: str = "noun"  # 2019 has no part of speech for names

    def start(self) -> Any:
        """The empty document."""
        from lxml import etree

        if self.root == "martif":
            return etree.Element(self.root, type="TBX-Basic")
        spaces: dict[str | None, str] = {None: SPACE}
        if self.tags:
            spaces.update(MODULES)
        style = "dct" if self.tags else "dca"
        return etree.Element(f"{{{SPACE}}}{self.root}", nsmap=spaces, type="TBX-Basic", style=style)

    def put(self, parent: Any, meta: str, category: str, text: str, **attributes: str) -> None:
        """Add a data category: `<admin type="source">`, or `<basic:source>`."""
        if self.tags:
            child(
                parent, f"{{{MODULES['min' if category in _MIN else 'basic']}}}{category}", text, **attributes
            )
        else:
            child(parent, meta, text, type=category, **attributes)


DCA = Style("tbx", "tbxHeader", "conceptEntry", "langSec", "termSec")
DCT = Style("tbx", "tbxHeader", "conceptEntry", "langSec", "termSec", tags=True)
MARTIF = Style("martif", "martifHeader", "termEntry", "langSet", "tig", proper="properNoun")


def tbx(concepts: Iterable[Concept], style: Style = DCA) -> Any:
    """The document of concepts, as the root element."""
    root = style.start()
    root.set(LANG, SOURCE_LANGUAGE)
    header = child(root, style.header)
    about = child(header, "fileDesc")
    child(child(about, "titleStmt"), "title", "Araxes termbase")
    child(
        child(about, "sourceDesc"), "p", "Sides are project subsets; from, to, load and the like are notes."
    )
    if style is MARTIF:
        child(child(header, "encodingDesc"), "p", "TBXBasicXCSV02.xcs", type="XCSURI")
    body = child(child(root, "text"), "body")
    for concept in concepts:
        _entry(body, concept, style)
    return root


def _entry(body: Any, concept: Concept, style: Style) -> None:
    entry = child(body, style.entry, id=f"c_{concept.id}")
    style.put(entry, "descrip", "subjectField", ", ".join(filter(None, [concept.kind, concept.feature])))
    if concept.geonames:
        target = f"https://www.geonames.org/{concept.geonames}"
        style.put(entry, "xref", "externalCrossReference", "GeoNames", target=target)
    for source in concept.sources:
        style.put(entry, "admin", "source", source)
    facts = {"scale": concept.scale, "stance": concept.stance, "remark": concept.note}
    _notes(entry, kind=concept.kind, feature=concept.feature, **facts)
    for lang in LANGUAGES:
        if forms := concept.forms_in(lang):
            section = child(entry, style.language, **{LANG: lang})
            for form in forms:
                _term(child(section, style.term), form, concept, style)


def _term(section: Any, form: Form, concept: Concept, style: Style) -> None:
    child(section, "term", form.text)
    style.put(section, "termNote", "administrativeStatus", ADMITTED)
    if form.pos == "abbreviation":
        style.put(section, "termNote", "termType", "abbreviation")
    if form.pos == "adjective" or concept.kind != "loaded":
        name = style.proper if form.text[:1].isupper() else "noun"
        style.put(section, "termNote", "partOfSpeech", "adjective" if form.pos == "adjective" else name)
    for side in form.sides:
        style.put(section, "admin", "projectSubset", side)
    if form.source:
        style.put(section, "admin", "source", form.source)
    facts = {
        "from": form.since.isoformat() if form.since else "",
        "to": form.until.isoformat() if form.until else "",
        "load": str(form.load) if form.load else "",
        "pos": form.pos,
        "stems": json.dumps(form.stems, ensure_ascii=False) if form.stems else "",
        "unless": json.dumps(form.unless, ensure_ascii=False) if form.unless else "",
        "remark": form.note,
    }
    _notes(section, **facts)


def _notes(section: Any, **facts: str) -> None:
    """Notes of the form `key: value`, one a fact that is known."""
    for key, value in facts.items():
        if value:
            child(section, "note", f"{key}: {value}")


def mentioned(project: Project, options: Options) -> list[Concept]:
    """The concepts that the articles of a project and their translations name, in the termbase's order."""
    termbase = options.termbase
    documents = {
        d.id: d for v in versions(project, options.langs) for d in (v.bitext.source, v.bitext.target)
    }
    named = {m.concept for document in documents.values() for m in mentions(document, termbase)}
    return [concept for concept in termbase if concept.id in named]


class Tbx(Export):
    """One file with the concepts that the project mentions, its data categories as attributes."""

    id = "tbx"
    title = "TBX-Basic 2019, style DCA"
    suffix = "tbx"
    style: ClassVar[Style] = DCA

    def write(self, project: Project, path: Path, options: Options = Options()) -> int:  # noqa: B008
        """Write the file."""
        concepts = mentioned(project, options)
        with whole(path) as partial:
            save(tbx(concepts, self.style), partial)
        return len(concepts)


class TbxTags(Tbx):
    """The same with a tag for each data category."""

    id = "tbx-dct"
    title = "TBX-Basic 2019, style DCT"
    suffix = "dct.tbx"
    style = DCT


class Martif(Tbx):
    """The same in the form that older tools read."""

    id = "tbx-martif"
    title = "TBX-Basic 2008 (martif)"
    suffix = "martif.tbx"
    style = MARTIF
