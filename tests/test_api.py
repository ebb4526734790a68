"""The functions for programs: their page and their notebook give what they show, and the commands call them."""

from __future__ import annotations

import ast
import contextlib
import doctest
import inspect
import io
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

import align
from align import api
from align.aligner import by_construction
from align.sources import lined
from align.types import Translation
from models.errors import InputError

ROOT = Path(__file__).parents[1]
NOTEBOOK = ROOT / "docs" / "notebook.ipynb"


@pytest.fixture
def sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files of the packaged sample, where the program then is."""
    for file in (ROOT / "align" / "data" / "sample").glob("*.txt"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_page_gives_what_it_shows(sample: Path) -> None:
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    names: dict[str, Any] = {}
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    said = io.StringIO()
    blocks = list(re.finditer(r"^```python\n(.*?)^```", text, re.M | re.S))
    assert len(blocks) >= 6
    for block in blocks:
        line = text[: block.start()].count("\n") + 1
        test = doctest.DocTestParser().get_doctest(block[1], names, "docs/api.md", "docs/api.md", line)
        runner.run(test, out=said.write, clear_globs=False)
        names = test.globs
    assert runner.summarize(verbose=False).failed == 0, said.getvalue()


def executed(source: str, names: dict[str, Any]) -> str:
    """What a cell shows: what it prints, then its last expression."""
    body = ast.parse(source).body
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(ast.Module(body, []), "cell", "exec"), names)
        value = eval(compile(ast.Expression(last.value), "cell", "eval"), names) if last else None  # type: ignore[attr-defined]
    return printed.getvalue() + ("" if value is None else f"{value!r}\n")


def shown(cell: dict[str, Any]) -> str:
    """What is kept below a cell."""
    return "".join(
        "".join(out.get("text") or out["data"]["text/plain"]) + ("\n" if "data" in out else "")
        for out in cell["outputs"]
    )


def test_the_notebook_gives_what_it_shows(sample: Path) -> None:
    book = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    names: dict[str, Any] = {}
    cells = [cell for cell in book["cells"] if cell["cell_type"] == "code"]
    assert len(cells) >= 5
    for number, cell in enumerate(cells, start=1):
        said = executed("".join(cell["source"]), names)
        if os.environ.get("ARAXES_GOLDEN"):
            cell["execution_count"] = number
            cell["outputs"] = [
                {"output_type": "stream", "name": "stdout", "text": said.splitlines(keepends=True)}
            ]
        else:
            assert said == shown(cell), f"cell {number}; look at it, then set ARAXES_GOLDEN=1"
    if os.environ.get("ARAXES_GOLDEN"):
        NOTEBOOK.write_text(json.dumps(book, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


@pytest.mark.parametrize("name", align.__all__)
def test_every_function_says_what_it_takes_gives_and_raises(name: str) -> None:
    function = getattr(align, name)
    assert function is getattr(api, name), "another thing of that name hides it"
    said = inspect.getdoc(function) or ""
    assert said.count("\n") >= 2
    assert name in ("rendered",) or "Raises" in said
    assert f"`{name}(" in (ROOT / "docs" / "api.md").read_text(encoding="utf-8")


def test_what_is_not_there_is_said() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        align.nothing  # noqa: B018
    with pytest.raises(InputError, match="there is no export 'docx'"):
        align.export(None, "docx", "x")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="there is no target"):
        align.align(lined("One.", "en"))


def test_a_translation_is_aligned_by_its_links() -> None:
    made = Translation(lined("One.\nTwo.", "en"), lined("Раз.\nДва.", "ru"), "x", (0, 1))
    assert align.align(made, encoder="nowhere") == by_construction(made)


def test_an_encoder_of_ones_own_is_used(sample: Path) -> None:
    from models.lexical import LexicalEncoder

    english, russian = align.read(Path("article.en.txt")), align.read(Path("reference.ru.txt"), "ru")
    own = align.align(english, russian, encoder=LexicalEncoder())
    assert own.method.startswith("lexical")
    (outcome,) = align.run(english, to=["ru"], given={"ru": russian}, encoder=LexicalEncoder())
    assert outcome.bitext.beads == own.beads
