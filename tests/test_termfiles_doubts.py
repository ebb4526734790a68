"""What an import warns of: everyday words, and forms that cannot be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from taken import Take, taker

from align.lint import everyday, lint
from align.terms import packaged
from align.types import LANGUAGES, Form


@pytest.fixture
def taking(tmp_path: Path) -> Take:
    return taker(tmp_path)


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
