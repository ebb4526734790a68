"""The documents are run: every console block gives the output it shows, and everything that has a name is named."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from align.checks import CHECKS
from align.exports import EXPORTS

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```console\n(.*?)^```", re.M | re.S)
# shown, not run: they install, serve until stopped, or need a network or a model
NOT_RUN = ("pip ", "araxes review", "araxes models fetch", "araxes models convert", "git ", "export ")


def blocks() -> list[tuple[str, str]]:
    found = []
    for page in PAGES:
        if page.exists():
            found += [(page.name, match[1]) for match in BLOCK.finditer(page.read_text(encoding="utf-8"))]
    return found


def commands(block: str) -> list[tuple[str, list[str]]]:
    """The commands of a block with the output lines that follow each."""
    found: list[tuple[str, list[str]]] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif found:
            found[-1][1].append(line.rstrip())
    return found


@pytest.mark.parametrize(("page", "block"), blocks())
def test_console_blocks_print_what_they_show(page: str, block: str, tmp_path: Path) -> None:
    for name in ("article", "reference", "shifted"):
        for file in (ROOT / "align" / "data" / "sample").glob(f"{name}.*.txt"):
            (tmp_path / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "article.txt").write_text(
        (tmp_path / "article.en.txt").read_text(encoding="utf-8"), encoding="utf-8"
    )
    for command, shown in commands(block):
        if command.startswith(NOT_RUN):
            continue
        words = shlex.split(command, comments=True)
        assert words[0] == "araxes", f"{page}: {command} is no command of ours"
        done = subprocess.run(
            [sys.executable, "-m", "align.cli", *words[1:]],
            cwd=tmp_path, capture_output=True, text=True, check=False, env={**os.environ, "COLUMNS": "200"},
        )  # fmt: skip
        assert done.returncode in (0, 1), f"{command}: {done.stderr}"
        printed = [line.rstrip() for line in done.stdout.splitlines()]
        missing = [line for line in shown if line and line != "…" and line not in printed]
        assert not missing, f"{command} does not print: {missing[0]!r}\nit prints:\n{done.stdout}"


def test_every_command_has_help_and_is_documented() -> None:
    from typer.main import get_command

    from align.cli import app

    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES if page.exists())
    group = get_command(app)
    names = []
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None)
        names += [f"{name} {sub}" for sub in inner] if inner else [name]
        assert command.help, f"araxes {name} has no help"
    missing = [name for name in names if f"araxes {name}" not in text]
    assert not missing, f"undocumented: {missing}"


def test_every_check_and_export_is_documented() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [c.id for c in CHECKS if f"`{c.id}`" not in text] == []
    assert [e for e in EXPORTS if f"`{e}`" not in text] == []
