from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.blocks import markdown_blocks, text_blocks
from align.reader import from_text, read
from align.types import LANGUAGES, Document
from models.errors import InputError

ROOT = Path(__file__).resolve().parents[1]
GOLDEN = Path(__file__).parent / "golden" / "reader"
ARTICLES = sorted(path for path in GOLDEN.iterdir() if path.suffix in (".txt", ".md", ".html"))

RUSSIAN = "Перемирие\n\nПеремирие на границе соблюдается. «Враг остановлен», — заявили в Ереване.\n"
TURKISH = "Ateşkes\n\nSınırdaki ateşkese uyuluyor. İşçiler şehre döndü.\n"
ARMENIAN = "Հրադադար\n\nՀրադադարը պահպանվում է։ Նա ասաց. «Իրավիճակը կայուն է»։\n"
ENGLISH = "Truce\n\nThe truce holds. “We are ready,” said the ministry – for now.\n"

PIECES = st.one_of(
    st.sampled_from(
        ["\n", "\r\n", "\r", "\n\n", "\r\n\r\n", "\u2028", "\u2029", "\u0085", "\f", "\v", "\x1c"]
    ),
    st.sampled_from(["\u00a0", "\n\u00a0\n", "\u00ad", "\u200b", "\ufeff", "e\u0301", "𝔘", "👩‍👩‍👧", "\t"]),
    st.sampled_from(
        ["YEREVAN — ", "By AFP", "Advertisement", "# ", "> ", "- ", "* ", "1. ", "```", "---", "|a|b|"]
    ),
    st.sampled_from(
        ["The war ended. ", "A heading", "Long " * 30, "He said. ", "**bold** ", "[a](b)", "![a](b)"]
    ),
    st.text(max_size=5),
)
TEXTS = st.lists(PIECES, max_size=30).map("".join)


def flat(words: str) -> str:
    return " ".join(words.split())


def described(document: Document) -> list[str]:
    rows = [f"{segment.role}\t{flat(segment.text)}" for segment in document.segments]
    return rows + [f"omitted: {part.reason}\t{flat(part.text)}" for part in document.omitted]


def check_offsets(document: Document) -> None:
    position = 0
    for number, segment in enumerate(document.segments):
        assert segment.index == number
        assert document.text[segment.start : segment.end] == segment.text, "offsets do not point at the text"
        assert position <= segment.start < segment.end, "segments overlap, are out of order or empty"
        position = segment.end
    for part in document.omitted:
        assert document.text[part.start : part.end] == part.text


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.name)
def test_golden(path: Path) -> None:
    document = read(path, path.suffixes[-2].removeprefix("."))
    check_offsets(document)
    assert described(document) == path.with_suffix(".expected").read_text("utf-8").rstrip("\n").split("\n")
    assert document.title == flat(next(part.text for part in document.segments if part.role == "title"))
    assert document.origin == str(path)


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
@pytest.mark.parametrize("name", ["agency.en.txt", "wrapped.en.txt", "agency.ru.txt", "page.en.md"])
def test_line_ends_change_nothing_but_offsets(name: str, newline: str, tmp_path: Path) -> None:
    text = (GOLDEN / name).read_text("utf-8").replace("\n", newline)
    path = tmp_path / name
    path.write_bytes(text.encode())
    lang = path.suffixes[0].removeprefix(".")
    document = read(path, lang)
    assert document.text == text
    check_offsets(document)
    assert described(document) == described(read(GOLDEN / name, lang))


@settings(deadline=None)
@given(TEXTS, st.sampled_from(LANGUAGES), st.sampled_from(["text", "markdown"]), st.booleans())
def test_offsets_are_exact_for_any_text(text: str, lang: str, form: str, lines: bool) -> None:
    try:
        document = from_text(text, lang, lines=lines, format=form)  # type: ignore[arg-type]
    except InputError:
        return
    assert document.text == text.removeprefix("\ufeff")
    check_offsets(document)


