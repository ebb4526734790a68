"""A project for OmegaT, one a language: the article as XLIFF, its translation as the project's memory, a glossary.

OmegaT 3.6, which Debian has, takes what stands in `target` for the text to translate, so the source stands there;
what was translated so far is in the memory that OmegaT keeps of its project, where it is edited.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from align.exports.base import Export, Options, whole
from align.exports.tbx import MARTIF, mentioned, tbx
from align.exports.tmx import document as memory
from align.exports.units import Pair, Version, versions
from align.exports.xliff import Xliff1, wanted
from align.exports.xml import LANG, child, save
from align.types import SOURCE_LANGUAGE

if TYPE_CHECKING:
    from align.store import Project

_MEMORY = Path("omegat") / "project_save.tmx"
_FOLDERS = ("source", "target", "tm", "glossary", "dictionary", "omegat")
_DEFAULT = ("source_dir", "target_dir", "tm_dir", "glossary_dir", "glossary_file", "dictionary_dir")


class _Source(Xliff1):
    """XLIFF 1.2 with the source where the translation will be."""

    def _shown(self, pair: Pair) -> str:
        return pair.source


class OmegaT(Export):
    """A folder with an OmegaT project a translation; what comes back is `LANG/target/LANG.xlf`."""

    id = "omegat"
    title = "OmegaT projects"
    suffix = "omegat"

    def write(self, project: Project, path: Path, options: Options = Options()) -> int:  # noqa: B008
        """Write the folder; the second translations of articles make projects of their own, `LANG-2`."""
        count = 0
        seen: Counter[tuple[str, str]] = Counter()
        held: dict[str, list[Version]] = defaultdict(list)
        for version in versions(project, options.langs):
            key = version.bitext.source.id, version.lang
            seen[key] += 1
            held[version.lang if seen[key] == 1 else f"{version.lang}-{seen[key]}"].append(version)
            count += len(wanted(version, options))
        glossary = tbx(mentioned(project, options), MARTIF)
        with whole(path, folder=True) as partial:
            for name, here in held.items():
                _write(partial / name, here[0].lang, here, options)
                save(glossary, partial / name / "glossary" / "terms.tbx")
        return count

    def replaceable(self, path: Path) -> bool:
        """Whether what stands at `path` is an earlier export that nobody has opened in OmegaT."""
        kept = {file.name for folder in path.glob("*/omegat") for file in folder.iterdir()}
        return super().replaceable(path) and kept <= {_MEMORY.name}


def _write(folder: Path, lang: str, held: list[Version], options: Options) -> None:
    for name in _FOLDERS:
        (folder / name).mkdir(parents=True)
    save(_Source().document(held, options), folder / "source" / f"{lang}.xlf")
    save(_settings(lang), folder / "omegat.project")
    root = memory()
    pairs = [pair for version in held for pair in wanted(version, options)]
    texts: dict[str, set[str]] = defaultdict(set)
    for pair in pairs:
        texts[pair.source].add(pair.target)
    around = ["", *(pair.source for pair in pairs), ""]
    for pair, before, after in zip(pairs, around, around[2:], strict=False):
        if pair.target:
            unit = child(root[1], "tu")
            if len(texts[pair.source]) > 1:  # its place tells it from others of the same words
                for kind, value in (("file", f"{lang}.xlf"), ("prev", before), ("next", after)):
                    child(unit, "prop", value, type=kind)
            child(child(unit, "tuv", **{LANG: SOURCE_LANGUAGE}), "seg", pair.source)
            side = child(unit, "tuv", **{LANG: lang}, changeid=pair.state.author or "Araxes")
            child(side, "seg", pair.target)
    save(root, folder / _MEMORY)


def _settings(lang: str) -> Any:
    from lxml import etree

    root = etree.Element("omegat")
    about = child(root, "project", version="1.0")
    for name in _DEFAULT:
        child(about, name, "__DEFAULT__")
    facts = {
        "source_lang": SOURCE_LANGUAGE, "target_lang": lang, "sentence_seg": "false",
        "support_default_translations": "true", "remove_tags": "false",
    }  # fmt: skip
    for name, value in facts.items():
        child(about, name, value)
    return root
