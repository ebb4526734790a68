"""TMX 1.4b: one unit with every language, or one unit a pair for tools that take pairs."""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Any

from align.exports.base import Export, Options, tool_version, whole
from align.exports.units import Pair, Version, rounds, units, versions
from align.exports.xml import LANG, child, save
from align.types import SOURCE_LANGUAGE

if TYPE_CHECKING:
    from align.store import Project

_DOCTYPE = '<!DOCTYPE tmx SYSTEM "tmx14.dtd">'


def document() -> Any:
    """An empty memory: the header, and a body to fill."""
    from lxml import etree

    root = etree.Element("tmx", version="1.4")
    header = {
        "creationtool": "Araxes",
        "creationtoolversion": tool_version(),
        "segtype": "sentence",
        "o-tmf": "Araxes",
        "adminlang": "en",
        "srclang": SOURCE_LANGUAGE,
        "datatype": "plaintext",
    }
    etree.SubElement(root, "header", header)
    etree.SubElement(root, "body")
    return root


def _unit(body: Any, key: str, article: str, source: str) -> Any:
    unit = child(body, "tu", tuid=key)
    child(unit, "prop", article, type="x-araxes-article")
    side = child(unit, "tuv", **{LANG: SOURCE_LANGUAGE})
    child(side, "seg", source)
    return unit


def _variant(unit: Any, held: Version, pairs: tuple[Pair, ...]) -> None:
    """The target side of a unit; notes are people's, properties say where it comes from."""
    authors = sorted({p.state.author for p in pairs} - {""})
    side = child(unit, "tuv", **{LANG: held.lang}, **({"changeid": ", ".join(authors)} if authors else {}))
    for note in (p.state.note for p in pairs if p.state.note):
        child(side, "note", note)
    child(side, "prop", " ".join(p.id for p in pairs), type="x-araxes-bead")
    child(side, "prop", " ".join(str(p.state.revision) for p in pairs), type="x-araxes-revision")
    child(side, "prop", " ".join(dict.fromkeys(p.state.name for p in pairs)), type="x-araxes-state")
    child(side, "prop", held.bitext.translation.signature, type="x-araxes-signature")
    for finding in (f for p in pairs for f in p.findings):
        child(side, "prop", f"{finding.severity} {finding.check}: {finding.message}", type="x-araxes-finding")
    child(side, "seg", " ".join(p.target for p in pairs if p.target))


def _wanted(pairs: tuple[Pair, ...], options: Options) -> bool:
    """Whether there is a translation that nobody has rejected."""
    rejected = any(p.state.name == "rejected" for p in pairs)
    return any(p.target.strip() for p in pairs) and (options.rejected or not rejected)


class _Tmx(Export):
    """One file. Untranslated and rejected units are left out."""

    def write(self, project: Project, path: Path, options: Options = Options()) -> int:  # noqa: B008
        """Write the file."""
        root = document()
        self._fill(root[1], project, options)
        with whole(path) as partial:
            save(root, partial, _DOCTYPE)
        return len(root[1])

    @abstractmethod
    def _fill(self, body: Any, project: Project, options: Options) -> None: ...


class Tmx(_Tmx):
    """A unit holds every language that translates it."""

    id = "tmx"
    title = "TMX 1.4b, one unit for all languages"
    suffix = "tmx"

    def _fill(self, body: Any, project: Project, options: Options) -> None:
        for one in rounds(project, options.langs):
            held = {v.lang: v for v in one.versions}
            for unit in units(one):
                sides = [(lang, pairs) for lang, pairs in unit.pairs if _wanted(pairs, options)]
                if not sides:
                    continue
                element = _unit(body, unit.id, one.source.id, unit.source)
                for lang, pairs in sides:
                    _variant(element, held[lang], pairs)


class TmxPairs(_Tmx):
    """Each bead of each translation is a unit of two languages."""

    id = "tmx-pairs"
    title = "TMX 1.4b, one unit a language pair"
    suffix = "pairs.tmx"

    def _fill(self, body: Any, project: Project, options: Options) -> None:
        for held in versions(project, options.langs):
            for pair in held.pairs:
                if _wanted((pair,), options):
                    unit = _unit(body, f"{pair.id}-{held.lang}", held.bitext.source.id, pair.source)
                    _variant(unit, held, (pair,))
