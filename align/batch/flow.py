"""The run: shards of articles move from reading over translating to writing while workers have room.

Only this process reads the input, the translation memory and the output folder. At most a few shards are under
way, so that memory stays flat however long the input is. What a shard becomes depends on its articles, the
settings and what the memory held when the run began, never on which worker was faster.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import count

from align.batch.checked import Checked
from align.batch.folder import Failure, Folder
from align.batch.inputs import Item
from align.batch.jobs import Done, Finish, Finished, Job, Piece, Read, Segment, Texts, Translate, Version
from align.batch.pool import Died, Pool
from align.batch.progress import Progress
from align.batch.settings import PACK, Settings
from align.types import content_id
from models.errors import ModelError
from models.memory import HUMAN_SIGNATURE, PACKAGED_SIGNATURE, Memory

_DEATHS = 5  # of workers over one job, after which it is the job's fault
_DEATHS_READING = 2  # the same, where the article at fault can be found


@dataclass(frozen=True)
class Kit:
    """What a run works with: the translation memory, what checking gave before, how to get workers."""

    memory: Memory
    checked: Checked
    pool: Callable[[], Pool]
    report: Callable[[Progress], None] = lambda _progress: None


@dataclass(slots=True)
class _Shard:
    """A shard under way. `made` has each text's translation in each language and what made it."""

    number: int
    items: list[Item]
    documents: list[Read | str | None]
    copies: set[int] = field(default_factory=set)
    made: dict[str, dict[str, tuple[str | None, str]]] = field(default_factory=dict)
    waiting: int = 0  # packs to be translated
    places: list[int] = field(default_factory=list)  # of the pieces among the items
    articles: dict[int, str] = field(
        default_factory=dict
    )  # ids of the documents that are no copies, by place
    keys: list[list[str]] = field(default_factory=list)  # of what checking each version gives


def work(found: Iterator[Item], folder: Folder, settings: Settings, kit: Kit, *, retry: bool = False) -> None:
    """Do everything that is not done yet; with `retry`, also what has failed before.

    Raises `InputError` where the folder or the memory cannot be written, `ModelError` where a translator
    cannot be used; in both cases what is done stays done.
    """
    pool = kit.pool()
    try:
        _Run(found, folder, settings, kit, pool, retry).run()
    finally:
        pool.close()


