"""Sentence boundaries: one policy for all five languages, so that rows align across them.

A sentence ends at a stop, with the quotes and brackets that close after it, where white space and no
lower-case letter follows. Sentences inside a quotation are split like any other. Abbreviations,
initials, ordinals and enumerators do not end a sentence; where the evidence is divided, nothing is
split. The word lists are in `data/segment`, one file a language and one (`any.txt`) for all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

# Characters without width belong to the word or the stop they follow.
_INVISIBLE = "\u00ad\u200b-\u200f\u2060\ufeff"
_QUOTES = "\"'”’»›“"
_OPENERS = rf"[\"'“„”«‹‘’‚(\[{{*•\s{_INVISIBLE}]*"
_OPEN = re.compile(rf"{_OPENERS}(?P<dash>[-–—―]?){_OPENERS}")
_NOTHING = "\"'“„”«‹‘’‚([{*•-–—― \u00a0"
_WORD = re.compile(r"[^\W\d_]+")
_TOKEN = re.compile(r"[\w.’'\-–]+\Z")
_ROMAN = re.compile(r"[IVXLCİ]{2,}\Z")
_LONGEST_TOKEN = 40

# An ellipsis with spaces in it or any run of stops; the quotes, brackets and note marks that close; a
# gap, which the Armenian full stop can do without.
_STOP = (
    r"(?P<stop>(?:\.[ \u00a0]){{2,}}\.|[{stops}]+)"
    rf"(?P<close>(?:[\"'”’»›“)\]}}}}{_INVISIBLE}]|\[\d{{{{1,3}}}}\])*(?:\s[»›”)\]]+(?=\s|\Z))?)"
    r"(?:\s+|\Z|(?<=։)(?=[Ա-Ֆ«]))"
)
# No stop at all, but a word that begins sentences and stands in none: a headline runs into the text.
_RUN_ON = r"|(?<=[\w»”’\"')])\s+(?=(?:{starters}),?\s+[«“\"]?(?P<next>\w))"
_ARMENIAN_STOP = re.compile(r"։|:(?=[»”\"')\]]*(?:\s|\Z))")

# Languages that write ordinals with a stop: "II. Karabağ", "3. Ordu".
_ORDINAL_STOP = ("az", "tr")


@dataclass(frozen=True, slots=True)
class _Rules:
    lang: str
    stops: str
    end: re.Pattern[str]
    never: frozenset[str]
    number: frozenset[str]
    maybe: frozenset[str]
    starters: frozenset[str]


def sentences(text: str, lang: str) -> list[tuple[int, int]]:
    """The spans of the sentences of one paragraph: code points, half-open, in order.

    They carry no white space at their ends, and between them there is nothing but white space. A
    language without word lists is split by the rules alone.
    """
    rules = _rules(lang)
    # The Armenian dot is a lesser stop, but some write it as the only one.
    dots = lang != "hy" or not _ARMENIAN_STOP.search(text)
    spans = []
    start, stop = _skip_space(text, 0), len(text.rstrip())
    for match in rules.end.finditer(text, start, stop):
        if match["stop"] is None:
            before = text[max(start, match.start() - _LONGEST_TOKEN) : match.start()]
            if not _headline(before, match["next"]):
                continue
            end = match.start()
        elif match.end() < stop and _ends(text, start, match, rules, dots):
            end = match.end("close")
        else:
            continue
        spans.append((start, end))
        start = _skip_space(text, end)
    if start < stop:
        spans.append((start, stop))
    return spans


def _skip_space(text: str, start: int) -> int:
    while start < len(text) and text[start].isspace():
        start += 1
    return start


def _headline(before: str, following: str) -> bool:
    """Whether all around a capitalised function word is lower case, closed by a quote, or no word."""
    word = before.rstrip(_QUOTES + ")")
    last = re.split(r"[\s(«“\"]", word)[-1]
    evident = word != before or last.isdecimal() or last[:1].islower() or (len(last) > 1 and last.isupper())
    return evident and following.islower()


def _ends(text: str, start: int, match: re.Match[str], rules: _Rules, dots: bool) -> bool:
    """Whether the stop that `match` found ends the sentence that began at `start`."""
    opening = _OPEN.match(text, match.end())
    if opening is None or opening.end() == len(text):
        return False
    stop, after = match["stop"], text[opening.end()]
    if after in rules.stops:
        return False  # the last of several stops decides
    if after.islower() and not text[opening.end() + 1 : opening.end() + 2].isupper():
        return False
    if opening["dash"] and any(quote in match["close"] for quote in _QUOTES):
        return False  # «…!» — Name said: the sentence of whoever quotes goes on
    before = text[max(start, match.start() - _LONGEST_TOKEN) : match.start()]
    if before[-1:] in "([{" or not before.strip(_NOTHING):
        return False  # (…) and [?] stand for words or comment on them
    if stop in (".", "․"):
        first = match.start() - start < _LONGEST_TOKEN
        return dots and not _abbreviates(before, first, text, opening.end(), rules)
    if stop in ("…", "..", "...", ":") and after.isdigit():
        return stop == ":" and not before[-1].isdigit()
    token = _TOKEN.search(before)
    return token is None or token[0] + stop not in rules.never


def _abbreviates(before: str, first: bool, text: str, after: int, rules: _Rules) -> bool:
    """Whether the dot behind `before` marks an abbreviation, initial or ordinal rather than an end.

    `first` says that `before` reaches back to the start of the sentence; `after` is where the next
    word begins in `text`.
    """
    found = _TOKEN.search(before)
    token = found[0].lstrip("'’-–.") if found else ""
    last = re.split(r"[.\-–]", token)[-1]
    if found is None or not last or before[: found.start()].endswith("/"):
        return False  # "km/h." is no initial
    forms = {token, last}
    if forms & rules.never or (text[after].isdigit() and forms & rules.number):
        return True
    if last.isdecimal():
        if first and len(token) <= 3 and not before[: found.start()].strip(_NOTHING):
            return True  # an enumerator
        if rules.lang not in _ORDINAL_STOP or len(token) > 3 or token != last:
            return False
    else:
        initial = len(last) == 1 and last.isalpha()
        ordinal = rules.lang in _ORDINAL_STOP and _ROMAN.match(last)
        if not (initial or ordinal or forms & rules.maybe):
            return False
    word = _WORD.match(text, after)
    if word is None or word[0] not in rules.starters:
        return True
    return text[word.end() : word.end() + 1] in (".", "-", "'", "’")  # no word, but an initial or a name


@cache
def _rules(lang: str) -> _Rules:
    """The pattern of ends and the word lists of a language."""
    lists: dict[str, set[str]] = {}
    for name in ("any", lang):
        source = files("align") / "data" / "segment" / f"{name}.txt"
        if source.is_file():
            for section, words in _sections(source.read_text("utf-8")):
                lists.setdefault(section, set()).update(words)
    for section in ("never", "number", "maybe"):
        lists[section] |= {_capital(word, lang) for word in lists[section] if len(word) > 1}
    starters = lists.get("starters", set())
    stops = ".!?…‼⁇⁈⁉։" + ("․:" if lang == "hy" else "")
    pattern = _STOP.format(stops=stops)
    if run_on := (starters - lists["inside"]) | lists["headline"] if starters else set():
        pattern += _RUN_ON.format(starters="|".join(sorted(run_on)))
    never, number, maybe = (frozenset(lists[section]) for section in ("never", "number", "maybe"))
    return _Rules(lang, stops, re.compile(pattern), never, number, maybe, frozenset(starters))


def _sections(text: str) -> list[tuple[str, list[str]]]:
    """The sections of a word list, each line with the section it stands in."""
    found, section = [], ""
    for raw in text.split("\n"):
        line = raw.partition("#")[0].strip()
        if line.startswith("["):
            section = line.strip("[]")
        elif line:
            found.append((section, line.split()))
    return found


def _capital(word: str, lang: str) -> str:
    """The word as it begins a sentence."""
    head = "İ" if word[0] == "i" and lang in _ORDINAL_STOP else word[0].upper()
    return head + word[1:]
