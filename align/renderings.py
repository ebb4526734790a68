"""What became of every mention: source and target mentions paired inside their beads, with evidence.

Names are paired by concept. A loaded term is paired by concept, then by scale: *separatists* who became
*terrorists* are one rendering of two concepts; then with a stronger name that holds its plain word. What the
termbase cannot pair is looked for in the words themselves: copied, misspelt, or alike in sound.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from align.fold import fold, key
from align.inflect import tokens
from align.inflect import words as inflected
from align.matcher import Matcher, mentions
from align.phrases import listed
from align.quotes import quotations
from align.terms import Termbase
from align.translit import alike, distance, sound
from align.types import Bitext, Concept, Document, Form, Mention, Rendering, Span, Verdict

_SOUNDS_ALIKE = 0.72  # chosen on the development corpora: below it chance likenesses begin
_SHORT = 7  # words of a quotation that puts a term at a distance rather than reports a speech
_STANCES = {"approving", "disapproving"}
_STRONGEST = 2  # the highest load
_TYPO_LETTERS = 5  # a shorter word is too easily another one


@cache
def _seats() -> frozenset[frozenset[str]]:
    """Pairs of concepts, a country and a seat of its government, that name the same government."""
    return frozenset(
        frozenset((land, seat)) for land, seats in listed("seats.toml").items() for seat in seats
    )


@lru_cache(maxsize=2000)
def _only(concept: Concept, lang: str) -> Matcher:
    return Matcher([concept], lang)


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of a bitext: its mentions by bead, spans that two concepts share kept together."""

    document: Document
    by_bead: dict[int, list[list[Mention]]]


def _side(document: Document, bead_of: dict[int, int], termbase: Termbase) -> _Side:
    by_bead: dict[int, list[list[Mention]]] = defaultdict(list)
    for mention in mentions(document, termbase):
        groups = by_bead[bead_of[mention.segment]]
        if groups and (groups[-1][0].start, groups[-1][0].end) == (mention.start, mention.end):
            groups[-1].append(mention)
        else:
            groups.append([mention])
    return _Side(document, by_bead)


def renderings(bitext: Bitext, termbase: Termbase) -> tuple[Rendering, ...]:
    """Every rendering of a bitext, bead by bead: first those of source mentions, then what was added."""
    source_bead = {s: i for i, bead in enumerate(bitext.beads) for s in bead.source}
    target_bead = {t: i for i, bead in enumerate(bitext.beads) for t in bead.target}
    source = _side(bitext.source, source_bead, termbase)
    target = _side(bitext.target, target_bead, termbase)
    found: list[Rendering] = []
    for i in range(len(bitext.beads)):
        if bitext.beads[i].source and bitext.beads[i].target:
            found += _Bead(bitext, termbase, source, target, i).renderings()
    return tuple(found)