class _Run:
    def __init__(
        self, found: Iterator[Item], folder: Folder, settings: Settings, kit: Kit, pool: Pool, retry: bool
    ) -> None:
        self.found, self.folder, self.settings, self.kit, self.pool = found, folder, settings, kit, pool
        self.retry, self.checks = retry, settings.checks
        self.progress = Progress(failed=folder.failed())
        self.numbers = folder.numbers()
        self.ended = False
        self.under_way: dict[int, _Shard] = {}
        self.unread: list[int] = []  # numbers of shards whose documents are not all looked at, in order
        self.claimed: set[str] = set()  # articles of shards under way
        self.queue: list[tuple[int, int, int]] = []  # stage, shard, ticket: what is next comes first
        self.jobs: dict[int, tuple[_Shard, int, Job]] = {}  # shard, place and job of a ticket
        self.deaths: Counter[int] = Counter()
        self.tickets = count()

    def run(self) -> None:
        """Until nothing is left."""
        self._fill()
        while self.under_way:
            while self.queue and self.pool.room():
                ticket = heapq.heappop(self.queue)[2]
                self.pool.submit(ticket, self.jobs[ticket][2])
            ticket, answer = self.pool.answer()
            if isinstance(answer, Died):
                self._again(ticket)
            else:
                self._take(*self.jobs.pop(ticket), answer)
            self._fill()
            self.kit.report(self.progress)

    def _fill(self) -> None:
        while not self.ended and self._wanting():
            items, met = self.folder.admit(self.found, self.settings.shard, self.retry)
            self.progress.met += met
            self.ended = len(items) < self.settings.shard
            if items:
                if not self.under_way and not self.progress.articles:
                    self.progress.base = items[0].at
                shard = _Shard(next(self.numbers), items, [None] * len(items))
                self.under_way[shard.number] = shard
                self.unread.append(shard.number)
                self._add(0, shard, 0, Segment(tuple(items)))

    def _wanting(self) -> bool:
        """Whether another shard should be begun: two are under way at least, more where workers may run dry."""
        short = len(self.queue) < self.pool.size and len(self.under_way) < self.pool.size + 2
        return len(self.unread) < 2 and (len(self.under_way) < 2 or short)

    def _add(self, stage: int, shard: _Shard, place: int, job: Job) -> None:
        """Put a job in line: reading first, so that translators never wait, then what finishes a shard."""
        ticket = next(self.tickets)
        self.jobs[ticket] = (shard, place, job)
        heapq.heappush(self.queue, (stage, shard.number, ticket))

    def _again(self, ticket: int) -> None:
        """Do a job again whose worker died; find the article at fault where workers die of reading."""
        shard, place, job = self.jobs[ticket]
        self.deaths[ticket] += 1
        if isinstance(job, Segment) and self.deaths[ticket] >= _DEATHS_READING:
            del self.jobs[ticket]
            if len(job.items) > 1:
                half = len(job.items) // 2
                self._add(0, shard, place, Segment(job.items[:half]))
                self._add(0, shard, place + half, Segment(job.items[half:]))
            else:
                shard.documents[place] = f"{job.items[0].origin}: the worker that read it died of it"
                self._release()
            return
        if self.deaths[ticket] >= _DEATHS:
            raise ModelError(
                f"{_DEATHS} workers died over one job of shard {shard.number}; give them more memory, or use "
                "fewer with --workers"
            )
        heapq.heappush(self.queue, (0, shard.number, ticket))

    def _take(self, shard: _Shard, place: int, job: Job, done: Done) -> None:
        if isinstance(job, Segment):
            shard.documents[place : place + len(job.items)] = done.answer
            self._release()
        elif isinstance(job, Translate):
            self._translated(shard, job, done.answer)
        else:
            self._commit(shard, done.answer)

    def _release(self) -> None:
        """Let shards whose articles are read go on, in the order of the input: of copies, the first counts."""
        while self.unread and None not in self.under_way[self.unread[0]].documents:
            shard = self.under_way[self.unread.pop(0)]
            for place, document in enumerate(shard.documents):
                if isinstance(document, Read):
                    if document.id in self.claimed or self.folder.known(document.id):
                        shard.copies.add(place)
                    else:
                        self.claimed.add(document.id)
                        shard.articles[place] = document.id
            shard.items = [replace(item, body="") for item in shard.items]
            for lang in self.settings.langs:
                self._recall(shard, lang)
            if not shard.waiting:
                self._finish(shard)

    def _recall(self, shard: _Shard, lang: str) -> None:
        """Take what the memory held when the run began, then what was made before a kill; ask for the rest."""
        signature = self.settings.signatures[lang]
        texts = list(dict.fromkeys(text for read in _fresh(shard) for text in read.texts))
        made: dict[str, tuple[str | None, str]] = {}
        kinds: list[tuple[str | None, str]] = []
        if self.settings.engines[lang] == "auto":
            kinds += [(HUMAN_SIGNATURE, HUMAN_SIGNATURE), (PACKAGED_SIGNATURE, PACKAGED_SIGNATURE)]
        kinds.append((signature, signature) if signature else (None, "memory"))
        for kind, name in kinds:
            gaps = [text for text in texts if text not in made]
            for text, known in zip(
                gaps, self.kit.memory.get(gaps, lang, kind, self.folder.began), strict=True
            ):
                if known is not None:
                    made[text] = (known, name)
        shard.made[lang] = made
        gaps = [text for text in texts if text not in made]
        for at in range(0, len(gaps) if signature else 0, PACK):
            job = Translate(lang, tuple(gaps[at : at + PACK]))
            kept = self.folder.recall(_pack(job, signature))
            if kept is not None:
                made |= {text: (new, signature) for text, new in zip(job.texts, kept, strict=True)}
            else:
                shard.waiting += 1
                self._add(2, shard, 0, job)

    def _translated(self, shard: _Shard, job: Translate, texts: Texts) -> None:
        signature = self.settings.signatures[job.lang]
        new = [(old, text) for old, text in zip(job.texts, texts, strict=True) if text is not None]
        self.kit.memory.put([old for old, _ in new], job.lang, signature, [text for _, text in new])
        self.folder.keep(_pack(job, signature), shard.number, texts)
        shard.made[job.lang] |= {old: (text, signature) for old, text in zip(job.texts, texts, strict=True)}
        self.progress.add_tokens(job.texts)
        shard.waiting -= 1
        if not shard.waiting:
            self._finish(shard)

    def _finish(self, shard: _Shard) -> None:
        pieces: list[Piece] = []
        for place, (item, document) in enumerate(zip(shard.items, shard.documents, strict=True)):
            if not isinstance(document, Read):
                continue
            day = item.day.isoformat() if item.day else ""
            copy = place in shard.copies
            versions = () if copy else tuple(_version(shard, document, lang) for lang in self.settings.langs)
            shard.places.append(place)
            shard.keys.append([_check_key(document, v, day, self.checks) for v in versions])
            pieces.append(Piece(item.name, item.origin, day, item.url, document, versions, copy))
        known = self.kit.checked.get([key for keys in shard.keys for key in keys])
        for i, (piece, keys) in enumerate(zip(pieces, shard.keys, strict=True)):
            filled = (replace(v, known=known.get(key)) for v, key in zip(piece.versions, keys, strict=True))
            pieces[i] = replace(piece, versions=tuple(filled))
        shard.documents = [d if isinstance(d, str) else None for d in shard.documents]
        shard.made.clear()
        self._add(1, shard, 0, Finish(tuple(pieces)))

    def _commit(self, shard: _Shard, done: Finished) -> None:
        reasons = {place: reason for place, reason in enumerate(shard.documents) if isinstance(reason, str)}
        reasons |= {shard.places[at]: reason for at, reason in done.failed}
        items = shard.items
        failures = [Failure(items[i].origin, items[i].name, reasons[i]) for i in sorted(reasons)]
        self.kit.checked.put((shard.keys[at][version], text) for at, version, text in done.learned)
        lost = {items[place].name for place in reasons}
        articles = [article for place, article in shard.articles.items() if place not in reasons]
        self.folder.commit(shard.number, items, failures, articles, done)
        self.claimed.difference_update(shard.articles.values())
        del self.under_way[shard.number]
        self.progress.articles += len(items) - len(lost)
        self.progress.failed += len(lost)
        self.progress.at = max(self.progress.at, items[-1].at)


def _fresh(shard: _Shard) -> Iterator[Read]:
    """The documents of a shard that are no copies."""
    for place, document in enumerate(shard.documents):
        if isinstance(document, Read) and place not in shard.copies:
            yield document


def _version(shard: _Shard, read: Read, lang: str) -> Version:
    held = [shard.made[lang].get(text, (None, "")) for text in read.texts]
    makers = sorted({maker for _, maker in held if maker})
    return Version(lang, tuple(text for text, _ in held), " + ".join(makers) or "nothing")


def _pack(job: Translate, signature: str) -> str:
    return content_id(job.lang, signature, *job.texts)


def _check_key(read: Read, version: Version, day: str, checks: str) -> str:
    return content_id(checks, read.id, read.form, version.lang, version.texts, day)
