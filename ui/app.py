"""The Gradio app: one page, one server function. Gradio brings the login, the sessions and the server."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read when Gradio is imported

import gradio as gr

from ui.desk import Answer, Desk
from ui.users import User, Users

_STATIC = resources.files("ui") / "static"
_SCRIPTS = (
    "dom.js",
    "list.js",
    "panel.js",
    "history.js",
    "esa.js",
    "filters.js",
    "keys.js",
    "pages.js",
    "desk.js",
)
_FONTS = ["Noto Sans", "Noto Sans Armenian", "DejaVu Sans", "system-ui", "sans-serif"]


def build(desk: Desk, who: Callable[[gr.Request], User | None]) -> gr.Blocks:
    """The page over a desk; `who` tells the person behind a request."""

    def ask(message: dict[str, Any], request: gr.Request) -> Answer:
        """Every call of the page comes through here, so there is one place where rights are looked up."""
        if not isinstance(message, Mapping):
            return {"error": "input", "message": "not a message"}
        return desk.call(who(request), str(message.get("operation")), message)

    with gr.Blocks(title="Araxes", fill_width=True, analytics_enabled=False) as page:
        # No article text ever enters a template or a prop: the script asks for it and sets textContent.
        gr.HTML(
            html_template='<div class="ax" lang="en"></div>',
            js_on_load="\n".join((_STATIC / name).read_text(encoding="utf-8") for name in _SCRIPTS),
            apply_default_css=False,
            server_functions=[ask],
            elem_id="desk",
        )
    return page


def logged_in(users: Users) -> Callable[[gr.Request], User | None]:
    """The person whose session the request's cookie names."""

    def who(request: gr.Request) -> User | None:
        app = request.app
        cookies = request.cookies
        token = cookies.get(f"access-token-{app.cookie_id}") or cookies.get(
            f"access-token-unsecure-{app.cookie_id}"
        )
        return users.get(app.tokens.get(token))

    return who


def launch(
    desk: Desk,
    *,
    users: Users | None = None,
    name: str = "",
    host: str = "127.0.0.1",
    port: int | None = None,
) -> gr.Blocks:
    """Serve the desk until `close()` of what is returned; without users, everybody is `name`."""
    only = User(name, "approver")
    page = build(desk, logged_in(users) if users else lambda _request: only)
    page.launch(
        server_name=host,
        server_port=port,
        auth=users.knows if users else None,
        auth_message="Araxes review",
        css=(_STATIC / "desk.css").read_text(encoding="utf-8"),
        theme=gr.themes.Base(font=_FONTS, font_mono=["DejaVu Sans Mono", "monospace"]),
        footer_links=[],
        blocked_paths=[str(Path(desk.project.name).resolve())],
        ssr_mode=False,
        share=False,
        quiet=True,
        show_error=False,
        enable_monitoring=False,
        prevent_thread_lock=True,
    )
    return page
