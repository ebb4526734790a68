"""The packaged sample: an article, a translation of each language, and a version with planted shifts."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from align.columns import table
from align.pipeline import Outcome, Plan, Tools, claim, outcome, work
from align.reader import from_text
from align.store import Project
from align.types import TARGETS, Document, Finding, Translation

_SHOWN_BY = {
    "other-side": ("name-side", "other side"),
    "softened": ("loaded-term", "softened"),
    "hardened": ("loaded-term", "hardened"),
    "quotation-lost": ("quotation", "lost"),
    "number": ("number", "changed"),
    "left-out": ("omission", "left out"),
    "left-in-english": ("name-left", "left in English"),
}


@dataclass(frozen=True, slots=True)
class Shift:
    """A planted shift: the source words, what stands for them in the shifted text, and what kind it is."""

    kind: str
    source: str
    segment: str
    found: str

    def shown_by(self, finding: Finding) -> bool:
        """Whether the finding reports this shift, at the right words."""
        texts = [span.text for span in (*finding.source, *finding.target)]
        place = self.found or self.segment
        return (finding.check, finding.verdict) == _SHOWN_BY[self.kind] and any(
            place == text or (self.found and text in self.found) for text in texts
        )


@dataclass(frozen=True)
class Report:
    """What the demo found; `missed` planted shifts and `false` alarms should both be none."""

    text: str
    missed: tuple[Shift, ...]
    false: tuple[Finding, ...]


def _sample(name: str) -> Traversable:
    return resources.files("align") / "data" / "sample" / name


def document(name: str, lang: str) -> Document:
    """A text of the sample: `article`, `reference` or `shifted`."""
    file = f"{name}.{lang}.txt"
    return from_text(_sample(file).read_text(encoding="utf-8"), lang, origin=file)


def shifts(lang: str) -> tuple[Shift, ...]:
    """The shifts planted in the shifted version of a language."""
    raw = tomllib.loads(_sample(f"shifts.{lang}.toml").read_text(encoding="utf-8"))["shift"]
    return tuple(Shift(s["kind"], s["source"], s["segment"], s["found"]) for s in raw)


def run_demo(where: Path, tools: Tools) -> Report:
    """Run the sample whole: translate from the memory, align both given versions, check, keep."""
    source = document("article", "en")
    plan = Plan()
    project = Project.create(where)
    work(source, plan, tools, project)
    rows = [["lang", "version", "beads", "errors", "warnings", "planted", "reported", "false alarms"]]
    details: list[str] = []
    missed: list[Shift] = []
    false: list[Finding] = []
    claim(project, source)
    for lang in TARGETS:
        for version in ("reference", "shifted"):
            done = _given(source, version, lang, plan, tools, project)
            planted = shifts(lang) if version == "shifted" else ()
            alarms = [f for f in done.findings if f.severity != "info"]
            reported = [s for s in planted if any(s.shown_by(f) for f in alarms)]
            wrong = [f for f in alarms if not _explained(f, planted)]
            missed += [s for s in planted if s not in reported]
            false += wrong
            count = [sum(f.severity == s for f in done.findings) for s in ("error", "warning")]
            beads = len(done.bitext.beads)
            rows.append([lang, version, *map(str, (beads, *count, len(planted), len(reported), len(wrong)))])
            details += [f"{lang}  {f.severity:7}  {f.check:12}  {f.message}" for f in alarms]
    return Report("\n".join([table(rows), "", *details]), tuple(missed), tuple(false))


def _given(source: Document, version: str, lang: str, plan: Plan, tools: Tools, project: Project) -> Outcome:
    translation = Translation(source, document(version, lang), f"given|name:{version}.{lang}.txt")
    done = outcome(translation, plan, tools)
    project.save(done.bitext, done.findings)
    return done


def _explained(finding: Finding, planted: Iterable[Shift]) -> bool:
    """Whether a finding is about the words of a planted shift, whichever check saw it."""
    return any(s.shown_by(finding) or set(_words(finding)) & {s.found, s.source, s.segment} for s in planted)


def _words(finding: Finding) -> Iterator[str]:
    for span in (*finding.source, *finding.target):
        yield span.text
