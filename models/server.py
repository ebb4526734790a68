"""A chat model behind an OpenAI-compatible server."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

from models.chat import SCHEMA, Answer
from models.errors import MissingExtraError, ModelError

log = logging.getLogger("araxes")
T = TypeVar("T")

KEYS = ("ARAXES_API_KEY", "OPENAI_API_KEY")
_TIMEOUT = 180.0  # seconds for an answer
_CONNECT = 10.0
_RETRIES = 4  # after which a server is held to be down; each waits longer
_PATIENCE = 600.0  # the longest wait that a server may ask for


class Server:
    """Asks `model` at `address`; the key is read from the environment and kept out of every message."""

    def __init__(self, address: str, timeout: float = _TIMEOUT, retries: int = _RETRIES) -> None:
        try:
            import openai  # noqa: F401
        except ImportError as error:
            raise MissingExtraError("openai", "chat") from error
        url, _, self._model = address.partition("#")
        parts = urlsplit(url)
        if not parts.hostname:
            raise ModelError(f"{url}: not the address of a server; write http://HOST:PORT/v1#MODEL")
        if parts.username or parts.password:
            # What is in an address ends up in the logs of servers and libraries.
            raise ModelError(f"a password does not belong in the address of a server; put it into {KEYS[0]}")
        self.url = url.rstrip("/")
        host = parts.hostname + (f":{parts.port}" if parts.port else "")
        self.place = urlunsplit((parts.scheme, host, parts.path.rstrip("/"), "", ""))
        self.timeout, self.retries = timeout, retries
        self._refused: set[str] = set()

    @property
    def signature(self) -> str:
        """The model and where it runs."""
        name = self.model.rsplit("/", 1)[-1] if self.model.startswith("/") else self.model
        return f"{name}|engine:chat|server:{self.place}"

    @cached_property
    def model(self) -> str:
        """The model that was named, or the first that the server lists."""
        if self._model:
            return self._model
        listed = self._asked(lambda: [str(entry.id) for entry in self._client.models.list().data])
        if not listed:
            raise ModelError(f"{self.place} lists no model; name one as {self.place}#MODEL")
        return listed[0]

    @cached_property
    def _client(self) -> Any:
        import openai

        key = next((os.environ[name] for name in KEYS if os.environ.get(name)), "none")
        timeout = openai.Timeout(self.timeout, connect=_CONNECT)
        return openai.OpenAI(base_url=self.url, api_key=key, timeout=timeout, max_retries=self.retries)

    def complete(
        self, messages: list[dict[str, str]], most: int, temperature: float, scored: bool = False
    ) -> Answer:
        """The answer to `messages`. Raises `ModelError` where the server gives none."""
        # What a server refuses is not sent again; the first of these is given up first.
        values: dict[str, Any] = {
            **({"logprobs": True} if scored else {}),
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "translations", "strict": True, "schema": SCHEMA},
            },
            "max_tokens": most,
            "temperature": temperature,
        }

        def options() -> list[str]:
            return [name for name in values if name not in self._refused]

        def ask() -> Answer:
            sent = {name: values[name] for name in options()}
            reply = self._client.chat.completions.create(model=self.model, messages=messages, **sent)
            choice = reply.choices[0]
            told = getattr(choice.logprobs, "content", None) if scored else None
            score = sum(token.logprob for token in told) / len(told) if told else None
            tokens = reply.usage.completion_tokens if reply.usage else 0
            return Answer(choice.message.content or "", choice.finish_reason != "length", tokens, score)

        return self._asked(ask, options)

    def _asked(self, ask: Callable[[], T], options: Callable[[], list[str]] = list) -> T:
        """`ask()`, again where the server wants another form or a pause; its errors in plain words."""
        import openai

        waited = 0.0
        while True:
            try:
                return ask()
            except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                if not options():
                    raise ModelError(f"{self.place} refuses the request: {_reason(error)}") from None
                log.debug("%s refuses %s", self.place, options()[0])
                self._refused.add(options()[0])
            except openai.RateLimitError as error:
                pause = _pause(error)
                if pause is None or waited + pause > _PATIENCE:
                    raise ModelError(
                        f"{self.place} allows no more requests now ({_reason(error)}); run again later, "
                        "what is done is kept"
                    ) from None
                log.warning("%s asks to wait %.0f seconds", self.place, pause)
                time.sleep(pause)
                waited += pause
            except (openai.AuthenticationError, openai.PermissionDeniedError):
                raise ModelError(
                    f"{self.place} does not accept the key; put the right one into {KEYS[0]}"
                ) from None
            except openai.NotFoundError as error:
                raise ModelError(
                    f"{self.place} knows no such address or model ({_reason(error)}); "
                    "write http://HOST:PORT/v1#MODEL"
                ) from None
            except openai.APITimeoutError:
                raise ModelError(
                    f"{self.place} did not answer within {self.timeout:.0f} seconds, {self.retries + 1} times; "
                    "run again later, what is done is kept"
                ) from None
            except openai.APIConnectionError:
                raise ModelError(
                    f"{self.place} cannot be reached; start the server or check the address"
                ) from None
            except openai.OpenAIError as error:
                raise ModelError(
                    f"{self.place} failed ({_reason(error)}); run again later, what is done is kept"
                ) from None
            except (AttributeError, IndexError, TypeError, ValueError):
                raise ModelError(
                    f"{self.place} does not answer as an OpenAI-compatible server does; "
                    "the address usually ends in /v1"
                ) from None


def _reason(error: Any) -> str:
    """What a server said, in one short line; a key that it repeats is struck out."""
    text = " ".join(str(getattr(error, "message", error)).split())[:200]
    for name in KEYS:
        if os.environ.get(name):
            text = text.replace(os.environ[name], "…")
    return text


def _pause(error: Any) -> float | None:
    """The seconds a server asks to wait."""
    value = error.response.headers.get("retry-after", "")
    try:
        return float(value)
    except ValueError:
        return None
