"""The command `araxes review`. Nothing heavy is imported before it runs."""

from __future__ import annotations

import getpass
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from models.errors import InputError, MissingExtraError
from ui.access import LOOPBACK


def review(
    project: Annotated[
        str, typer.Argument(help="Folder of a project, or a database URL.", show_default=False)
    ],
    host: Annotated[
        str, typer.Option(help="Address to listen on; any other than this machine needs --auth.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 7860,
    auth: Annotated[
        Path | None, typer.Option(help="File of users, their roles and hashed passwords.")
    ] = None,
    add_user: Annotated[
        str,
        typer.Option(
            metavar="NAME=ROLE",
            help="Add someone to the --auth file (reader, translator, reviewer, approver) and stop.",
        ),
    ] = "",
    name: Annotated[
        str,
        typer.Option(help="Your name on reviews, where there is no --auth.", show_default="your login name"),
    ] = "",
    new: Annotated[
        bool,
        typer.Option("--new", help="Make the project if it is not there, to start from a pasted article."),
    ] = False,
    mcp: Annotated[
        bool,
        typer.Option("--mcp", help="Serve programs of this machine over the Model Context Protocol too."),
    ] = False,
    terms: Annotated[
        list[Path], typer.Option("--terms", help="Termbase file or folder instead of the packaged one.")
    ] = [],  # noqa: B006
) -> None:
    """Review a project in the browser: read side by side, edit, decide on findings, comment."""
    if add_user:
        _add(auth, add_user)
        return
    if auth is None and host not in LOOPBACK:
        raise InputError(
            f"--host {host}: others could write here without a login; give a users file with --auth"
        )

    if mcp and auth is not None:
        raise InputError("--mcp: it has no login, so it serves one person only; leave --auth or --mcp out")
    if mcp and find_spec("mcp") is None:
        raise MissingExtraError("mcp", "mcp")

    from align.cli.common import tools
    from align.store import Project
    from align.terms import default, load
    from ui import users

    people = users.read(auth) if auth else None
    where = project if "://" in project else Path(project)
    opened = Project.create(where) if new else Project.open(where)
    if not new and not opened.documents():
        raise InputError(
            f"{project}: nothing to review yet; make something with: araxes run ARTICLE -o {project}"
        )

    from ui.app import launch
    from ui.desk import Desk

    desk = Desk(
        opened,
        load(*terms) if terms else default(),
        two_person=people is not None,
        tools=lambda: tools(terms, "e5", quiet=True),
    )
    try:
        page = launch(desk, users=people, name=name or getpass.getuser(), host=host, port=port, mcp=mcp)
    except OSError as error:
        raise InputError(f"--port {port}: cannot listen there ({error}); choose another port") from error
    print(f"araxes: review at {page.local_url} (stop with Ctrl+C)", file=sys.stderr)
    page.block_thread()


def _add(auth: Path | None, who: str) -> None:
    from ui import users

    if auth is None:
        raise InputError("--add-user: say which users file with --auth FILE")
    name, _, role = who.partition("=")
    password = (
        getpass.getpass(f"Password for {name}: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    )
    users.add(auth, name, role or "reviewer", password)
    print(f"araxes: {name} is in {auth}", file=sys.stderr)
