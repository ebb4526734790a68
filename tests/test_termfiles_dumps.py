"""Names from the dumps of GeoNames and Wikidata, however long."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from taken import Take, geonames_rows, names, taker

from align.termfiles import ids, take
from align.types import LANGUAGES, Form
from models.errors import InputError


@pytest.fixture
def taking(tmp_path: Path) -> Take:
    return taker(tmp_path)


# ---------- GeoNames


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
