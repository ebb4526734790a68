"""Finding every form of every concept in one pass over a text, inflected, with exact offsets.

Words are looked up by their first letters, so the cost hardly grows with the termbase. A name counts only
with its capitals; the longest match wins; where two concepts share a form both are kept for the renderings
to choose between.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from align.context import around
from align.fold import Folded, fold
from align.inflect import Word, stem_words, tokens, words
from align.inflect.russian_case import is_genitive
from align.quotes import quotations
from align.terms import Termbase
from align.types import Concept, Document, Form, Mention, Segment

_SENTENCE = 500  # characters before a name that may tell its case
_KEY = 3  # letters under which a word is filed
# between the words of a form: space or hyphen, a full stop after an abbreviated word, quotation marks
_GAP = re.compile(r"[ \-/]{1,2}|, | - |\. ?|' |[ \-]?[«»“”„‟‹›‘’'\"]{1,2}[ \-]?")
_HYPHENATED = {  # an ending joined to an acronym or a number by a hyphen
    "hy": re.compile(r"-[ա-և]{1,5}(?!\w)"),
    "az": re.compile(r"-[a-zəğçşöüıi]{1,6}(?!\w)"),
    "tr": re.compile(r"-[a-zğçşöüıi]{1,6}(?!\w)"),
    "ru": re.compile(r"-(?:а|у|е|ом|ы|и|ий|ой)(?!\w)"),
}


@dataclass(frozen=True, slots=True)
class Hit:
    """A form found in a string: half-open code point offsets into it."""

    concept: Concept
    form: Form
    start: int
    end: int
    adjective: bool


@dataclass(frozen=True, slots=True)
class _Entry:
    """A form ready to be matched: the words after the first, and what its capitals ask for."""

    concept: Concept
    form: Form
    rest: tuple[Word, ...]
    capital: bool
    acronym: str
    unless: tuple[re.Pattern[str], ...]
    rank: int


class Matcher:
    """All forms of a termbase in one language."""

    def __init__(self, concepts: Iterable[Concept], lang: str) -> None:
        self.lang = lang
        self._filed: dict[str, list[tuple[str, re.Pattern[str], bool, _Entry]]] = defaultdict(list)
        self._memo: dict[str, list[tuple[_Entry, bool]]] = {}
        for rank, concept in enumerate(concepts):
            for form in concept.forms_in(lang):
                self._file(concept, form, rank)

    def _file(self, concept: Concept, form: Form, rank: int) -> None:
        name = concept.kind != "loaded"
        cased = fold(form.text, self.lang).cased
        acronym = cased.rstrip(".") if name and len(cased) > 1 and cased.isupper() else ""
        unless = tuple(
            re.compile(
                r"(?<![^\W_])" + re.escape(fold(longer, self.lang).lower.strip()).replace(r"\*", r"[^\W_]*")
            )
            for longer in form.unless
        )
        phrases = [stem_words(stems, self.lang) for stems in form.stems]
        if name or not phrases:
            phrases.append(words(form.text, self.lang, name=name))
        for phrase in phrases:
            if not phrase:
                continue
            capital = name and cased[:1].isupper()
            entry = _Entry(concept, form, phrase[1:], capital, acronym, unless, rank)
            for alternative in phrase[0]:
                filed = self._filed[alternative.prefix[:_KEY]]
                filed.append((alternative.prefix, alternative.tail, alternative.adjective, entry))

    def _starting(self, word: str) -> list[tuple[_Entry, bool]]:
        """The entries whose first word is `word` inflected."""
        found = self._memo.get(word)
        if found is None:
            found = []
            for length in range(1, _KEY + 1):
                for prefix, tail, adjective, entry in self._filed.get(word[:length], ()):
                    if (
                        len(prefix) >= length
                        and word.startswith(prefix)
                        and tail.fullmatch(word, len(prefix))
                    ):
                        found.append((entry, adjective))
                if length >= len(word):
                    break
            if len(self._memo) > 200_000:
                self._memo.clear()
            self._memo[word] = found
        return found

    def find(self, text: str) -> list[Hit]:
        """Every form in `text`, in order; overlapping ones only where they have the very same span."""
        folded = fold(text, self.lang)
        spans = tokens(folded.lower)
        hits = [hit for i in range(len(spans)) for hit in self._at(folded, spans, i)]
        if self.lang == "ru":
            on_span: dict[tuple[int, int], list[Hit]] = defaultdict(list)
            for hit, _ in hits:
                on_span[hit.start, hit.end].append(hit)
            hits = [hit for hit in hits if not _misread(hit[0], on_span[hit[0].start, hit[0].end], text)]
        return _longest(hits)

    def _at(self, folded: Folded, spans: list[tuple[int, int]], i: int) -> Iterator[tuple[Hit, int]]:
        start, end = spans[i]
        for entry, adjective in self._starting(folded.lower[start:end]):
            matched = _rest(entry.rest, folded.lower, spans, i)
            if matched is None:
                continue
            end, derived = matched
            adjective_here = adjective or derived or entry.form.pos in ("adjective", "demonym")
            found = folded.cased[start:end]
            if entry.acronym:
                if found[: len(entry.acronym)] != entry.acronym:
                    continue
            elif entry.capital and not _capital(
                found, lower_adjective=(adjective or derived) and self.lang != "en"
            ):
                continue
            if entry.unless and _inside(folded.lower, start, end, entry.unless):
                continue
            if found.isupper() or found[-1:].isdigit():
                joined = _HYPHENATED.get(self.lang)
                if joined and (more := joined.match(folded.cased, end)):
                    end = more.end()
            hit = Hit(entry.concept, entry.form, *folded.span(start, end), adjective_here)
            yield hit, entry.rank


def _rest(
    rest: tuple[Word, ...], lower: str, spans: list[tuple[int, int]], i: int
) -> tuple[int, bool] | None:
    """Match the words after the first from token `i + 1` on: the end, and whether one was an adjective."""
    end, adjective = spans[i][1], False
    for offset, word in enumerate(rest, start=1):
        if i + offset >= len(spans) or not _GAP.fullmatch(lower, end, spans[i + offset][0]):
            return None
        start, end = spans[i + offset]
        token = lower[start:end]
        for alternative in word:
            if token.startswith(alternative.prefix) and alternative.tail.fullmatch(
                token, len(alternative.prefix)
            ):
                adjective = adjective or alternative.adjective
                break
        else:
            return None
    return end, adjective


def _capital(found: str, *, lower_adjective: bool) -> bool:
    """Whether a name has its capital: on any word, and on none where the language writes it small."""
    return lower_adjective or any(word[:1].isupper() for word in re.split(r"[ \-]", found))


def _inside(lower: str, start: int, end: int, longer: tuple[re.Pattern[str], ...]) -> bool:
    """Whether one of the longer phrases holds or overlaps the span; endings may follow its last word."""
    return any(
        match.start() < end and start < match.end()
        for phrase in longer
        for match in phrase.finditer(lower, max(0, start - 60), end + 60)
    )


def _misread(hit: Hit, same: list[Hit], text: str) -> bool:
    """Whether a rival form of the same concept on the same span fits the case better: Шуши, Шуша."""
    for other in same:
        if other.concept.id == hit.concept.id and other != hit:
            exact = text[hit.start : hit.end].lower() == hit.form.text.lower()
            if exact != (text[other.start : other.end].lower() == other.form.text.lower()):
                return is_genitive(text[max(0, hit.start - _SENTENCE) : hit.start].lower()) == exact
    return False


def _longest(hits: list[tuple[Hit, int]]) -> list[Hit]:
    """The longest hits, names and loaded terms apart: a war may be named after a place and be both."""
    layers = [[h for h in hits if (h[0].concept.kind == "loaded") == loaded] for loaded in (False, True)]
    return sorted((hit for layer in layers for hit in _layer(layer)), key=lambda h: (h.start, h.end))


def _with_places(hits: list[Hit], places: list[Hit]) -> list[Hit]:
    """The termbase's hits, and a gazetteer's where they touch no name of the termbase."""
    taken = _Spans()
    for h in hits:
        if h.concept.kind != "loaded" and (h.start, h.end) not in taken:
            taken.add(h.start, h.end)
    return sorted([*hits, *(p for p in places if taken.free(p.start, p.end))], key=lambda h: (h.start, h.end))


def _layer(hits: list[tuple[Hit, int]]) -> list[Hit]:
    """Drop hits that overlap a longer one; the same concept twice on one span is kept once."""
    order = sorted(hits, key=lambda h: (-(h[0].end - h[0].start), h[0].start, h[0].adjective, h[1]))
    kept: list[Hit] = []
    taken = _Spans()
    named: set[tuple[int, int, str]] = set()
    for hit, _ in order:
        if (hit.start, hit.end) not in taken:
            if not taken.free(hit.start, hit.end):
                continue
            taken.add(hit.start, hit.end)
        if (hit.start, hit.end, hit.concept.id) not in named:
            named.add((hit.start, hit.end, hit.concept.id))
            kept.append(hit)
    return kept


class _Spans:
    """Spans that do not overlap, in order."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []

    def __contains__(self, span: tuple[int, int]) -> bool:
        at = bisect_left(self._starts, span[0])
        return at < len(self._starts) and (self._starts[at], self._ends[at]) == span

    def free(self, start: int, end: int) -> bool:
        """Whether nothing taken overlaps the span."""
        at = bisect_left(self._starts, start)
        return (at == 0 or self._ends[at - 1] <= start) and (
            at == len(self._starts) or end <= self._starts[at]
        )

    def add(self, start: int, end: int) -> None:
        """Take a span that is free."""
        at = bisect_left(self._starts, start)
        self._starts.insert(at, start)
        self._ends.insert(at, end)


