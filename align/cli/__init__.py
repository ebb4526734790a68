"""The command line: each command a few lines over a public function.

Standard output carries the result, standard error everything else.
"""

from __future__ import annotations

import os
import sys
from importlib.metadata import entry_points
from importlib.metadata import version as installed
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from align.cli import articles, batch, data, evaluate, pairs
from models.errors import AraxesError


class _Commands(TyperGroup):
    """The commands, with an end of Araxes' own for what Typer would end in silence or with status 1."""

    def invoke(self, ctx: typer.Context) -> Any:  # type: ignore[override]
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:  # whoever reads has enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(0) from None
        except KeyboardInterrupt:
            print("araxes: stopped; what was done is kept, and the same command continues", file=sys.stderr)
            raise typer.Exit(130) from None


app = typer.Typer(
    name="araxes",
    cls=_Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Translate news into Armenian, Azerbaijani, Russian and Turkish, align the sentences, and see whose"
    " names and how strong a word each translation uses.",
)
for register in (articles.register, pairs.register, batch.register, data.register, evaluate.register):
    register(app)
for _entry in sorted(entry_points(group="araxes.commands"), key=lambda e: e.name):
    app.command(_entry.name)(_entry.load())


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"araxes {installed('araxes')}")
        raise typer.Exit


@app.callback()
def _araxes(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run `araxes`; what a user can mend ends in one sentence on standard error and exit status 2."""
    try:
        app()
    except AraxesError as error:
        print(f"araxes: {error}", file=sys.stderr)
        sys.exit(error.exit_status)
    except OSError as error:  # a full disk, a folder that is not to be read
        where = f"{error.filename}: " if error.filename else ""
        print(
            f"araxes: {where}{error.strerror or error}; look at the disk and the permissions", file=sys.stderr
        )
        if not error.filename:  # standard output could not be written, and would be tried again at the end
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(2)
