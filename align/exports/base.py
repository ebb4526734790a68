"""What an export is, and how files are written whole or not at all."""

from __future__ import annotations

import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from align.terms import Termbase, default
from models.errors import InputError

if TYPE_CHECKING:
    from align.store import Project

MARK = ".araxes"  # a folder that holds this file was written by an export


@dataclass(frozen=True)
class Options:
    """What to write: the languages (all without any), rejected pairs too, the text itself, the termbase."""

    langs: tuple[str, ...] = ()
    rejected: bool = False
    text: bool = True
    terms: Termbase | None = None

    @property
    def termbase(self) -> Termbase:
        """The termbase, the packaged one unless another was given."""
        return default() if self.terms is None else self.terms


class Export(ABC):
    """One format. The id is what `--to` takes."""

    id: ClassVar[str]
    title: ClassVar[str]
    suffix: ClassVar[str]

    @abstractmethod
    def write(self, project: Project, path: Path, options: Options = Options()) -> int:
        """Write the project to `path` and return the number of rows. Raises `InputError` if it cannot."""

    def replaceable(self, path: Path) -> bool:
        """Whether what stands at `path` is an earlier export of this kind."""
        return path.is_file() if not path.is_dir() else (path / MARK).exists()


def tool_version() -> str:
    """The version of Araxes, for the headers of files."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        return installed("araxes")
    except PackageNotFoundError:
        return "0"


@contextmanager
def whole(path: Path, *, folder: bool = False) -> Iterator[Path]:
    """A place to write to that becomes `path` only when everything went well."""
    partial = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if partial.is_dir():
            shutil.rmtree(partial)
        if folder:
            partial.mkdir()
        yield partial
        if folder:
            (partial / MARK).write_text("written by araxes export\n", encoding="utf-8")
        old = path.with_name(path.name + ".old")
        if folder and path.exists():
            shutil.rmtree(old, ignore_errors=True)
            path.replace(old)
        partial.replace(path)
        shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        raise InputError(
            f"{path}: cannot be written ({error.strerror or error}); choose another path with -o"
        ) from error
    finally:
        if partial.is_dir():
            shutil.rmtree(partial, ignore_errors=True)
        elif partial.exists():
            partial.unlink()
