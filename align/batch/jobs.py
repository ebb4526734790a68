"""What a worker does: three pure functions of a job, each in any process on any machine.

An article is read into segments, many articles' segments are translated together, and a shard of articles is
aligned, checked and written to bytes. Nothing here touches the disk or knows what another worker does.
"""

from __future__ import annotations

import json
import logging
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from align.batch.inputs import Item
from align.batch.settings import Settings
from align.batch.tables import SHARDED, Row, counted, encoded
from align.exports.hub import finding_in
from align.exports.table import round_rows, without_text
from align.gazetteer import places
from align.pipeline import Plan, Tools, assembled, outcome, plain
from align.reader import from_bytes, from_text
from align.renderings import renderings
from align.rows import document_from, document_row, dumps, finding_from, finding_row
from align.scores.divergence import compared, voices
from align.scores.terms import measures
from align.types import Bitext, Document, Finding, content_id
from models.base import Encoder, Translator
from models.errors import AraxesError, ModelError
from models.memory import Memory

if TYPE_CHECKING:
    import pyarrow as pa

log = logging.getLogger("araxes")
Texts = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Read:
    """A document as it travels: JSON that only workers look into, and what the run needs to know of it.

    `texts` are its segments as translators get them, `form` is a hash of their roles and places.
    """

    id: str
    texts: tuple[str, ...]
    form: str
    row: str

    @classmethod
    def of(cls, document: Document) -> Read:
        """The document, ready to travel."""
        form = content_id([(s.role, s.start, s.end, s.paragraph) for s in document.segments])
        texts = tuple(plain(s.text) for s in document.segments)
        return cls(document.id, texts, form, dumps(document_row(document)))

    def document(self) -> Document:
        """The document again."""
        return document_from(json.loads(self.row))


@dataclass(frozen=True, slots=True)
class Segment:
    """Read articles into documents; the answer is a `Read` or a reason for each."""

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Translate:
    """Translate segments; the answer is a `Texts`."""

    lang: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """The translations of an article's segments, what made them, and what is known of checking them."""

    lang: str
    texts: Texts
    signature: str
    known: str | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """An article of a shard. A copy of another article has no versions: its rows are the other's."""

    name: str
    origin: str
    day: str
    url: str
    read: Read
    versions: tuple[Version, ...] = ()
    copy: bool = False


@dataclass(frozen=True, slots=True)
class Finish:
    """Align, check and write the articles of a shard; the answer is a `Finished`."""

    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Finished:
    """A shard: each table's file and number of rows, what was found out, and which articles failed why.

    `learned` has the place of a piece and of its version, and what checking it gave.
    """

    files: Mapping[str, tuple[bytes, int]]
    stats: Mapping[str, Any]
    learned: tuple[tuple[int, int, str], ...] = ()
    failed: tuple[tuple[int, str], ...] = ()


Job = Segment | Translate | Finish


@dataclass(frozen=True, slots=True)
class Done:
    """The answer to a job, with the processor seconds it took."""

    answer: Any
    seconds: float


