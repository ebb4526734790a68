"""The whole job on one article: translate or take a translation, align, check, keep."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from align.aligner import align_documents, by_construction
from align.checks import View, run
from align.naming import Naming
from align.profiles import Profile, profile
from align.rows import dumps
from align.terms import Termbase
from align.types import TARGETS, Bitext, Document, Finding, Segment, Translation
from models.alternatives import Fitting
from models.base import Encoder, Hypothesis, Translator, streamed
from models.errors import InputError, ModelError
from models.guards import inspect
from models.memory import HUMAN_SIGNATURE, PACKAGED_SIGNATURE, Memory

if TYPE_CHECKING:
    from align.store import Project

Progress = Callable[[str, int, int], None]


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

    def naming(self, termbase: Termbase) -> Naming:
        """What translators are told about names."""
        return Naming(termbase, self.profile, self.explicit, self.day)


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


def translate(
    source: Document, lang: str, engine: str, tools: Tools, naming: Naming | None = None
) -> tuple[Translation, str]:
    """Translate a document segment by segment: the memory first, then the engine, told what `naming` says.

    Returns the translation, whose links name the segments it has, and why others are missing ("" if none
    are). Raises `ModelError` where an engine that was asked for by name cannot be used.
    """
    texts = [plain(segment.text) for segment in source.segments]
    found: list[str | None] = [None] * len(texts)
    makers: set[str] = set()
    passed_over: dict[int, str] = {}
    reason = ""

    def recall(signature: str | None, name: str) -> list[int]:
        gaps = [i for i, text in enumerate(found) if text is None]
        kept = tools.memory.get([texts[i] for i in gaps], lang, signature)
        for i, text in zip(gaps, kept, strict=True):
            if text is not None:
                found[i] = text
                makers.add(name)
        return [i for i in gaps if found[i] is not None]

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
            translator = naming.told(translator) if naming else translator
            recalled = recall(translator.signature, translator.signature)
            if isinstance(translator, Fitting):
                own = tools.memory.get([texts[i] for i in recalled], lang, translator.translator.signature)
                passed_over = {i: t for i, t in zip(recalled, own, strict=True) if t and t != found[i]}
            made = _filled(found, texts, source.lang, lang, translator, tools)
            passed_over |= {i: h.passed_over for i, h in made.items() if h.passed_over}
            makers |= {translator.signature} if made else set()
            failed = dict.fromkeys(note for h in made.values() if h.text is None for note in h.notes)
            if None in found:
                reason = (
                    f"the model gave no translation of them ({', '.join(failed) or 'no answer'}); run again"
                )
    name = " + ".join(sorted(makers)) or "nothing"
    return assembled(source, lang, found, name, passed_over), reason


def _filled(
    found: list[str | None],
    texts: Sequence[str],
    source: str,
    lang: str,
    translator: Translator,
    tools: Tools,
) -> dict[int, Hypothesis]:
    """Translate the gaps; every finished batch is committed to the memory. What was made, by segment."""
    gaps = [i for i, text in enumerate(found) if text is None]
    made: dict[int, Hypothesis] = {}
    pace = _Pace(lang, sum(len(texts[i]) for i in gaps))
    tools.progress(pace.words(), 0, len(gaps))
    for batch in streamed(translator, [texts[i] for i in gaps], source, lang):
        done = {gaps[n]: h for n, h in batch}
        made |= done
        said = [(texts[i], h.text, h.passed_over or h.text) for i, h in done.items() if h.text is not None]
        for i, h in done.items():
            found[i] = h.text
        asked, taken, first = zip(*said, strict=True) if said else ((), (), ())
        tools.memory.put(asked, lang, translator.signature, taken)
        if isinstance(translator, Fitting):  # so that it is known again what was passed over
            tools.memory.put(asked, lang, translator.translator.signature, first)
        pace.add(sum(len(texts[i]) for i in done), sum(h.tokens for h in done.values()))
        tools.progress(pace.words(), len(made), len(gaps))
    return made


class _Pace:
    """How fast a translation goes and how long it will take, by the length of what is done."""

    def __init__(self, lang: str, length: int) -> None:
        self.lang, self.length = lang, length
        self.done = self.tokens = 0
        self.began = time.monotonic()

    def add(self, length: int, tokens: int) -> None:
        self.done += length
        self.tokens += tokens

    def words(self) -> str:
        """As `hy: 148 tokens/s, 0:42 left, segment`."""
        seconds = max(time.monotonic() - self.began, 0.001)
        pace = f" {self.tokens / seconds:.0f} tokens/s," if self.tokens else ""
        if not self.done:
            return f"{self.lang}: translating, segment"
        if self.done >= self.length:
            return f"{self.lang}:{pace} done in {_clock(seconds)}, segment"
        return f"{self.lang}:{pace} {_clock(seconds * (self.length - self.done) / self.done)} left, segment"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}" if minutes >= 60 else f"{minutes}:{rest:02}"


def assembled(
    source: Document,
    lang: str,
    found: Sequence[str | None],
    signature: str,
    passed_over: Mapping[int, str] | None = None,
) -> Translation:
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
    return Translation(source, target, signature, tuple(links), tuple(sorted((passed_over or {}).items())))


def untranslated(translation: Translation) -> tuple[Segment, ...]:
    """The source segments that a segment-by-segment translation lacks; none for a whole document."""
    if translation.links is None:
        return ()
    known = set(translation.links)
    return tuple(s for s in translation.source.segments if s.index not in known)


def flaws(translation: Translation) -> list[tuple[Segment, tuple[str, ...]]]:
    """The target segments in which a guard sees something, with what it sees; none for a whole document."""
    seen = [
        (target, inspect(plain(translation.source.segments[i].text), target.text, translation.target.lang))
        for i, target in zip(translation.links or (), translation.target.segments, strict=False)
    ]
    return [(target, notes) for target, notes in seen if notes]


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
            naming = plan.naming(tools.termbase)
            translation, reason = translate(source, lang, plan.engines.get(lang, "auto"), tools, naming)
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
            if translation.passed_over:
                project.set(**{f"passed over {translation.id}": dumps(translation.passed_over)})
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
