"""What the tests of batches share: articles, a translator that says what it was asked, runs and their outputs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from align.batch import Kit, Settings, run
from align.batch.checked import Checked
from align.batch.jobs import Worker
from align.batch.pool import Here
from align.batch.summary import Totals
from align.batch.tables import schemas
from align.profiles import profile
from align.terms import Termbase, load
from models.base import Hypothesis
from models.memory import Memory

TERMS = """
[shusha]
kind = "toponym"
feature = "town"
en = ["Shusha", { text = "Shushi", sides = ["armenian"] }]
hy = ["Շուշի"]
az = ["Şuşa"]
ru = ["Шуша", { text = "Шуши", sides = ["armenian"] }]
tr = ["Şuşa", { text = "Şuşi", sides = ["armenian"] }]
sources = ["a test"]

[separatist]
kind = "loaded"
scale = "rulers"
en = [{ text = "separatist", load = 1, sides = ["azerbaijani"] }, { text = "de facto", load = 0 }]
hy = [{ text = "անջատողական", load = 1 }]
az = [{ text = "separatçı", load = 1 }]
ru = [{ text = "сепаратист", load = 1 }]
tr = [{ text = "ayrılıkçı", load = 1 }]
sources = ["a test"]
"""
WORDS = {"Shusha": "Шуша", "Shushi": "Шуши", "separatist": "сепаратист"}


class Echo:
    """A translator that knows three words and gives the rest back, with one letter changed by its version."""

    def __init__(self, version: int = 1) -> None:
        self.signature = f"echo|version:{version}"
        self.asked: list[str] = []

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[Hypothesis]:
        self.asked += texts
        return [Hypothesis(self._word_by_word(text)) for text in texts]

    def _word_by_word(self, text: str) -> str:
        if "untranslatable" in text:
            raise ValueError("what is this")
        return " ".join(WORDS.get(word.strip(".,"), word) for word in text.split())


def articles(count: int, start: int = 0) -> list[dict[str, str]]:
    """Articles of a few sentences, some of them in several articles."""
    towns = ("Shusha", "Shushi", "Goris")
    return [
        {
            "id": f"n{n}",
            "title": f"Report {n} from {towns[n % 3]}",
            "text": f"The road to {towns[n % 3]} was closed on day {n}. A separatist leader said {n % 4} words.\n\n"
            f"{'Nothing else was heard. ' * (n % 3)}They left Shusha at {n % 24} o'clock.",
            "date": f"2020-10-{n % 28 + 1:02}",
            "url": f"https://example.org/{n}",
        }
        for n in range(start, start + count)
    ]


def json_lines(path: Path, rows: Iterable[dict[str, Any]]) -> Path:
    """Rows as a file of JSON lines."""
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def content(out: Path) -> dict[str, bytes]:
    """Every file of an output folder but the run's own record."""
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and ".araxes" not in path.relative_to(out).parts
    }


class Runs:
    """Runs in this process with a small termbase, and a memory and cache of their own."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        terms = folder / "terms.toml"
        terms.write_text(TERMS, encoding="utf-8")
        self.termbase: Termbase = load(terms)
        self.echo = Echo()
        monkeypatch.setattr("models.choose.choose", lambda _engine, _lang: self.echo)
        self._schemas = schemas()

    def settings(self, langs: Sequence[str] = ("ru", "tr"), **options: Any) -> Settings:
        """Settings with the echo for every language, and seven articles a shard."""
        made = Settings(
            dict.fromkeys(langs, "echo"), dict.fromkeys(langs, self.echo.signature), self.termbase,
            profile("international"), shard=7,
        )  # fmt: skip
        return replace(made, **options)

    def __call__(
        self, source: Path, out: str, *, store: str = "", retry: bool = False,
        make: Callable[[Callable[[], Worker]], Any] = Here, **options: Any,
    ) -> Totals:  # fmt: skip
        """Run into the folder `out`; runs with one `store` share memory and cache."""
        settings = self.settings(**options)
        kept = self.folder / f"store-{store or out}"
        kit = Kit(
            Memory(kept / "memory.sqlite"), Checked(kept / "checked.sqlite"),
            lambda: make(partial(Worker, settings, self._schemas)),
        )  # fmt: skip
        return run(str(source), self.folder / out, settings, kit, retry=retry)