class _Bead:
    """The pairing inside one bead."""

    def __init__(self, bitext: Bitext, termbase: Termbase, source: _Side, target: _Side, index: int) -> None:
        self.bitext, self.termbase, self.index = bitext, termbase, index
        self.bead = bitext.beads[index]
        self.source = [list(group) for group in source.by_bead.get(index, [])]
        self.target = [list(group) for group in target.by_bead.get(index, [])]
        self.nearby = [
            mention
            for i in (index - 1, index + 1)
            for group in target.by_bead.get(i, [])
            for mention in group
        ]

    def renderings(self) -> list[Rendering]:
        paired: list[Rendering] = []
        free = list(self.target)
        left: list[list[Mention]] = []
        for group in self.source:  # the same concept, in order
            match = self._take(free, lambda s, t: s.concept == t.concept, group)
            if match:
                paired.append(self._judge(*match))
            else:
                left.append(group)
        rest: list[list[Mention]] = []
        for group in left:  # another concept of the same kind, in the same quotation if there is one
            words = self._same_quotation(group[0])
            options = [f for f in free if words is None or _within(f[0], words)]
            match = self._take(options, self._same_scale, group) or self._take(options, self._built_on, group)
            if match:
                free = [f for f in free if match[1] not in f]
                paired.append(self._judge(*match))
            else:
                rest.append(group)
        covered = {r.source.concept: r for r in paired if r.source}
        rendered = {t.concept for r in paired for t in r.targets}
        for group in rest:
            paired.append(self._unpaired(group, covered))
        self._by_context(paired, free)
        paired.sort(key=lambda r: r.source.start if r.source else 0)
        for group in free:
            mention = group[0]
            if any(m.concept in rendered for m in group):
                continue  # named again where the source says "the city"
            paired.append(Rendering(None, (mention,), self.index, "added"))
        return paired

    def _by_context(self, paired: list[Rendering], free: list[list[Mention]]) -> None:
        """Pair the one name left out with the one name that is new and marks a side: Armenia, Western Azerbaijan."""
        rendered = {t.concept for r in paired for t in r.targets}
        for kind in ("toponym", "actor"):
            lost = [
                i
                for i, r in enumerate(paired)
                if r.source and r.verdict == "left out" and self.termbase[r.source.concept].kind == kind
            ]
            new = [
                group
                for group in free
                if self.termbase[group[0].concept].kind == kind and group[0].concept not in rendered
            ]
            if len(lost) == len(new) == 1 and _marked(new[0][0].form):
                one = paired[lost[0]]
                free.remove(new[0])
                paired[lost[0]] = replace(
                    one, targets=(new[0][0],), verdict="other side", how="context", sure=0.5
                )

    def _take(
        self, free: list[list[Mention]], fits: object, group: list[Mention]
    ) -> tuple[Mention, Mention] | None:
        """The first free target mention that fits one of the group, taken from `free`; plain names first."""
        assert callable(fits)
        options = [(s, t, candidates) for s in group for candidates in free for t in candidates if fits(s, t)]
        if not options:
            return None
        s, t, candidates = min(
            options, key=lambda o: (o[0].adjective != o[1].adjective, abs(o[0].form.load - o[1].form.load))
        )
        free.remove(candidates)
        return s, t

    def _same_scale(self, one: Mention, other: Mention) -> bool:
        a, b = self.termbase[one.concept], self.termbase[other.concept]
        return bool(a.scale) and a.scale == b.scale

    def _built_on(self, one: Mention, other: Mention) -> bool:
        """Whether a stronger or a side's name holds the source's plain word: the war that became the Patriotic War."""
        concept, taken, strong = self.termbase[one.concept], self.termbase[other.concept], other.form
        if (concept.kind, taken.kind) != ("loaded", "loaded"):
            return False
        sided = _marked(strong) and strong.load >= one.form.load and concept.feature == taken.feature
        if not sided and not strong.load == _STRONGEST > one.form.load:
            return False
        text = fold(other.text, strong.lang).lower
        plain = (f for f in concept.forms_in(strong.lang) if f.load == one.form.load)
        words = (word.rstrip("*") for form in plain for word in form.stems or (form.text,))
        return any(re.search(rf"(?<!\w){re.escape(fold(word, strong.lang).lower)}", text) for word in words)

    def _judge(self, source: Mention, target: Mention) -> Rendering:
        concept = self.termbase[source.concept]
        if concept.kind == "loaded":
            against = {concept.stance, self.termbase[target.concept].stance} == _STANCES
            against = against or _turned(source, target)
            verdict = _loaded(source, target, against=against)
        else:
            verdict = _named(source, target)
        return Rendering(source, (target,), self.index, verdict)

    def _unpaired(self, group: list[Mention], covered: dict[str, Rendering]) -> Rendering:
        mention = group[0]
        for one in group:
            if one.concept in covered:
                same = covered[one.concept]
                return replace(same, source=one, how="covered", sure=0.7)
        if self.termbase[mention.concept].kind == "loaded":
            return self._reworded(mention)
        for one in group:
            for other in self.nearby:
                if one.concept == other.concept:
                    verdict = _named(one, other)
                    return Rendering(one, (other,), self.index, verdict, "nearby", 0.6)
        for one in group:
            for other in (m for target in self.target for m in target):
                seat = frozenset((one.concept, other.concept)) in _seats()
                if seat or self._part(one, other):
                    words = Span(other.segment, other.start, other.end, other.text)
                    how = "seat" if seat else "part"
                    return Rendering(one, (), self.index, "paraphrased", how, 0.6, words)
        return self._evidence(mention)

    def _part(self, one: Mention, other: Mention) -> bool:
        """Whether one of the names is in the other: Soviet Azerbaijan and Azerbaijan."""
        if self.termbase[other.concept].kind == "loaded":
            return False
        longer = (other, one, self.bitext.lang), (one, other, self.bitext.source.lang)
        return any(
            " " in whole.text and _only(self.termbase[part.concept], lang).find(whole.text)
            for whole, part, lang in longer
        )

    def _copied(self, mention: Mention) -> Span | None:
        """A name of several words that stands in the target letter for letter."""
        if " " not in mention.text:
            return None
        for i in self.bead.target:
            segment = self.bitext.target.segments[i]
            at = segment.text.find(mention.text)
            if at >= 0:
                return Span(i, segment.start + at, segment.start + at + len(mention.text), mention.text)
        return None

    def _reworded(self, mention: Mention) -> Rendering:
        """A loaded term without a known rendering: what stands in the same quotation, if it stood in one."""
        words = self._same_quotation(mention)
        if words is None:
            return Rendering(mention, (), self.index, "dropped", "none", 0.5)
        marked = any(m.form.load and _within(m, words) for group in self.target for m in group)
        verdict: Verdict = "softened" if mention.form.load > 0 and not marked else "paraphrased"
        return Rendering(mention, (), self.index, verdict, "quotation", 0.6, words)

    def _same_quotation(self, mention: Mention) -> Span | None:
        """The target's quotation that answers the short one in which a loaded mention stands."""
        if not mention.quoted or self.termbase[mention.concept].kind != "loaded":
            return None
        here = self._quoted(self.bitext.source, self.bead.source)
        there = self._quoted(self.bitext.target, self.bead.target)
        place = next((i for i, words in enumerate(here) if _within(mention, words)), None)
        if place is None or len(here) != len(there) or len(here[place].text.split()) > _SHORT:
            return None
        return there[place]

    def _quoted(self, document: Document, segments: Sequence[int]) -> list[Span]:
        """What stands in quotation marks in the segments."""
        found = []
        for i in segments:
            segment = document.segments[i]
            for q in quotations(segment.text):
                start, end = segment.start + q.start, segment.start + q.end
                found.append(Span(i, start, end, document.text[start:end]))
        return found

    def _evidence(self, mention: Mention) -> Rendering:
        """Look for a name in the words of the target: copied, misspelt, alike in sound."""
        lang = self.bitext.lang
        concept = self.termbase[mention.concept]
        taken = [(m.start, m.end) for group in self.target for m in group]
        words = [
            w for w in _words(self.bitext, self.index) if all(w.end <= a or b <= w.start for a, b in taken)
        ]
        head = max(mention.text.split(), key=len)
        copied = self._copied(mention) or next(
            (word for word in words if _copy(head, mention, word, lang)), None
        )
        if copied:
            return Rendering(mention, (), self.index, "left in English", "copied", 1.0, copied)
        best: tuple[float, Span | None, Verdict, str] = (0.0, None, "left out", "none")
        for form in () if concept.id in self.termbase.places else concept.forms_in(lang):
            for word in words:
                likeness = _misspelt(form, word, lang)
                if likeness > best[0]:
                    best = (likeness, word, "probable typo", "spelling")
        if best[1] is None and not mention.adjective:
            for word in words:
                if not word.text[:1].isupper():
                    continue
                likeness = alike(head, self.bitext.source.lang, word.text, lang)
                if likeness >= max(_SOUNDS_ALIKE, best[0]):
                    best = (likeness, word, "transliterated", "sound")
        if best[1] is None:
            return Rendering(mention, (), self.index, "left out", "none", 0.5)
        return Rendering(mention, (), self.index, best[2], best[3], round(best[0], 2), best[1])


