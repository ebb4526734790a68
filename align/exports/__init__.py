"""Every export by its id. To add one: write a file, name its class here."""

from __future__ import annotations

from align.exports.base import Export, Options
from align.exports.hub import Hub
from align.exports.omegat import OmegaT
from align.exports.page import Page
from align.exports.sheet import Csv, Xlsx
from align.exports.table import Dataset, JsonLines, Parquet
from align.exports.tbx import Martif, Tbx, TbxTags
from align.exports.tmx import Tmx, TmxPairs
from align.exports.xliff import Xliff1, Xliff2

__all__ = ["EXPORTS", "Export", "Options"]

EXPORTS: dict[str, Export] = {
    export.id: export
    for export in (
        Dataset(), Hub(), Parquet(), JsonLines(), Csv(), Xlsx(),
        Tmx(), TmxPairs(), Xliff2(), Xliff1(), OmegaT(), Tbx(), TbxTags(), Martif(), Page(),
    )
}  # fmt: skip
