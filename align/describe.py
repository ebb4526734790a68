"""A concept as a page of text: every name, whose it is, and when."""

from __future__ import annotations

from align.types import LANGUAGES, Concept, Form


def describe(concept: Concept) -> str:
    """The concept with all its forms, one a line, and its sources."""
    head = " ".join(
        filter(None, [concept.id, f"({', '.join(filter(None, [concept.kind, concept.feature]))})"])
    )
    lines = [head]
    if concept.note:
        lines.append(f"  {concept.note}")
    width = max((len(f.text) for f in concept.forms), default=0)
    for lang in LANGUAGES:
        for form in concept.forms_in(lang):
            lines.append(f"  {lang}  {form.text.ljust(width)}  {_about(form, concept)}".rstrip())
    if concept.geonames:
        lines.append(f"  GeoNames {concept.geonames}")
    lines += [f"  source: {source}" for source in concept.sources]
    return "\n".join(lines)


def _about(form: Form, concept: Concept) -> str:
    since = form.since.isoformat() if form.since else ""
    until = form.until.isoformat() if form.until else ""
    parts = [
        ", ".join(form.sides),
        f"load {form.load:+d}" if concept.kind == "loaded" else "",
        f"{since or '…'} to {until or '…'}" if since or until else "",
        form.pos,
        form.note,
        f"[{form.source}]" if form.source else "",
    ]
    return "; ".join(filter(None, parts))
