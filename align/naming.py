"""What a house calls things, as a translator is told it: which names fit a profile, and a glossary for a prompt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby

from align.matcher import Hit, matcher
from align.profiles import Profile
from align.terms import Termbase
from align.types import SOURCE_LANGUAGE, Form, content_id
from models.alternatives import Alternatives, Fitting
from models.base import Instructed, Translator

_FORMS = 3  # renderings of one term in a glossary


@dataclass(frozen=True)
class Naming:
    """A termbase, the profile to write by and the article's date.

    Without an `explicit` profile the source is the measure: its own side's forms are fine too.
    """

    termbase: Termbase
    profile: Profile
    explicit: bool = False
    day: date | None = None

    @cached_property
    def name(self) -> str:
        """A name for signatures: another termbase, profile or day has another."""
        digest = content_id(self.termbase.version, self.profile.rules, self.explicit, self.day)[:8]
        return f"{self.profile.name if self.explicit else 'source'}-{digest}"

    def told(self, translator: Translator) -> Translator:
        """`translator`, told what things are called, as far as it can be.

        One that takes instructions gets a glossary. With an explicit profile, one that offers alternatives has to
        choose among them by the profile.
        """
        if isinstance(translator, Instructed):
            translator = translator.with_glossary(self.name, self.glossary)
        if self.explicit and isinstance(translator, Alternatives):
            translator = Fitting(translator, self.misfits, self.name)
        return translator

    def misfits(self, text: str, lang: str, translation: str) -> int:
        """How many names of `text` that sides write differently lack a fitting form in `translation`."""
        contested = []
        for hits in self._named(text):
            rivals = [self._rivals(hit, lang) for hit in hits]
            if all(rivals):
                contested.append(
                    ({hit.concept.id for hit in hits}, {form for some in rivals for form in some})
                )
        if not contested:
            return 0
        found = matcher(self.termbase, lang).find(translation)
        wrong = 0
        for concepts, bad in contested:
            forms = [hit.form for hit in found if hit.concept.id in concepts]
            wrong += not forms or any(form in bad for form in forms)
        return wrong

    def glossary(self, texts: Sequence[str], lang: str) -> list[tuple[str, str]]:
        """The terms of `texts` as they stand in the termbase, each with its accepted renderings, best first."""
        pairs: dict[str, str] = {}
        find = matcher(self.termbase, SOURCE_LANGUAGE).find
        for text in texts:
            for _, same in groupby(find(text), key=lambda hit: (hit.start, hit.end)):
                hit = next(same)
                forms = self._renderings(hit, lang)
                if forms and hit.form.text not in pairs:
                    pairs[hit.form.text] = " | ".join(list(dict.fromkeys(f.text for f in forms))[:_FORMS])
        return sorted(pairs.items())

    def _named(self, text: str) -> Iterator[list[Hit]]:
        """The names in a source text, those that share a span together."""
        found = matcher(self.termbase, SOURCE_LANGUAGE).find(text)
        names = [hit for hit in found if hit.concept.kind != "loaded"]
        for _, same in groupby(names, key=lambda hit: (hit.start, hit.end)):
            yield list(same)

    def _accepted(self, hit: Hit, lang: str) -> list[Form]:
        accepted = self.profile.accepted(hit.concept, lang, self.day)
        if self.explicit or not hit.form.sides:
            return list(accepted)
        forms = [form for form in hit.concept.forms_in(lang) if form.valid_on(self.day)]
        return [form for form in forms if set(form.sides) & set(hit.form.sides)] or list(accepted)

    def _rivals(self, hit: Hit, lang: str) -> list[Form]:
        """The forms in `lang` that mark a side which the profile does not accept."""
        accepted = {form.text for form in self._accepted(hit, lang)}
        return [form for form in hit.concept.forms_in(lang) if form.sides and form.text not in accepted]

    def _renderings(self, hit: Hit, lang: str) -> list[Form]:
        """The accepted forms of the same part of speech; of a loaded term those of the nearest load, if it has any."""
        forms = [form for form in self._accepted(hit, lang) if form.pos == hit.form.pos]
        if hit.concept.kind != "loaded" or not forms:
            return forms
        if not hit.form.load and not hit.form.sides:
            return []  # a plain word, which nobody need be told how to translate
        nearest = min(abs(form.load - hit.form.load) for form in forms)
        return [form for form in forms if abs(form.load - hit.form.load) == nearest]
