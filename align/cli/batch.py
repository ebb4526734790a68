"""The command for many articles."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from align.cli.common import (
    Json,
    ProfileName,
    Quiet,
    Terms,
    by_language,
    chosen_profile,
    note,
    targets,
    termbase,
)
from models.errors import ModelError

if TYPE_CHECKING:
    from align.batch import Settings
    from align.batch.pool import Pool
    from align.batch.progress import Progress
    from align.batch.summary import Totals

_REFRESH, _LOGGED = 0.2, 60.0  # seconds between two lines, on a terminal and in a log


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(batch)


def batch(
    source: Annotated[
        str,
        typer.Argument(
            metavar="INPUT", show_default=False,
            help="A folder of texts, JSON lines or Parquet (fields id, title, text, date, url), or a dataset.",
        ),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="A new folder, or that of a run to continue.")],
    to: Annotated[
        list[str], typer.Option("--to", "-t", help="Target language: hy, az, ru or tr; all by default.")
    ] = [],  # noqa: B006
    engine: Annotated[
        list[str], typer.Option(help="auto, a model name, directory or URL; LANG=… for one language.")
    ] = ["auto"],  # noqa: B006
    profile: ProfileName = "",
    terms: Terms = [],  # noqa: B006
    workers: Annotated[
        int, typer.Option(min=0, help="Processes, or actors with --ray; 0: one here, on Ray one a GPU or CPU.")
    ] = 0,
    ray: Annotated[str, typer.Option(help="Work on a Ray cluster: its address, or auto.")] = "",
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Try again what failed before.")] = False,
    text: Annotated[bool, typer.Option(help="With --no-text: ids, offsets and findings only.")] = True,
    shard: Annotated[int, typer.Option(min=1, help="Articles in one file of the output.")] = 250,
    push: Annotated[
        str, typer.Option(help="OWNER/NAME: upload the result to the Hugging Face hub, as a private dataset.")
    ] = "",
    json: Json = False,
    quiet: Quiet = False,
) -> None:  # fmt: skip
    """Translate, align and check many articles into a dataset; the same command continues what was stopped."""
    from platformdirs import user_cache_path, user_data_path

    from align.batch import Kit, Settings, run
    from align.batch.checked import Checked
    from models.memory import Memory

    engines = by_language(engine, "--engine")
    chosen = {lang: engines.get(lang, engines.get("", "auto")) for lang in targets(to)}
    house, explicit = chosen_profile(profile)
    settings = Settings(
        chosen, {lang: _signature(name, lang) for lang, name in chosen.items()}, termbase(terms), house, explicit,
        text, shard,
    )  # fmt: skip
    kit = Kit(
        Memory(user_data_path("araxes", appauthor=False) / "memory.sqlite"),
        Checked(user_cache_path("araxes", appauthor=False) / "checked.sqlite"),
        partial(_pool, settings, workers, ray),
        _reporter(quiet),
    )
    found = run(source, output, settings, kit, retry=retry_failed)
    typer.echo(_told(found, output, as_json=json))
    if push:
        from align.exports.hub import upload

        note(f"uploaded to {upload(output, push)}")
    _incomplete(found, output)


def _signature(engine: str, lang: str) -> str:
    """The signature of a language's translator; "" where the memory must do. Raises `ModelError` for a name."""
    from models.choose import choose

    try:
        return choose(engine, lang).signature
    except ModelError:
        if engine != "auto":
            raise
        return ""


def _pool(settings: Settings, workers: int, ray: str) -> Pool:
    from align.batch.jobs import Worker
    from align.batch.pool import Here, Processes
    from align.batch.tables import schemas

    make = partial(Worker, settings, schemas())
    if ray:
        from align.batch.ray import Ray

        return Ray(make, ray, workers)
    return Processes(make, workers) if workers > 1 else Here(make)


def _reporter(quiet: bool) -> Callable[[Progress], None]:
    """A line on standard error: rewritten where that is a terminal, once a minute where it is a log."""
    terminal = sys.stderr.isatty()
    last = time.monotonic()

    def report(progress: Progress) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= (_REFRESH if terminal else _LOGGED):
            last = now
            start, end = ("\r\033[K", "") if terminal else ("araxes: ", "\n")
            print(start + progress.line(), end=end, file=sys.stderr, flush=True)

    return (lambda _progress: None) if quiet else report


def _told(found: Totals, output: Path, *, as_json: bool) -> str:
    from align.batch.summary import counts
    from align.columns import table
    from align.rows import dumps

    if as_json:
        return dumps({"output": str(output), **counts(found)})
    rows = [[name, f"{n:,}"] for name, n in counts(found).items()]
    return f"{table(rows, header=False)}\n\nThe dataset and summary.html are in {output}"


def _incomplete(found: Totals, output: Path) -> None:
    """Exit with status 3, saying what is missing and how to get it."""
    from models.choose import ways_out

    for lang, n in sorted(found.untranslated.items()):
        if n:
            note(f"{lang}: {n:,} segments are left untranslated: {ways_out(lang)}")
    if found.failed:
        many = f"{found.failed:,} article{'s' if found.failed > 1 else ''}"
        note(f"{many} failed; {output / 'failures.jsonl'} says why: mend them and add --retry-failed")
    if found.failed or any(found.untranslated.values()):
        raise typer.Exit(3)
