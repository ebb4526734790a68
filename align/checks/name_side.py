"""A name in another side's form: a place, actor or person whose rival names tell sides apart."""

from __future__ import annotations

from collections.abc import Iterator

from align.checks.base import Check, Example, View, spot, suggested
from align.types import Concept, Finding, Form, Mention, Rendering, Severity


class NameSide(Check):
    """Compares whose name the source uses with whose name the translation uses."""

    id = "name-side"
    title = "another side's name"
    fails = (
        Example("hy", "Fighting spread to Kelbajar.", "Մարտերը հասան Քարվաճառ։", "Քարվաճառ"),
        Example("az", "The road to Stepanakert was closed.", "Xankəndiyə gedən yol bağlandı.", "Xankəndiyə"),
        Example("ru", "They returned to Stepanakert.", "Они вернулись в Ханкенди.", "Ханкенди"),
        Example("tr", "They met in Stepanakert.", "Hankendi'de görüştüler.", "Hankendi'de"),
        Example(
            "az",
            "Refugees from Armenia met in Baku.",
            "Qərbi Azərbaycan qaçqınları Bakıda görüşdü.",
            "Qərbi Azərbaycan",
        ),
    )
    passes = (
        Example("hy", "Fighting spread to Kelbajar.", "Մարտերը հասան Քելբաջար։"),
        Example("az", "They met in Shusha.", "Onlar Şuşada görüşdülər."),
        Example("ru", "They met in Shusha.", "Они встретились в Шуше."),
        Example("tr", "The road to Stepanakert was closed.", "Stepanakert'e giden yol kapandı."),
    )

    def check(self, view: View) -> Iterator[Finding]:
        """One finding a rendering whose form the profile, or the source's own side, does not cover."""
        for rendering in view.renderings:
            if rendering.source and rendering.targets and rendering.how != "covered":
                concept = view.termbase[rendering.source.concept]
                known = rendering.how == "context" or concept.id == rendering.targets[0].concept
                if concept.kind != "loaded" and known:
                    yield from self._judge(view, concept, rendering, rendering.source, rendering.targets[0])

    def _judge(
        self, view: View, concept: Concept, rendering: Rendering, source: Mention, target: Mention
    ) -> Iterator[Finding]:
        accepted = view.profile.accepted(concept, view.lang, view.day)
        faithful = bool(set(source.form.sides) & set(target.form.sides))
        expected = tuple(dict.fromkeys(f.text for f in accepted if not f.pos or target.adjective))[:4]
        severity: Severity = "warning"
        if not _covers(accepted, target.form) and (view.explicit or not faithful) and target.form.sides:
            doubtful = set(target.form.sides) <= {"soviet", "historical"} or rendering.how == "context"
            verdict, severity = (
                ("same side", "warning") if faithful else ("other side", "warning" if doubtful else "error")
            )
            message = (
                f"{source.text!r} became {target.text!r}, the name in {_users(target.form)} use;"
                f" the {view.profile.name} profile has {' or '.join(expected)}"
            )
        elif not target.form.valid_on(view.day):
            verdict, message = "other date", f"{target.text!r} was not in use on {view.day}"
        elif rendering.verdict == "neutral":
            expected = tuple(
                f.text for f in concept.forms_in(view.lang) if set(f.sides) & set(source.form.sides)
            )
            if not expected:
                return
            # a form that others use besides international desks is a choice; a plain one is not
            verdict, severity = "neutral", "warning" if target.form.sides else "info"
            message = f"{source.text!r} is the name in {_users(source.form)} use; {target.text!r} does not mark that side"
        else:
            return
        yield self.finding(
            view,
            rendering.bead,
            verdict,
            severity,
            message,
            source=(spot(source),),
            target=(spot(target),),
            concept=concept.id,
            expected=expected,
            found=target.text,
            suggestion="" if verdict == "neutral" else suggested(view, target, expected),
        )


def _covers(accepted: tuple[Form, ...], form: Form) -> bool:
    return any(form == one or (form.text == one.text and form.lang == one.lang) for one in accepted)


def _users(form: Form) -> str:
    return " and ".join(side.capitalize() for side in form.sides) or "general"
