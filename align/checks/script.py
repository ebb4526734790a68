"""Text in the wrong script: a line left untranslated, or letters of another alphabet inside a word."""

from __future__ import annotations

import re
from collections.abc import Iterator

from align.checks.base import Check, Example, View, cut, whole
from align.types import Finding

_SCRIPTS = {
    "hy": "\u0530-\u058f\ufb13-\ufb17",
    "ru": "\u0400-\u04ff",
    "az": "A-Za-z\u00c0-\u024f\u0259",
    "tr": "A-Za-z\u00c0-\u024f",
}
_LETTER = r"[^\W\d_]"
_MIXED = re.compile(r"[^\W\d_]+")


class Script(Check):
    """Counts letters; a foreign name among native words is no finding."""

    id = "script"
    title = "wrong script"
    fails = (
        Example("hy", "The army left the town.", "The army left the town.", "The army left the town."),
        Example("ru", "The army left the town.", "Армия оставила гoрод.", "гoрод"),
    )
    passes = (
        Example("hy", "CNN reported it.", "Այդ մասին հայտնել է CNN-ը։"),
        Example("ru", "He uses an iPhone.", "Он пользуется iPhone."),
    )

    def check(self, view: View) -> Iterator[Finding]:
        """One finding a segment mostly in another script, and one a word that mixes two."""
        native = re.compile(f"[{_SCRIPTS[view.lang]}]") if view.lang in _SCRIPTS else None
        if native is None:
            return
        for index, bead in view.beads():
            for i in bead.target:
                text = view.bitext.target.segments[i].text
                if view.bitext.target.segments[i].role == "dateline":
                    continue  # the name of an agency may be half of it
                letters = re.findall(_LETTER, text)
                own = sum(1 for letter in letters if native.match(letter))
                if len(letters) >= 10 and own < len(letters) / 2:
                    yield self.finding(
                        view,
                        index,
                        "wrong script",
                        "error",
                        "the segment is not in the script of its language",
                        target=whole(view.bitext.target, (i,)),
                        found=text,
                    )
                    continue
                for match in _MIXED.finditer(text):
                    if _mixes(match[0]):
                        span = cut(view.bitext.target, i, *match.span())
                        yield self.finding(
                            view,
                            index,
                            "mixed script",
                            "warning",
                            f"{match[0]!r} mixes letters of two alphabets",
                            target=(span,),
                            found=match[0],
                        )


def _mixes(word: str) -> bool:
    scripts = {name for name, letters in _ALPHABETS.items() if letters.search(word)}
    return len(scripts) > 1 and len(word) > 2


_ALPHABETS = {
    "Latin": re.compile("[A-Za-z\u00c0-\u024f\u0259]"),
    "Cyrillic": re.compile("[\u0400-\u04ff]"),
    "Armenian": re.compile("[\u0531-\u0556\u0561-\u0587]"),
}
