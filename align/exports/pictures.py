"""The pictures of a report: concepts by language coloured by side, and how loads shifted. No scripts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from html import escape

from align.exports.units import Version
from align.exports.xml import clean
from align.terms import Termbase
from align.types import Mention, Rendering

SIDES = ("international", "armenian", "azerbaijani", "russian", "turkish", "soviet")
SHIFTS = {
    "softened": "#8fbfe0",
    "kept": "#d5d9de",
    "hardened": "#e8a06f",
    "dropped": "#ffffff",
    "added": "#c9a7dd",
}
_BAR, _ROW = 420, 26  # pixels

Found = Mapping[str, Sequence[Rendering]]  # the renderings of each translation, by its id


def html(text: str) -> str:
    """Text for a page: escaped, and without characters no page holds."""
    return escape(clean(text))


def paint(sides: Sequence[str]) -> str:
    """The CSS background of a form: one band a side, white where it marks none."""
    names = list(dict.fromkeys(side if side in SIDES else "other" for side in sides)) or ["unmarked"]
    if len(names) == 1:
        return f"background:var(--{names[0]})"
    step = 100 / len(names)
    stops = ",".join(f"var(--{n}) {i * step:.0f}% {(i + 1) * step:.0f}%" for i, n in enumerate(names))
    return f"background:linear-gradient(100deg,{stops})"


def legend() -> str:
    """What the colours mean."""
    names = {**{side: side for side in SIDES}, "other": "another side", "unmarked": "marks no side"}
    items = [f'<span><i style="background:var(--{key})"></i>{name}</span>' for key, name in names.items()]
    return f'<p class="legend">{"".join(items)}</p>'


def heat_map(held: Sequence[Version], found: Found, termbase: Termbase, names: Mapping[str, str]) -> str:
    """A table: a row a named place, actor or person of the source, a column a translation."""
    source: dict[str, Counter[tuple[str, tuple[str, ...]]]] = {}
    for one in (
        r for v in held for r in found[v.id] if r.source and termbase[r.source.concept].kind != "loaded"
    ):
        assert one.source is not None
        source.setdefault(one.source.concept, Counter())[one.source.form.text, one.source.form.sides] += 1
    if not source:
        return '<p class="none">The termbase knows no place, actor or person that this text names.</p>'
    head = "".join(f"<th>{html(names[v.id])}</th>" for v in held)
    rows = []
    for concept, uses in source.items():
        english = _cell((f, sides, "", 0) for f, sides in uses)
        cells = "".join(f"<td>{_cell(_uses(found[v.id], concept))}</td>" for v in held)
        rows.append(f"<tr><th>{html(concept)}</th><td>{english}</td>{cells}</tr>")
    return (
        f'<div class="scroll"><table class="heat"><thead><tr><th>concept</th><th>en</th>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _uses(found: Iterable[Rendering], concept: str) -> list[tuple[str, tuple[str, ...], str, int]]:
    """The forms that render a concept: text, sides, what it was if no form is known, how often."""
    count: Counter[tuple[str, tuple[str, ...], str]] = Counter()
    for one in found:
        if one.source is None or one.source.concept != concept:
            continue
        if one.targets:
            count[one.targets[0].form.text, one.targets[0].form.sides, ""] += 1
        else:
            count[one.evidence.text if one.evidence else "", (), one.verdict] += 1
    return [(*use, times) for use, times in count.most_common()]


def _cell(uses: Iterable[tuple[str, tuple[str, ...], str, int]]) -> str:
    lines = []
    for form, sides, verdict, times in uses:
        often = f" ×{times}" if times > 1 else ""
        if verdict:
            lines.append(f'<div class="lost">{html(form)} {html(verdict)}{often}</div>')
        else:
            whose = f'<span class="side">{html(", ".join(sides))}</span>' if sides else ""
            lines.append(f'<div style="{paint(sides)}">{whose}{html(form)}{often}</div>')
    return "".join(lines) or '<div class="lost">–</div>'


def shifts(held: Sequence[Version], found: Found, termbase: Termbase, names: Mapping[str, str]) -> str:
    """Bars of what became of loaded terms, and a table of every shift."""
    counts = {v.id: _shift_counts(found[v.id], termbase) for v in held}
    most = max((sum(c.values()) for c in counts.values()), default=0)
    if not most:
        return '<p class="none">The termbase knows no loaded term that this text uses.</p>'
    left = 8 * max(len(names[v.id]) for v in held) + 12
    bars = []
    for row, version in enumerate(held):
        y, x = row * _ROW + 22, float(left)
        bars.append(f'<text x="0" y="{y + 15}">{html(names[version.id])}</text>')
        for name, colour in SHIFTS.items():
            count = counts[version.id][name]
            width = count * _BAR / most
            if count:
                bars.append(
                    f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="{_ROW - 6}" fill="{colour}" stroke="#555">'
                    f"<title>{name}: {count}</title></rect>"
                )
                bars.append(f'<text x="{x + width / 2:.1f}" y="{y + 15}" text-anchor="middle">{count}</text>')
            x += width
    key, x = [], float(left)
    for name, colour in SHIFTS.items():
        key.append(
            f'<rect x="{x}" y="2" width="12" height="12" fill="{colour}" stroke="#555"/>'
            f'<text x="{x + 16}" y="13">{name}</text>'
        )
        x += 30 + 8 * len(name)
    height = len(held) * _ROW + 26
    picture = (
        f'<svg class="bars" role="img" aria-label="Loaded terms" width="{left + _BAR + 10}" height="{height}"'
        f' viewBox="0 0 {left + _BAR + 10} {height}">{"".join(key)}{"".join(bars)}</svg>'
    )
    return picture + _shift_table(held, found, termbase, names)


def _shift_counts(found: Iterable[Rendering], termbase: Termbase) -> Counter[str]:
    loaded = [r for r in found if termbase[(r.source or r.targets[0]).concept].kind == "loaded"]
    verdicts = (
        "kept" if r.verdict == "switched" else r.verdict if r.verdict in SHIFTS else "dropped" for r in loaded
    )
    return Counter(verdicts)


def _shift_table(held: Sequence[Version], found: Found, termbase: Termbase, names: Mapping[str, str]) -> str:
    count: Counter[tuple[str, str, str, str, str]] = Counter()
    for version in held:
        for one in found[version.id]:
            if one.verdict in ("softened", "hardened"):
                new = one.targets[0] if one.targets else None
                words = (
                    _weighed(new) if new else f"{one.evidence.text if one.evidence else ''} (no known load)"
                )
                old = _weighed(one.source) if one.source else "–"
                count[names[version.id], (one.source or one.targets[0]).concept, old, words, one.verdict] += 1
    if not count:
        return ""
    rows = "".join(
        f"<tr>{''.join(f'<td>{html(cell)}</td>' for cell in shift)}<td class='n'>{times}</td></tr>"
        for shift, times in count.items()
    )
    head = "".join(
        f"<th>{name}</th>" for name in ("translation", "concept", "source", "translation says", "", "times")
    )
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def _weighed(mention: Mention) -> str:
    return f"{mention.form.text} ({mention.form.load:+d})"
