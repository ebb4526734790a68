#!/usr/bin/env python3
"""Finding known place names in real translations: this matcher beside exact match, Snowball and pymorphy3.

usage: benchmarks/terms.py [--list] [DATA]        DATA defaults to $ARAXES_DATA or ../shared/data

DATA holds ntrex-dev, flores-dev and toponyms-dev.jsonl. Three tables are printed: recall and unsupported
matches by matcher and language, known names by translation system, and the speed of the whole termbase.

recall     share of mentions whose known name the matcher finds in the translation
adjusted   the same among mentions whose name is there: all but the last letter of a known form stands in the
           line, what follows is no adjective's or people's ending (Индонезия, индонезийский), and a reader
           of the misses did not find a slip of the translator or another name (SLIPS)
false      matches in lines whose source names neither the place nor its people, per 1,500 lines and 363
           names; an upper bound, since "the country" may be named in the translation (--list prints them)
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # before this folder, which has an align.py

from align.columns import table
from align.fold import fold, key
from align.inflect import tokens
from align.matcher import Matcher, matcher
from align.terms import default
from align.types import TARGETS, Concept, Form

Finder = Callable[[str], set[str]]
SYSTEMS = ("", "google", "nllb", "opusmt", "argos")


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8-sig").split("\n")[:-1]


def words_of(text: str, lang: str) -> list[tuple[str, bool]]:
    folded = fold(text, lang)
    return [(folded.lower[a:b].split("'")[0], folded.cased[a].isupper()) for a, b in tokens(folded.lower)]


def by_words(names: dict[str, list[str]], lang: str, stem: Callable[[str], frozenset[str]]) -> Finder:
    """A matcher that compares word by word what `stem` makes of them, capitals required."""
    forms = [
        (i, [stem(w) for w, _ in words_of(name, lang)]) for i, listed in names.items() for name in listed
    ]
    memo: dict[str, frozenset[str]] = {}

    def find(text: str) -> set[str]:
        found = words_of(text, lang)
        stems = [memo.setdefault(w, stem(w)) if w not in memo else memo[w] for w, _ in found]
        return {
            i
            for i, form in forms
            for at in range(len(stems) - len(form) + 1)
            if found[at][1] and all(form[k] & stems[at + k] for k in range(len(form)))
        }

    return find


def finders(names: dict[str, list[str]], lang: str) -> dict[str, Finder]:
    concepts = [
        Concept(i, "toponym", forms=tuple(Form(lang, n) for n in listed)) for i, listed in names.items()
    ]
    ours = Matcher(concepts, lang)
    made: dict[str, Finder] = {
        "araxes": lambda text: {hit.concept.id for hit in ours.find(text)},
        "exact word": by_words(names, lang, lambda w: frozenset([w])),
    }
    try:
        import snowballstemmer

        algorithm = {"hy": "armenian", "ru": "russian"}.get(lang, "turkish")
        stemmer = snowballstemmer.stemmer(algorithm)
        made["Snowball"] = by_words(names, lang, lambda w: frozenset([stemmer.stemWord(w)]))
    except ImportError:
        print("snowballstemmer is not installed: no row for it", file=sys.stderr)
    if lang == "ru":
        import pymorphy3

        morph = pymorphy3.MorphAnalyzer()
        made["pymorphy3"] = by_words(
            names, lang, lambda w: frozenset([w, *(p.normal_form for p in morph.parse(w))])
        )
    return made


# English words that name a place's people, or the place, otherwise than its name begins
PEOPLE = {
    "US": "U.S|America|US |US-", "GB": "Brit|UK|U.K|Engl", "NL": "Dutch|Nether", "FR": "French", "GR": "Greek",
    "ES": "Spani", "CH": "Swiss", "DK": "Danish|Dane", "IE": "Irish", "EU": "EU|Europ", "PH": "Filip", "PL": "Polish|Pole",
    "KP": "Korea", "KR": "Korea", "TR": "Turk", "CY": "Cypr", "VA": "Vatican|Pope", "AE": "Emirat", "SE": "Swed",
    "England": "Engl|Brit", "Scotland": "Scot", "Wales": "Welsh", "Europe": "Europ|EU", "NewYork": "N.Y|NYC",
    "AmazonRiver": "Amazon", "PacificOcean": "Pacific", "AtlanticOcean": "Atlantic", "LosAngeles": "L.A", "RU": "Russ",
}  # fmt: skip
DERIVED = {
    "hy": "ական|յան|ացի|եցի|երեն|ցի|ային|իկ|ուհի",
    "ru": "ск|ц|ан[еио]|ян[еио]|йк|к[аи]|ч",
    "az": "l[iu]|ca|cə",
    "tr": "l[iuü]|ca|ce",
}


# misses that were read: language, corpus, line, place, and why the known name is not there
SLIPS = {
    ("hy", "ntrex", 493, "GR"): "Հունաստանիհետ, glued to the next word",
    ("hy", "ntrex", 930, "GB"): "Բրիտանիաայի, a doubled letter",
    ("hy", "ntrex", 1048, "Palu"): "Պալուսի, no ending of the language",
    ("hy", "flores", 323, "US"): "Նահանգներինից, two case endings at once",
    ("hy", "flores", 442, "KH"): "Կամբոջիա, another name",
    ("tr", "ntrex", 591, "Scotland"): "İskoç, the people",
    ("tr", "flores", 743, "Hawaii"): "Hawai'nin, another spelling",
    ("az", "flores", 887, "AQ"): "Antarktida, another name",
    ("az", "flores", 890, "AQ"): "Antarktida, another name",
}  # fmt: skip


def stands_in(names: list[str], line: str, lang: str) -> bool:
    """Whether a known name stands in the line, some ending or other included."""
    folded = fold(line, lang).lower
    for name in names:
        if name.isupper():
            if re.search(rf"(?<!\w){re.escape(name)}(?![^\W\d_]{{4}})", line):
                return True
            continue
        stem = key(name, lang)[:-1]
        for match in re.finditer(rf"(?<!\w){re.escape(stem)}(\w*)", folded):
            if not re.search(DERIVED[lang], match[1]):
                return True
    return False


def main() -> None:
    root = Path(__file__).parents[1]
    show = "--list" in sys.argv
    arguments = [argument for argument in sys.argv[1:] if argument != "--list"]
    given = arguments[0] if arguments else os.environ.get("ARAXES_DATA", root.parent / "shared" / "data")
    data = Path(given)
    if not (data / "toponyms-dev.jsonl").exists():
        sys.exit(f"{data}: no toponyms-dev.jsonl here; give the folder of the development data")
    rows = [json.loads(line) for line in lines(data / "toponyms-dev.jsonl")]
    english = {"ntrex": lines(data / "ntrex-dev" / "en"), "flores": lines(data / "flores-dev" / "en")}
    result = [["lang", "matcher", "mentions", "recall", "adjusted", "false", "CPU s per 1,000 lines"]]
    systems = [["lang", *(s or "human" for s in SYSTEMS)]]
    for lang in TARGETS:
        texts = {
            "ntrex": lines(data / "ntrex-dev" / lang),
            "flores": lines(data / "flores-dev" / f"en-{lang}.{lang}"),
        }
        gold = [
            (r["corpus"].removesuffix("-dev"), r["line_id"], r["toponym_id"], r["variants"], r["en"])
            for r in rows
            if r["lang"] == lang
        ]
        names: dict[str, list[str]] = defaultdict(list)
        source_names: dict[str, set[str]] = defaultdict(set)
        for _, _, place, variants, name in gold:
            names[place] = list(dict.fromkeys([*names[place], *variants]))
            source_names[place].add(re.sub(r"^the ", "", name))
        there = {
            (c, i, p)
            for c, i, p, _, _ in gold
            if (lang, c, i + 1, p) not in SLIPS and stands_in(names[p], texts[c][i], lang)
        }
        count = sum(map(len, texts.values()))
        for name, find in finders(names, lang).items():
            start = time.process_time()
            found = {
                (c, i, p) for c, listed in texts.items() for i, line in enumerate(listed) for p in find(line)
            }
            seconds = (time.process_time() - start) / count * 1000
            hit = [(c, i, p) in found for c, i, p, _, _ in gold]
            adjusted = [
                (c, i, p) in found for c, i, p, _, _ in gold if (c, i, p) in there or (c, i, p) in found
            ]
            wrong = [
                (c, i, p)
                for c, i, p in found - {(c, i, p) for c, i, p, _, _ in gold}
                if not any(n[:4].lower() in english[c][i].lower() for n in source_names[p])
                and not re.search(PEOPLE.get(p, "$^").replace(".", r"\."), english[c][i])
            ]
            if show and name == "araxes":
                print(*(f"{lang} {c} {i + 1} {p}: {english[c][i]}" for c, i, p in wrong), sep="\n")
            rate = len(wrong) * 1500 / count * 363 / len(names)
            result.append(
                [lang, name, str(len(gold)), f"{100 * sum(hit) / len(hit):.1f}",
                 f"{100 * sum(adjusted) / max(1, len(adjusted)):.1f}", f"{rate:.1f}", f"{seconds:.2f}"]
            )  # fmt: skip
        find = finders(names, lang)["araxes"]
        shares = [lang]
        for system in SYSTEMS:
            path = data / "flores-dev" / (f"en-{lang}.{system}.{lang}" if system else f"en-{lang}.{lang}")
            listed = lines(path) if path.exists() else []
            mentions = [(i, p) for c, i, p, _, _ in gold if c == "flores"]
            found_in = {i: find(listed[i]) for i in {i for i, _ in mentions}} if listed else {}
            shares.append(
                f"{100 * sum(p in found_in[i] for i, p in mentions) / len(mentions):.1f}" if listed else "-"
            )
        systems.append(shares)
    print(table(result), end="\n\n")
    print("known place names in FLORES-200 dev by system, %", table(systems), sep="\n", end="\n\n")
    termbase = default()
    speed = [["lang", "forms", "CPU s per 1,000 lines"]]
    for lang, listed in [
        ("en", english["flores"]),
        *((t, lines(data / "flores-dev" / f"en-{t}.{t}")) for t in TARGETS),
    ]:
        start = time.process_time()
        find_all = matcher(termbase, lang).find
        for line in listed:
            find_all(line)
        forms = sum(len(c.forms_in(lang)) for c in termbase)
        speed.append([lang, str(forms), f"{(time.process_time() - start) / len(listed) * 1000:.2f}"])
    print(f"the whole termbase, {len(termbase)} concepts, matcher built included", table(speed), sep="\n")


if __name__ == "__main__":
    main()
