"""What is written is valid: against the published schemas where a package ships them, else against our own.

XLIFF 1.2 (strict) and 2.0, whose core 2.1 keeps, are in Debian's php-symfony-translation; the DTD of TMX 1.4 and
a schema of the older TBX are in its omegat. No package has TBX of 2019 or the Schematron of XLIFF 2.1.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from exported import bead, make
from outside import packaged

from align.exports import EXPORTS, Options
from align.exports.tbx import DCA, DCT, MARTIF, Style, tbx
from align.store import Project
from align.terms import default

GOLDEN = Path(__file__).parent / "golden" / "export"
SYMFONY = "/usr/share/php/Symfony/Component/Translation/Resources/schemas"
OMEGAT = "/usr/share/omegat/OmegaT.jar"
Validate = Callable[[Any], list[str]]


def xsd(text: str, xml: Path) -> Validate:
    """The validator of a schema, its import of the xml: attributes taken from the file `xml`."""
    from lxml import etree

    local = re.sub(r'schemaLocation="[^"]*xml\.xsd"', f'schemaLocation="{xml.as_uri()}"', text)
    return errors(etree.XMLSchema(etree.fromstring(local.encode())))


def errors(schema: Any) -> Validate:
    def validate(document: Any) -> list[str]:
        schema.validate(document)
        return [f"{error.line}: {error.message}" for error in schema.error_log]

    return validate


def symfony(name: str) -> Validate:
    folder = packaged(SYMFONY, "php-symfony-translation")
    return xsd((folder / name).read_text(encoding="utf-8"), folder / "xml.xsd")


def omegat(name: str, tmp_path: Path) -> str:
    """A schema out of OmegaT's archive; `xml.xsd` is laid beside."""
    with zipfile.ZipFile(packaged(OMEGAT, "omegat")) as archive:
        (tmp_path / "xml.xsd").write_bytes(archive.read("schemas/xml.xsd"))
        return archive.read(f"schemas/{name}").decode()


def xliff21(_: Path) -> Validate:
    from lxml import etree
    from lxml.isoschematron import Schematron

    core = symfony("xliff-core-2.0.xsd")
    rules = Schematron(etree.parse(str(GOLDEN / "xliff21.sch")), store_report=True)

    def validate(document: Any) -> list[str]:
        rules.validate(document)
        said = rules.validation_report.iter("{http://purl.oclc.org/dsdl/svrl}failed-assert")
        return [*core(document), *("".join(one.itertext()).strip() for one in said)]

    return validate


def own_tmx(_: Path) -> Validate:
    from lxml import etree

    return errors(etree.DTD(str(GOLDEN / "tmx14.dtd")))


def own_tbx(_: Path) -> Validate:
    from lxml import etree

    return errors(etree.RelaxNG(etree.parse(str(GOLDEN / "tbx-basic.rng"))))


def their_tmx(tmp_path: Path) -> Validate:
    from lxml import etree

    return errors(etree.DTD(BytesIO(omegat("tmx14.dtd", tmp_path).encode())))


SCHEMAS: dict[str, Callable[[Path], Validate]] = {
    "xliff12": lambda _: symfony("xliff-core-1.2-strict.xsd"),
    "xliff": xliff21,
    "tmx": own_tmx,
    "tmx-pairs": their_tmx,
    "tbx": own_tbx,
    "tbx-dct": own_tbx,
    "tbx-martif": lambda tmp_path: xsd(omegat("tbx.xsd", tmp_path), tmp_path / "xml.xsd"),
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """One with a review of each kind, notes and characters that XML has no place for."""
    made = make(tmp_path_factory.mktemp("valid") / "project")
    made.review(bead(made, "ru", 0), "edit", "Ани", text="Бои у\u000b Шуши &\ufffe <b>", note="Точнее?")
    made.review(bead(made, "ru", 1), "accept", "Ани")
    made.review(bead(made, "ru", 2), "approve", "Ани", note="\u0001")
    made.review(bead(made, "ru", 3), "reject", "Ани")
    return made


@pytest.mark.parametrize("name", SCHEMAS)
def test_what_is_written_is_valid(name: str, project: Project, tmp_path: Path) -> None:
    from lxml import etree

    path = tmp_path / "out.xlf"
    EXPORTS[name].write(project, path, Options(langs=("ru",) if "xliff" in name else (), rejected=True))
    document = etree.parse(str(path))
    assert SCHEMAS[name](tmp_path)(document) == []
    if name.startswith("tmx"):
        assert own_tmx(tmp_path)(document) == their_tmx(tmp_path)(document) == []


@pytest.mark.parametrize("style", [DCA, DCT, MARTIF], ids=["dca", "dct", "martif"])
def test_the_whole_termbase_is_valid(style: Style, tmp_path: Path) -> None:
    validate = SCHEMAS["tbx-martif" if style is MARTIF else "tbx"](tmp_path)
    assert validate(tbx(default(), style).getroottree()) == []


@pytest.mark.parametrize(("name", "old", "new"), [
    ("xliff12", 'state="final"', 'state="finished"'),
    ("xliff12", "<source", "<sauce"),
    ("xliff", 'state="final"', 'state="finished"'),
    ("xliff", 'subState="araxes:', 'subState="'),
    ("tmx", 'segtype="sentence"', ""),
    ("tmx-pairs", "<seg>", "<seg/><seg>"),
    ("tbx", ">noun<", ">properNoun<"),
    ("tbx-dct", "min:partOfSpeech", "basic:partOfSpeech"),
    ("tbx-martif", "<tig>", "<tig><note/>"),
])  # fmt: skip
def test_the_schemas_refuse_what_is_wrong(
    name: str, old: str, new: str, project: Project, tmp_path: Path
) -> None:
    from lxml import etree

    path = tmp_path / "out.xlf"
    EXPORTS[name].write(project, path, Options(langs=("ru",) if "xliff" in name else ()))
    text = path.read_text(encoding="utf-8")
    assert old in text
    if new == "<sauce":
        text = text.replace("</source", "</sauce")
    assert SCHEMAS[name](tmp_path)(etree.ElementTree(etree.fromstring(text.replace(old, new).encode())))
