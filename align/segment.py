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

# Characters that occupy no space: they belong to the word or stop they follow.
_INVISIBLE = "\u00ad\u200b-\u200f\u2060\ufeff"
_CLOSE = rf"[\"'”’»›“)\]}}{_INVISIBLE}]"
_QUOTES = "\"'”’»›“"
_OPEN = re.compile(rf"[\"'“„”«‹‘’‚(\[{{*•\s{_INVISIBLE}]*([-–—―]?)[\"'“„”«‹‘’‚(\[{{*•\s{_INVISIBLE}]*")
_WORD = re.compile(r"[^\W\d_]+")
_TOKEN = re.compile(r"[\w.’'\-–]*$")
_ROMAN = re.compile(r"[IVXLCİ]{2,}$")

# An ellipsis with spaces, or any run of stops; then what closes; then the gap. U+0589 needs no gap.
_STOP = r"(?P<stop>(?:\.[ \u00a0]){{2,}}\.|[{stops}]+)(?P<close>{close}*(?:\s[»›”)\]]+(?=\s|$))?)(?:\s+|(?<=։)(?=[Ա-Ֆ«]))"
# Or no stop at all: white space before a word that only begins sentences, as after a headline.
_BARE = r"(?<=[\w»”’\"\')])(?P<bare>\s+)(?P<word>{starters})(?=,?\s+[«“\"]?(?P<next>\w))"
_ARMENIAN_END = re.compile(rf"(?:[։]|:(?=[»”\"')\]]*(?:\s|$)))")

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
    dots = lang != "hy" or not _ARMENIAN_END.search(text)
    spans = []
    start = _skip_space(text, 0)
    for match in rules.end.finditer(text):
        if match["stop"] is None:
            if not _headline(text[start : match.start()], match["next"]):
                continue
            end = match.start()
        elif _ends(text, start, match, rules, dots):
            end = match.end("close")
        else:
            continue
        spans.append((start, end))
        start = _skip_space(text, end)
    end = len(text.rstrip())
    if start < end:
        spans.append((start, end))
    return spans


def _skip_space(text: str, start: int) -> int:
    while start < len(text) and text[start].isspace():
        start += 1
    return start


def _headline(before: str, following: str) -> bool:
    """Whether `before` is a headline that runs into the text: all around the function word is lower case."""
    word = before.rstrip(_QUOTES + ")")
    last = re.split(r"[\s(«“\"]", word)[-1]
    closed = word != before
    return following.islower() and (closed or last.isdecimal() or last[:1].islower() or (last.isupper() and len(last) > 1))


def _ends(text: str, start: int, match: re.Match[str], rules: _Rules, dots: bool) -> bool:
    """Whether the stop that `match` found ends the sentence that began at `start`."""
    opening = _OPEN.match(text, match.end())
    assert opening is not None  # the pattern matches the empty string
    after = opening.end()
    if after == len(text):
        return False
    stop, closing = match["stop"], match["close"]
    begins = text[after : after + 2]
    if begins[0] in rules.stops:
        return False  # the last of several stops decides
    if begins[0].islower() and not begins[1:].isupper():
        return False
    if opening[1] and any(quote in closing for quote in _QUOTES):
        return False  # «…!» — Name: the words of whoever is quoted go on
    before = text[start : match.start()]
    if not before or before[-1] in "([{":
        return False  # (…) and [?] stand for words or comment on them
    if stop in (".", "․"):
        return dots and not _abbreviates(before, text, after, rules)
    if stop in "…..." and len(stop) <= 3:
        return not begins[0].isdigit()
    if stop == ":" and before[-1].isdigit() and begins[0].isdigit():
        return False
    return _TOKEN.search(before)[0] + stop not in rules.never  # type: ignore[index]


def _abbreviates(before: str, text: str, after: int, rules: _Rules) -> bool:
    """Whether the dot after `before` marks an abbreviation, initial or ordinal rather than an end."""
    found = _TOKEN.search(before)
    assert found is not None
    token = found[0].lstrip("'’-–.")
    last = re.split(r"[.\-–]", token)[-1]
    digit = text[after].isdigit()
    first = not before[: found.start()].strip("\"'“„«‹‘([{*•-–— \u00a0")
    if not last:
        return False
    if token in rules.never or last in rules.never:
        return True
    if token in rules.number or last in rules.number:
        return digit
    if last.isdecimal():
        if first and len(token) <= 3:
            return True
        if rules.lang not in _ORDINAL_STOP or len(token) > 3 or token != last:
            return False
    elif not (
        token in rules.maybe
        or last in rules.maybe
        or (len(last) == 1 and last.isalpha())
        or (rules.lang in _ORDINAL_STOP and _ROMAN.match(last))
    ):
        return False
    word = _WORD.match(text, after)
    return not (word and word[0] in rules.starters and text[word.end() : word.end() + 1] not in (".", "-", "'", "’"))


@cache
def _rules(lang: str) -> _Rules:
    """The stop pattern and the word lists of a language."""
    lists: dict[str, set[str]] = {"never": set(), "number": set(), "maybe": set(), "starters": set(), "inside": set(), "headline": set()}
    folder = files("align") / "data" / "segment"
    for name in ("any", lang):
        source = folder / f"{name}.txt"
        if not source.is_file():
            continue
        section = ""
        for raw in source.read_text("utf-8").splitlines():
            line = raw.partition("#")[0].strip()
            if line.startswith("["):
                section = line.strip("[]")
            elif line:
                words = line.split()
                lists[section].update(words)
                if section not in ("starters", "inside", "headline"):
                    lists[section].update(_capital(word, lang) for word in words if len(word) > 1)
    stops = ".!?…‼⁇⁈⁉։" + ("․:" if lang == "hy" else "")
    pattern = _STOP.format(stops=stops, close=_CLOSE)
    if bare := (lists["starters"] - lists.pop("inside")) | lists.pop("headline"):
        pattern += "|" + _BARE.format(starters="|".join(sorted(bare)))
    else:
        pattern += "|(?P<bare>(?!))(?P<next>)"
    return _Rules(lang, stops, re.compile(pattern), **{name: frozenset(words) for name, words in lists.items()})


def _capital(word: str, lang: str) -> str:
    head = "İ" if word[0] == "i" and lang in _ORDINAL_STOP else word[0].upper()
    return head + word[1:]
