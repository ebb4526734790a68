"""From a pasted article to a translation ready for review: one job at a time, with its progress."""

from __future__ import annotations

import base64
import binascii
import tempfile
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path, PurePath
from threading import Lock, Thread
from typing import Any

from align.pipeline import Outcome, Plan, Tools, work
from align.profiles import profile
from align.reader import from_text, read
from align.store import Project
from align.types import TARGETS, Document
from models.catalogue import checkpoints
from models.errors import AraxesError, InputError
from ui.given import string

_LARGEST = 5_000_000  # bytes of an uploaded file
_LONGEST = 1_000_000  # characters of a pasted article
_PROFILES = ("international", "armenian", "azerbaijani", "russian", "turkish")


def engines() -> list[dict[str, str]]:
    """What can translate: `auto` and the catalogue, with what the licences forbid."""
    held = [
        {"id": c.name, "label": f"{c.name} ({c.conditions}, {', '.join(c.languages)})"} for c in checkpoints()
    ]
    return [{"id": "auto", "label": "auto: what is known already, then the best model at hand"}, *held]


class Jobs:
    """The work of the desk. Results are kept language by language, so a stopped server loses little."""

    def __init__(self, project: Project, tools: Callable[[], Tools]) -> None:
        self._project, self._tools = project, tools
        self._lock = Lock()
        self._state: dict[str, Any] = {}
        self._running = False

    def start(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Begin with what the page sends. Raises `InputError` for a bad article, language or date."""
        source = _article(given)
        langs = given.get("langs")
        wanted = tuple(lang for lang in TARGETS if isinstance(langs, list) and lang in langs)
        if not wanted:
            raise InputError("no language is chosen; choose at least one")
        name, engine = string(given, "profile", 40), string(given, "engine", 300).strip() or "auto"
        if name not in _PROFILES:
            raise InputError(f"there is no profile {name!r}; choose one of the list")
        if engine not in {each["id"] for each in engines()}:
            raise InputError("an engine is auto or a name that araxes models list shows")
        day = string(given, "day", 10)
        try:
            on = date.fromisoformat(day) if day else None
        except ValueError:
            raise InputError("the date is not a day; write YYYY-MM-DD") from None
        given_ = given.get("given")
        held = {
            lang: _document(upload, lang)
            for lang, upload in (given_.items() if isinstance(given_, dict) else ())
            if lang in wanted and isinstance(upload, dict)
        }
        plan = Plan(wanted, dict.fromkeys(wanted, engine), held, profile(name), name != "international", on)
        with self._lock:
            if self._running:
                raise InputError("another article is being worked on; wait until it is done")
            self._running = True
            self._state = {"what": "starting", "done": 0, "total": 0}
        Thread(target=self._work, args=(source, plan), daemon=True).start()
        return self.progress()

    def progress(self) -> dict[str, Any]:
        """How far the job is; `article` once it is done, `failed` where it could not be."""
        return dict(self._state) or {"failed": "nothing was started; start again"}

    def _work(self, source: Document, plan: Plan) -> None:
        try:
            tools = self._tools()
            kit = Tools(tools.termbase, tools.memory, tools.encoder, tools.translator, self._tell)
            outcomes: list[Outcome] = []
            for lang in plan.targets:
                one = Plan((lang,), plan.engines, plan.given, plan.profile, plan.explicit, plan.day)
                for outcome in work(source, one, kit):
                    if outcome.bitext.target.segments:
                        self._project.save(outcome.bitext, outcome.findings)
                    outcomes.append(outcome)
            self._state = _result(source, outcomes)
        except AraxesError as error:
            self._state = {"failed": str(error)}
        except Exception as error:
            self._state = {"failed": f"the work stopped: {type(error).__name__}; see the server's messages"}
            raise
        finally:
            self._running = False

    def _tell(self, what: str, done: int, total: int) -> None:
        self._state = {"what": what, "done": done, "total": total}


def _result(source: Document, outcomes: list[Outcome]) -> dict[str, Any]:
    made = [o for o in outcomes if o.bitext.target.segments]
    missing = [o for o in outcomes if o.untranslated]
    reason = next((o.reason for o in missing if o.reason), "")
    if not made:
        return {"failed": f"nothing could be translated: {reason}"}
    note = ", ".join(
        f"{o.bitext.lang}: {len(o.untranslated)} sentences are left untranslated" for o in missing
    )
    return {"article": source.id, "note": f"{note}. {reason}" if note else ""}


def _article(given: Mapping[str, Any]) -> Document:
    upload = given.get("upload")
    if not isinstance(upload, dict):
        return from_text(string(given, "text", _LONGEST), "en", origin="pasted")
    return _document(upload, "en")


def _document(upload: Mapping[str, Any], lang: str) -> Document:
    """An uploaded file as a document."""
    name, data = PurePath(str(upload.get("name"))).name[-100:], upload.get("data")
    if not isinstance(data, str) or len(data) > _LARGEST * 4 // 3 + 4:
        raise InputError(f"the file is larger than {_LARGEST // 1_000_000} MB; give a smaller one")
    try:
        content = base64.b64decode(data, validate=True)
    except binascii.Error as error:
        raise InputError("the file did not arrive whole; send it again") from error
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ("article" + PurePath(name).suffix[:8])
        path.write_bytes(content)
        try:
            found = read(path, lang)
        except InputError as error:
            raise InputError(str(error).replace(str(path), name)) from None
    return Document(found.lang, found.text, found.segments, found.title, name, found.omitted)
