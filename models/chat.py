"""Translation by a chat model: structured output by segment, so that the alignment is known."""

from __future__ import annotations

import hashlib
import json
import logging
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any, Protocol

from models.base import Glossary, Hypothesis, Made, gathered
from models.errors import ModelError
from models.guards import guarded, inspect

log = logging.getLogger("araxes")

_CHARACTERS = 3000  # of source text in one request
_SEGMENTS = 20
_THOUGHT = re.compile(r"<think>.*?</think>", re.DOTALL)
_GIVEN_UP = 25  # answers running that cannot be read, after which no more is asked
_ROOM = 400  # tokens for the frame of an answer
_FIRST, _SECOND = 0.0, 0.4  # temperatures; the second is for what a guard stopped
_OTHER = 0.8  # the temperature of alternatives

SCHEMA = {
    "type": "object",
    "properties": {
        "translations": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"id": {"type": "integer"}, "text": {"type": "string"}},
                "required": ["id", "text"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["translations"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model said; not `finished` means that it was cut off.

    `score` is the mean log probability of its `tokens`, where it is asked for and the model tells it.
    """

    text: str
    finished: bool
    tokens: int = 0
    score: float | None = None


class Backend(Protocol):
    """What answers: a server or a local model."""

    @property
    def signature(self) -> str:
        """The model and where it runs, without any secret."""

    def complete(
        self, messages: list[dict[str, str]], most: int, temperature: float, scored: bool = False
    ) -> Answer:
        """The answer to `messages`, at most `most` tokens long. Raises `ModelError` where there is none."""


@cache
def _prompt() -> dict[str, Any]:
    file = resources.files("models").joinpath("data", "chat.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


class Chat:
    """A translator that asks a chat model.

    `glossary` gives, for some segments and a target language, the pairs of a term and its rendering;
    `terms` names it in the signature.
    """

    def __init__(self, backend: Backend, glossary: Glossary | None = None, terms: str = "") -> None:
        self.backend = backend
        self.glossary = glossary
        self.terms = terms
        self._unread = 0  # answers running that could not be read

    @classmethod
    def at(cls, address: str) -> Chat:
        """The chat model of an OpenAI-compatible server: `http://host:port/v1#model`.

        Without `#model` it is the first that the server lists. Raises `ModelError` where none answers.
        """
        from models.server import Server

        return cls(Server(address))

    def with_glossary(self, terms: str, glossary: Glossary) -> Chat:
        """The same model, told the renderings that `glossary` gives; `terms` names them."""
        return Chat(self.backend, glossary, terms)

    @property
    def signature(self) -> str:
        """The settings that make a translation."""
        text = json.dumps(_prompt(), ensure_ascii=False, sort_keys=True)
        prompt = hashlib.blake2b(text.encode(), digest_size=4).hexdigest()
        terms = f"|terms:{self.terms}" if self.terms else ""
        return f"{self.backend.signature}|prompt:{prompt}|temperature:0{terms}"

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[Hypothesis]:
        """One hypothesis a text; `text` is `None` where the model gave nothing that can be used.

        Raises `ModelError` where the server cannot be reached or the language is none of ours.
        """
        return gathered(self.stream(texts, source, target))

    def stream(self, texts: Sequence[str], source: str, target: str) -> Iterator[Made]:
        """The same, request by request."""
        names = _prompt()["languages"]
        for lang in (source, target):
            if lang not in names:
                raise ModelError(f"{lang}: not a language of ours; the languages are: {', '.join(names)}")

        def together(some: Sequence[str]) -> Iterator[Made]:
            at = 0
            for part in _portions(some):
                yield list(enumerate(self._portion(part, source, target), start=at))
                at += len(part)

        def singly(some: Sequence[str]) -> Iterator[Made]:
            for i, text in enumerate(some):
                yield [(i, self._single(text, source, target, _SECOND))]

        return guarded(texts, target, [together, singly])

    def alternatives(
        self, texts: Sequence[str], source: str, target: str, count: int
    ) -> list[list[Hypothesis]]:
        """Up to `count` hypotheses a text, the best first; one where the model tells no probabilities."""
        made = []
        for text in texts:
            found: dict[str | None, Hypothesis] = {}
            for temperature in (_FIRST, *[_OTHER] * (count - 1)):
                one = self._single(text, source, target, temperature, scored=True)
                seen = inspect(text, one.text, target) if one.text is not None else ()
                found.setdefault(one.text, replace(one, notes=(*one.notes, *seen)))
                if one.score is None:
                    break
            made.append(sorted(found.values(), key=lambda h: -(h.score or 0.0)))
        return made

    def _portion(self, texts: Sequence[str], source: str, target: str) -> list[Hypothesis]:
        answer = self._ask(texts, source, target, _FIRST)
        found = read_answer(answer.text, len(texts))
        share = answer.tokens // len(texts)
        missing = [i for i in range(len(texts)) if i not in found]
        if missing and len(texts) > 1:
            log.warning(
                "%s of %s segments were merged or left out by the model; each is asked for by itself",
                len(missing),
                len(texts),
            )
            return [
                Hypothesis(found[i], tokens=share)
                if i in found
                else self._single(text, source, target, _FIRST)
                for i, text in enumerate(texts)
            ]
        if missing:
            return [_nothing(answer)]
        return [Hypothesis(found[i], tokens=share) for i in range(len(texts))]

    def _single(
        self, text: str, source: str, target: str, temperature: float, scored: bool = False
    ) -> Hypothesis:
        answer = self._ask([text], source, target, temperature, scored)
        found = read_answer(answer.text, 1)
        return Hypothesis(found[0], answer.score, tokens=answer.tokens) if 0 in found else _nothing(answer)

    def _ask(
        self, texts: Sequence[str], source: str, target: str, temperature: float, scored: bool = False
    ) -> Answer:
        segments = [{"id": n, "text": text} for n, text in enumerate(texts, 1)]
        messages = [
            {"role": "system", "content": self._instructions(texts, source, target)},
            {"role": "user", "content": json.dumps({"segments": segments}, ensure_ascii=False)},
        ]
        most = _ROOM + 3 * sum(map(len, texts)) + 30 * len(texts)
        answer = self.backend.complete(messages, most, temperature, scored)
        self._unread = 0 if read_answer(answer.text, len(texts)) else self._unread + 1
        if self._unread == _GIVEN_UP:
            raise ModelError(
                f"{self.backend.signature.split('|')[0]} gave {_GIVEN_UP} answers running that are no translation; "
                "choose a model that follows instructions; what is done is kept"
            )
        return answer

    def _instructions(self, texts: Sequence[str], source: str, target: str) -> str:
        prompt, names = _prompt()["prompt"], _prompt()["languages"]
        text = prompt["system"].strip().format(source=names[source], language=names[target])
        pairs = self.glossary(texts, target) if self.glossary else ()
        if pairs:
            lines = "\n".join(f"{term}: {rendering}" for term, rendering in pairs)
            text += prompt["terms"].format(terms=lines)
        return str(text)


def _nothing(answer: Answer) -> Hypothesis:
    """What is made of an answer that cannot be read."""
    return Hypothesis(None, notes=("no answer" if answer.finished else "cut off",), tokens=answer.tokens)


def _portions(texts: Sequence[str]) -> Iterator[list[str]]:
    """Consecutive segments, as many as one request takes."""
    portion: list[str] = []
    for text in texts:
        if portion and (len(portion) == _SEGMENTS or sum(map(len, portion)) + len(text) > _CHARACTERS):
            yield portion
            portion = []
        portion.append(text)
    if portion:
        yield portion


def read_answer(text: str, count: int) -> dict[int, str]:
    """The translations in an answer by place, from 0; whatever is not certain is left out.

    An id that is missing, unknown or given twice is a sign of merged segments, and then counts for nothing.
    """
    value = _object(_THOUGHT.sub("", text))
    entries = value.get("translations") if isinstance(value, dict) else value
    found: dict[int, str] = {}
    twice: set[int] = set()
    for entry in entries if isinstance(entries, list) else ():
        if not isinstance(entry, dict) or not isinstance(entry.get("text"), str):
            continue
        number = str(entry.get("id", ""))
        if number.isdecimal() and 1 <= int(number) <= count and entry["text"].strip():
            twice |= {int(number) - 1} & found.keys()
            found[int(number) - 1] = entry["text"].strip()
    return {i: words for i, words in found.items() if i not in twice}


def _object(text: str) -> Any:
    """The first JSON object or list in `text`, whatever stands around it; `None` where there is none."""
    decoder = json.JSONDecoder(strict=False)
    for match in re.finditer(r"[{\[]", text):
        try:
            value, _ = decoder.raw_decode(text, match.start())
        except ValueError:
            continue
        if (isinstance(value, dict) and "translations" in value) or isinstance(value, list):
            return value
    return None
