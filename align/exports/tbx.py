"""TBX-Basic, ISO 30042:2019 and the older martif: every concept with all its names.

What TBX-Basic has no category for stands in notes of the form `key: value`; sides are project subsets. Every
name is marked admitted: which of them is right is not for this file to say.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from align.exports.base import Export, Options, whole
from align.exports.units import versions
from align.exports.xml import LANG, child, save
from align.matcher import mentions
from align.types import LANGUAGES, SOURCE_LANGUAGE, Concept, Form

if TYPE_CHECKING:
    from align.store import Project

SPACE = "urn:iso:std:iso:30042:ed-2"
ADMITTED = "admittedTerm-admn-sts"
_NAMES_2019 = ("conceptEntry", "langSec", "termSec")
_NAMES_MARTIF = ("termEntry", "langSet", "tig")


def tbx(concepts: Iterable[Concept], *, martif: bool = False) -> Any:
    """The document of concepts, as the root element."""
    from lxml import etree

    if martif:
        root = etree.Element("martif", type="TBX-Basic")
        header, entry_names = child(root, "martifHeader"), _NAMES_MARTIF
    else:
        root = etree.Element(f"{{{SPACE}}}tbx", nsmap={None: SPACE}, type="TBX-Basic", style="dca")
        header, entry_names = child(root, "tbxHeader"), _NAMES_2019
    root.set(LANG, SOURCE_LANGUAGE)
    about = child(header, "fileDesc")
    child(child(about, "titleStmt"), "title", "Araxes termbase")
    child(
        child(about, "sourceDesc"), "p", "Sides are project subsets; from, to, load and the like are notes."
    )
    schema = "TBXBasicXCSV02.xcs" if martif else "TBXXCSV02.xcs"
    child(child(header, "encodingDesc"), "p", schema, type="XCSURI" if martif else "DCSName")
    body = child(child(root, "text"), "body")
    for concept in concepts:
        _entry(body, concept, entry_names)
    return root


def _entry(body: Any, concept: Concept, names: tuple[str, str, str]) -> None:
    entry = child(body, names[0], id=f"c_{concept.id}")
    child(entry, "descrip", ", ".join(filter(None, [concept.kind, concept.feature])), type="subjectField")
    if concept.geonames:
        target = f"https://www.geonames.org/{concept.geonames}"
        child(entry, "xref", "GeoNames", type="externalCrossReference", target=target)
    for source in concept.sources:
        child(entry, "admin", source, type="source")
    facts = {"kind": concept.kind, "feature": concept.feature, "scale": concept.scale, "remark": concept.note}
    for key, value in facts.items():
        if value:
            child(entry, "note", f"{key}: {value}")
    for lang in LANGUAGES:
        if forms := concept.forms_in(lang):
            section = child(entry, names[1], **{LANG: lang})
            for form in forms:
                _term(child(section, names[2]), form, concept)


def _term(section: Any, form: Form, concept: Concept) -> None:
    child(section, "term", form.text)
    child(section, "termNote", ADMITTED, type="administrativeStatus")
    if form.pos == "abbreviation":
        child(section, "termNote", "abbreviation", type="termType")
    if form.pos == "adjective" or concept.kind != "loaded":
        part = "adjective" if form.pos == "adjective" else "properNoun" if form.text[:1].isupper() else "noun"
        child(section, "termNote", part, type="partOfSpeech")
    for side in form.sides:
        child(section, "admin", side, type="projectSubset")
    if form.source:
        child(section, "admin", form.source, type="source")
    facts = {
        "from": form.since.isoformat() if form.since else "",
        "to": form.until.isoformat() if form.until else "",
        "load": str(form.load) if form.load else "",
        "pos": form.pos,
        "stems": json.dumps(form.stems, ensure_ascii=False) if form.stems else "",
        "unless": json.dumps(form.unless, ensure_ascii=False) if form.unless else "",
        "remark": form.note,
    }
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
    """One file with the concepts that the project mentions."""

    id = "tbx"
    title = "TBX-Basic 2019"
    suffix = "tbx"
    martif = False

    def write(self, project: Project, path: Path, options: Options = Options()) -> int:  # noqa: B008
        """Write the file."""
        concepts = mentioned(project, options)
        with whole(path) as partial:
            save(tbx(concepts, martif=self.martif), partial)
        return len(concepts)


class Martif(Tbx):
    """The same in the form that older tools read."""

    id = "tbx-martif"
    title = "TBX-Basic 2008 (martif)"
    suffix = "martif.tbx"
    martif = True
