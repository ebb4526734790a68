"""The rights matrix over real HTTP: every role and nobody, every operation, by every way in; and every other route."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from review_server import app, sample
from starlette.routing import Route

from align.store import FILE, Project
from ui import users
from ui.users import NEEDS, ROLES

Ask = Callable[[httpx.Client, dict[str, Any]], httpx.Response]
SECRET = "canary-comment-7391"


class Place:
    """A served project with a person of every role, each logged in."""

    def __init__(self, page: Any, project: Project, folder: Path) -> None:
        self.page, self.project, self.folder = page, project, folder
        self.address = page.local_url.rstrip("/")
        self.people = {role: self._person(role) for role in (*ROLES, "gone")}
        self.people["nobody"] = httpx.Client(base_url=self.address, timeout=60)
        config = self.people["approver"].get("/config").json()
        self.desk = next(c["id"] for c in config["components"] if c["props"].get("elem_id") == "desk")
        self.function = next(d["id"] for d in config["dependencies"] if d["api_name"] == "desk")

    def _person(self, name: str) -> httpx.Client:
        client = httpx.Client(base_url=self.address, timeout=60)
        assert client.post("/login", data={"username": name, "password": f"{name}-word"}).status_code == 200
        for cookie in client.cookies.jar:
            cookie.secure = False
        return client

    def ways(self) -> dict[str, Ask]:
        """Every way to the desk: the page's own, and Gradio's for programs, with and without a queue."""

        def queued(person: httpx.Client, joined: httpx.Response, data: str) -> httpx.Response:
            if joined.status_code != 200:
                return joined
            return person.get(data.format(event=joined.json()["event_id"]))

        def call(person: httpx.Client, message: dict[str, Any], version: str = "") -> httpx.Response:
            body = {"data": [message]} if not version else {"message": message}
            joined = person.post(f"/gradio_api/call/{version}desk", json=body)
            return queued(person, joined, "/gradio_api/call/desk/{event}")

        def join(person: httpx.Client, message: dict[str, Any]) -> httpx.Response:
            body = {"data": [message], "fn_index": self.function, "session_hash": f"q{next(counter)}"}
            joined = person.post("/gradio_api/queue/join", json=body)
            return queued(person, joined, f"/gradio_api/queue/data?session_hash={body['session_hash']}")

        counter = itertools.count()
        page = {"component_id": self.desk, "fn_name": "ask", "session_hash": "x"}
        return {
            "page": lambda p, m: p.post("/gradio_api/component_server", json={**page, "data": m}),
            "run": lambda p, m: p.post("/gradio_api/run/desk", json={"data": [m]}),
            "api": lambda p, m: p.post("/gradio_api/api/desk", json={"data": [m]}),
            "number": lambda p, m: p.post("/gradio_api/run/predict", json={"data": [m], "fn_index": self.function}),
            "call": call,
            "call-v2": lambda p, m: call(p, m, "v2/"),
            "queue": join,
        }  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("desk")
    project, file = sample(folder / "project"), folder / "users"
    project.review("0" * 16, "comment", "Ani", note=SECRET)
    for role in ROLES:
        users.add(file, role, role, f"{role}-word")
    users.add(file, "gone", "approver", "gone-word")
    people = users.read(file)
    with app(project, users=people) as page:
        one = Place(page, project, folder)
        del people.people["gone"]  # type: ignore[attr-defined]  # who leaves keeps an open session
        yield one


def message(project: Project, operation: str) -> dict[str, Any]:
    """A good message for an operation, as far as one message can be."""
    bitext = project.bitexts()[0]
    finding = next(f for f in project.findings(bitext.translation.id))
    subject = finding.id if operation in ("dismiss", "confirm") else bitext.bead_id(3)
    seen = len(project.reviews(subject))
    given = {
        "text": f"նոր {seen}",
        "note": "why",
        "rows": [0],
        "concept": "armenia",
        "spans": [],
        "score": 50,
    }
    return {
        **given,
        "operation": operation,
        "subject": subject,
        "seen": seen,
        "two_person": True,
        "langs": [],
    }


@pytest.mark.parametrize("role", [*ROLES, "gone", "nobody"])
def test_every_operation_by_every_way(place: Place, role: str) -> None:
    person = place.people[role]
    for (way, ask), operation in itertools.product(place.ways().items(), NEEDS):
        before = len(place.project.reviews()), place.project.setting("two-person")
        answer = ask(person, message(place.project, operation))
        where = f"{role} {operation} by {way}: {answer.status_code} {answer.text[:200]}"
        after = len(place.project.reviews()), place.project.setting("two-person")
        if role == "nobody":
            assert answer.status_code == 401, where
            assert before == after, where
        elif role == "gone":
            assert '"login"' in answer.text and before == after, where  # noqa: PT018
        elif ROLES.index(role) < ROLES.index(NEEDS[operation]):
            assert '"refused"' in answer.text and before == after, where  # noqa: PT018
        else:
            assert answer.status_code == 200, where
            assert '"login"' not in answer.text, where
            assert "Your role" not in answer.text, where


def test_what_a_role_may_do_is_done(place: Place) -> None:
    """The matrix says who is refused; here everybody else's call has its effect, by every way."""
    for way, ask in place.ways().items():
        before = len(place.project.reviews())
        answer = ask(place.people["translator"], message(place.project, "comment"))
        assert len(place.project.reviews()) == before + 1, f"{way}: {answer.text[:300]}"
    last = place.project.reviews(message(place.project, "comment")["subject"])[-1]
    assert last.reviewer == "translator"


