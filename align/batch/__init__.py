"""Articles by the hundred thousand: read, translate, align, check and write, on one machine or many, resumable."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from align.batch.closing import finish
from align.batch.flow import Kit, work
from align.batch.folder import Folder
from align.batch.inputs import items
from align.batch.settings import Settings
from models.errors import InputError

if TYPE_CHECKING:
    from align.batch.summary import Totals

__all__ = ["Kit", "Settings", "run"]


def run(source: str, output: Path, settings: Settings, kit: Kit, *, retry: bool = False) -> Totals:
    """Make the dataset of the articles of `source` in the folder `output`, or continue to.

    With `retry`, articles that failed before are tried again. Raises `InputError` where the input cannot be
    read, or `output` holds anything else than this run; `ModelError` where a translator cannot be used. What is
    done stays done, and the same call continues.
    """
    found = items(source, skip=output)
    folder = Folder(output, settings.row())
    try:
        work(found, folder, settings, kit, retry=retry)
        if next(folder.shards(), None) is None:
            raise InputError(f"{source}: no article is in it; give one that has some")
        return finish(folder, settings)
    finally:
        folder.close()