@settings(deadline=None)
@given(TEXTS)
def test_blocks_lose_nothing_of_plain_text(text: str) -> None:
    position = 0
    rest = ""
    for block in text_blocks(text):
        assert position <= block.start < block.end
        rest += text[position : block.start]
        position = block.end
    blank = re.compile(r"[\s\u200b-\u200d\u2060\ufeff\u00ad]*")
    assert blank.fullmatch(rest + text[position:]), "words lie outside the blocks"


@settings(deadline=None)
@given(TEXTS)
def test_markdown_blocks_are_in_order(text: str) -> None:
    position = 0
    for block in markdown_blocks(text):
        assert position <= block.start < block.end <= len(text)
        position = block.end


def test_the_packaged_sample() -> None:
    document = read(ROOT / "align" / "data" / "sample" / "article.en.txt")
    check_offsets(document)
    roles = [segment.role for segment in document.segments]
    assert roles[:4] == ["title", "byline", "dateline", "body"]
    assert roles.count("heading") == 2
    assert document.omitted == ()


# Lines


def test_lines_are_segments_and_keep_their_numbers() -> None:
    text = "Advertisement\r\n\r\n  Two sentences. One line. \r\n\u00a0\r\nBy AFP"
    document = from_text(text, "fr", lines=True)
    check_offsets(document)
    rows = [(part.paragraph, part.role, part.text) for part in document.segments]
    assert rows == [
        (0, "body", "Advertisement"),
        (2, "body", "Two sentences. One line."),
        (4, "body", "By AFP"),
    ]
    assert document.omitted == ()


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\u0085", "\x0b", "\x0c", "\x1c", "\r"])
def test_only_line_feeds_end_lines(separator: str) -> None:
    document = from_text(f"One{separator}line\nnext", "en", lines=True)
    assert [part.text for part in document.segments] == [f"One{separator}line", "next"]


def test_carriage_returns_end_lines_where_there_is_nothing_else() -> None:
    document = from_text("one\rtwo\r", "en", lines=True)
    assert [(part.paragraph, part.text) for part in document.segments] == [(0, "one"), (1, "two")]


# Paragraphs


def test_a_line_of_no_break_spaces_parts_paragraphs() -> None:
    document = from_text("The war ended.\n\u00a0\nNobody won it.", "en")
    assert [part.paragraph for part in document.segments] == [0, 1]


def test_a_wrapped_paragraph_keeps_its_line_breaks() -> None:
    text = "The talks in Brussels lasted for two days\nand ended without an agreement on the border.\n"
    (segment,) = from_text(text, "en").segments
    assert segment.text == text.rstrip("\n")


def test_sentences_on_lines_of_their_own_are_paragraphs() -> None:
    text = "The war ended.\nNobody won it, said the minister in a long speech.\nHe left."
    assert [part.paragraph for part in from_text(text, "en").segments] == [0, 1, 2]


def test_a_lone_fragment_is_body() -> None:
    (segment,) = from_text("Nearly 50 soldiers", "en").segments
    assert segment.role == "body"