@dataclass
class Worker:
    """Does jobs, one at a time; a translator is loaded when it is first needed and kept."""

    settings: Settings
    schemas: Mapping[str, pa.Schema]
    _translators: dict[str, Translator] = field(default_factory=dict)

    def do(self, job: Job) -> Done:
        """The answer to a job. Raises `AraxesError` where a translator cannot be used."""
        began = time.process_time()
        answer: Any
        if isinstance(job, Segment):
            answer = tuple(_segmented(item) for item in job.items)
        elif isinstance(job, Translate):
            answer = self._translated(job)
        else:
            answer = self._finished(job)
        return Done(answer, time.process_time() - began)

    def _translator(self, lang: str) -> Translator:
        if lang not in self._translators:
            from models.choose import choose

            made = choose(self.settings.engines[lang], lang)
            if made.signature != self.settings.signatures[lang]:
                raise ModelError(
                    f"{lang}: this worker's translator is {made.signature} and not "
                    f"{self.settings.signatures[lang]}; give every machine the same model"
                )
            self._translators[lang] = made
        return self._translators[lang]

    def _translated(self, job: Translate) -> Texts:
        translator = self._translator(job.lang)

        def hypotheses(texts: Sequence[str]) -> Texts:
            return tuple(h.text for h in translator.translate(texts, "en", job.lang))

        try:
            return hypotheses(job.texts)
        except AraxesError:
            raise
        except Exception as error:  # one odd text must not cost the others their translations
            log.warning("%s: a pack of segments failed (%s); trying them one by one", job.lang, error)
        found: list[str | None] = []
        for text in job.texts:
            try:
                found += hypotheses([text])
            except AraxesError:
                raise
            except Exception as error:
                log.warning("%s: %r is left untranslated (%s)", job.lang, text[:60], error)
                found.append(None)
        if not any(found):
            raise ModelError(f"{translator.signature}: no segment can be translated; see the warnings above")
        return tuple(found)

    def _finished(self, job: Finish) -> Finished:
        rows: dict[str, list[Row]] = {config: [] for config in SHARDED}
        stats: dict[str, Counter[str]] = {"segments": Counter(), "untranslated": Counter(), "made": Counter()}
        learned: list[tuple[int, int, str]] = []
        failed = []
        for place, piece in enumerate(job.pieces):
            try:
                some, found = self._article(piece)
            except Exception as error:  # a check that trips over one article
                failed.append((place, f"{piece.origin}: {type(error).__name__}: {error}"))
                continue
            for config in SHARDED:
                rows[config] += some[config]
            learned += [(place, i, text) for i, text in found]
            stats["segments"]["en"] += len(piece.read.texts) * (not piece.copy)
            for version in piece.versions:
                gaps = sum(text is None for text in version.texts)
                stats["segments"][version.lang] += len(version.texts) - gaps
                stats["untranslated"][version.lang] += gaps
                stats["made"][f"{version.lang} {version.signature}"] += len(version.texts) - gaps
        files = {
            config: (encoded(some, self.schemas[config]), len(some)) for config, some in rows.items() if some
        }
        return Finished(
            files,
            {
                "articles": len(job.pieces) - len(failed),
                "copies": sum(piece.copy for piece in job.pieces),
                **{name: dict(sorted(count.items())) for name, count in stats.items()},
            },
            tuple(learned),
            tuple(failed),
        )

    def _article(self, piece: Piece) -> tuple[dict[str, list[Row]], list[tuple[int, str]]]:
        """The rows of one article in every table, and what checking its versions gave where it was not known."""
        document, settings = piece.read.document(), self.settings
        row: Row = {
            "article": document.id, "name": piece.name, "origin": piece.origin, "date": piece.day, "url": piece.url,
            "title": document.title if settings.text else "", "segments": len(document.segments),
            "copy": piece.copy,
            "translations": [
                {"lang": v.lang, "signature": v.signature, "translated": sum(t is not None for t in v.texts)}
                for v in piece.versions
            ],
        }  # fmt: skip
        if piece.copy:
            return {**{config: [] for config in SHARDED}, "articles": [row]}, []
        bitexts: list[Bitext] = []
        findings: dict[str, list[Finding]] = {}
        counts: list[Row] = []
        heard = []
        learned = []
        for place, version in enumerate(piece.versions):
            translation = assembled(document, version.lang, version.texts, version.signature)
            bitext, known = self._checked(translation, version.known, piece.day)
            if version.known is None:
                learned.append((place, dumps(known)))
            bitexts.append(bitext)
            findings[version.lang] = [finding_from(one) for one in known["findings"]]
            named = {"article": document.id, "lang": version.lang, "signature": version.signature}
            counts.append({**named, "counts": counted(known["counts"])})
            heard.append(known["voices"])
        if len(bitexts) > 1:
            apart = counted(compared(document.id, heard).counts)
            counts.append({"article": document.id, "lang": "", "signature": "", "counts": apart})
        segments = list(round_rows(bitexts, findings, {}))
        found = [finding_in(b, f, text=settings.text) for b in bitexts for f in findings[b.lang]]
        tables = {
            "articles": [row],
            "bitext": segments if settings.text else [without_text(one) for one in segments],
            "findings": found,
            "measures": counts,
        }
        return tables, learned

    def _checked(self, translation: Any, known: str | None, day: str) -> tuple[Bitext, Any]:
        """A bitext with its findings, its counts, and its voices for the comparison of languages."""
        from datetime import date

        from align.aligner import by_construction

        if known is not None:
            return by_construction(translation), json.loads(known)
        settings = self.settings
        when = date.fromisoformat(day) if day else None
        plan = Plan(profile=settings.profile, explicit=settings.explicit, day=when)
        done = outcome(translation, plan, Tools(settings.termbase, Memory(None), _no_encoder, _no_translator))
        termbase = settings.termbase.with_places(places(done.bitext.source, settings.termbase))
        found = renderings(done.bitext, termbase)
        scores = measures(done.bitext, found, termbase, settings.profile, when)
        return done.bitext, {
            "findings": [finding_row(finding) for finding in done.findings],
            "counts": {name: n for name, n in sorted(scores.counts.items()) if n},
            "voices": voices(found, termbase),
        }


def _segmented(item: Item) -> Read | str:
    """The article as a document, or why it is none."""
    if item.error:
        return item.error
    try:
        if isinstance(item.body, bytes):
            return Read.of(from_bytes(item.body, "en", origin=item.origin))
        head = f"{item.title}\n\n" if item.title and not item.body.lstrip().startswith(item.title) else ""
        return Read.of(from_text(head + item.body, "en", origin=item.origin))
    except AraxesError as error:
        return str(error)
    except Exception as error:  # whatever a parser trips over
        return f"{item.origin}: {type(error).__name__}: {error}"


def _no_encoder() -> Encoder:
    raise AssertionError("translations made segment by segment are aligned by construction")


def _no_translator(_engine: str, _lang: str) -> Translator:
    raise AssertionError("everything is translated by now")
