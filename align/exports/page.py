"""A report as one HTML page: no script, no outside request, readable from a file and on paper."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from align.exports.base import Export, Options, tool_version, whole
from align.exports.pictures import Found, heat_map, html, legend, paint, shifts
from align.exports.units import Pair, Round, Unit, Version, rounds, units
from align.gazetteer import places
from align.matcher import mentions
from align.renderings import renderings
from align.terms import Termbase
from align.types import SEVERITIES, Concept, Document, Finding, Form, Mention, Segment

if TYPE_CHECKING:
    from align.store import Project

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
NOTE = (
    "The page reports which side uses a name and how strong a word is, with the source of that claim."
    " It does not say which is right."
)


@dataclass(frozen=True)
class _Article:
    """Everything the page says of one article; `numbers` counts the findings over the whole page."""

    source: Document
    rounds: tuple[Round, ...]
    found: Found
    named: Mapping[str, Sequence[Mention]]
    names: Mapping[str, str]
    numbers: Mapping[tuple[str, str], int]
    termbase: Termbase  # with the places of a gazetteer that the article names

    @property
    def held(self) -> list[Version]:
        """The translations that say anything."""
        return [v for one in self.rounds for v in one.versions if v.bitext.target.segments]


class Page(Export):
    """One HTML file."""

    id = "html"
    title = "HTML report"
    suffix = "html"

    def write(self, project: Project, path: Path, options: Options = Options()) -> int:  # noqa: B008
        """Write the file; the number of rows is that of the findings."""
        text, count = page(project, options)
        with whole(path) as partial:
            partial.write_text(text, encoding="utf-8")
        return count


def page(project: Project, options: Options) -> tuple[str, int]:
    """The page and the number of its findings."""
    termbase = options.termbase
    articles = _articles(project, options)
    title = articles[0].source.title or "Translations" if len(articles) == 1 else f"{len(articles)} articles"
    css = (resources.files("align") / "data" / "page" / "page.css").read_text(encoding="utf-8")
    parts = [
        "<!DOCTYPE html>", '<html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">', f"<title>{html(title)}</title>",
        f"<style>{css}</style></head><body>", f"<h1>{html(title)}</h1>", f"<p>{NOTE}</p>", _summary(articles),
    ]  # fmt: skip
    for number, article in enumerate(articles):
        if len(articles) > 1:
            parts.append(f'<h1 id="a{number}">{html(article.source.title or article.source.id)}</h1>')
        parts += [
            "<h2>Names by language, coloured by the side that uses them</h2>", legend(),
            heat_map(article.held, article.found, article.termbase, article.names),
            "<h2>Loaded terms</h2>", shifts(article.held, article.found, article.termbase, article.names),
            "<h2>Text</h2>", *(_text(article, one) for one in article.rounds),
            "<h2>Findings</h2>", _findings(article),
            "<h2>Whose names these are, and who says so</h2>", _sources(article),
        ]  # fmt: skip
    parts += ["<h2>How this was made</h2>", _made(project, articles, termbase), "</body></html>\n"]
    return "\n".join(parts), sum(len(a.numbers) for a in articles)


def _articles(project: Project, options: Options) -> list[_Article]:
    by_source: dict[str, list[Round]] = {}
    for one in rounds(project, options.langs):
        by_source.setdefault(one.source.id, []).append(one)
    found, number = [], 0
    for group in by_source.values():
        held = [v for one in group for v in one.versions]
        grown = options.termbase.with_places(places(group[0].source, options.termbase))
        numbers: dict[tuple[str, str], int] = {}
        for version in held:
            for finding in (f for pair in (*version.pairs, *version.added) for f in pair.findings):
                number += 1
                numbers[version.id, finding.id] = number
        documents = {d.id: d for v in held for d in (v.bitext.source, v.bitext.target)}
        found.append(
            _Article(
                group[0].source,
                tuple(group),
                {v.id: renderings(v.bitext, grown) for v in held},
                {key: mentions(document, grown) for key, document in documents.items()},
                _names(held),
                numbers,
                grown,
            )
        )
    return found


def _names(held: Sequence[Version]) -> dict[str, str]:
    """Short names for the columns: the language, and the file where there are several translations into it."""
    times = Counter(v.lang for v in held)
    names: dict[str, str] = {}
    for version in held:
        signature = version.bitext.translation.signature
        short = signature.partition("name:")[2] or signature.partition("|")[0]
        names[version.id] = version.lang if times[version.lang] == 1 else f"{version.lang}: {short}"
    return names


def _summary(articles: Sequence[_Article]) -> str:
    rows = []
    for number, article in enumerate(articles):
        for held in article.held:
            count = Counter(f.severity for pair in (*held.pairs, *held.added) for f in pair.findings)
            cells = "".join(f'<td class="n">{count[severity]}</td>' for severity in reversed(SEVERITIES))
            reviewed = sum(pair.state.name != "draft" for pair in held.pairs)
            title = article.source.title or article.source.id
            rows.append(
                f'<tr><td><a href="#a{number}">{html(title)}</a></td><td>{html(article.names[held.id])}</td>'
                f'<td class="n">{len(held.pairs)}</td>{cells}<td class="n">{reviewed}</td></tr>'
                if len(articles) > 1
                else f"<tr><td>{html(article.names[held.id])}</td>"
                f'<td class="n">{len(held.pairs)}</td>{cells}<td class="n">{reviewed}</td></tr>'
            )
    names = ["translation", "beads", "errors", "warnings", "notes", "reviewed"]
    head = "".join(f"<th>{name}</th>" for name in (["article", *names] if len(articles) > 1 else names))
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _text(article: _Article, one: Round) -> str:
    """The source and one translation of each language, side by side."""
    held = [v for v in one.versions if v.bitext.target.segments]
    if not held:
        return ""
    head = "".join(f'<th lang="{v.lang}">{html(article.names[v.id])}</th>' for v in held)
    rows = []
    for unit in units(one):
        cells = [_source(article, unit)]
        for version in held:
            pairs = dict(unit.pairs).get(version.lang, ())
            added = [pair for pair in version.added if pair.segments[0] in unit.segments]
            text = _target(article, version, pairs)
            more = f'<div class="was">added: {_target(article, version, added)}</div>' if added else ""
            cells.append(f'<td lang="{version.lang}">{text}{more}</td>')
        role = one.source.segments[unit.segments[0]].role
        rows.append(
            f'<tr class="{role}" id="u{unit.id}"><td class="at">{_range(unit.segments)}</td>{"".join(cells)}</tr>'
        )
    return (
        f'<table class="text"><thead><tr><th class="at"></th><th lang="en">en</th>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def _range(segments: Sequence[int]) -> str:
    """Segment numbers from 1, as people count."""
    first, last = segments[0] + 1, segments[-1] + 1
    return str(first) if first == last else f"{first}–{last}"


def _source(article: _Article, unit: Unit) -> str:
    texts = []
    for index in unit.segments:
        texts.append(
            _marked(
                article.source.segments[index], article.named[article.source.id], (), {}, article.termbase
            )
        )
    return f'<td lang="en">{" ".join(texts)}</td>'


def _target(article: _Article, held: Version, pairs: Iterable[Pair]) -> str:
    """The beads of a unit: the text that counts, its state, and what the machine wrote if that is another."""
    parts = []
    target = held.bitext.target
    for pair in pairs:
        numbers = {f.id: article.numbers[held.id, f.id] for f in pair.findings}
        segments = [target.segments[i] for i in held.bitext.beads[pair.bead].target]
        marked = " ".join(
            _marked(s, article.named[target.id], pair.findings, numbers, article.termbase) for s in segments
        )
        elsewhere = [f for f in pair.findings if not f.target]
        links = "".join(f'<sup><a href="#f{numbers[f.id]}">{numbers[f.id]}</a></sup>' for f in elsewhere)
        if pair.state.text:
            parts.append(f'{html(pair.state.text)}{links}<div class="was">was: {marked}</div>')
        else:
            parts.append(f"{marked or '<span class=none>not translated</span>'}{links}")
        if pair.state.name != "draft":
            who = ", ".join(pair.state.reviewers)
            parts.append(f'<span class="state">{html(pair.state.name)}: {html(who)}</span>')
        if pair.state.note:
            parts.append(f'<div class="was">{html(pair.state.note)}</div>')
    return " ".join(parts) or '<span class="none">–</span>'


def _marked(
    segment: Segment,
    named: Sequence[Mention],
    findings: Iterable[Finding],
    numbers: Mapping[str, int],
    termbase: Termbase,
) -> str:
    """A segment with its mentions coloured and the findings underlined and numbered."""
    marks = [m for m in named if m.segment == segment.index]
    spans = [(s, f) for f in findings for s in f.target if s.segment == segment.index]
    edges = {
        segment.start,
        segment.end,
        *(e for m in marks for e in (m.start, m.end)),
        *(e for s, _ in spans for e in (s.start, s.end)),
    }
    points = sorted(e for e in edges if segment.start <= e <= segment.end)
    out = []
    for a, b in pairwise(points):
        text = html(segment.text[a - segment.start : b - segment.start])
        mark = next((m for m in marks if m.start <= a and b <= m.end), None)
        if mark:
            text = _mention(mark, text, termbase)
        here = [f for s, f in spans if s.start <= a and b <= s.end]
        if here:
            worst = max(here, key=lambda f: SEVERITIES.index(f.severity))
            text = f'<u class="{worst.severity}">{text}</u>'
        ending = dict.fromkeys(numbers[f.id] for s, f in spans if s.end == b)
        out.append(text + "".join(f'<sup><a href="#f{n}">{n}</a></sup>' for n in ending))
    return "".join(out)


def _mention(mention: Mention, text: str, termbase: Termbase) -> str:
    if termbase[mention.concept].kind == "loaded":
        about = f"{html(mention.concept)}, load {mention.form.load:+d}"
        return f'<mark class="loaded" style="background:none" title="{about}">{text}</mark>'
    whose = ", ".join(mention.form.sides) or "marks no side"
    style = paint(mention.form.sides) if mention.form.sides else "background:#f4f4f4"
    return f'<mark style="{style}" title="{html(mention.concept)}: {html(whose)}">{text}</mark>'


def _findings(article: _Article) -> str:
    parts = []
    for held in article.held:
        listed = [(pair, finding) for pair in (*held.pairs, *held.added) for finding in pair.findings]
        if listed:
            items = "".join(_finding(article, held, pair, finding) for pair, finding in listed)
            parts.append(f'<h3>{html(article.names[held.id])}</h3><ol class="findings">{items}</ol>')
    return "".join(parts) or '<p class="none">None.</p>'


def _finding(article: _Article, held: Version, pair: Pair, finding: Finding) -> str:
    number = article.numbers[held.id, finding.id]
    evidence = [
        f"source: {' … '.join(span.text for span in finding.source)}" if finding.source else "",
        f"translation: {' … '.join(span.text for span in finding.target)}" if finding.target else "",
        f"expected: {', '.join(finding.expected)}" if finding.expected else "",
        f"profile: {finding.profile}" if finding.profile else "",
    ]
    return (
        f'<li class="{finding.severity}" id="f{number}"><b>{number}</b>'
        f' <b class="severity">{finding.severity}</b> {finding.check},'
        f" segment {_range(pair.segments)}: {html(finding.message)}"
        f"<small>{html(' | '.join(filter(None, evidence)))} | id {finding.id}</small></li>"
    )


def _sources(article: _Article) -> str:
    """The marked names that stand in the texts, whose they are, since when, and by which source."""
    used: dict[tuple[str, str, str], tuple[Concept, Form]] = {}
    for one in (m for found in article.named.values() for m in found if m.form.sides):
        used[one.concept, one.form.lang, one.form.text] = (article.termbase[one.concept], one.form)
    if not used:
        return '<p class="none">No name in these texts marks a side.</p>'
    rows = []
    for concept, form in used.values():
        when = f"{form.since or '…'} to {form.until or '…'}" if form.since or form.until else ""
        source = form.source or "; ".join(concept.sources)
        cells = (concept.id, form.lang, form.text, ", ".join(form.sides), when, source)
        rows.append(f"<tr>{''.join(f'<td>{html(str(cell))}</td>' for cell in cells)}</tr>")
    head = "".join(
        f"<th>{name}</th>" for name in ("concept", "language", "name", "used by", "when", "source")
    )
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'


def _made(project: Project, articles: Sequence[_Article], termbase: Termbase) -> str:
    rows = []
    for article in articles:
        for held in (v for one in article.rounds for v in one.versions):
            linked = [b for b in held.bitext.beads if b.source and b.target]
            mean = f"{sum(b.score for b in linked) / len(linked):.2f}" if linked else "–"
            cells = (
                article.source.title or article.source.id, held.lang, held.bitext.translation.signature, held.bitext.method,
                f"{len(article.source.segments)} / {len(held.bitext.target.segments)}", str(len(held.bitext.beads)), mean,
            )  # fmt: skip
            rows.append(f"<tr>{''.join(f'<td>{html(cell)}</td>' for cell in cells)}</tr>")
    names = (
        "article",
        "language",
        "translated by",
        "aligned by",
        "segments, source / translation",
        "beads",
        "mean score",
    )
    head = "".join(f"<th>{name}</th>" for name in names)
    people = sorted({review.reviewer for review in project.reviews()})
    facts = {
        "Araxes": tool_version(),
        "Termbase": f"version {termbase.version}, {len(termbase)} concepts",
        "Profile": project.setting("profile") or "none asked for",
        "Article's date": project.setting("day") or "not given",
        "Reviewed by": ", ".join(people) or "nobody yet",
        "Article ids": ", ".join(article.source.id for article in articles),
    }
    said = "".join(f"<tr><th>{name}</th><td>{html(value)}</td></tr>" for name, value in facts.items())
    return (
        f"<table><tbody>{said}</tbody></table><h3>Translations</h3>"
        f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'
    )
