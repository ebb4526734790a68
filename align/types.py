"""The nouns. Frozen values made of tuples: they hash, compare, pickle and travel.

Every offset is in code points, half-open, and points into `Document.text`, the text as it was read.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Role = Literal["title", "byline", "dateline", "heading", "body"]
Kind = Literal["toponym", "actor", "person", "loaded"]
Severity = Literal["info", "warning", "error"]
Decision = Literal[
    "accept", "edit", "reject", "dismiss", "confirm", "comment", "reset", "approve", "annotate", "both"
]

Verdict = Literal[
    "same side", "other side", "neutral", "adjective form", "left in English", "transliterated",
    "probable typo", "paraphrased", "left out", "added",
    "kept", "softened", "hardened", "dropped", "switched",
]  # fmt: skip

SOURCE_LANGUAGE = "en"
TARGETS = ("hy", "az", "ru", "tr")
LANGUAGES = (SOURCE_LANGUAGE, *TARGETS)
SEVERITIES: tuple[Severity, ...] = ("info", "warning", "error")


def content_id(*parts: object) -> str:
    """A 16-digit hexadecimal id that depends on nothing but `parts`."""
    digest = hashlib.blake2b(digest_size=8)
    for part in parts:
        data = str(part).encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Segment:
    """A sentence, or a title, byline, dateline or heading: `document.text[start:end] == text`."""

    index: int
    role: Role
    start: int
    end: int
    text: str
    paragraph: int = 0


@dataclass(frozen=True, slots=True)
class Omission:
    """A stretch of the document that is no part of the article, and why it was left out."""

    start: int
    end: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Document:
    """A text and its segments, in order and without overlap; `id` is a hash of language and text."""

    lang: str
    text: str
    segments: tuple[Segment, ...] = ()
    title: str = ""
    origin: str = ""
    omitted: tuple[Omission, ...] = ()
    id: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", content_id(self.lang, self.text))


@dataclass(frozen=True, slots=True)
class Translation:
    """One target document of a source document, and the signature of what made it.

    `links` is set where the translator worked segment by segment: `links[i]` is the source segment
    that target segment `i` translates, so there is nothing left to align. `passed_over` holds source
    segments and the model's first choice for them, where a profile made it take another of its own.
    """

    source: Document
    target: Document
    signature: str
    links: tuple[int, ...] | None = None
    passed_over: tuple[tuple[int, str], ...] = ()

    @property
    def id(self) -> str:
        """A hash of both documents and the signature."""
        return content_id(self.source.id, self.target.lang, self.target.id, self.signature)


@dataclass(frozen=True, slots=True)
class Bead:
    """Source and target segment indexes that translate each other; one side is empty in 1-0 and 0-1."""

    source: tuple[int, ...]
    target: tuple[int, ...]
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Bitext:
    """The beads of one translation: every segment of both sides exactly once, in order."""

    translation: Translation
    beads: tuple[Bead, ...]
    method: str

    @property
    def source(self) -> Document:
        """The source document."""
        return self.translation.source

    @property
    def target(self) -> Document:
        """The target document."""
        return self.translation.target

    @property
    def lang(self) -> str:
        """The target language."""
        return self.translation.target.lang

    @property
    def pair_id(self) -> str:
        """An id of the two texts, whatever made the translation."""
        return content_id(self.source.id, self.target.id)

    def bead_id(self, index: int) -> str:
        """An id of bead `index` that survives a rerun with the same texts."""
        bead = self.beads[index]
        return content_id(self.source.id, self.target.id, bead.source, bead.target)


@dataclass(frozen=True, slots=True)
class Form:
    """One way to name a concept in one language.

    `sides` is empty where the form marks nothing; `load` runs from -2 (euphemism) over 0 (neutral) to
    +2 (strongly loaded); `since` and `until` bound its use (inclusive). `pos` is `adjective`, `demonym`
    or `abbreviation` where the form is not the plain name. `stems` are patterns of the words that carry
    it, where endings alone do not reach them all; `unless` are longer strings in which it means
    something else.
    """

    lang: str
    text: str
    sides: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    load: int = 0
    pos: str = ""
    stems: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    note: str = ""
    source: str = ""

    def valid_on(self, day: date | None) -> bool:
        """Whether the form was in use on `day`; always true without a day."""
        if day is None:
            return True
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Concept:
    """A place, actor, person or loaded term, with its forms in every language.

    Loaded terms that share a `scale` name the same kind of thing, so their loads can be compared. `stance`
    is `approving` or `disapproving` where the loaded words of a scale take opposite sides of one event:
    *liberated* and *occupied*.
    """

    id: str
    kind: Kind
    feature: str = ""
    forms: tuple[Form, ...] = ()
    geonames: int = 0
    scale: str = ""
    note: str = ""
    sources: tuple[str, ...] = ()
    stance: str = ""

    def forms_in(self, lang: str) -> tuple[Form, ...]:
        """The forms of one language, the first of them the plain one."""
        return tuple(form for form in self.forms if form.lang == lang)


@dataclass(frozen=True, slots=True)
class Mention:
    """A form as it stands in a segment, inflected; `quoted` says whether quotation marks enclose it.

    Of a loaded term, `negation` and `hedge` are the words beside it that deny it or hold it at a distance.
    """

    concept: str
    form: Form
    segment: int
    start: int
    end: int
    text: str
    quoted: bool = False
    adjective: bool = False
    negation: str = ""
    hedge: str = ""


@dataclass(frozen=True, slots=True)
class Rendering:
    """What became of a source mention in its bead; without a source mention, what the target added.

    `targets` are the mentions that render it. Where none is known, `evidence` is the stretch that
    probably does. `how` says how it was found (`termbase`, `copied`, `spelling`, `sound`, `nearby`,
    `seat`, `covered`, `none`) and `sure` how sure that is, from 0 to 1.
    """

    source: Mention | None
    targets: tuple[Mention, ...]
    bead: int
    verdict: Verdict
    how: str = "termbase"
    sure: float = 1.0
    evidence: Span | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a document inside one segment: `document.text[start:end] == text`."""

    segment: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check saw, with its evidence: nothing is recomputed to explain it.

    `suggestion` is the first expected form in the grammatical shape of the found one, where it can be told.
    `pair` names the two texts it was found in, so that equal findings of two translations have two ids.
    """

    check: str
    verdict: str
    severity: Severity
    lang: str
    bead: int
    source: tuple[Span, ...]
    target: tuple[Span, ...]
    message: str
    concept: str = ""
    expected: tuple[str, ...] = ()
    found: str = ""
    profile: str = ""
    suggestion: str = ""
    pair: str = ""
    id: str = field(init=False)

    def __post_init__(self) -> None:
        spans = [(s.segment, s.start, s.end, s.text) for s in (*self.source, *self.target)]
        identity = (
            self.pair,
            self.check,
            self.verdict,
            self.lang,
            self.concept,
            spans,
            self.found,
            self.profile,
        )
        object.__setattr__(self, "id", content_id(*identity))


@dataclass(frozen=True, slots=True)
class Review:
    """A person's decision on a bead or a finding, named by its id. Appended, never changed; the last counts."""

    subject: str
    decision: Decision
    reviewer: str
    at: str
    text: str = ""
    note: str = ""
    revision: int = 0
