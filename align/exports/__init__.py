"""Every export by its id. To add one: write a file, name its class here."""

from __future__ import annotations

from align.exports.base import Export
from align.exports.table import Dataset, JsonLines, Parquet

EXPORTS: dict[str, Export] = {export.id: export for export in (Dataset(), Parquet(), JsonLines())}