def _within(mention: Mention, words: Span) -> bool:
    return words.start <= mention.start and mention.end <= words.end


def _copy(head: str, mention: Mention, word: Span, lang: str) -> bool:
    """Whether a word is the English name itself, with the ending of the language or without."""
    if lang in ("hy", "ru"):
        return key(word.text, lang).split("'")[0] == key(head, lang) and bool(_LATIN.match(word.text))
    if head != mention.text:
        return False  # one word of a longer name may well be written alike
    folded = fold(word.text, lang).lower
    return any(
        folded.startswith(a.prefix) and a.tail.fullmatch(folded, len(a.prefix)) and not a.adjective
        for a in inflected(head, lang, name=True)[0]
    )


def _loaded(source: Mention, target: Mention, *, against: bool) -> Verdict:
    shift = target.form.load - source.form.load
    if against and source.form.load > 0 < target.form.load:
        return "switched"
    if shift:
        return "hardened" if shift > 0 else "softened"
    return "switched" if _disjoint(source.form, target.form) else "kept"


def _marked(form: Form) -> bool:
    """Whether a form tells a side."""
    return bool(form.sides) and "international" not in form.sides


def _turned(source: Mention, target: Mention) -> bool:
    """Whether another concept took the place of the source's, in a side's words: separatists, the Artsakh authorities."""
    new = source.concept != target.concept and not set(target.form.sides) & set(source.form.sides)
    return new and _marked(target.form)


