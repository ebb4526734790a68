"""What several commands share: options, progress on standard error, tables on standard output."""

from __future__ import annotations

import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from align.types import LANGUAGES, TARGETS, Document
from models.errors import InputError

if TYPE_CHECKING:
    from align.pipeline import Tools
    from align.profiles import Profile
    from align.terms import Termbase
    from models.base import Encoder

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress on standard error.")]
Json = Annotated[bool, typer.Option("--json", help="JSON for a machine to read.")]
ProfileName = Annotated[
    str,
    typer.Option(
        "--profile",
        help="House convention: international, armenian, azerbaijani, russian, turkish, or a TOML file.",
    ),
]
Day = Annotated[str, typer.Option("--date", help="The article's date, YYYY-MM-DD; names are judged by it.")]
Terms = Annotated[
    list[Path], typer.Option("--terms", help="Termbase file or folder instead of the packaged one.")
]
EncoderName = Annotated[
    str, typer.Option("--encoder", help="Sentence vectors: e5, lexical, or a model directory.")
]


_SCRIPTS = {"en": "Latin", "hy": "Armenian", "az": "Latin", "ru": "Cyrillic", "tr": "Latin"}


def count(number: int, one: str, many: str = "") -> str:
    """A number with its noun: `1 segment`, `2 segments`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def note(message: str) -> None:
    """Tell the user something on standard error."""
    print(f"araxes: {message}", file=sys.stderr)


def told_script(document: Document) -> None:
    """Tell the user where a text is in another script than its language is written in: likely another's file."""
    letters = [char for char in document.text[:4000] if char.isalpha()]
    scripts = Counter(unicodedata.name(char, "").partition(" ")[0].capitalize() for char in letters)
    script, found = next(iter(scripts.most_common(1)), ("", 0))
    if document.lang in _SCRIPTS and script != _SCRIPTS[document.lang] and found * 2 > len(letters):
        note(
            f"{document.origin} was read as {document.lang}, but most of its letters are {script};"
            " check the file and the language"
        )


def progress(quiet: bool) -> Callable[[str, int, int], None]:
    """A progress reporter: one line on standard error that is rewritten where that is a terminal."""
    if quiet or not sys.stderr.isatty():
        return lambda _what, _done, _all: None

    def show(what: str, done: int, total: int) -> None:
        print(
            f"\r\033[K{what} {done}/{total}", end="\n" if done >= total else "", file=sys.stderr, flush=True
        )

    return show


def targets(values: Sequence[str]) -> tuple[str, ...]:
    """Target languages from `-t hy -t az` or `-t hy,az`; all of them without the option."""
    chosen = [part for value in values for part in value.split(",") if part]
    for lang in chosen:
        if lang not in TARGETS:
            raise InputError(f"-t {lang}: Araxes translates into {', '.join(TARGETS)}; choose among them")
    return tuple(dict.fromkeys(chosen)) or TARGETS


def by_language(values: Iterable[str], option: str) -> dict[str, str]:
    """`LANG=VALUE` options as a mapping; a value without a language stands for every language (key "")."""
    found: dict[str, str] = {}
    for value in values:
        lang, equals, rest = value.partition("=")
        if not equals or len(lang) > 3 or "/" in lang:
            lang, rest = "", value
        elif lang not in TARGETS:
            raise InputError(f"{option} {value}: {lang!r} is not one of {', '.join(TARGETS)}")
        if lang in found:
            raise InputError(f"{option}: two values for {lang or 'every language'}; give one")
        if not rest:
            raise InputError(f"{option} {value}: nothing stands after the equals sign")
        found[lang] = rest
    return found


def language(value: str, option: str, *, lines: bool = False, more: str = "") -> str:
    """A language code as it was given, checked unless `--lines` lets any pair through; `more` ends the error."""
    if value not in LANGUAGES and not (lines and value.strip()):
        raise InputError(f"{option} {value}: the languages are {', '.join(LANGUAGES)}{more}")
    return value


def day(value: str) -> date | None:
    """The date of `--date`."""
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise InputError(f"--date {value}: not a day; write YYYY-MM-DD") from None


def termbase(paths: Sequence[Path]) -> Termbase:
    """The packaged termbase or the user's own."""
    from align.terms import default, load

    return load(*paths) if paths else default()


def chosen_profile(name: str) -> tuple[Profile, bool]:
    """The profile of `--profile` and whether it was asked for."""
    from align.profiles import profile

    return profile(name or "international"), bool(name)


def encoder(name: str) -> Callable[[], Encoder]:
    """Load the encoder of `--encoder` when it is first needed, once."""
    loaded: list[Encoder] = []

    def load() -> Encoder:
        if not loaded:
            from platformdirs import user_cache_path

            from models import encoder as resolve_encoder
            from models.vectors import CachedEncoder

            cache = user_cache_path("araxes", appauthor=False) / "vectors.sqlite"
            loaded.append(CachedEncoder(resolve_encoder(name), cache))
        return loaded[0]

    return load


def tools(terms: Sequence[Path], encoder_name: str, *, quiet: bool) -> Tools:
    """Everything the pipeline works with."""
    from platformdirs import user_data_path

    from align.pipeline import Tools
    from models.choose import choose
    from models.memory import Memory

    memory = Memory(user_data_path("araxes", appauthor=False) / "memory.sqlite")
    return Tools(termbase(terms), memory, encoder(encoder_name), choose, progress(quiet))


def write(text: str, path: Path | None) -> None:
    """Write a result to a file, whole or not at all, or to standard output."""
    if path is None:
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    partial = path.with_name(path.name + ".part")
    try:
        if path.exists() and not path.is_file() and not path.is_dir():  # a pipe or a device is not replaced
            path.write_text(text, encoding="utf-8")
            return
        partial.write_text(text, encoding="utf-8")
        partial.replace(path)
    except OSError as error:
        with suppress(OSError):
            partial.unlink()
        raise InputError(
            f"{path}: cannot be written ({error.strerror}); choose another path with -o"
        ) from error