@pytest.mark.parametrize("headers", [
    {"origin": "http://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"},
])  # fmt: skip
def test_other_pages_cannot_use_an_open_session(place: Place, headers: dict[str, str]) -> None:
    """A browser sends the session's cookie with what other pages make it send, as plain text or as a form."""
    body = {
        "component_id": place.desk,
        "fn_name": "ask",
        "session_hash": "x",
        "data": message(place.project, "approve"),
    }
    before = len(place.project.reviews())
    form = {name: (None, json.dumps(value) if name == "data" else str(value)) for name, value in body.items()}
    answer = place.people["approver"].post("/gradio_api/component_server", files=form, headers=headers)
    assert "error" in answer.text
    for kind in ("application/json", "text/plain"):
        sent = {**headers, "content-type": kind}
        answer = place.people["approver"].post(
            "/gradio_api/component_server", content=json.dumps(body), headers=sent
        )
        assert answer.status_code in (400, 403) or '"login"' in answer.text
    for way, ask in place.ways().items():
        person = place.people["approver"]
        person.headers.update(headers)
        try:
            answer = ask(person, message(place.project, "approve"))
        finally:
            for name in headers:
                del person.headers[name]
        assert answer.status_code in (400, 401, 403) or '"login"' in answer.text, way
    assert len(place.project.reviews()) == before


PATHS = ("project/" + FILE, "users", f"project/{FILE}-wal", "project")
FILLED = {
    "path": "users", "path_or_url": "users", "url_path": "http://127.0.0.1:1/x", "api_name": "desk",
    "event_id": "x", "session_hash": "x", "run": "0", "component_id": "1", "segment_id": "0", "ext": "ts",
    "id": "1", "environment": "client", "type": "component", "file_name": "index.js", "endpoint": "desk",
    "record_id": "0", "asset_id": "0", "size": "1", "key": "x", "page": "x",
}  # fmt: skip


def routes(held: Any) -> list[tuple[str, str]]:
    """Every method and path that the app answers, with something put in for each parameter."""
    found = []
    for route in held:
        if hasattr(route, "original_router"):
            found += routes(route.original_router.routes)
        elif isinstance(route, Route):
            path = re.sub(r"{(\w+)(:path)?}", lambda match: FILLED[match[1]], route.path)
            found += [(method, path) for method in route.methods or ()]
    return found


def fetch(person: httpx.Client, method: str, path: str) -> tuple[int, str]:
    """Status and beginning of an answer; some routes stream for ever."""
    try:
        with person.stream(method, path, timeout=3, json={} if method == "POST" else None) as answer:
            text = ""
            for piece in answer.iter_text():
                text += piece
                if len(text) > 400_000:
                    break
    except httpx.ReadTimeout:
        return 0, ""
    return answer.status_code, text


def test_no_route_tells_nobody_anything(place: Place) -> None:
    texts = [d.segments[4].text for d in place.project.documents()] + [SECRET, "translator-word", "Pashinyan"]
    people = (place.folder / "users").read_text(encoding="utf-8").split(":")[2]
    all_routes = routes(place.page.app.routes)
    assert len(all_routes) > 60
    before = place.project.reviews()
    for method, path in all_routes:
        _, body = fetch(place.people["nobody"], method, path)
        for text in (*texts, people):
            assert text not in body, f"{method} {path} tells {text!r}"
    assert place.project.reviews() == before


@pytest.mark.parametrize("role", ["nobody", "reader", "approver"])
def test_no_file_is_given_out(place: Place, role: str) -> None:
    person = place.people[role]
    for name in (*PATHS, "/etc/passwd", "/proc/self/environ", __file__, "ui/users.py"):
        path = str(place.folder / name) if not name.startswith("/") else name
        shapes = [
            f"file={path}", f"file/{path}", f"file={path}%00.png", f"file=./../../../../..{path}", f"file=%2F..%2F..{path}",
            f"proxy=file://{path}", f"stream/x/0/1/{path}", f"custom_component/1/client/component/..{path}",
        ]  # fmt: skip
        for shape in shapes:
            answer = person.get("/gradio_api/" + shape)
            assert answer.status_code >= 400, f"{role} got {shape}"
        for shape in (f"/static/..{path}", f"/static/%2e%2e{path}", f"/assets/..{path}", f"/svelte/..{path}"):
            assert person.get(shape).status_code >= 400, f"{role} got {shape}"


def test_nobody_fills_the_disk(place: Place) -> None:
    for role in ("reader", "approver", "nobody"):
        answer = place.people[role].post("/gradio_api/upload", files={"files": ("x.txt", b"x" * 5000)})
        assert answer.status_code in (401, 413), role


def test_a_wrong_password_and_a_changed_cookie(place: Place) -> None:
    for name, word in (("reader", "approver-word"), ("nobody", ""), ("", ""), ("approver", "approver-word ")):
        assert (
            httpx.post(f"{place.address}/login", data={"username": name, "password": word}).status_code >= 400
        )
    cookies = {cookie.name: "A" * 22 for cookie in place.people["reader"].cookies.jar}
    body = {"component_id": place.desk, "fn_name": "ask", "session_hash": "x", "data": {"operation": "open"}}
    answer = httpx.post(f"{place.address}/gradio_api/component_server", json=body, cookies=cookies)
    assert answer.status_code == 401


def test_a_desk_without_users_serves_this_machine_only(tmp_path: Path) -> None:
    project = sample(tmp_path / "project")
    with app(project) as page:
        body = {"data": [message(project, "edit")]}
        ask = page.local_url + "gradio_api/run/desk"
        for headers in (
            {"host": "rebound.example:7860"},
            {"origin": "https://evil.example"},
            {"sec-fetch-site": "cross-site"},
        ):
            assert '"login"' in httpx.post(ask, json=body, headers=headers).text, headers
        assert not project.reviews()
        assert '"error"' not in httpx.post(ask, json=body).text
        assert [r.reviewer for r in project.reviews()] == ["Ani"]
