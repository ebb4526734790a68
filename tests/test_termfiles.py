"""Names from other programs' files become a termbase; a termbase becomes files for them; nothing is lost on the way."""

from __future__ import annotations

import json
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from align.cli import main
from align.lint import everyday, lint
from align.termfiles import Report, csv, ids, take, toml
from align.termfiles.base import POS
from align.terms import SIDES, default, packaged, read
from align.types import LANGUAGES, Concept, Form
from models.errors import InputError


class Taken(NamedTuple):
    concepts: dict[str, Concept]
    incomplete: str
    report: Report


Take = Callable[..., Taken]


@pytest.fixture
def taking(tmp_path: Path) -> Take:
    """Import a text or bytes of a form; the result is read back as a termbase, which must have no error."""

    def run(form: str, data: str | bytes, **options: Any) -> Taken:
        path, out = tmp_path / f"names.{form}", tmp_path / "out.toml"
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        texts = {True: "", False: ""}

        def put(pieces: Iterator[str], complete: bool) -> None:
            texts[complete] = "".join(pieces)

        report = take(path, form, put, **options)
        out.write_text(texts[True], encoding="utf-8")
        termbase, problems = read([out])
        assert [str(p) for p in problems if p.level == "error"] == [], "what was written does not read back"
        assert len(termbase) == report.concepts
        return Taken(dict(termbase.concepts), texts[False], report)

    return run


def names(concept: Concept, lang: str) -> list[str]:
    return [form.text for form in concept.forms_in(lang)]


# ---------- Round trips


