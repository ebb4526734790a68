"""Names from other programs' files become a termbase; a termbase becomes files for them; nothing is lost on the way."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from taken import Take, geonames_rows, names, taker

from align.cli import main
from align.termfiles import csv, toml
from align.termfiles.base import POS
from align.terms import SIDES, default, read
from align.types import LANGUAGES, Concept, Form
from models.errors import InputError


@pytest.fixture
def taking(tmp_path: Path) -> Take:
    return taker(tmp_path)


# ---------- Round trips


@pytest.mark.parametrize("form", ["csv", "tbx", "tbx-dct", "tbx-martif", "toml"])
def test_the_packaged_termbase_survives_every_form(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def araxes(*arguments: str) -> None:
        monkeypatch.setattr(sys, "argv", ["araxes", "terms", *arguments])
        with pytest.raises(SystemExit) as stopped:
            main()
        assert stopped.value.code in (0, None)

    out = tmp_path / f"all.{form.partition('-')[0]}"
    araxes("export", "--to", form, "-o", str(out))
    if form != "toml":
        araxes("import", str(out), "-o", str(tmp_path / "back.toml"))
        out = tmp_path / "back.toml"
    termbase, problems = read([out])
    assert [p for p in problems if p.level == "error"] == []
    assert list(termbase.concepts) == sorted(default().concepts), "not sorted, or not all"
    for concept in default():
        forms = tuple(replace(f, unless=tuple(u.strip() for u in f.unless)) for f in concept.forms)
        back = termbase[concept.id]
        assert replace(
            back, forms=tuple(replace(f, unless=tuple(u.strip() for u in f.unless)) for f in back.forms)
        ) == (replace(concept, forms=forms)), f"{concept.id} came back changed from {form}"


texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12).filter(
    lambda t: bool(t.strip())
)
days = st.none() | st.dates(date(1, 1, 1), date(2100, 12, 31))


@st.composite
def forms(draw: st.DrawFn, lang: str) -> Form:
    since, until = sorted((draw(days), draw(days)), key=lambda d: (d is None, d))
    return Form(
        lang, draw(texts), tuple(draw(st.lists(st.sampled_from(SIDES), unique=True, max_size=2))), since, until,
        draw(st.integers(-2, 2)), draw(st.sampled_from(["", *POS])), tuple(draw(st.lists(texts, max_size=2))),
        tuple(draw(st.lists(texts, max_size=2))), draw(st.just("") | texts), draw(st.just("") | texts),
    )  # fmt: skip


@st.composite
def concepts(draw: st.DrawFn) -> Concept:
    kind = draw(st.sampled_from(["toponym", "actor", "person", "loaded"]))
    named = tuple(draw(forms(lang)) for lang in LANGUAGES)
    return Concept(
        "a-1", kind, draw(st.just("") | texts), named, draw(st.integers(0, 10**9)), draw(st.just("") | texts),
        draw(st.just("") | texts), tuple(draw(st.lists(texts, max_size=2))),
    )  # fmt: skip


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(concepts())
def test_toml_holds_any_text(tmp_path: Path, concept: Concept) -> None:
    path = tmp_path / "a.toml"
    path.write_text("".join(toml.pieces([concept])), encoding="utf-8", newline="\n")
    termbase, problems = read([path])
    assert [str(p) for p in problems if p.level == "error"] == []
    assert termbase["a-1"] == concept


@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp"]), min_size=1, max_size=6)
    )
)
def test_a_cell_of_several_values_comes_apart_again(values: list[str]) -> None:
    assert csv.split(csv.join(values)) == tuple(values)


def test_the_same_file_gives_the_same_text(taking: Take) -> None:
    rows = geonames_rows()
    one = taking("geonames", "".join(rows))
    assert one.concepts == taking("geonames", "".join(rows)).concepts


def test_an_existing_file_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    (tmp_path / "names.txt").write_text("".join(geonames_rows()), encoding="utf-8")
    (tmp_path / "mine.toml").write_text("# mine\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["araxes", "terms", "import", "names.txt", "-o", "mine.toml"])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 2
    assert "mine.toml: exists" in capsys.readouterr().err
    assert (tmp_path / "mine.toml").read_text(encoding="utf-8") == "# mine\n"


def test_what_lacks_a_language_goes_to_a_file_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    (tmp_path / "names.txt").write_text("".join(geonames_rows()), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["araxes", "terms", "import", "names.txt", "-o", "names.toml"])
    with pytest.raises(SystemExit) as stopped:
        main()
    said = capsys.readouterr()
    assert stopped.value.code in (0, None)
    assert "1 concept with a name in every language in names.toml" in said.err
    assert "1 concept lacks a language and went to names.toml.incomplete" in said.err
    assert "khoturik-12345678 lacks az, ru, tr" in said.err
    assert said.out == ""
    assert "# khoturik-12345678 lacks az, ru, tr\n" in (tmp_path / "names.toml.incomplete").read_text(
        encoding="utf-8"
    )


# ---------- CSV

HEADER = "concept,kind,feature,lang,text,sides,from,to,load,pos,stems,unless,note,source\n"
SHUSHA = "".join(
    f"shusha,toponym,town,{lang},{text},,,,,,,,,\n"
    for lang, text in zip(LANGUAGES, ("Shusha", "Շուշի", "Şuşa", "Шуша", "Şuşa"), strict=True)
)


def test_csv_with_all_its_columns(taking: Take) -> None:
    rows = (
        HEADER
        + SHUSHA
        + 'shusha,,,ru,Шуши,armenian | international,1923,1991-12-31,,,,"Шуши, Ивана | Шушин",кто,Ереван\n'
    )
    rows += "shusha,,,,,,,,,,,,a town,GeoNames | Reuters\n"
    shusha = taking("csv", "\ufeff" + rows).concepts["shusha"]
    assert (shusha.kind, shusha.feature, shusha.note, shusha.sources) == (
        "toponym", "town", "a town", ("GeoNames", "Reuters"),
    )  # fmt: skip
    assert shusha.forms_in("ru")[1] == Form(
        "ru", "Шуши", ("armenian", "international"), date(1923, 1, 1), date(1991, 12, 31), 0, "", (),
        ("Шуши, Ивана", "Шушин"), "кто", "Ереван",
    )  # fmt: skip


def test_csv_as_a_spreadsheet_of_another_country_writes_it(taking: Take) -> None:
    rows = (HEADER + SHUSHA).replace(",", ";").replace("\n", "\r\n")
    assert names(taking("csv", "\ufeff" + rows).concepts["shusha"], "hy") == ["Շուշի"]


def test_csv_kind_of_what_does_not_say(taking: Take) -> None:
    rows = "concept,lang,text\n" + "".join(
        f"kill,{lang},{text}\n" for lang, text in zip(LANGUAGES, "abcde", strict=True)
    )
    assert taking("csv", rows, kind="loaded").concepts["kill"].kind == "loaded"


BAD_CSV = {
    "an unknown column": ("concept,lang,txt\n", "csv:1: the column 'txt' is none of"),
    "a column twice": ("concept,lang,text,lang\n", "csv:1: the column 'lang' is there twice"),
    "no text column": ("concept,lang\n", "csv:1: no column text"),
    "an empty file": ("", "is empty"),
    "a cell too many": ("concept,lang,text\na,en,x\na,hy,x,y\n", "csv:3: 4 cells under 3"),
    "an id that is none": ("concept,lang,text\nŞuşa,en,x\n", "csv:2: concept 'Şuşa' is no id"),
    "an unknown language": ("concept,lang,text\na,en,x\n\na,de,x\n", "csv:4: lang 'de'"),
    "no text": ("concept,lang,text\na,en, \n", "csv:2: no text in en"),
    "an unknown side": (
        "concept,lang,text,sides\na,en,x,martian\n",
        "csv:2: 'x' names the unknown side 'martian'",
    ),
    "a day that is none": ("concept,lang,text,from\na,en,x,yesterday\n", "csv:2: from and to"),
    "days in the wrong order": ("concept,lang,text,from,to\na,en,x,1991,1923\n", "csv:2: from and to"),
    "a load too heavy": ("concept,lang,text,load\na,en,x,3\n", "csv:2: load"),
    "an unknown part of speech": ("concept,lang,text,pos\na,en,x,verb\n", "csv:2: pos"),
    "an unknown kind": ("concept,kind,lang,text\na,river,en,x\n", "csv:2: kind 'river'"),
    "a concept of two kinds": (
        "concept,kind,lang,text\na,toponym,en,x\nb,toponym,en,y\na,person,hy,z\n",
        "csv:4: kind of 'a' is 'person' here and 'toponym' from line 2",
    ),
    "a duplicate concept": (
        "concept,lang,text,note\na,,,one\na,en,x,\na,,,two\n",
        "csv:4: the duplicate concept 'a'",
    ),
    "a quotation mark left open": (
        'concept,lang,text\na,en,"x\n' + "a,en,x\n" * 5,
        "csv:2: not readable as CSV",
    ),
    "a cell without end": ('concept,lang,text\na,en,"' + "a,en,x\n" * 60_000, "csv:2: not readable as CSV"),
    "another encoding": ("concept,lang,text\na,en,x\na,ru,Шуша\n".encode("cp1251"), "csv:3: not UTF-8"),
    "UTF-16": ("concept,lang,text\n".encode("utf-16"), "UTF-16; save it as UTF-8"),
    "a spreadsheet": (b"PK\x03\x04....", "zip archive"),
    "bytes that are no text": (b"concept,lang,text\na,en,\0\n", "csv:2: holds bytes that are no text"),
}


@pytest.mark.parametrize("what", BAD_CSV)
def test_bad_csv_is_refused_with_its_line(what: str, taking: Take) -> None:
    data, said = BAD_CSV[what]
    with pytest.raises(InputError) as caught:
        taking("csv", data)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_no_cell_of_an_export_is_a_formula() -> None:
    concept = Concept("a", "toponym", forms=(Form("en", "=1+1"),))
    assert ",'=1+1," in "".join(csv.pieces([concept]))


# ---------- TBX

TBX = """<?xml version="1.0"?>
<martif type="TBX-Basic" xml:lang="en"><martifHeader/><text><body>{}</body></text></martif>
"""
PLACE = {"en-GB": "Shusha Town", "hy": "Շուշի", "az-Latn-AZ": "Şuşa", "ru": "Шуша", "tr": "Şuşa"}
SECTIONS = [
    f'<langSet xml:lang="{lang}"><tig><term>{text}</term></tig></langSet>' for lang, text in PLACE.items()
]
ENTRY = f"<termEntry{{}}>{''.join(SECTIONS)}</termEntry>\n"


def test_tbx_of_another_program_gets_ids_from_its_names(taking: Take) -> None:
    taken = taking("tbx", TBX.format(ENTRY.format("") + ENTRY.format(' id="7"')), kind="actor")
    assert list(taken.concepts) == ["shusha-town", "shusha-town-2"]
    assert {c.kind for c in taken.concepts.values()} == {"actor"}
    assert any("hy 'շուշի' is a form of shusha-town and of shusha-town-2" in r for r in taken.report.remarks)


BAD_TBX = {
    "a duplicate id": (TBX.format(ENTRY.format(' id="7"') * 2), "tbx:3: the duplicate id '7' stands on line 2"),
    "an entity": ('<!DOCTYPE martif [<!ENTITY a "aaaa">]>' + TBX.format("")[22:], "DOCTYPE"),
    "a billion laughs": (
        '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>' + TBX.format("<termEntry>&b;</termEntry>")[22:], "DOCTYPE",
    ),
    "a file from elsewhere": ('<!DOCTYPE x SYSTEM "file:///etc/passwd" [ ]>' + TBX.format("")[22:], "DOCTYPE"),
    "another XML": ("<tmx/>", "a <tmx> file"),
    "broken XML": (TBX.format(ENTRY)[:300], "not well-formed"),
    "no name": (TBX.format(""), "no name in en, hy, az, ru, tr"),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD_TBX)
def test_bad_tbx_is_refused(what: str, taking: Take) -> None:
    data, said = BAD_TBX[what]
    with pytest.raises(InputError) as caught:
        taking("tbx", data)
    assert said in str(caught.value)


def test_importing_from_a_pipe_of_commands(tmp_path: Path) -> None:
    (tmp_path / "names.csv").write_text(HEADER + SHUSHA, encoding="utf-8")
    command = [sys.executable, "-m", "align.cli", "terms", "import", "names.csv"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith('[shusha]\nkind = "toponym"\n')
