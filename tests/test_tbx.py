"""TBX in its three spellings: what is written comes back equal, and what others write is read."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from align.exports import EXPORTS
from align.exports.tbx import DCA, DCT, MARTIF, Style, tbx
from align.exports.xml import clean, save
from align.imports.tbx import concepts
from align.store import Project
from align.terms import default
from align.types import Concept, Form

STYLES = {"dca": DCA, "dct": DCT, "martif": MARTIF}
HARD = st.sampled_from(
    [
        "a\tb  c",
        "Ա\u0587և",
        "e\u0301",
        "\u202eשלום\u202c",
        "😀𝒳",
        "<&>\"' ]]>",
        "“x” «y»",
        "a\u000bb\u0001",
        "key: value",
        "c_x",
    ]
)
TEXT = HARD | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\r"), min_size=1, max_size=8
)


def test_terms_come_back_equal(small: Project, tmp_path: Path) -> None:
    for name in ("tbx", "tbx-dct", "tbx-martif"):
        count = EXPORTS[name].write(small, tmp_path / name)
        back = concepts(tmp_path / name)
        assert len(back) == count
        for concept in back:
            assert concept == default()[concept.id]


@pytest.mark.parametrize("style", STYLES)
def test_the_concepts_of_the_termbase_come_back_equal(style: str, tmp_path: Path) -> None:
    chosen = [concept for i, concept in enumerate(default()) if i % 9 == 0]
    save(tbx(chosen, STYLES[style]), tmp_path / "all.tbx")
    assert concepts(tmp_path / "all.tbx") == chosen


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(TEXT, min_size=1, max_size=3), note=TEXT, source=TEXT)
def test_hard_names_come_back(style: Style, names: list[str], note: str, source: str, tmp_path: Path) -> None:
    forms = [
        Form("ru", name, ("armenian",), note=note, source=source, stems=(name,))
        for name in names
        if clean(name).strip()
    ]
    save(
        tbx([Concept("a", "actor", "", tuple(forms), note=note, sources=(source,))], style),
        tmp_path / "a.tbx",
    )
    found = concepts(tmp_path / "a.tbx")
    if not forms:
        assert found == []
        return
    (back,) = found
    assert [f.text for f in back.forms] == [clean(f.text).strip() for f in forms]
    assert {(f.sides, f.note, f.source) for f in back.forms} == {(("armenian",), clean(note), clean(source))}
    assert (back.note, back.sources) == (clean(note), (clean(source),))


def test_a_termbase_of_others_is_read(tmp_path: Path) -> None:
    path = tmp_path / "theirs.tbx"
    path.write_text(
        '<martif type="TBX"><text><body><termEntry id="17"><langSet xml:lang="en-US"><ntig><termGrp><term>Grad</term>'
        '<termNote type="partOfSpeech">noun</termNote></termGrp></ntig></langSet><langSet xml:lang="ru"><tig>'
        "<term>«Град»</term></tig></langSet></termEntry></body></text></martif>",
        encoding="utf-8",
    )
    (found,) = concepts(path, "loaded")
    assert (found.id, found.kind) == ("grad", "loaded")
    assert [(f.lang, f.text) for f in found.forms] == [("en", "Grad"), ("ru", "«Град»")]


def test_tags_and_groups_of_others_are_read(tmp_path: Path) -> None:
    path = tmp_path / "theirs.tbx"
    path.write_text(
        """<tbx style="dct" type="TBX-Basic" xml:lang="en" xmlns="urn:iso:std:iso:30042:ed-2"
        xmlns:min="http://www.tbxinfo.net/ns/min" xmlns:basic="http://www.tbxinfo.net/ns/basic"><text><body>
        <conceptEntry id="x"><transacGrp><basic:transactionType>origination</basic:transactionType></transacGrp>
        <descripGrp><basic:definition>A town.</basic:definition><basic:source>Atlas</basic:source></descripGrp>
        <basic:externalCrossReference target="https://www.geonames.org/585221">GeoNames</basic:externalCrossReference>
        <langSec xml:lang="en"><termSec><term>Shusha</term><min:partOfSpeech>noun</min:partOfSpeech>
        <basic:projectSubset>armenian</basic:projectSubset></termSec></langSec>
        <langSec xml:lang="tr-TR"><termSec><term>BM</term><basic:termType>acronym</basic:termType></termSec></langSec>
        <langSec xml:lang="de"><termSec><term>Schuscha</term></termSec></langSec></conceptEntry></body></text></tbx>""",
        encoding="utf-8",
    )
    (found,) = concepts(path)
    assert (found.id, found.geonames, found.sources) == ("shusha", 585221, ("Atlas",))
    assert [(f.lang, f.text, f.sides, f.pos) for f in found.forms] == [
        ("en", "Shusha", ("armenian",), ""), ("tr", "BM", (), "abbreviation"),
    ]  # fmt: skip


def test_a_long_termbase_is_read_once_and_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "long.tbx"
    term = "<termSec><term>Name {0}</term><note>{1}</note></termSec>"
    entry = f'<conceptEntry id="c{{0}}"><langSec xml:lang="en">{term}</langSec></conceptEntry>\n'
    with path.open("w") as file:
        file.write('<tbx xmlns="urn:iso:std:iso:30042:ed-2" style="dca" type="TBX-Basic"><text><body>\n')
        for i in range(8_000):
            file.write(entry.format(i, "x" * 2_500))
        file.write("</body></text></tbx>")
    code = (
        "import resource, sys; from pathlib import Path; import align.imports.tbx as tbx; from align.termfiles import take;"
        "opened = []; real = tbx.elements;"
        "tbx.elements = lambda *a: opened.append(a) or real(*a);"
        "low = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss;"
        "report = take(Path(sys.argv[1]), 'tbx', lambda pieces, whole: sum(map(len, pieces)) and None);"
        "print(report.incomplete, len(opened), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - low)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    count, opened, grown = map(int, done.stdout.split())
    assert (count, opened) == (8_000, 1)
    assert grown < 40_000, f"{path.stat().st_size >> 20} MiB of TBX took {grown >> 10} MiB"
