"""The tables of a batch's dataset, and shards of them as Parquet, the same bytes for the same rows."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from align.exports.kinds import features as columns
from align.types import SEVERITIES

if TYPE_CHECKING:
    import pyarrow as pa

Row = dict[str, Any]
SHARDED = ("articles", "bitext", "findings", "measures")
CONFIGS = ("bitext", "articles", "findings", "measures", "termbase")


def features(config: str) -> Any:
    """The `datasets.Features` of one of `CONFIGS`."""
    if config not in ("articles", "measures"):
        return columns(config)
    from datasets import Features, List, Value

    text, number = Value("string"), Value("int32")
    names = {"articles": "article name origin title date url", "measures": "article lang signature"}
    more = {
        "articles": {
            "segments": number,
            "copy": Value("bool"),
            "translations": List({"lang": text, "signature": text, "translated": number}),
        },
        "measures": {"counts": List({"name": text, "count": Value("float64")})},
    }
    return Features({**dict.fromkeys(names[config].split(), text), **more[config]})


def schemas() -> dict[str, pa.Schema]:
    """The Arrow schema of each of `CONFIGS`, with what `datasets` reads its features from."""
    return {config: features(config).arrow_schema for config in CONFIGS}


def encoded(rows: Sequence[Row], schema: pa.Schema) -> bytes:
    """Rows as a Parquet file."""
    import pyarrow as pa
    from pyarrow import parquet

    table = pa.Table.from_pylist([_coded(row) for row in rows], schema=schema)
    sink = io.BytesIO()
    parquet.write_table(table, sink, compression="zstd")
    return sink.getvalue()


def _coded(row: Row) -> Row:
    """Severities as the numbers of their names."""
    if "severity" in row:
        return {**row, "severity": SEVERITIES.index(row["severity"])}
    if "findings" in row:
        return {**row, "findings": [_coded(finding) for finding in row["findings"]]}
    return row


def counted(counts: Mapping[str, float]) -> list[Row]:
    """Counts as a column has them, by name."""
    return [{"name": name, "count": float(counts[name])} for name in sorted(counts) if counts[name]]
