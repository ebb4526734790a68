"""The whole job on one article: translate or take a translation, align, check, keep."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from align.aligner import align_documents, by_construction
from align.checks import View, run
from align.profiles import Profile, profile
from align.terms import Termbase
from align.types import TARGETS, Bitext, Document, Finding, Segment, Translation
from models.base import Encoder, Translator
from models.errors import InputError, ModelError
from models.memory import HUMAN_SIGNATURE, PACKAGED_SIGNATURE, Memory

if TYPE_CHECKING:
    from align.store import Project

Progress = Callable[[str, int, int], None]
_BATCH = 64  # segments translated between two commits to the memory


def _silent(_what: str, _done: int, _all: int) -> None:
    """Report progress to nobody."""


@dataclass(frozen=True)
class Plan:
    """What to do with an article: target languages, the engine or the given translation of each, the profile."""

    targets: tuple[str, ...] = TARGETS
    engines: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, Document] = field(default_factory=dict)
    profile: Profile = field(default_factory=lambda: profile("international"))
    explicit: bool = False
    day: date | None = None


@dataclass(frozen=True)
class Tools:
    """What the steps work with; `encoder` is called only if something has to be aligned."""

    termbase: Termbase
    memory: Memory
    encoder: Callable[[], Encoder]
    translator: Callable[[str, str], Translator]
    progress: Progress = _silent


@dataclass(frozen=True)
class Outcome:
    """One translation of the article with its findings, and the source segments left untranslated."""

    bitext: Bitext
    findings: tuple[Finding, ...]
    untranslated: tuple[Segment, ...] = ()
    reason: str = ""


def plain(text: str) -> str:
    """A segment as translators get it: white space of hard-wrapped lines collapsed."""
    return " ".join(text.split())


def translate(source: Document, lang: str, engine: str, tools: Tools) -> tuple[Translation, str]:
    """Translate a document segment by segment: the memory first, then the engine.

    Returns the translation, whose links name the segments it has, and why others are missing ("" if none
    are). Raises `ModelError` where an engine that was asked for by name cannot be used.
    """
    texts = [plain(segment.text) for segment in source.segments]
    found: list[str | None] = [None] * len(texts)
    makers: set[str] = set()
    translator: Translator | None = None
    reason = ""

    def recall(signature: str | None, name: str) -> None:
        gaps = [i for i, text in enumerate(found) if text is None]
        for i, text in zip(gaps, tools.memory.get([texts[i] for i in gaps], lang, signature), strict=True):
            if text is not None:
                found[i] = text
                makers.add(name)

    if engine == "auto":
        recall(HUMAN_SIGNATURE, HUMAN_SIGNATURE)
        recall(PACKAGED_SIGNATURE, PACKAGED_SIGNATURE)
    if None in found:
        try:
            translator = tools.translator(engine, lang)
        except ModelError as error:
            if engine != "auto":
                raise
            reason = str(error)
            recall(None, "memory")
        else:
            recall(translator.signature, translator.signature)
            _fill(found, texts, source.lang, lang, translator, tools)
            makers.add(translator.signature)
    tools.progress(f"{lang}: translated", len(texts), len(texts))
    return _assembled(source, lang, found, " + ".join(sorted(makers)) or "nothing"), reason


def _fill(
    found: list[str | None],
    texts: Sequence[str],
    source: str,
    lang: str,
    translator: Translator,
    tools: Tools,
) -> None:
    """Translate the gaps batch by batch; each finished batch is committed to the memory."""
    gaps = [i for i, text in enumerate(found) if text is None]
    for at in range(0, len(gaps), _BATCH):
        some = gaps[at : at + _BATCH]
        hypotheses = translator.translate([texts[i] for i in some], source, lang)
        done = [(i, h.text) for i, h in zip(some, hypotheses, strict=True) if h.text is not None]
        tools.memory.put([texts[i] for i, _ in done], lang, translator.signature, [text for _, text in done])
        for i, text in done:
            found[i] = text
        tools.progress(f"{lang}: translating", at + len(some), len(gaps))


def _assembled(source: Document, lang: str, found: Sequence[str | None], signature: str) -> Translation:
    """A target document with the source's paragraphs; links name the source segment of each target one."""
    pieces: list[str] = []
    segments: list[Segment] = []
    links: list[int] = []
    length = 0
    for segment, text in zip(source.segments, found, strict=True):
        piece = (text or "").strip()
        if not piece:
            continue
        if segments:
            gap = (
                " "
                if segments[-1].paragraph == segment.paragraph and segments[-1].role == segment.role
                else "\n\n"
            )
            pieces.append(gap)
            length += len(gap)
        segments.append(
            Segment(len(segments), segment.role, length, length + len(piece), piece, segment.paragraph)
        )
        links.append(segment.index)
        pieces.append(piece)
        length += len(piece)
    title = next((s.text for s in segments if s.role == "title"), "")
    target = Document(lang, "".join(pieces), tuple(segments), title, source.origin)
    return Translation(source, target, signature, tuple(links))


def untranslated(translation: Translation) -> tuple[Segment, ...]:
    """The source segments that a segment-by-segment translation lacks; none for a whole document."""
    if translation.links is None:
        return ()
    known = set(translation.links)
    return tuple(s for s in translation.source.segments if s.index not in known)


def outcome(translation: Translation, plan: Plan, tools: Tools, reason: str = "") -> Outcome:
    """Align and check one translation."""
    if translation.links is None:
        tools.progress(f"{translation.target.lang}: aligning", 0, 1)
        bitext = align_documents(translation, tools.encoder(), tools.termbase)
    else:
        bitext = by_construction(translation)
    findings = run(View(bitext, tools.termbase, plan.profile, plan.explicit, plan.day))
    missing = untranslated(translation)
    if missing:  # what no engine translated is no fault of a translation
        gaps = {s.index for s in missing}
        findings = tuple(
            f for f in findings if not (f.check == "omission" and f.source and f.source[0].segment in gaps)
        )
    return Outcome(bitext, findings, missing, reason)


def work(source: Document, plan: Plan, tools: Tools, project: Project | None = None) -> list[Outcome]:
    """Do the whole job for every language of the plan; each is kept as soon as it is done."""
    if project is not None:
        claim(project, source)
        project.set(day=plan.day.isoformat() if plan.day else "", profile=plan.profile.name)
    outcomes = []
    for lang in plan.targets:
        if lang in plan.given:
            target = plan.given[lang]
            name = Path(target.origin).name or "document"
            translation, reason = Translation(source, target, f"given|name:{name}"), ""
        else:
            translation, reason = translate(source, lang, plan.engines.get(lang, "auto"), tools)
        done = outcome(translation, plan, tools, reason)
        if project is not None:
            for old in project.bitexts(source.id):
                newer = (
                    old.translation.signature == translation.signature or old.translation.links is not None
                )
                if (
                    old.lang == lang
                    and old.translation.id != translation.id
                    and newer
                    and translation.links is not None
                ):
                    project.drop(old.translation.id)
            project.save(done.bitext, done.findings)
        outcomes.append(done)
    return outcomes


def claim(project: Project, source: Document) -> None:
    """Make the project this article's. Raises `InputError` if it is another's."""
    held = project.setting("article")
    if held not in (None, source.id):
        raise InputError(
            f"{project.name}: this project holds another article ({project.setting('origin')}); choose another with -o"
        )
    project.set(article=source.id, origin=source.origin)
