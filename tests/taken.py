"""Importing a text into a termbase, for the tests of each form."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from align.termfiles import Report, take
from align.terms import read
from align.types import Concept


class Taken(NamedTuple):
    concepts: dict[str, Concept]
    incomplete: str
    report: Report


Take = Callable[..., Taken]


def taker(tmp_path: Path) -> Take:
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
