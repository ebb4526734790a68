"""Chat models: a local one, a real OpenAI-compatible server, and servers that fail in every way."""

from __future__ import annotations

import json
import logging
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from tiny_chat import LANGUAGES, SENTENCES, tiny_chat
from tiny_checkpoint import pairs

from models.base import Translator
from models.chat import Chat, read_answer
from models.choose import choose
from models.errors import ModelError
from models.server import Server

ENGLISH = [source for source, _ in pairs("tr")]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`transformers serve` with the tiny chat model; its address."""
    directory, port = tiny_chat(), free_port()
    log = tmp_path_factory.mktemp("server") / "log"
    command = [
        str(Path(sys.executable).with_name("transformers")), "serve", str(directory),
        "--host", "127.0.0.1", "--port", str(port), "--device", "cpu",
    ]  # fmt: skip
    with log.open("w") as stream:
        process = subprocess.Popen(
            command, stdout=stream, stderr=stream, env={**os.environ, "HF_HUB_OFFLINE": "1"}
        )
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5).close()
                break
            except (urllib.error.URLError, OSError):
                assert process.poll() is None, log.read_text()
                time.sleep(0.3)
        yield f"http://127.0.0.1:{port}/v1#{directory}"
    finally:
        process.terminate()
        process.wait(30)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_real_server_translates_by_segment(server: str, lang: str) -> None:
    translator = choose(server, lang)
    assert isinstance(translator, Translator)
    known = pairs(lang)[:SENTENCES]
    found = translator.translate([source for source, _ in known], "en", lang)
    assert [h.text for h in found] == [target for _, target in known]


def test_a_local_chat_model_gives_what_its_server_gives() -> None:
    translator = choose(str(tiny_chat()), "hy")
    known = pairs("hy")[:SENTENCES]
    found = translator.translate([source for source, _ in known], "en", "hy")
    assert [h.text for h in found] == [target for _, target in known]
    assert "prompt:" in translator.signature


def test_what_a_model_cannot_do_stays_untranslated_and_is_noted(server: str) -> None:
    found = choose(server, "hy").translate(["The orchestra tuned its instruments."], "en", "hy")
    assert found[0].text is None or found[0].notes


Reply = Callable[[int, dict[str, Any]], tuple[int, dict[str, str], str]]


@pytest.fixture
def faulty() -> Iterator[Callable[[Reply], tuple[str, list[dict[str, Any]]]]]:
    """Starts a server that answers each chat request, numbered from 0, as it is told."""
    running = []

    def start(reply: Reply) -> tuple[str, list[dict[str, Any]]]:
        asked: list[dict[str, Any]] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                asked.append({**body, "key": self.headers.get("Authorization")})
                status, headers, text = reply(len(asked) - 1, body)
                data = text.encode()
                self.send_response(status)
                for name, value in {"Content-Type": "application/json", **headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                pass

        http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        running.append(http)
        Thread(target=http.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{http.server_port}/v1#model", asked

    yield start
    for http in running:
        http.shutdown()
        http.server_close()


def said(content: str, reason: str = "stop", chances: tuple[float, ...] = ()) -> str:
    choice: dict[str, Any] = {
        "index": 0, "message": {"role": "assistant", "content": content}, "finish_reason": reason,
    }  # fmt: skip
    if chances:
        choice["logprobs"] = {"content": [{"token": "x", "logprob": chance} for chance in chances]}
    usage = {"prompt_tokens": 9, "completion_tokens": 12, "total_tokens": 21}
    return json.dumps(
        {
            "id": "1",
            "object": "chat.completion",
            "created": 1,
            "model": "model",
            "choices": [choice],
            "usage": usage,
        }
    )


def asked_for(body: dict[str, Any]) -> list[dict[str, Any]]:
    segments: list[dict[str, Any]] = json.loads(body["messages"][-1]["content"])["segments"]
    return segments


def right(body: dict[str, Any]) -> str:
    known = dict(pairs("tr"))
    return said(
        json.dumps({"translations": [{"id": s["id"], "text": known[s["text"]]} for s in asked_for(body)]})
    )


TURKISH = [target for _, target in pairs("tr")]


def test_a_server_that_stumbles_is_asked_again(faulty: Any) -> None:
    address, asked = faulty(lambda n, body: (500, {}, "oops") if n < 2 else (200, {}, right(body)))
    found = Chat.at(address).translate(ENGLISH[:2], "en", "tr")
    assert [h.text for h in found] == TURKISH[:2]
    assert len(asked) == 3


def test_the_pause_that_a_server_asks_for_is_kept(faulty: Any) -> None:
    times: list[float] = []

    def reply(n: int, body: dict[str, Any]) -> tuple[int, dict[str, str], str]:
        times.append(time.monotonic())
        return (429, {"Retry-After": "1"}, "{}") if n < 2 else (200, {}, right(body))

    address, _ = faulty(reply)
    found = Chat(Server(address, retries=0)).translate(ENGLISH[:1], "en", "tr")
    assert found[0].text == TURKISH[0]
    assert times[1] - times[0] >= 0.95
    assert times[2] - times[1] >= 0.95


def test_options_that_a_server_refuses_are_left_out(faulty: Any) -> None:
    def reply(n: int, body: dict[str, Any]) -> tuple[int, dict[str, str], str]:
        refused = "response_format" in body or "max_tokens" in body
        return (400, {}, '{"error": {"message": "unsupported"}}') if refused else (200, {}, right(body))

    address, asked = faulty(reply)
    translator = Chat.at(address)
    assert translator.translate(ENGLISH[:1], "en", "tr")[0].text == TURKISH[0]
    assert translator.translate(ENGLISH[1:2], "en", "tr")[0].text == TURKISH[1]
    assert len(asked) == 4


def test_merged_and_dropped_segments_are_asked_for_by_themselves(
    faulty: Any, caplog: pytest.LogCaptureFixture
) -> None:
    def reply(n: int, body: dict[str, Any]) -> tuple[int, dict[str, str], str]:
        if n == 0:
            merged = [{"id": 1, "text": TURKISH[0]}, {"id": 2, "text": f"{TURKISH[1]} {TURKISH[2]}"}]
            merged += [{"id": 2, "text": TURKISH[2]}]
            return 200, {}, said(json.dumps({"translations": merged}))
        return 200, {}, right(body)

    address, asked = faulty(reply)
    with caplog.at_level(logging.WARNING):
        found = Chat.at(address).translate(ENGLISH[:3], "en", "tr")
    assert [h.text for h in found] == TURKISH[:3]
    assert len(asked) == 3
    assert "2 of 3 segments were merged or left out" in caplog.text


def test_nonsense_is_never_passed_on(faulty: Any) -> None:
    address, _ = faulty(lambda n, body: (200, {}, said("Lorem ipsum dolor sit amet.")))
    found = Chat.at(address).translate(ENGLISH[:2], "en", "tr")
    assert [h.text for h in found] == [None, None]
    assert [h.notes for h in found] == [("no answer",), ("no answer",)]


def test_a_model_that_talks_nothing_but_nonsense_is_given_up(faulty: Any) -> None:
    address, asked = faulty(lambda n, body: (200, {}, said("Lorem ipsum dolor sit amet.")))
    with pytest.raises(ModelError, match="25 answers running that are no translation"):
        Chat.at(address).translate(ENGLISH, "en", "tr")
    assert len(asked) == 25


def test_a_refusal_is_flagged(faulty: Any) -> None:
    def reply(n: int, body: dict[str, Any]) -> tuple[int, dict[str, str], str]:
        words = "I'm sorry, but I cannot translate this text."
        entries = [{"id": s["id"], "text": words} for s in asked_for(body)]
        return 200, {}, said(json.dumps({"translations": entries}))

    address, asked = faulty(reply)
    found = Chat.at(address).translate(ENGLISH[:1], "en", "tr")
    assert "refusal" in found[0].notes
    assert len(asked) == 2
    assert asked[1]["temperature"] > asked[0]["temperature"]


def test_an_answer_that_is_cut_off_is_noted(faulty: Any) -> None:
    address, _ = faulty(lambda n, body: (200, {}, said('{"translations": [{"id": 1, "te', "length")))
    assert Chat.at(address).translate(ENGLISH[:1], "en", "tr")[0].notes == ("cut off",)


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (401, "{}", "does not accept the key"),
        (404, '{"error": {"message": "no model named model"}}', "no such address or model"),
        (200, "<html>Welcome</html>", "cannot be reached|does not answer as an OpenAI"),
        (200, '{"choices": []}', "does not answer as an OpenAI"),
        (429, "{}", "allows no more requests"),
        (503, "busy", "failed"),
    ],
)
def test_what_a_server_does_wrong_is_told_in_one_sentence(
    faulty: Any, monkeypatch: pytest.MonkeyPatch, status: int, body: str, words: str
) -> None:
    monkeypatch.setenv("ARAXES_API_KEY", "sk-secret-0123456789")
    address, asked = faulty(lambda n, _: (status, {}, body))
    with pytest.raises(ModelError, match=words) as caught:
        Chat(Server(address, retries=0)).translate(ENGLISH[:1], "en", "tr")
    assert "secret" not in str(caught.value)
    assert asked[0]["key"] == "Bearer sk-secret-0123456789"


def test_a_server_that_is_down_or_slow_is_named(faulty: Any) -> None:
    with pytest.raises(ModelError, match="cannot be reached; start the server"):
        Chat(Server(f"http://127.0.0.1:{free_port()}/v1#m", retries=0)).translate(["Snow."], "en", "hy")
    address, _ = faulty(lambda n, body: (time.sleep(2), (200, {}, right(body)))[1])
    with pytest.raises(ModelError, match="did not answer within"):
        Chat(Server(address, timeout=0.3, retries=0)).translate(ENGLISH[:1], "en", "tr")


def test_no_key_is_in_a_log_or_a_signature(
    faulty: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("ARAXES_API_KEY", "sk-secret-0123456789")
    address, _ = faulty(lambda n, body: (401, {}, '{"error": {"message": "bad key sk-secret-0123456789"}}'))
    translator = Chat.at(address)
    with caplog.at_level(logging.DEBUG), pytest.raises(ModelError) as caught:
        translator.translate(ENGLISH[:1], "en", "tr")
    for text in (translator.signature, str(caught.value), caplog.text):
        assert "secret" not in text
    with pytest.raises(ModelError, match="ARAXES_API_KEY") as caught:
        Chat.at("http://user:password@127.0.0.1/v1")
    assert "password@" not in str(caught.value)


def test_the_glossary_reaches_the_prompt_and_the_signature(faulty: Any) -> None:
    address, asked = faulty(lambda n, body: (200, {}, right(body)))
    plain = Chat.at(address)
    told = plain.with_glossary("international", lambda texts, lang: [("Shusha", "Şuşa")])
    told.translate(ENGLISH[:1], "en", "tr")
    system = asked[0]["messages"][0]["content"]
    assert "Shusha: Şuşa" in system
    assert "inflect" in system
    assert told.signature != plain.signature


def test_alternatives_come_with_the_servers_probabilities(faulty: Any) -> None:
    def reply(n: int, body: dict[str, Any]) -> tuple[int, dict[str, str], str]:
        words = [TURKISH[0], "Pazar günü kar yolu kapattı.", TURKISH[0]][n]
        content = json.dumps({"translations": [{"id": 1, "text": words}]})
        return 200, {}, said(content, chances=[(-0.3, -0.1), (-0.1, -0.1), (-0.9, -0.9)][n])

    address, asked = faulty(reply)
    (found,) = Chat.at(address).alternatives(ENGLISH[:1], "en", "tr", 3)
    assert [(h.text, h.score) for h in found] == [("Pazar günü kar yolu kapattı.", -0.1), (TURKISH[0], -0.2)]
    assert found[0].tokens == 12
    assert [body["logprobs"] for body in asked] == [True, True, True]
    assert asked[0]["temperature"] == 0 < asked[1]["temperature"]


@pytest.mark.parametrize("refused", [False, True])
def test_a_server_that_tells_no_probabilities_is_asked_once(faulty: Any, refused: bool) -> None:
    def reply(n: int, body: dict[str, Any]) -> tuple[int, dict[str, str], str]:
        if refused and "logprobs" in body:
            return 400, {}, '{"error": {"message": "logprobs are not supported"}}'
        return 200, {}, right(body)

    address, asked = faulty(reply)
    translator = Chat.at(address)
    (found,) = translator.alternatives(ENGLISH[:1], "en", "tr", 4)
    assert [h.text for h in found] == TURKISH[:1]
    assert len(asked) == 1 + refused
    assert "logprobs" not in asked[-1] or not refused
    assert "response_format" in asked[-1], "only what is refused is left out"


def test_what_is_done_before_a_server_fails_is_handed_on(faulty: Any) -> None:
    known = dict(pairs("tr"))

    def reply(n: int, body: dict[str, Any]) -> tuple[int, dict[str, str], str]:
        return (200, {}, right(body)) if n == 0 else (503, {}, "busy")

    address, _ = faulty(reply)
    stream = Chat(Server(address, retries=0)).stream(ENGLISH[:25], "en", "tr")
    assert [h.text for _, h in next(stream)] == [known[text] for text in ENGLISH[:20]]
    with pytest.raises(ModelError, match="what is done is kept"):
        next(stream)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"translations": [{"id": 1, "text": "Bir."}, {"id": 2, "text": "İki."}]}', {0: "Bir.", 1: "İki."}),
        ('```json\n{"translations": [{"id": "1", "text": "Bir."}]}\n```', {0: "Bir."}),
        ('<think>{"translations": []}</think>[{"id": 2, "text": "İki."}]', {1: "İki."}),
        ('Sure! {"translations": [{"id": 7, "text": "Yedi."}]}', {}),
        ('{"translations": [{"id": 1, "text": "a"}, {"id": 1, "text": "b"}]}', {}),
        ('{"translations": "no"}', {}),
        ("", {}),
    ],
)
def test_an_answer_is_read_whatever_stands_around_it(text: str, found: dict[int, str]) -> None:
    assert read_answer(text, 2) == found
