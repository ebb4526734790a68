"""Everything that needs weights or a server: translators and encoders.

To add one: write a file whose class follows a protocol of `models.base`, and name it in a table here.
"""

from __future__ import annotations

ENCODERS = {
    "e5": "models.e5:E5Encoder",
    "lexical": "models.lexical:LexicalEncoder",
    "transformers": "models.pooled:PooledEncoder",
}