@pytest.mark.parametrize(
    ("text", "lang", "encoding"),
    [
        *((text, "en", "utf-8") for text in (ENGLISH, ARMENIAN, RUSSIAN, TURKISH)),
        *((text, "en", "utf-8-sig") for text in (ENGLISH, ARMENIAN)),
        *((text, "en", "utf-16") for text in (ENGLISH, ARMENIAN, RUSSIAN)),
        *((text, "hy", "utf-16-le") for text in (ENGLISH, ARMENIAN, RUSSIAN)),
        *((text, "hy", "utf-16-be") for text in (ENGLISH, ARMENIAN, RUSSIAN)),
        (RUSSIAN, "ru", "cp1251"),
        (RUSSIAN, "en", "cp1251"),
        (TURKISH, "tr", "cp1254"),
        (TURKISH.replace("İ", "I"), "az", "cp1254"),
        (ENGLISH, "en", "cp1252"),
    ],
)
def test_encodings(text: str, lang: str, encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "article.txt"
    path.write_bytes(text.encode(encoding))
    document = read(path, lang)
    assert document.text == text
    assert document.segments[0].role == "title"
    check_offsets(document)


def test_utf_16_with_the_other_mark(tmp_path: Path) -> None:
    path = tmp_path / "article.txt"
    path.write_bytes(b"\xfe\xff" + ARMENIAN.encode("utf-16-be"))
    assert read(path, "hy").text == ARMENIAN


@pytest.mark.parametrize("declared", ["windows-1251", "WINDOWS-1251", "cp1251"])
def test_a_page_names_its_encoding(declared: str, tmp_path: Path) -> None:
    page = f'<html><head><meta charset="{declared}"></head><body><h1>Да</h1><p>{RUSSIAN}</p></body></html>'
    path = tmp_path / "page.html"
    path.write_bytes(page.encode("cp1251"))
    assert "заявили в Ереване" in read(path, "ru").text


def test_a_page_without_suffix_is_known(tmp_path: Path) -> None:
    path = tmp_path / "page"
    path.write_bytes((GOLDEN / "site.en.html").read_bytes())
    assert read(path).title == "Truce holds on Armenia border"


def test_a_byte_order_mark_is_no_text() -> None:
    assert from_text("\ufeffThe war ended.", "en").text == "The war ended."


# Errors


@pytest.mark.parametrize(
    ("data", "lang", "says"),
    [
        (b"", "en", "is empty"),
        (b" \n\t\r\n", "en", "is empty"),
        ("\ufeff\u00a0\u200b".encode(), "en", "is empty"),
        (b"%PDF-1.7\n...", "en", "is a PDF"),
        (b"PK\x03\x04\x14\x00\x06", "en", "zip archive or an office document"),
        (b"{\\rtf1 text}", "en", "is an RTF document"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "en", "is a picture"),
        (b"abc\x00\x00\x01\x02def\x00gh", "en", "bytes that are no text"),
        (bytes(range(1, 32)) * 8, "en", "control characters on line 1"),
        ("Ереван\nБаку ".encode() + b"\xff\n", "ru", "not valid UTF-8 on line 2"),
        ("Ես".encode("utf-16-le") + b"\x00", "hy", "bytes that are no text"),
        (b"\xb2\xe3\xe5\xe7 \xb3\xf1\xe3\n" * 9, "hy", "not valid UTF-8 on line 1"),
        ("перемирие на границе".encode("koi8-r"), "ru", "not valid UTF-8 on line 1"),
        ("Waffenstillstand für Armenien".encode("cp1252"), "en", ""),
        (b"Advertisement\n\nShare\n", "en", "holds no article"),
    ],
)
def test_what_cannot_be_read_is_named_in_one_sentence(
    data: bytes, lang: str, says: str, tmp_path: Path
) -> None:
    path = tmp_path / "article.txt"
    path.write_bytes(data)
    if not says:
        assert read(path, lang).text
        return
    with pytest.raises(InputError) as caught:
        read(path, lang)
    message = str(caught.value)
    assert says in message
    assert str(path) in message
    assert "\n" not in message
    assert "; " in message, "the message says how to mend it"


def test_missing_path_and_directory(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        read(tmp_path / "none.txt")
    with pytest.raises(InputError, match="is a directory"):
        read(tmp_path)
    with pytest.raises(InputError, match="cannot be read"):
        read(Path("a\x00b"))


def test_an_unreadable_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "article.txt"

    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(InputError, match=r"cannot be read .Permission denied.*permissions"):
        read(path)


def test_an_unknown_language_lists_the_known_ones() -> None:
    with pytest.raises(InputError, match=r"'de'.*en, hy, az, ru, tr"):
        from_text("Guten Tag.", "de")
    with pytest.raises(InputError, match="'de'"):
        read(Path("does-not-exist"), "de")


def test_a_page_without_an_article(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("<html><body><script>x()</script></body></html>")
    with pytest.raises(InputError, match=r"page\.html holds no article"):
        read(path)
