"""Commands for what goes in and comes out: export, terms, models."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from align.cli.common import Json, Terms, note, targets, termbase
from align.columns import table
from align.types import LANGUAGES, TARGETS
from models.errors import InputError

WITHOUT_TEXT = ("dataset", "hub", "parquet", "jsonl")
terms_app = typer.Typer(no_args_is_help=True, help="The termbase: every concept with all its names.")
models_app = typer.Typer(no_args_is_help=True, help="Translation models.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(export)
    app.add_typer(terms_app, name="terms")
    app.add_typer(models_app, name="models")


def export(
    project: Annotated[Path, typer.Argument(help="A project's folder.", show_default=False)],
    to: Annotated[
        str,
        typer.Option(
            help="dataset, hub, parquet, jsonl, csv, xlsx, tmx, tmx-pairs, xliff, xliff12, tbx, tbx-martif or html."
        ),
    ],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Where to.")] = None,
    lang: Annotated[list[str], typer.Option("--lang", "-t", help="Only this target language.")] = [],  # noqa: B006
    rejected: Annotated[bool, typer.Option(help="Rejected translations too, in TMX and XLIFF.")] = False,
    text: Annotated[bool, typer.Option(help="With --no-text: ids, offsets and findings only.")] = True,
    push: Annotated[
        str, typer.Option(help="OWNER/NAME: upload it to the Hugging Face hub, as a private dataset.")
    ] = "",
    terms: Terms = [],  # noqa: B006
) -> None:
    """Write a project's article, beads, findings and reviews for other programs."""
    from align.exports import EXPORTS, Options
    from align.store import Project

    if to not in EXPORTS:
        raise InputError(f"--to {to}: the exports are {', '.join(EXPORTS)}")
    if push and to not in ("dataset", "hub"):
        raise InputError(
            f"--push {push}: only --to dataset is uploaded; leave out --push or write --to dataset"
        )
    if not text and to not in WITHOUT_TEXT:
        raise InputError(f"--no-text: {to} is nothing without its text; write {', '.join(WITHOUT_TEXT)}")
    exporter = EXPORTS["hub" if push else to]
    where = output or project / f"export.{exporter.suffix}".rstrip(".")
    if where.exists() and not exporter.replaceable(where):
        raise InputError(f"{where}: exists and was not written by this command; choose another path with -o")
    options = Options(targets(lang) if lang else (), rejected, text, termbase(terms))
    count = exporter.write(Project.open(project), where, options)
    note(f"{count} rows in {where}")
    if push:
        from align.exports.hub import upload

        note(f"uploaded to {upload(where, push)}")


@terms_app.command("list")
def terms_list(
    kind: Annotated[str, typer.Option(help="toponym, actor, person or loaded.")] = "",
    json: Json = False,
    terms: Terms = [],  # noqa: B006
) -> None:
    """List every concept, one a line, with its plain name in each language."""
    from align.rows import dumps

    chosen = [c for c in termbase(terms) if kind in ("", c.kind)]
    if not chosen:
        raise InputError(f"--kind {kind}: the kinds are toponym, actor, person, loaded")
    if json:
        for c in chosen:
            typer.echo(
                dumps({"id": c.id, "kind": c.kind, **{lang: c.forms_in(lang)[0].text for lang in LANGUAGES}})
            )
        return
    rows = [["id", "kind", *LANGUAGES]]
    rows += [[c.id, c.kind, *(c.forms_in(lang)[0].text for lang in LANGUAGES)] for c in chosen]
    typer.echo(table(rows))


@terms_app.command("show")
def terms_show(
    name: Annotated[str, typer.Argument(help="An id, or a name in any language.")],
    terms: Terms = [],  # noqa: B006
) -> None:
    """Print a concept with all its names, who uses them and when."""
    from align.describe import describe

    base = termbase(terms)
    found = base.find(name)
    if not found:
        near = base.near(name)
        hint = f"; did you mean {', '.join(near)}?" if near else ""
        raise InputError(f"{name!r} is neither an id nor a name in the termbase{hint}")
    typer.echo("\n\n".join(describe(concept) for concept in found))


@terms_app.command("lint")
def terms_lint(
    files: Annotated[
        list[Path], typer.Argument(help="Termbase files or folders; the packaged one by default.")
    ] = [],  # noqa: B006
) -> None:
    """Name the file and line of everything wrong in a termbase, and say which place names a source confirms."""
    from align.lint import lint

    report = lint(files)
    typer.echo(report.text)
    if report.errors:
        raise typer.Exit(2)


@models_app.command("list")
def models_list(json: Json = False) -> None:
    """List known models: languages, licence, size, published figures, and whether the weights are here."""
    from align.rows import dumps
    from models.catalogue import table as catalogue

    rows = catalogue(TARGETS)
    if json:
        typer.echo(dumps(rows))
    else:
        typer.echo(table([list(rows[0]), *(list(row.values()) for row in rows)]))
