"""The Gradio app: one page, one server function. Gradio brings the login, the sessions and the server."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read when Gradio is imported

import gradio as gr
from anyio import to_thread

from ui.access import Who, alone, logged_in
from ui.desk import Answer, Desk
from ui.users import Users

_STATIC = resources.files("ui") / "static"
_SCRIPTS = (
    "dom.js",
    "list.js",
    "panel.js",
    "history.js",
    "undo.js",
    "esa.js",
    "filters.js",
    "keys.js",
    "pages.js",
    "desk.js",
)
_FONTS = ["Noto Sans", "Noto Sans Armenian", "DejaVu Sans", "system-ui", "sans-serif"]


def build(desk: Desk, who: Who) -> gr.Blocks:
    """The page over a desk; `who` tells the person behind a request."""

    def ask(message: dict[str, Any], request: gr.Request) -> Answer:
        """Every call comes through here, so there is one place where rights are looked up."""
        given = message if isinstance(message, Mapping) else {}
        return desk.call(who(request), str(given.get("operation")), given)

    def review_desk(message: dict[str, Any], request: gr.Request) -> Answer:
        """Ask the review desk, with the rights of the person who is logged in.

        Args:
            message: What to do, as the page says it: {"operation": "open"}, {"operation": "rows", "rows": [0]},
                {"operation": "edit", "subject": ID, "seen": REVISION, "text": TEXT}.
        """
        return ask(message, request)

    with gr.Blocks(title="Araxes", fill_width=True, analytics_enabled=False) as page:
        # No article text ever enters a template or a prop: the script asks for it and sets textContent.
        gr.HTML(
            html_template='<div class="ax" lang="en"></div>',
            js_on_load="\n".join((_STATIC / name).read_text(encoding="utf-8") for name in _SCRIPTS),
            apply_default_css=False,
            server_functions=[ask],
            elem_id="desk",
        )
        gr.api(review_desk, api_name="desk", concurrency_limit=None)
    return page


def _login(users: Users) -> Callable[[str, str], Awaitable[bool]]:
    async def knows(name: str, password: str) -> bool:
        """Hashing takes its time; meanwhile others go on working."""
        return await to_thread.run_sync(users.knows, name, password)

    return knows


def launch(
    desk: Desk,
    *,
    users: Users | None = None,
    name: str = "",
    host: str = "127.0.0.1",
    port: int | None = None,
    mcp: bool = False,
) -> gr.Blocks:
    """Serve the desk until `close()` of what is returned; without users, everybody is `name`."""
    page = build(desk, logged_in(users) if users else alone(name))

    page.launch(
        server_name=host,
        server_port=port,
        auth=_login(users) if users else None,
        auth_message="<title>Araxes: log in</title>Araxes review",  # Gradio gives its login page no title
        css=(_STATIC / "desk.css").read_text(encoding="utf-8"),
        theme=gr.themes.Base(font=_FONTS, font_mono=["DejaVu Sans Mono", "monospace"]).set(
            button_primary_background_fill="#1f5f7a", button_primary_background_fill_hover="#174a5f"
        ),
        footer_links=[],
        blocked_paths=[str(Path(desk.project.name).resolve())],
        max_file_size=1,  # the page sends no files through Gradio, so nobody fills the disk with them
        ssr_mode=False,
        share=False,
        mcp_server=mcp,  # said here, or else the environment may switch it on
        quiet=True,
        show_error=False,
        enable_monitoring=False,
        prevent_thread_lock=True,
    )
    return page
