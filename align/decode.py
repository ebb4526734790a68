"""Bytes of a file to text: byte order marks, UTF-16 without one, UTF-8, and the old Windows pages."""

from __future__ import annotations

import codecs
import re

from models.errors import InputError

_NOT_TEXT = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a zip archive or an office document",
    b"\xd0\xcf\x11\xe0": "an old office document",
    b"\x1f\x8b": "a gzip archive",
    b"{\\rtf": "an RTF document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_SINGLE_BYTE = {"en": "cp1252", "az": "cp1254", "tr": "cp1254", "ru": "cp1251"}
# What browsers take these names to mean.
_ALIASES = {"iso-8859-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252", "iso-8859-9": "cp1254"}
_SAVE = "save it as UTF-8 text"


def decode(data: bytes, name: str, lang: str, *, html: bool = False) -> str:
    """The text of a file, without its byte order mark; `name` is what an error calls the file.

    Raises `InputError` where the bytes are no text or their encoding cannot be told.
    """
    for magic, what in _NOT_TEXT.items():
        if data.startswith(magic):
            raise InputError(f"{name} is {what} and no plain text; {_SAVE} and read that")
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], codec, name)
    if b"\x00" in data:
        return _utf16(data, name)
    if html and (found := _META.search(data[:4096])):
        return _declared(data, found[1].decode("ascii"), name)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        text = _single_byte(data, name, lang, error)
    return _readable(text, name)


def _strict(data: bytes, codec: str, name: str) -> str:
    try:
        return _readable(data.decode(codec), name)
    except UnicodeDecodeError as error:
        where = f"after byte {error.start}" if codec.startswith("utf-16") else f"on line {_line(data, error)}"
        raise InputError(f"{name} is no valid {codec.upper()} {where}; {_SAVE}") from error


def _utf16(data: bytes, name: str) -> str:
    """UTF-16 without a mark: its spaces and line ends have a NUL on one side only."""
    even, odd = data[::2].count(0), data[1::2].count(0)
    if len(data) % 2 == 0 and min(even, odd) * 20 <= max(even, odd):
        text = _strict(data, "utf-16-le" if odd > even else "utf-16-be", name)
        if sum(char < "\u0600" or "\u2000" <= char <= "\u206f" for char in text) * 2 > len(text):
            return text
    if data.count(0) * 20 < len(data) and (line := _nul(data)):
        raise InputError(f"{name} holds a NUL character on line {line}; delete it")
    raise InputError(f"{name} holds bytes that are no text (NUL); {_SAVE}")


def _nul(data: bytes) -> int:
    """The line of the first NUL in what is otherwise UTF-8; 0 where it is not."""
    try:
        return data.decode("utf-8").partition("\x00")[0].count("\n") + 1
    except UnicodeDecodeError:
        return 0


def _declared(data: bytes, charset: str, name: str) -> str:
    """A web page in the encoding it names, or in UTF-8 where it is wrong about itself."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        return _readable(data.decode(_ALIASES.get(charset.lower(), charset)), name)
    except (LookupError, UnicodeDecodeError) as error:
        raise InputError(f"{name} says its encoding is {charset}, which it is not; {_SAVE}") from error


def _single_byte(data: bytes, name: str, lang: str, error: UnicodeDecodeError) -> str:
    """A text in one byte a letter: Cyrillic where most letters are high bytes, Latin otherwise."""
    line = _line(data, error)
    broken = InputError(f"{name} is not valid UTF-8 on line {line} (byte 0x{data[error.start]:02X}); {_SAVE}")
    replaced = data.decode("utf-8", "replace")
    valid = sum(char > "\x7f" and char != "\ufffd" for char in replaced)
    if valid > replaced.count("\ufffd"):
        raise broken from error
    high = sum(byte >= 0xC0 for byte in data)
    ascii_letters = sum(data.count(bytes((letter,))) for letter in (*range(65, 91), *range(97, 123)))
    codec = "cp1251" if high > ascii_letters and lang != "hy" else _SINGLE_BYTE.get(lang)
    if codec is None:
        raise broken from error
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        raise broken from error
    if codec == "cp1251" and sum(map(str.islower, text)) < sum(map(str.isupper, text)):
        raise broken from error  # another Cyrillic page, such as KOI8-R, comes out in the wrong case
    return text


def _line(data: bytes, error: UnicodeDecodeError) -> int:
    return data.count(b"\n", 0, error.start) + 1


def _readable(text: str, name: str) -> str:
    """The text, unless control characters show that it is none."""
    found = _CONTROL.search(text)
    if found and (found[0] == "\x00" or len(_CONTROL.findall(text)) * 20 > len(text)):
        line = text.count("\n", 0, found.start()) + 1
        raise InputError(f"{name} holds control characters on line {line} and is no text; {_SAVE}")
    return text
