"""The one place where XML is read and written: safe to read whatever it holds, bounded in memory."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from models.errors import InputError

XML = "{http://www.w3.org/XML/1998/namespace}"
LANG, SPACE = XML + "lang", XML + "space"
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SUBSET = re.compile(rb"<!ENTITY|<!DOCTYPE[^>\[]*\[", re.I)
_PROLOG = 1 << 16  # bytes in which a document type is looked for before any parser sees the file


def clean(text: str) -> str:
    """The text with U+FFFD for every character that XML 1.0 and spreadsheets have no place for."""
    return _ILLEGAL.sub("\ufffd", text)


def illegal(text: str) -> list[str]:
    """The text cut at its illegal characters, which stand at the odd places."""
    return re.split(f"({_ILLEGAL.pattern})", text)


def child(parent: Any, tag: str, text: str = "", **attributes: str) -> Any:
    """A new last child; `tag` is in the parent's namespace unless it names one."""
    from lxml import etree

    space = etree.QName(parent).namespace
    name = tag if tag.startswith("{") or not space else f"{{{space}}}{tag}"
    element = etree.SubElement(parent, name, {key: clean(value) for key, value in attributes.items()})
    if text:
        element.text = clean(text)
    return element


def save(root: Any, path: Path, doctype: str | None = None) -> None:
    """Write a document, indented where that changes no text."""
    from lxml import etree

    data = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True, doctype=doctype)
    path.write_bytes(data)


def local(element: Any) -> str:
    """The name of an element without its namespace."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def text_of(element: Any) -> str:
    """All text inside an element, without what inline codes hold; XLIFF's `cp` becomes its character."""
    parts = [element.text or ""]
    for inner in element:
        name = local(inner)
        if name == "cp":
            parts.append(chr(int(inner.get("hex", "FFFD"), 16)))
        elif name not in ("", "ph", "bpt", "ept", "it", "ut"):
            parts.append(text_of(inner))
        parts.append(inner.tail or "")
    return "".join(parts)


def find(element: Any, *names: str) -> Any | None:
    """The first child by that name, then its first child by the next."""
    for name in names:
        element = next((inner for inner in element if local(inner) == name), None)
        if element is None:
            return None
    return element


def all_of(element: Any, name: str) -> list[Any]:
    """Every child by that name."""
    return [inner for inner in element if local(inner) == name]


def elements(path: Path, roots: tuple[str, ...], *wanted: str) -> Iterator[tuple[Any, Any]]:
    """The root and each `wanted` element, one at a time; what was handed out is then forgotten.

    Raises `InputError` where the file is not well-formed, has another root, or declares entities.
    """
    from lxml import etree

    try:
        with path.open("rb") as file:
            if _SUBSET.search(file.read(_PROLOG).replace(b"\0", b"")):
                raise InputError(
                    f"{path}: declares entities or a document type of its own; remove the DOCTYPE"
                )
            file.seek(0)
            events = etree.iterparse(
                file, events=("start", "end"), resolve_entities=False, load_dtd=False, no_network=True,
                dtd_validation=False, attribute_defaults=False, huge_tree=False, collect_ids=False,
                remove_comments=True, remove_pis=True,
            )  # fmt: skip
            yield from _walk(events, path, roots, wanted)
    except etree.XMLSyntaxError as error:
        reason = str(error.msg or "nothing in it").splitlines()[0]
        raise InputError(
            f"{path}:{error.lineno or 1}: not well-formed XML ({reason}); export the file again"
        ) from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error}); check its name") from error


def _walk(
    events: Any, path: Path, roots: tuple[str, ...], wanted: tuple[str, ...]
) -> Iterator[tuple[Any, Any]]:
    root: Any = None
    inside = 0
    for event, element in events:
        if root is None:
            root = element
            declared = root.getroottree().docinfo.internalDTD
            if declared is not None and next(declared.iterentities(), None) is not None:
                raise InputError(f"{path}: declares entities; remove the DOCTYPE")
            if local(root) not in roots:
                raise InputError(f"{path}: a <{local(root)}> file; this reads <{'> or <'.join(roots)}>")
        matches = local(element) in wanted
        if event == "start":
            inside += matches
            continue
        inside -= matches
        if matches and not inside:
            yield root, element
        if not inside:
            element.clear(keep_tail=False)
            parent = element.getparent()
            while parent is not None and element.getprevious() is not None:
                del parent[0]


def root_name(path: Path) -> str:
    """The name of the root element, or "" where the file is no XML."""
    from lxml import etree

    try:
        with path.open("rb") as file:
            for _, element in etree.iterparse(
                file, events=("start",), resolve_entities=False, no_network=True
            ):
                return local(element)
    except (etree.XMLSyntaxError, OSError):
        pass
    return ""
