"""Commands for what goes in and comes out: export, terms, models."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, get_args

import typer

from align.cli.common import Json, Terms, count, note, targets, termbase
from align.columns import table
from align.types import LANGUAGES, TARGETS, Kind
from models.errors import InputError

WITHOUT_TEXT = ("dataset", "hub", "parquet", "jsonl")
_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+")
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
            help="dataset, hub, parquet, jsonl, csv, xlsx, tmx, tmx-pairs, xliff, xliff12, omegat, tbx, tbx-dct,"
            " tbx-martif or html."
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", help="A file, or for some a folder; in the project's folder by default."
        ),
    ] = None,
    lang: Annotated[list[str], typer.Option("--lang", "-t", help="Only this target language.")] = [],  # noqa: B006
    rejected: Annotated[bool, typer.Option(help="Rejected translations too, in TMX and XLIFF.")] = False,
    text: Annotated[bool, typer.Option(help="With --no-text: ids, offsets and findings only.")] = True,
    push: Annotated[
        str, typer.Option(help="OWNER/NAME: upload it to the Hugging Face hub, as a private dataset.")
    ] = "",
    terms: Terms = [],  # noqa: B006
) -> None:
    """Write a project's article, beads, findings and reviews for other programs."""
    from align import api
    from align.exports import EXPORTS

    if to not in EXPORTS:
        raise InputError(f"--to {to}: the exports are {', '.join(EXPORTS)}")
    if push and to not in ("dataset", "hub"):
        raise InputError(
            f"--push {push}: only --to dataset and --to hub are uploaded; leave out --push or write --to hub"
        )
    if push and not _REPOSITORY.fullmatch(push):
        raise InputError(f"--push {push}: not a repository's name; write OWNER/NAME")
    if not text and to not in WITHOUT_TEXT:
        raise InputError(f"--no-text: {to} is nothing without its text; write {', '.join(WITHOUT_TEXT)}")
    form = "hub" if push else to
    where = output or project / f"export.{EXPORTS[form].suffix}".rstrip(".")
    langs = targets(lang) if lang else ()
    opened, base = api.open_project(project), termbase(terms)
    if not opened.documents():
        raise InputError(
            f"{project}: nothing to export yet; make something with: araxes run ARTICLE -o {project}"
        )
    rows = api.export(opened, form, where, langs=langs, rejected=rejected, text=text, terms=base)
    note(f"{count(rows, 'row')} in {where}")
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

    if kind and kind not in get_args(Kind):
        raise InputError(f"--kind {kind}: the kinds are {', '.join(get_args(Kind))}")
    chosen = [c for c in termbase(terms) if kind in ("", c.kind)]
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


@terms_app.command("import")
def terms_import(
    file: Annotated[Path, typer.Argument(help="The file to read.", show_default=False)],
    form: Annotated[
        str,
        typer.Option(
            help="csv, tbx, geonames (alternateNamesV2.txt) or wikidata (JSON); by the file's name."
        ),
    ] = "",
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", help="A new TOML file; what lacks a language goes to FILE.incomplete."
        ),
    ] = None,
    kind: Annotated[
        str, typer.Option(help="toponym, actor, person or loaded, where the file does not say.")
    ] = "toponym",
    packaged: Annotated[
        bool,
        typer.Option("--packaged", help="Only places of the packaged termbase, from GeoNames or Wikidata."),
    ] = False,
    ids: Annotated[
        Path | None,
        typer.Option(help="Only the GeoNames or Wikidata ids of this file, one a line.", show_default=False),
    ] = None,
) -> None:
    """Turn names from another program's file into a termbase file."""
    from align import termfiles

    form = form or termfiles.form_of(file)
    if form not in termfiles.FORMS:
        raise InputError(f"--form {form}: the forms are {', '.join(termfiles.FORMS)}")
    chosen = next((k for k in get_args(Kind) if k == kind), None)
    if chosen is None:
        raise InputError(f"--kind {kind}: the kinds are {', '.join(get_args(Kind))}")
    if (packaged or ids) and form not in ("geonames", "wikidata"):
        raise InputError(
            f"--packaged and --ids choose among GeoNames or Wikidata ids, which {form} need not have"
        )
    known = {c.geonames: c.id for c in reversed(list(termbase([]))) if c.geonames}
    only = None
    if packaged or ids:
        only = (termfiles.ids(ids) if ids else frozenset()) | {str(i) for i in (known if packaged else ())}
    aside = output.with_name(output.name + ".incomplete") if output else None
    for path in filter(None, (output, aside)):
        if path.exists():
            raise InputError(f"{path}: exists; choose another path with -o, or remove it")

    def put(pieces: Iterator[str], complete: bool) -> None:
        where = output if complete else aside
        if where:
            termfiles.save(pieces, where)
        elif complete:
            sys.stdout.writelines(pieces)

    report = termfiles.take(file, form, put, kind=chosen, only=only, packaged=known)
    there = f" in {output}" if report.concepts and output else ""
    note(f"{count(report.concepts, 'concept')} with a name in every language{there}")
    if report.incomplete:
        where = (
            f"went to {aside}: add the names and move the tables over"
            if aside
            else "was left out; -o keeps such in a file"
        )
        lack = "lacks" if report.incomplete == 1 else "lack"
        note(f"{count(report.incomplete, 'concept')} {lack} a language and {where}")
    for remark in report.remarks:
        note(remark)


@terms_app.command("export")
def terms_export(
    to: Annotated[str, typer.Option(help="csv, tbx, tbx-dct, tbx-martif or toml.")],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A new file.")] = None,
    terms: Terms = [],  # noqa: B006
) -> None:
    """Write the termbase for other programs, every concept with all it says, by id."""
    from align import termfiles

    if to not in termfiles.WRITERS:
        raise InputError(f"--to {to}: the forms are {', '.join(termfiles.WRITERS)}")
    concepts = sorted(termbase(terms), key=lambda concept: concept.id)
    pieces = termfiles.WRITERS[to](concepts)
    if output:
        termfiles.save(pieces, output)
        note(f"{count(len(concepts), 'concept')} in {output}")
    else:
        sys.stdout.writelines(pieces)


@models_app.command("list")
def models_list(json: Json = False) -> None:
    """List known models: licence, size, published scores, where the weights are, and what auto takes."""
    from align.rows import dumps
    from models.listing import offline
    from models.listing import table as listed

    rows = listed(TARGETS)
    if json:
        typer.echo(dumps(rows))
    else:
        typer.echo(table([list(rows[0]), *(list(row.values()) for row in rows)]))
        typer.echo(f"\nScores: BLEU / COMET on FLORES-200. With no network auto takes: {offline(TARGETS)}.")


@models_app.command("fetch")
def models_fetch(
    name: Annotated[str, typer.Argument(help="A name from `araxes models list`, or a hub id.")],
) -> None:
    """Download a model into the cache, continuing where an earlier download stopped."""
    from models.fetch import fetch

    typer.echo(fetch(name, say=note))


@models_app.command("convert")
def models_convert(
    model: Annotated[Path, typer.Argument(help="A directory with a transformers model.", show_default=False)],
    output: Annotated[Path, typer.Argument(help="Where the converted model goes.", show_default=False)],
    quantization: Annotated[str, typer.Option(help="int8, float16 or float32.")] = "int8",
) -> None:
    """Convert a model for CTranslate2, several times faster on a CPU."""
    from models.convert import convert

    convert(model, output, quantization)
    note(f"converted into {output}")
