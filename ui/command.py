"""The command `araxes review`. Nothing heavy is imported before it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def review(
    project: Annotated[Path, typer.Argument(help="Folder of a project.", show_default=False)],
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 7860,
    auth: Annotated[Path | None, typer.Option(help="File of users with hashed passwords.")] = None,
) -> None:
    """Open a project in the browser: read, edit, decide and comment, side by side."""
