"""What a run does, and the digest by which another run is told from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from align.exports.base import tool_version
from align.profiles import Profile
from align.terms import Termbase
from align.types import content_id

SHARD = 250  # articles of a shard
PACK = 256  # segments given to a translator at a time, and what a kill can cost each worker
_FORM = 1  # of the output; another form is another run


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything but the input that the output depends on.

    `engines` says what translates into each language (`auto`, a name, a directory, an address); their
    `signatures` are those of the translators found, "" where there is none and the memory must do.
    """

    engines: Mapping[str, str]
    signatures: Mapping[str, str]
    termbase: Termbase
    profile: Profile
    explicit: bool = False
    text: bool = True
    shard: int = SHARD

    @property
    def langs(self) -> tuple[str, ...]:
        """The target languages."""
        return tuple(self.engines)

    @property
    def checks(self) -> str:
        """A hash of what the checks depend on, the texts apart."""
        return content_id(self.termbase.version, self.profile, self.explicit, tool_version())

    def row(self) -> dict[str, str]:
        """What makes two runs the same, by name, for people to compare."""
        made = {f"engine {lang}": self.signatures[lang] or "memory only" for lang in self.langs}
        auto = [lang for lang, engine in self.engines.items() if engine == "auto"]
        return {
            "languages": " ".join(self.langs),
            **made,
            "memory first": " ".join(auto),
            "termbase": self.termbase.version,
            "profile": f"{self.profile.name} {content_id(self.profile)}",
            "profile asked for": str(self.explicit),
            "text": str(self.text),
            "articles a shard": str(self.shard),
            "segments a pack": str(PACK),
            "form": str(_FORM),
            "araxes": tool_version(),
        }
