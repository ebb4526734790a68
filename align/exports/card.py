"""The dataset card: YAML that `datasets` reads, then what a person should know before using the data."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from align.exports.base import Options, tool_version
from align.types import LANGUAGES

_BCP47 = {"en": "en", "hy": "hy", "az": "az-Latn", "ru": "ru", "tr": "tr"}
_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
_ABOUT = {
    "bitext": "one row a source segment: its text in every language, the beads, the findings",
    "findings": "one row a finding, with its evidence",
    "reviews": "one row a decision of a person; the last of each subject counts",
    "termbase": "one row a name or term: language, sides that use it, dates, load",
}


def card(
    tables: Mapping[str, list[dict[str, Any]]],
    files: Mapping[str, list[dict[str, Any]]],
    features: Mapping[str, Any],
    options: Options,
) -> str:
    """The text of README.md. `files` gives the size of each split, `features` each configuration's YAML."""
    count = len(tables["bitext"])
    makers = Counter(b["signature"] for row in tables["bitext"] for b in row["beads"])
    people = any(signature.startswith("given") for signature in makers) or bool(tables["reviews"])
    machines = any(not signature.startswith("given") for signature in makers)
    head = front(files, features, count, machines=machines, people=people, reviewed=bool(tables["reviews"]))
    return f"{head}\n{_body(tables, files, makers, options)}"


def front(
    files: Mapping[str, list[dict[str, Any]]],
    features: Mapping[str, Any],
    count: int,
    *,
    machines: bool,
    people: bool,
    reviewed: bool,
    langs: Sequence[str] = LANGUAGES,
) -> str:
    """The YAML that begins a card of `count` rows: who made the translations, the tables, their columns."""
    head = {
        "annotations_creators": ["machine-generated", *(["expert-generated"] if reviewed else [])],
        "language_creators": [*(["machine-generated"] if machines else []), *(["found"] if people else [])],
        "language": list(langs),
        "language_details": ", ".join(_BCP47[lang] for lang in langs),
        "license": "other",
        "license_name": "see-the-articles",
        "multilinguality": ["translation"],
        "size_categories": [next((name for limit, name in _SIZES if count < limit), "n>1M")],
        "source_datasets": ["original"],
        "task_categories": ["translation"],
        "configs": [
            {
                "config_name": config,
                "data_files": [
                    {"split": s["name"], "path": f"{config}/{s['name']}-*.parquet"} for s in splits
                ],
                **({"default": True} if config == "bitext" else {}),
            }
            for config, splits in files.items()
        ],
        "dataset_info": [
            {
                "config_name": config,
                "features": features[config],
                "splits": splits,
                "download_size": sum(s["num_bytes"] for s in splits),
                "dataset_size": sum(s["num_bytes"] for s in splits),
            }
            for config, splits in files.items()
        ],
    }
    return f"---\n{_yaml(head)}---\n"


def _yaml(value: Mapping[str, Any]) -> str:
    import yaml

    return str(yaml.safe_dump(json.loads(json.dumps(value)), allow_unicode=True, sort_keys=False, width=110))


def _body(
    tables: Mapping[str, list[dict[str, Any]]],
    files: Mapping[str, list[dict[str, Any]]],
    makers: Mapping[str, int],
    options: Options,
) -> str:
    articles = len({row["article"] for row in tables["bitext"]})
    lines = [
        "# Aligned news translations with the names they use",
        "",
        f"{articles} article{'s' if articles != 1 else ''} in English with translations into Armenian, Azerbaijani,"
        f" Russian and Turkish, aligned by sentence and checked by Araxes {tool_version()}: how contested place names"
        " and loaded terms were rendered.",
        *contents(
            {c: (str(sum(s["num_examples"] for s in splits)), _ABOUT[c]) for c, splits in files.items()}
        ),
        "## How the translations were made",
        "",
        *(f"- `{signature}`: {count} beads" for signature, count in sorted(makers.items())),
        "",
        f"Termbase version `{options.termbase.version}`. Splits go by article: none is in two of them.",
        "`machine` is what the translation says, `translation` what counts after review. Offsets are code points.",
        "",
        "## Before you use or publish it",
        "",
    ]
    if options.text:
        lines.append(
            "- The articles and their translations belong to their publishers; publishing them needs their consent."
        )
    else:
        lines.append("- This variant has no text: ids, offsets, verdicts and the termbase's own words only.")
    lines += [
        "- Reviews carry reviewers' names and notes. Ask them first.",
        "- The termbase records usage with its sources; usage changes, and sides are not people.",
        "",
    ]
    return "\n".join(lines)


def contents(rows: Mapping[str, tuple[str, str]]) -> list[str]:
    """The part of a card that names the configurations, each with its rows and what it is, and loads one."""
    return [
        "The checks report whose name a form is and how strong a word is. They do not say which is right.",
        "",
        "| configuration | rows | what it is |",
        "|---|---:|---|",
        *(f"| `{config}` | {count} | {about} |" for config, (count, about) in rows.items()),
        "",
        "```python",
        "from datasets import load_dataset",
        'bitext = load_dataset("PATH OR NAME", "bitext")["train"]',
        "```",
        "",
    ]