@pytest.mark.parametrize("form", ["csv", "tbx", "toml"])
def test_the_packaged_termbase_survives_every_form(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def araxes(*arguments: str) -> None:
        monkeypatch.setattr(sys, "argv", ["araxes", "terms", *arguments])
        with pytest.raises(SystemExit) as stopped:
            main()
        assert stopped.value.code in (0, None)

    out = tmp_path / f"all.{form}"
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
    assert "1 concepts with a name in every language in names.toml" in said.err
    assert "1 concepts lack a language and are in names.toml.incomplete" in said.err
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


# ---------- GeoNames


def geonames_rows() -> list[str]:
    return [
        "1\t586523\ten\tKirovabad\t\t\t\t1\t1935\t19890130\n",
        "2\t586523\tlink\thttps://en.wikipedia.org/wiki/Ganja\t\t\t\t\t\t\n",
        "3\t586523\ten\tGanca\t\t\t1\t\t\t\n",
        "4\t586523\ten\tGanja\t1\t1\t\t\t\t\n",
        "5\t586523\thy\tԳանձակ\t\t\t\t\t\t\n",
        "6\t586523\taz\tGəncə\t1\t\t\t\t1989-01-30\t\n",
        "7\t586523\taz\tҜәнҹә\t\t\t\t\t\t\n",
        "8\t586523\tru\tГянджа\t\t\t\t\t\t\n",
        "9\t586523\tru\tЕлизаветполь\t\t\t\t1\t1804\tthe revolution\n",
        "10\t586523\ttr\tGence\t\t\t\t\t\t\n",
        "11\t586523\ttr\tGence\t\t\t\t\t\t\n",
        "12\t586523\tde\tGandscha\t\t\t\t\t\t\n",
        "13\t12345678\ten\tKhot’urik\n",
        "14\t12345678\thy\tԽոթուրիկ\n",
    ]


def test_geonames_keeps_flags_and_days(taking: Take) -> None:
    taken = taking("geonames", "".join(geonames_rows()))
    ganja = taken.concepts["ganja-586523"]
    assert names(ganja, "en") == ["Ganja", "Ganca", "Kirovabad"], "preferred first, historic last"
    preferred, colloquial, historic = ganja.forms_in("en")
    assert (preferred.note, colloquial.note) == ("preferred, short", "colloquial")
    assert historic == Form(
        "en", "Kirovabad", ("historical",), date(1935, 1, 1), date(1989, 1, 30), note="historic",
        source="GeoNames alternate name 1",
    )  # fmt: skip
    assert ganja.forms_in("az")[0].since == date(1989, 1, 30)
    assert names(ganja, "az") == ["Gəncə"], "a Cyrillic name is no name in Azerbaijani's Latin letters"
    assert ganja.forms_in("ru")[1].note == "historic; to the revolution", "what is no day is noted"
    assert names(ganja, "tr") == ["Gence"], "a name that comes again is one name"
    assert ganja.geonames == 586523
    assert "left out: 1 names in another script than their language's" in taken.report.remarks
    assert "khoturik-12345678 lacks az, ru, tr" in taken.report.remarks
    assert "Խոթուրիկ" in taken.incomplete


def test_geonames_takes_the_packaged_ids_and_only_places_asked_for(taking: Take) -> None:
    taken = taking(
        "geonames", "".join(geonames_rows()), only=frozenset({"586523"}), packaged={586523: "ganja"}
    )
    assert list(taken.concepts) == ["ganja"]
    assert taken.report.incomplete == 0


BAD_GEONAMES = {
    "wrong columns": ("1\t2\ten\tA\n1;2;en;A\n", "geonames:2: not a line of alternateNamesV2.txt"),
    "too many columns": ("1\t2\ten\tA" + "\t" * 9 + "\n", "geonames:1: not a line"),
    "ids that are none": ("1\tx\ten\tA\n", "geonames:1: not a line"),
    "ids without end": (f"1\t{'9' * 5000}\ten\tA\n", "geonames:1: not a line"),
    "a duplicate id": (
        "1\t2\ten\tA\n\n1\t2\thy\tԱ\n",
        "geonames:3: the duplicate alternateNameId 1 stands on line 1",
    ),
    "a line without end": ("1\t2\ten\tA\n" + "x" * 100_000, "geonames:2: a line of more than 64 KiB"),
    "the archive itself": (b"PK\x03\x04", "zip archive; unpack it"),
    "no name of ours": ("1\t2\tde\tA\n", "no name in en, hy, az, ru, tr"),
}


@pytest.mark.parametrize("what", BAD_GEONAMES)
def test_bad_geonames_is_refused_with_its_line(what: str, taking: Take) -> None:
    data, said = BAD_GEONAMES[what]
    with pytest.raises(InputError) as caught:
        taking("geonames", data)
    assert said in str(caught.value)


def test_ids_are_numbers_or_wikidata_ids(tmp_path: Path) -> None:
    path = tmp_path / "ids.txt"
    path.write_text("586523\nQ1953 # Yerevan\n\n", encoding="utf-8")
    assert ids(path) == {"586523", "Q1953"}
    path.write_text("586523\nGanja\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"ids.txt:2: 'Ganja' is no GeoNames id"):
        ids(path)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """300,000 rows: 5,000 places in sixty languages, the rows of a place far apart."""
    path = tmp_path_factory.mktemp("many") / "alternateNamesV2.txt"
    letters = {"en": "Town", "hy": "Քաղաք", "az": "Şəhər", "ru": "Город", "tr": "Kent"}
    with path.open("w", encoding="utf-8") as file:
        number = 0
        for lang in (*LANGUAGES, *(f"x{i}" for i in range(55))):
            for place in range(5_000):
                number += 1
                file.write(f"{number}\t{place + 1}\t{lang}\t{letters.get(lang, 'x')} {place}\t\t\t\t\t\t\n")
    return path


@pytest.mark.slow
@pytest.mark.parametrize("only", [None, frozenset({"7", "4999"})], ids=["all", "some"])
def test_geonames_is_read_in_bounded_memory(many: Path, only: frozenset[str] | None, tmp_path: Path) -> None:
    count = 0

    def put(pieces: Iterator[str], complete: bool) -> None:
        nonlocal count
        count += sum(1 for _ in pieces)

    tracemalloc.start()
    take(many, "geonames", put, only=only)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == (5_000 if only is None else 2)
    assert peak < 20 << 20, f"{many.stat().st_size >> 20} MiB of GeoNames took {peak >> 20} MiB"


# ---------- Wikidata


def entity(own: str = "Q99999999", **more: Any) -> dict[str, Any]:
    def official(text: str, lang: str, **days: tuple[str, int]) -> dict[str, Any]:
        qualifiers = {
            name: [{"datavalue": {"value": {"time": time, "precision": precision}}}]
            for name, (time, precision) in days.items()
        }
        value = {"text": text, "language": lang}
        return {"mainsnak": {"datavalue": {"value": value}}, "qualifiers": qualifiers, "rank": "normal"}

    texts = dict(
        zip(LANGUAGES, ("Stepanakert", "Ստեփանակերտ", "Xankəndi", "Ханкенди", "Hankendi"), strict=True)
    )
    return {
        "id": own,
        "labels": {lang: {"language": lang, "value": text} for lang, text in texts.items()},
        "descriptions": {"en": {"value": "a city"}},
        "aliases": {
            "en": [{"value": "Khankendi"}, {"value": "Stepanakert"}],
            "de": [{"value": "X"}], "az": [{"value": "Ханкәнди"}],
        },
        "claims": {
            "P1448": [
                official("Vararakn", "en", P582=("+1847-00-00T00:00:00Z", 9)),
                official("Stepanakert", "en", P580=("+1923-08-10T00:00:00Z", 11)),
                official("Степанакерт", "ru", P580=("+1923-08-00T00:00:00Z", 10), P582=("+1991-11-00T00:00:00Z", 10)),
                official("Հին", "hy", P580=("-0400-00-00T00:00:00Z", 7)),
            ],
            "P1566": [{"mainsnak": {"datavalue": {"value": "148251"}}, "rank": "normal"}],
        },
        **more,
    }  # fmt: skip


def test_wikidata_labels_aliases_and_official_names(taking: Take) -> None:
    place = taking("wikidata", json.dumps({"entities": {"Q99999999": entity()}})).concepts[
        "stepanakert-q99999999"
    ]
    assert (place.geonames, place.note, place.sources) == (148251, "a city", ("Wikidata Q99999999",))
    assert names(place, "en") == ["Stepanakert", "Khankendi", "Vararakn"], "label, alias, name of the past"
    assert place.forms_in("en")[0].since == date(1923, 8, 10)
    assert place.forms_in("en")[2].until == date(1847, 12, 31)
    official = place.forms_in("ru")[1]
    assert (official.text, official.since, official.until) == (
        "Степанакерт",
        date(1923, 8, 1),
        date(1991, 11, 30),
    )
    assert (official.note, official.source) == ("official name", "Wikidata Q99999999")
    assert (
        next(f for f in place.forms_in("hy") if f.text == "Հին").note
        == "official name; from about -0400-00-00"
    )


@pytest.mark.parametrize(
    "shape",
    ["one", "indented", "array", "dump", "lines"],
)
def test_wikidata_in_every_shape(shape: str, taking: Take) -> None:
    both = [entity(), entity("Q2")]
    text = {
        "one": json.dumps(both[0]),
        "indented": json.dumps(both, indent=2),
        "array": json.dumps(both),
        "dump": "[\n" + ",\n".join(map(json.dumps, both)) + "\n]\n",
        "lines": "\n".join(map(json.dumps, both)),
    }[shape]
    taken = taking("wikidata", text, packaged={148251: "stepanakert"})
    assert list(taken.concepts) == (["stepanakert"] if shape == "one" else ["stepanakert", "stepanakert-q2"])


def test_wikidata_only_what_was_asked_for(taking: Take) -> None:
    text = "\n".join(json.dumps(entity(own)) for own in ("Q1", "Q2", "P3"))
    assert list(taking("wikidata", text, only=frozenset({"Q2"})).concepts) == ["stepanakert-q2"]
    assert len(taking("wikidata", text, only=frozenset({"148251"})).concepts) == 2


def test_a_long_dump_is_read_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "dump.json"
    padding = {"sitelinks": "x" * 20_000}
    with path.open("w", encoding="utf-8") as file:
        file.write(
            "[\n" + ",\n".join(json.dumps(entity(f"Q{i}", **padding)) for i in range(1, 601)) + "\n]\n"
        )
    tracemalloc.start()
    report = take(path, "wikidata", lambda pieces, _: [None for _ in pieces][:0])  # type: ignore[func-returns-value]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert report.concepts == 600
    assert peak < 8 << 20, f"{path.stat().st_size >> 20} MiB of JSON took {peak >> 20} MiB"


BAD_WIKIDATA = {
    "broken JSON": ('{"id": "Q1",\n "labels": }', "wikidata:2: not readable as JSON"),
    "a broken line": (json.dumps(entity()) + '\n{"id":\n', "wikidata:"),
    "a dump cut short": ("[\n" + json.dumps(entity()) + ",\n", "wikidata:3: the array is not closed"),
    "a list of numbers": ("[1, 2]", "wikidata:1: not a Wikidata entity"),
    "no id": ('{"labels": {}}', "wikidata:1: not a Wikidata entity"),
    "nested without end": ("[" * 100_000, "nested too deep"),
    "a number without end": ('{"id": ' + "9" * 10_000 + "}", "not readable as JSON"),
    "a duplicate entity": ("\n".join([json.dumps(entity())] * 2), "wikidata:2: the duplicate entity Q99999999"),
    "a page": ("<html>", "wikidata:1: not readable as JSON"),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD_WIKIDATA)
def test_bad_wikidata_is_refused_with_its_line(what: str, taking: Take) -> None:
    data, said = BAD_WIKIDATA[what]
    with pytest.raises(InputError) as caught:
        taking("wikidata", data)
    assert said in str(caught.value)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=3),
        lambda inner: st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["labels", "en", "value", "claims", "P1448", "P1566", "mainsnak", "datavalue", "rank"]),
            inner, max_size=3,
        ),
        max_leaves=12,
    )
)  # fmt: skip
def test_wikidata_of_any_shape_breaks_nothing(taking: Take, value: Any) -> None:
    inside = value if isinstance(value, dict) else {"labels": value, "aliases": value, "claims": value}
    text = json.dumps([entity(), {**inside, "id": "Q1"}])
    assert taking("wikidata", text).report.concepts >= 1


