"""Planted shifts: short articles with a clean translation and one in which exactly one thing was changed."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from align.aligner import align_documents
from align.checks import View, run
from align.profiles import profile
from align.reader import from_text
from align.terms import Termbase
from align.types import TARGETS, Finding, Translation
from models.base import Encoder

GOLDEN = Path(__file__).parent / "golden" / "shifts"
# the checks and verdicts that report each kind of shift
REPORTED_BY: dict[str, set[tuple[str, str]]] = {
    "other-side": {("name-side", "other side"), ("name-side", "neutral"), ("loaded-term", "switched")},
    "softened": {("loaded-term", "softened"), ("loaded-term", "dropped")},
    "hardened": {("loaded-term", "hardened"), ("loaded-term", "added")},
    "switched": {("loaded-term", "switched"), ("name-side", "other side"), ("loaded-term", "hardened"),
                 ("loaded-term", "softened")},
    "quotation-lost": {("quotation", "lost")},
    "number": {("number", "changed"), ("number", "lost")},
    "left-out": {("omission", "left out")},
    "added": {("omission", "added"), ("loaded-term", "added")},
    "left-in-english": {("name-left", "left in English")},
    "dropped": {("loaded-term", "dropped"), ("loaded-term", "softened"), ("name-missing", "left out")},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """One planted shift."""

    lang: str
    kind: str
    source: str
    clean: str
    shifted: str
    words: str
    found: str

    def findings(self, target: str, encoder: Encoder, termbase: Termbase) -> tuple[Finding, ...]:
        """What `araxes check` says of `target` as a translation of the source."""
        source, other = from_text(self.source, "en"), from_text(target, self.lang)
        bitext = align_documents(Translation(source, other, "given"), encoder, termbase)
        return run(View(bitext, termbase, profile("international")))

    def reported(self, findings: tuple[Finding, ...]) -> bool:
        """Whether a finding has the right check, verdict and words."""
        for finding in findings:
            if (finding.check, finding.verdict) in REPORTED_BY[self.kind]:
                texts = [span.text for span in (*finding.source, *finding.target)]
                wanted = [w for w in (self.found, self.words) if w]
                if not wanted or any(w in t or t in w for t in texts for w in wanted):
                    return True
        return False


def cases(lang: str) -> list[Case]:
    """The planted shifts of one language."""
    path = GOLDEN / f"{lang}.toml"
    raw = tomllib.loads(path.read_text(encoding="utf-8"))["case"] if path.exists() else []
    return [
        Case(lang, c["kind"], c["source"], c["clean"], c["shifted"], c.get("words", ""), c.get("found", ""))
        for c in raw
    ]


def measure(
    encoder: Encoder, termbase: Termbase, say: Callable[[str], None] = print
) -> dict[str, tuple[int, int, int]]:
    """Per language: cases, shifts reported, clean texts with a false alarm (a warning or an error)."""
    result = {}
    for lang in TARGETS:
        found = false = 0
        listed = cases(lang)
        for case in listed:
            clean = case.findings(case.clean, encoder, termbase)
            before = {(f.check, f.verdict, f.message) for f in clean}
            alarms = [f for f in clean if f.severity != "info"]
            after = tuple(
                f
                for f in case.findings(case.shifted, encoder, termbase)
                if (f.check, f.verdict, f.message) not in before
            )
            if case.reported(after):
                found += 1
            else:
                say(
                    f"{lang} missed {case.kind}: {case.words!r} > {case.found!r}: {[f.message for f in after]}"
                )
            if alarms:
                false += 1
                say(f"{lang} false alarm: {[(f.check, f.message) for f in alarms]}")
        result[lang] = (len(listed), found, false)
    return result