def _disjoint(source: Form, target: Form) -> bool:
    marked = set(source.sides) - {"international"}, set(target.sides) - {"international"}
    return all(marked) and not set(source.sides) & set(target.sides)


def _named(source: Mention, target: Mention) -> Verdict:
    if target.adjective and not source.adjective:
        return "adjective form" if not target.form.sides else _side_of(source.form, target.form)
    return _side_of(source.form, target.form)


def _side_of(source: Form, target: Form) -> Verdict:
    if not target.sides or "international" in target.sides:
        return (
            "neutral"
            if set(source.sides) - {"international"} and not set(source.sides) & set(target.sides)
            else "same side"
        )
    return "same side" if set(source.sides) & set(target.sides) else "other side"


def _words(bitext: Bitext, bead: int) -> list[Span]:
    """The words of a bead's target side, endings after an apostrophe included."""
    found = []
    for index in bitext.beads[bead].target:
        segment = bitext.target.segments[index]
        folded = fold(segment.text, bitext.lang)
        for start, end in tokens(folded.lower):
            a, b = folded.span(start, end)
            found.append(Span(index, segment.start + a, segment.start + b, segment.text[a:b]))
    return found


_LATIN = re.compile("[A-Za-zÀ-ɏ]")


def _misspelt(form: Form, word: Span, lang: str) -> float:
    """How likely `word` is a slip for a one-word `form`: 0 if not, else up to .95."""
    one, other = key(form.text, lang), key(word.text, lang)
    if " " in one or len(one) < _TYPO_LETTERS or not word.text[:1].isupper() or other.startswith(one):
        return 0.0
    stem = one[:-1] if lang == "ru" else one
    slips = min(distance(stem, other[: len(stem) + extra]) for extra in (-1, 0, 1))
    return 0.95 - 0.1 * slips if slips == 1 and sound(stem, lang)[:1] == sound(other, lang)[:1] else 0.0