# ---------- Everyday words, and forms that cannot be


@pytest.mark.parametrize(
    ("kind", "form", "doubtful"),
    [
        ("loaded", Form("ru", "время", load=1), True),
        ("loaded", Form("ru", "время", load=1, stems=("времен* позор*",)), False),
        ("loaded", Form("tr", "Gün", load=1), True),
        ("loaded", Form("hy", "մարդ"), True),
        ("loaded", Form("az", "iş"), True),
        ("loaded", Form("en", "terrorist", load=2), False),
        ("person", Form("en", "May"), True),
        ("toponym", Form("en", "US", pos="abbreviation"), False),
        ("toponym", Form("en", "Point"), False),
    ],
)
def test_a_form_that_is_a_common_word(kind: Any, form: Form, doubtful: bool) -> None:
    assert bool(everyday(kind, form)) is doubtful


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_lists_of_common_words_are_lists_of_words(lang: str) -> None:
    text = (packaged().parent / "common" / f"{lang}.txt").read_text(encoding="utf-8")
    words = [word for line in text.splitlines() if not line.startswith("#") for word in line.split()]
    assert 180 <= len(words) <= 300
    assert len(set(words)) == len(words), "a word stands twice"


def test_lint_names_the_line_of_a_doubtful_form(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(
        '[a]\nkind = "loaded"\nen = ["x1"]\nhy = ["x2"]\naz = ["x3"]\nru = [\n  "x4",\n  "время",\n]\n'
        'tr = [{ text = "x5", unless = ["x5"] }]\n',
        encoding="utf-8",
    )
    problems = [str(p) for p in lint([path]).problems]
    assert any(p.startswith(f"{path}:8: warning: ru 'время' is a very common word") for p in problems)
    assert any(p.startswith(f"{path}:10: warning: tr 'x5' is never found") for p in problems)


def test_lint_names_a_concept_that_stands_twice(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    table = '[a]\nkind = "toponym"\n' + "".join(f'{lang} = ["x"]\n' for lang in LANGUAGES)
    path.write_text(table + table, encoding="utf-8")
    assert [(p.line, p.level) for p in lint([path]).problems] == [(8, "error")]


def test_the_packaged_termbase_has_no_doubtful_form() -> None:
    doubtful = [p for p in lint([]).problems if "very common" in p.message or "never found" in p.message]
    assert doubtful == []


def test_importing_from_a_pipe_of_commands(tmp_path: Path) -> None:
    (tmp_path / "names.csv").write_text(HEADER + SHUSHA, encoding="utf-8")
    command = [sys.executable, "-m", "align.cli", "terms", "import", "names.csv"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith('[shusha]\nkind = "toponym"\n')