_matchers: dict[tuple[str, str], Matcher] = {}


def matcher(termbase: Termbase, lang: str) -> Matcher:
    """The matcher of a termbase and language, built once."""
    name = (termbase.version, lang)
    if name not in _matchers:
        _matchers[name] = Matcher(termbase, lang)
    return _matchers[name]


def mentions(document: Document, termbase: Termbase) -> tuple[Mention, ...]:
    """Every mention in a document, in order; quotations may run over the sentences of a paragraph."""
    find = matcher(termbase, document.lang).find
    find_place = Matcher(termbase.places.values(), document.lang).find if termbase.places else None
    found: list[Mention] = []
    for _, group in groupby(document.segments, key=lambda s: (s.role, s.paragraph)):
        paragraph: list[Segment] = list(group)
        base = paragraph[0].start
        quoted = quotations(document.text[base : paragraph[-1].end])
        for segment in paragraph:
            hits = find(segment.text)
            if find_place:
                hits = _with_places(hits, find_place(segment.text))
            for hit in hits:
                start, end = segment.start + hit.start, segment.start + hit.end
                loaded = hit.concept.kind == "loaded"
                found.append(
                    Mention(
                        hit.concept.id,
                        hit.form,
                        segment.index,
                        start,
                        end,
                        document.text[start:end],
                        any(q.touches(start - base, end - base) for q in quoted),
                        hit.adjective,
                        *(around(segment.text, hit.start, hit.end, document.lang) if loaded else ()),
                    )
                )
    return tuple(found)
