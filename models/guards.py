"""Guards on the output of a translator: what is wrong with a translation that can be told without reading it.

A guard names what it saw; nothing is dropped or repaired. They work on strings alone, so a translation
taken from the memory can be looked at again.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Any

from models.base import Hypothesis, Made

Attempt = Callable[[Sequence[str]], Iterable[Made]]

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_LOOP = re.compile(r"(.{1,60}?)\1{3,}", re.DOTALL)


@cache
def _data() -> dict[str, Any]:
    file = resources.files("models").joinpath("data", "guards.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


@cache
def _common(lang: str) -> frozenset[str]:
    return frozenset(_data()["words"].get(lang, "").split())


def inspect(source: str, text: str, lang: str) -> tuple[str, ...]:
    """What the guards see in `text`, a translation of `source` into `lang`; empty where all is well."""
    if not text.strip():
        return ("empty",) if _WORD.search(source) else ()
    return tuple(name for name, sees in GUARDS.items() if sees(source, text, lang))


def guarded(texts: Sequence[str], target: str, attempts: Sequence[Attempt]) -> Iterator[Made]:
    """Translate `texts` by the first of `attempts`, and what a guard stops by the next ones in turn.

    The hypothesis with the fewest notes is kept; a flaw that no attempt mends stays in its `notes`. A text
    without a letter (a figure, a row of stars) is its own translation, and equal texts are translated once.
    """
    places: dict[str, list[int]] = defaultdict(list)
    for i, text in enumerate(texts):
        places[text].append(i)
    if wordless := [text for text in places if not _WORD.search(text)]:
        yield [(i, Hypothesis(text)) for text in wordless for i in places[text]]
    open_ = [text for text in places if _WORD.search(text)]
    best: dict[str, Hypothesis] = {}
    for last, attempt in zip([*[False] * (len(attempts) - 1), True], attempts, strict=True):
        again: list[str] = []
        for made in attempt(open_) if open_ else ():
            done = []
            for i, found in made:
                text = open_[i]
                seen = found
                if found.text is not None:
                    seen = replace(found, notes=(*found.notes, *inspect(text, found.text, target)))
                held = best.get(text)
                best[text] = seen if held is None or _better(seen, held) else held
                if not last and (best[text].notes or best[text].text is None):
                    again.append(text)
                else:
                    done += [(place, best[text]) for place in places[text]]
            if done:
                yield done
        open_ = again


def _better(new: Hypothesis, old: Hypothesis) -> bool:
    if new.text is None or old.text is None:
        return new.text is not None
    return len(new.notes) < len(old.notes)


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


def _repetition(source: str, text: str, lang: str) -> bool:
    """A stretch that comes four times running, or one phrase that fills the text, unlike in the source."""
    return _loops(text) and not _loops(source)


def _loops(text: str) -> bool:
    for match in _LOOP.finditer(text):
        unit = match.group(1)
        if any(char.isalpha() for char in unit) and len(match.group()) >= 8:
            return True
    words = _words(text)
    for size in (1, 2, 3, 4, 6):
        grams = Counter(tuple(words[i : i + size]) for i in range(len(words) - size + 1))
        if grams and size > 1:
            times = max(grams.values())
            if times >= 4 and times * size > len(words) * 0.4:
                return True
    run = 1
    for before, word in pairwise(words):
        run = run + 1 if word == before else 1
        if run >= 4:
            return True
    return False


def _copied(source: str, text: str, lang: str) -> bool:
    """The source, or most of its words, instead of a translation."""
    there, here = _words(source), _words(text)
    if len(there) < 4 or len(here) < 4:
        return False
    known = set(there)
    return sum(word in known for word in here) > 0.6 * len(here)


@cache
def _script(char: str) -> str:
    name = unicodedata.name(char, "")
    return name.split(" ", 1)[0]


def _wrong_script(source: str, text: str, lang: str) -> bool:
    """Letters of another script: most of them, or some that neither the source nor the language has."""
    own = _data()["script"].get(lang)
    if own is None:
        return False
    letters = [char for char in text if char.isalpha()]
    if len(letters) < 4:
        return False
    inside = sum(_script(char) == own for char in letters)
    if own != "LATIN" and inside < 0.35 * len(letters) and len(letters) >= 12:
        return True
    foreign = [c for c in letters if _script(c) not in (own, "LATIN") and c not in source]
    return len(foreign) >= 3 or _mixed(text, own, source)


def _mixed(text: str, own: str, source: str) -> bool:
    """Whether a word mixes letters of two scripts."""
    if own == "LATIN":
        return False
    for word in _WORD.findall(text):
        scripts = [_script(char) for char in word if char.isalpha()]
        if len(word) >= 4 and scripts.count(own) >= 2 and scripts.count("LATIN") >= 2 and _zigzag(scripts):
            return True
    return False


def _zigzag(scripts: Sequence[str]) -> bool:
    # A name with an ending of the language changes once; letters put in by a broken model change more often.
    return sum(a != b for a, b in pairwise(scripts)) > 1


def _wrong_language(source: str, text: str, lang: str) -> bool:
    """More frequent words of another language than of the one wanted."""
    words = Counter(_words(text))
    own = _common(lang)
    mine = sum(times for word, times in words.items() if word in own)
    for other in _data()["words"]:
        if other != lang:
            only = _common(other) - own
            theirs = sum(times for word, times in words.items() if word in only)
            mine_only = sum(times for word, times in words.items() if word in own - _common(other))
            if theirs >= 3 and theirs > 2 * mine_only:
                return True
    letters = _data()["letters"].get(lang, "")
    lower = text.lower()
    if letters and mine == 0 and len(lower) > 60 and not any(char in lower for char in letters):
        return True
    return lang == "tr" and sum("ə" in word for word in words) >= 3


def _length(source: str, text: str, lang: str) -> bool:
    """Far shorter or longer than a translation of the source would be."""
    bounds = _data()["length"].get(lang)
    if bounds is None or len(source) < 20:
        return len(text) > 8 * max(len(source), 10)
    return not bounds[0] <= len(text) / len(source) <= bounds[1]


def _cut_off(source: str, text: str, lang: str) -> bool:
    """The source ends its sentence and the translation ends in the middle of one, and is short besides."""
    if not re.search(r"[.!?…]['\"”’»)]*\s*$", source):
        return False
    return bool(re.search(r"[\w,;(\-–—]\s*$", text)) and len(text) < 0.7 * len(source)


def _refusal(source: str, text: str, lang: str) -> bool:
    """Words about the task instead of a translation."""
    start = text.strip().lower().replace("’", "'")
    opening = source.strip().lower().replace("’", "'")
    return any(
        start.startswith(words) and not opening.startswith(words) for words in _data()["refusal"]["starts"]
    )


def _debris(source: str, text: str, lang: str) -> bool:
    """Marks of a tokenizer or a chat template."""
    return any(mark in text and mark not in source for mark in _data()["debris"]["marks"])


GUARDS: dict[str, Callable[[str, str, str], bool]] = {
    "repetition": _repetition,
    "copied": _copied,
    "wrong script": _wrong_script,
    "wrong language": _wrong_language,
    "length": _length,
    "cut off": _cut_off,
    "refusal": _refusal,
    "debris": _debris,
}
