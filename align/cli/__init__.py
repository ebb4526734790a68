"""The command line: each command a few lines over a public function.

Standard output carries the result, standard error everything else.
"""

from __future__ import annotations

import os
import sys
from importlib.metadata import entry_points

import typer

from align.cli import articles, batch, data, evaluate, pairs
from models.errors import AraxesError

app = typer.Typer(
    name="araxes",
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


def main() -> None:
    """Run `araxes`; what a user can mend ends in one sentence on standard error and exit status 2."""
    try:
        app()
    except AraxesError as error:
        print(f"araxes: {error}", file=sys.stderr)
        sys.exit(error.exit_status)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except KeyboardInterrupt:
        print("araxes: stopped; the same command continues where it left off", file=sys.stderr)
        sys.exit(130)
