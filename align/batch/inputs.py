"""Where articles come from: a folder, JSON lines, Parquet, a dataset on disk or on the Hugging Face hub.

Nothing here reads more than one article (of Parquet, one batch of rows) ahead. What cannot be read becomes an
`Item` that says why, and the rest goes on.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

from align.types import content_id
from models.errors import InputError

FIELDS = ("id", "title", "text", "date", "url")
TEXTS = (".txt", ".md", ".markdown", ".html", ".htm", ".xhtml")
LINES = (".jsonl", ".ndjson")
_HUB = re.compile(r"[\w.-]+/[\w.-]+")
_ROWS = 64  # rows of Parquet read at a time


@dataclass(frozen=True, slots=True)
class Item:
    """One article as it came: bytes of a file or a string, or the reason why there is neither.

    `name` is the article's id where it was given one, else `origin`, which is where it stands in the input.
    `at` is the share of the input that ends with it.
    """

    name: str
    origin: str
    body: bytes | str = ""
    title: str = ""
    day: date | None = None
    url: str = ""
    error: str = ""
    at: float = 0.0

    @property
    def key(self) -> str:
        """A hash of everything that can change what becomes of it."""
        form = Path(self.origin).suffix if isinstance(self.body, bytes) else ""
        return content_id(form, self.title, self.day, self.body)


def items(spec: str, skip: Path | None = None) -> Iterator[Item]:
    """The articles of an input, in an order that depends on nothing but the input; `skip` is no part of it.

    Raises `InputError` where `spec` names no input, or a single file that cannot be opened.
    """
    path = Path(spec)
    if path.is_dir():
        if (path / "dataset_dict.json").exists() or (path / "state.json").exists():
            return _saved(path)
        return _folder(path, skip.resolve() if skip else None)
    if path.is_file():
        suffix = path.suffix.lower()
        if suffix not in (*TEXTS, *LINES, ".parquet"):
            raise InputError(
                f"{path}: files of this kind are not read; give a folder, {', '.join((*LINES, '.parquet'))}, "
                f"or one of {', '.join(TEXTS)}"
            )
        if suffix == ".parquet":
            _opened(path)
        return _file(path, path.name)
    if _HUB.fullmatch(spec):
        return _hub(spec)
    raise InputError(f"{spec} does not exist; name a folder, a file, or a dataset as OWNER/NAME")


def _folder(folder: Path, skip: Path | None) -> Iterator[Item]:
    total = sum(1 for _ in _files(folder, skip))
    if not total:
        kinds = ", ".join((*TEXTS, *LINES, ".parquet"))
        raise InputError(f"{folder}: no article is in this folder; the kinds read are {kinds}")
    return chain.from_iterable(
        _scaled(_file(path, path.relative_to(folder).as_posix()), i / total, (i + 1) / total)
        for i, path in enumerate(_files(folder, skip))
    )


def _files(folder: Path, skip: Path | None) -> Iterator[Path]:
    """The files of a folder that are read, by name; of folders only the names of one at a time are held."""
    with os.scandir(folder) as found:
        entries = sorted((e.name, e.is_dir(follow_symlinks=False)) for e in found if e.name[0] != ".")
    for name, inner in entries:
        path = folder / name
        if inner and path.resolve() != skip:
            yield from _files(path, skip)
        elif not inner and path.suffix.lower() in (*TEXTS, *LINES, ".parquet") and path.is_file():
            yield path


def _scaled(some: Iterable[Item], low: float, high: float) -> Iterator[Item]:
    for item in some:
        object.__setattr__(item, "at", low + (high - low) * item.at)  # not seen by anybody yet
        yield item


def _file(path: Path, name: str) -> Iterator[Item]:
    suffix = path.suffix.lower()
    if suffix in LINES:
        return _lines(path, name)
    return _parquet(path, name) if suffix == ".parquet" else _text(path, name)


def _text(path: Path, name: str) -> Iterator[Item]:
    try:
        yield Item(name, name, path.read_bytes(), at=1.0)
    except OSError as error:
        yield Item(name, name, error=f"{name} cannot be read ({error.strerror or error})", at=1.0)


def _lines(path: Path, name: str) -> Iterator[Item]:
    done, size = 0, max(path.stat().st_size, 1)
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                done += len(line)
                if line.strip():
                    yield _line(line, f"{name}:{number}", done / size)
    except OSError as error:
        yield Item(name, name, error=f"{name} cannot be read ({error.strerror or error})", at=1.0)


def _line(line: bytes, origin: str, at: float) -> Item:
    try:
        row = json.loads(line)
    except ValueError as error:  # not UTF-8 among others
        return Item(origin, origin, error=f"{origin}: not a line of JSON ({error})", at=at)
    if not isinstance(row, dict):
        return Item(origin, origin, error=f"{origin}: not a JSON object with a field text", at=at)
    return _row(row, origin, at)


def _row(row: Mapping[str, Any], origin: str, at: float) -> Item:
    """The article in a row; its date may be a date, a time or text that begins with one."""
    given = row.get("id")
    name = origin if given is None or given == "" else str(given)
    text, title, when = row.get("text"), row.get("title") or "", row.get("date") or ""
    if not isinstance(text, str) or not isinstance(title, str):
        return Item(name, origin, error=f"{origin}: the field text must be a string, and title too", at=at)
    try:
        day = date.fromisoformat(str(when)[:10]) if when else None
    except ValueError:
        return Item(name, origin, error=f"{origin}: date {str(when)!r} is not a day; write YYYY-MM-DD", at=at)
    return Item(name, origin, text, title, day, str(row.get("url") or ""), at=at)


def _opened(path: Path) -> Any:
    """The open Parquet file. Raises `InputError` where it is damaged or has no column `text`."""
    import pyarrow as pa
    from pyarrow import parquet

    try:
        file = parquet.ParquetFile(path)
    except (OSError, pa.ArrowException) as error:
        reason = str(error).split(".")[0]
        raise InputError(f"{path}: damaged or no Parquet file ({reason}); copy it here again") from error
    if "text" not in file.schema_arrow.names:
        raise InputError(f"{path}: no column is called text; the columns read are {', '.join(FIELDS)}")
    return file


def _parquet(path: Path, name: str) -> Iterator[Item]:
    import pyarrow as pa

    done = 0
    try:
        file = _opened(path)
        names = [field for field in FIELDS if field in file.schema_arrow.names]
        for batch in file.iter_batches(batch_size=_ROWS, columns=names):
            for row in batch.to_pylist():
                done += 1
                yield _row(row, f"{name}:{done}", done / max(file.metadata.num_rows, 1))
    except InputError as error:
        yield Item(name, name, error=str(error).replace(str(path), name), at=1.0)
    except (OSError, pa.ArrowException) as error:
        reason = str(error).split(".")[0]
        where = f"{name}:{done + 1}"
        yield Item(where, where, error=f"{name}: damaged from row {done + 1} on ({reason})", at=1.0)


def _saved(path: Path) -> Iterator[Item]:
    import datasets

    datasets.disable_progress_bars()
    try:
        held = datasets.load_from_disk(str(path))
    except Exception as error:  # whatever is wrong with the files
        raise InputError(f"{path}: this dataset cannot be opened ({error}); save it again") from error
    return _splits(held if isinstance(held, dict) else {"": held}, str(path), len)


def _hub(name: str) -> Iterator[Item]:
    import datasets

    datasets.disable_progress_bars()
    try:
        held = datasets.load_dataset(name, streaming=True)
    except Exception as error:  # of the network, of the hub, of the dataset
        reason = str(error).splitlines()[0]
        raise InputError(
            f"{name}: neither a file here nor a dataset that can be had ({reason}); check the name"
        ) from error
    return _splits(held, name, lambda _split: 0)


def _splits(held: Mapping[str, Any], name: str, size: Callable[[Any], int]) -> Iterator[Item]:
    """The rows of every split, one split after the other."""
    for split in held.values():
        if split.column_names is not None and "text" not in split.column_names:
            raise InputError(f"{name}: no column is called text; the columns read are {', '.join(FIELDS)}")
    total, done = sum(size(split) for split in held.values()), 0
    for key, split in held.items():
        for number, row in enumerate(split):
            done += 1
            yield _row(row, f"{key or 'train'}:{number}", done / total if total else 0.0)
