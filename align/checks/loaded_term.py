"""A loaded term that the translation softened, hardened, dropped, added, or put in another side's words."""

from __future__ import annotations

from collections.abc import Iterator

from align.checks.base import Check, Example, View, spot, suggested
from align.types import Finding, Mention, Rendering, Severity

# Scales of what a land's status is called: *disputed*, *unrecognised*. To drop such a word is to say something else.
_QUALIFIERS = ("status", "contest")


class LoadedTerm(Check):
    """Compares the strength of a term with that of its rendering, on the termbase's scale from -2 to +2."""

    id = "loaded-term"
    title = "loaded term changed"
    fails = (
        Example("hy", "The separatists left.", "Ահաբեկիչները հեռացան։", "Ահաբեկիչները"),
        Example("az", "The separatists left.", "Terrorçular getdilər.", "Terrorçular"),
        Example("ru", "The separatists left.", "Террористы ушли.", "Террористы"),
        Example("tr", "The separatists left.", "Teröristler ayrıldı.", "Teröristler"),
        Example(
            "az", "A museum about the war opened.", "Vətən müharibəsi muzeyi açılıb.", "Vətən müharibəsi"
        ),
    )
    passes = (
        Example("hy", "The separatists left.", "Անջատողականները հեռացան։"),
        Example("az", "The separatists left.", "Separatçılar getdilər."),
        Example("ru", "The separatists left.", "Сепаратисты ушли."),
        Example("tr", "The separatists left.", "Ayrılıkçılar ayrıldı."),
    )

    def check(self, view: View) -> Iterator[Finding]:
        """One finding a rendering of a loaded term that is not kept."""
        for rendering in view.renderings:
            mention = rendering.source or rendering.targets[0]
            if view.termbase[mention.concept].kind == "loaded" and rendering.verdict != "kept":
                yield from self._judge(view, rendering)

    def _judge(self, view: View, rendering: Rendering) -> Iterator[Finding]:
        source, targets = rendering.source, rendering.targets
        target = targets[0] if targets else None
        severity: Severity
        if source and target:
            if rendering.how == "covered":
                return
            shift = target.form.load - source.form.load
            severity = _severity(
                source, target, modified=bool({source.form, target.form} & view.termbase.intensified)
            )
            if rendering.verdict == "switched":
                severity = "error" if min(source.form.load, target.form.load) >= 2 else "warning"
            message = (
                f"{source.text!r} (load {source.form.load:+d}) became {target.text!r} ({target.form.load:+d})"
                if shift
                else f"{source.text!r} became {target.text!r}, the word of another side"
            )
        elif source and rendering.evidence:
            words = rendering.evidence
            if rendering.verdict != "softened":
                return
            severity = "warning"
            message = (
                f"{source.text!r} (load {source.form.load:+d}) became {words.text!r}, which has no known load"
            )
        elif source:
            if source.form.load <= 0 and view.termbase[source.concept].scale not in _QUALIFIERS:
                return
            strong = (source.form.load >= 2 or source.quoted) and not source.negation
            severity = "warning" if strong else "info"  # what is denied may be said with a verb alone
            message = f"no rendering of {source.text!r} (load {source.form.load:+d}) is found"
        else:
            assert target is not None
            if target.form.load <= 0:
                return
            severity = "warning" if target.form.load >= 2 else "info"
            message = f"{target.text!r} (load {target.form.load:+d}) has no counterpart in the source"
        message += _beside(source) + _beside(target)
        concept = view.termbase[(source or targets[0]).concept]
        wanted = source.form.load if source else 0
        expected = (
            tuple(f.text for f in concept.forms_in(view.lang) if f.load == wanted)[:4] if source else ()
        )
        seen = (spot(target),) if target else (rendering.evidence,) if rendering.evidence else ()
        yield self.finding(
            view,
            rendering.bead,
            rendering.verdict,
            severity,
            message,
            source=(spot(source),) if source else (),
            target=seen,
            concept=concept.id,
            expected=expected,
            found=seen[0].text if seen else "",
            suggestion=suggested(view, target, expected) if source and target else "",
        )


def _beside(mention: Mention | None) -> str:
    """What stands beside a term and bears on its weight, for the reader to judge."""
    words = [repr(word) for word in (mention.negation, mention.hedge) if word] if mention else []
    return f"; beside {mention.text!r}: {', '.join(words)}" if mention and words else ""


def _severity(source: Mention, target: Mention, *, modified: bool) -> Severity:
    """How grave a shift is: two steps are an error, one is worth a look where a side or a strong word is in it.

    A modifier (*fierce* fighting) may be rendered in another place of the sentence, so it is only noted.
    """
    if modified:
        return "info"
    if abs(target.form.load - source.form.load) >= 2:
        return "error"
    told = (
        source.form.sides
        or target.form.sides
        or source.quoted
        or 2 in (abs(source.form.load), abs(target.form.load))
    )
    return "warning" if told else "info"
