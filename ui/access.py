"""Who stands behind a request: the login of Gradio's session, and that the request comes from the desk's own page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol
from urllib.parse import urlsplit

from ui.users import User, Users

LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Request(Protocol):
    """What is asked of a Gradio request."""

    headers: Mapping[str, str]
    cookies: Mapping[str, str]
    app: Any


Who = Callable[[Any], User | None]


def own_page(request: Request) -> bool:
    """Whether a browser says that the desk's own page asks; programs that are no browser say nothing.

    The session's cookie goes along with requests that other sites' pages make, so the cookie alone proves nothing.
    """
    headers = request.headers
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    hosts = (headers.get("host"), headers.get("x-forwarded-host"))
    return origin is None or urlsplit(origin).netloc in hosts


def logged_in(users: Users) -> Who:
    """The person whose session the request's cookie names."""

    def who(request: Request) -> User | None:
        app, cookies = request.app, request.cookies
        token = cookies.get(f"access-token-{app.cookie_id}") or cookies.get(
            f"access-token-unsecure-{app.cookie_id}"
        )
        return users.get(app.tokens.get(token)) if own_page(request) else None

    return who


def alone(name: str) -> Who:
    """The one person of a desk without users: whoever comes from this machine and names it by its own address.

    A page that has another name point at this machine is thereby kept out.
    """
    only = User(name, "approver")

    def who(request: Request) -> User | None:
        host = urlsplit(f"//{request.headers.get('host', '')}").hostname
        return only if host in LOOPBACK and own_page(request) else None

    return who
