"""Everything that needs weights or a server: translators and encoders.

To add one: write a file whose class follows a protocol of `models.base`, and name it in a table here.
"""

from __future__ import annotations

from pathlib import Path

from models.base import Encoder, resolve

ENCODERS = {
    "e5": "models.e5:E5Encoder",
    "lexical": "models.lexical:LexicalEncoder",
    "transformers": "models.pooled:PooledEncoder",
}


def encoder(name: str) -> Encoder:
    """The encoder of that name, or the `transformers` model in that directory or of that id on the hub."""
    hub = name.count("/") == 1 and not name.startswith((".", "/", "~"))
    if name not in ENCODERS and (Path(name).is_dir() or hub):
        made: Encoder = resolve(ENCODERS, "transformers", "encoder")(name)
    else:
        made = resolve(ENCODERS, name, "encoder")()
    return made
