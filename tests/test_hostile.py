"""Files made to do harm: refused with a sentence, nothing outside them read, little memory used."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from exported import make

from align.exports import EXPORTS
from align.imports import read
from models.errors import InputError

CANARY = "CANARY-7f3a"
UNIT = '<tmx><body><tu><tuv xml:lang="en"><seg>{}</seg></tuv></tu></body></tmx>'
BOMB = "".join(f'<!ENTITY a{i + 1} "{f"&a{i};" * 10}">' for i in range(9))


@pytest.mark.parametrize(("what", "text"), [
    ("entity bomb", f'<!DOCTYPE tmx [<!ENTITY a0 "ha">{BOMB}]>{UNIT.format("&a9;")}'),
    ("external entity", '<!DOCTYPE tmx [<!ENTITY x SYSTEM "FILE">]>' + UNIT.format("&x;")),
    ("parameter entity", '<!DOCTYPE tmx [<!ENTITY % x SYSTEM "FILE"> %x;]><tmx><body/></tmx>'),
    ("entity in UTF-16", '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE tmx [<!ENTITY x SYSTEM "FILE">]><tmx>&x;</tmx>'),
    ("late entity", "<!--" + "x" * 70_000 + '--><!DOCTYPE tmx [<!ENTITY x SYSTEM "FILE">]><tmx>&x;</tmx>'),
    ("wrong root", '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'),
    ("cut short", '<tmx version="1.4"><header/><body><tu>'),
    ("deep nesting", "<tmx><body>" + "<tu>" * 100_000 + "</tu>" * 100_000 + "</body></tmx>"),
    ("an endless text", UNIT.format("x" * (11 << 20))),
    ("mixed encodings", '<?xml version="1.0" encoding="UTF-8"?><tmx><body><tu>BYTES</tu></body></tmx>'),
])  # fmt: skip
def test_hostile_xml_is_refused_with_a_sentence(what: str, text: str, tmp_path: Path) -> None:
    secret, path = tmp_path / "secret.txt", tmp_path / "bad.tmx"
    secret.write_text(CANARY)
    data = text.replace("FILE", secret.as_uri()).encode("utf-16" if "UTF-16" in text else "utf-8")
    path.write_bytes(data.replace(b"BYTES", b"\xe0\xe1\xff"))
    with pytest.raises(InputError) as caught:
        list(read(path))
    message = str(caught.value)
    assert message.startswith(str(path)), what
    assert "\n" not in message, what
    assert CANARY not in message, what


def test_an_external_type_is_not_fetched(tmp_path: Path) -> None:
    secret, path = tmp_path / "secret.dtd", tmp_path / "a.tmx"
    secret.write_text(f'<!ENTITY x "{CANARY}">')
    path.write_text(
        f'<!DOCTYPE tmx SYSTEM "{secret.as_uri()}"><tmx version="1.4"><body><tu><tuv xml:lang="en"><seg>a&x;</seg></tuv>'
        '<tuv xml:lang="ru"><seg>б&x;</seg></tuv></tu></body></tmx>'
    )
    with contextlib.suppress(InputError):
        assert CANARY not in str(list(read(path)))


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * (40 << 20))
    with pytest.raises(InputError, match="unpacks to 40 MiB"):
        list(read(path))


def test_a_workbook_with_an_entity_is_refused(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.xlsx", tmp_path / "bad.xlsx"
    EXPORTS["xlsx"].write(make(tmp_path / "project", checked=False), good)
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(bad, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "xl/workbook.xml":
                data = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>' + data
            new.writestr(name, data)
    with pytest.raises(InputError, match="document type"):
        list(read(bad))


@pytest.mark.parametrize(
    "data",
    [b"", b"PK\x03\x04broken", b"id,en\n1,x\n", b"\xff\xfe\x00", "ы;ы\n".encode("cp1251"), b"\x00" * 50],
)
def test_what_is_no_export_is_refused_with_a_sentence(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(data)
    with pytest.raises(InputError) as caught:
        list(read(tmp_path / "a.csv"))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("units", [60_000, pytest.param(600_000, marks=pytest.mark.slow)])
def test_a_long_memory_is_read_in_bounded_memory(units: int, tmp_path: Path) -> None:
    """28 and 280 MiB; docs/formats.md has the figures of one of 2 GiB."""
    path = tmp_path / "long.tmx"
    unit = '<tu><tuv xml:lang="en"><seg>{0}</seg></tuv><tuv xml:lang="ru"><seg>{0}</seg></tuv></tu>\n'
    with path.open("w") as file:
        file.write('<?xml version="1.0"?>\n<tmx version="1.4"><header/><body>\n')
        for i in range(units):
            file.write(unit.format(f"{i} " + "x" * 200))
        file.write("</body></tmx>")
    make(tmp_path / "project", checked=False)
    code = (
        "import resource, sys; from pathlib import Path;"
        "from align.imports import read, take; from align.store import Project;"
        "project = Project.open(Path(sys.argv[2])); rows = read(Path(sys.argv[1])); next(rows);"
        "low = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss; report = take(project, rows);"
        "print(report.foreign, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - low)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path), str(tmp_path / "project")],
        capture_output=True,
        text=True,
        check=True,
    )
    count, grown = map(int, done.stdout.split())
    assert count == units - 1
    assert grown < 20_000, f"{path.stat().st_size >> 20} MiB of TMX took {grown >> 10} MiB"


OUTSIDE = {
    "tmx entity": '<!DOCTYPE tmx [<!ENTITY x SYSTEM "URI">]><tmx>&x;</tmx>',
    "tmx type": '<!DOCTYPE tmx SYSTEM "URI"><tmx version="1.4"><header/><body/></tmx>',
    "tmx public type": '<!DOCTYPE tmx PUBLIC "-//x//y" "URI"><tmx version="1.4"><header/><body/></tmx>',
    "xinclude": '<tmx xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="URI"/><header/><body/></tmx>',
    "stylesheet": '<?xml-stylesheet href="URI"?><tmx version="1.4"><header/><body/></tmx>',
    "schema": '<xliff xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="x URI" version="1.2"/>',
    "xliff skeleton": '<xliff version="1.2"><file><header><skl><external-file href="URI"/></skl></header></file></xliff>',
    "tbx type": '<!DOCTYPE martif SYSTEM "URI"><martif type="TBX"><text><body/></text></martif>',
    "tbx reference": '<tbx><text><body><conceptEntry><xref target="URI"/></conceptEntry></body></text></tbx>',
}


def test_nothing_outside_a_file_is_opened(tmp_path: Path) -> None:
    """The canary is a pipe: who opens it waits for a writer that never comes."""
    canary = tmp_path / "canary"
    os.mkfifo(canary)
    for number, text in enumerate(OUTSIDE.values()):
        (tmp_path / f"{number}.xml").write_text(text.replace("URI", canary.as_uri()))
    book = tmp_path / "a.xlsx"
    EXPORTS["xlsx"].write(make(tmp_path / "project", checked=False), book)
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "xl/_rels/workbook.xml.rels":
                link = '<Relationship Id="rIdX" Type="http://x/externalLink" TargetMode="External"'
                link += f' Target="{canary.as_uri()}"/>'
                data = data.replace(b"</Relationships>", link.encode() + b"</Relationships>")
            new.writestr(name, data)
    code = (
        "import sys; from pathlib import Path; from align.imports import read; from align.imports.tbx import concepts;"
        "from models.errors import InputError\n"
        "for file in map(Path, sys.argv[1:]):\n"
        "    for reader in (read, concepts):\n"
        "        try: print(file.name, len(list(reader(file))))\n"
        "        except InputError as error: print(error)\n"
    )
    files = [str(tmp_path / "b.xlsx"), *(str(tmp_path / f"{n}.xml") for n in range(len(OUTSIDE)))]
    done = subprocess.run(
        [sys.executable, "-c", code, *files], capture_output=True, text=True, timeout=60, check=True
    )
    assert len(done.stdout.splitlines()) == 2 * len(files), done.stdout


@pytest.mark.parametrize(("size", "ratio"), [(300 << 20, "a member"), (30 << 20, "many members")])
def test_a_workbook_that_unpacks_to_too_much_is_refused(size: int, ratio: str, tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for number in range(1 if ratio == "a member" else 10):
            with packed.open(f"xl/worksheets/sheet{number}.xml", "w", force_zip64=True) as member:
                for _ in range(size >> 20):
                    member.write(
                        os.urandom(1 << 12).hex().encode() * 128
                    )  # packs too little to look like a bomb
    with pytest.raises(InputError, match="which no workbook of texts does"):
        list(read(path))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "windows-1251", "koi8-r"])
def test_a_memory_in_its_declared_encoding_is_read(encoding: str, tmp_path: Path) -> None:
    name = {"utf-8-sig": "UTF-8", "utf-16-le": "UTF-16"}.get(encoding, encoding)
    mark = "\ufeff" if encoding == "utf-16-le" else ""
    text = f'{mark}<?xml version="1.0" encoding="{name}"?><tmx version="1.4"><header/><body><tu><tuv xml:lang="en">'
    text += '<seg>Shushi</seg></tuv><tuv xml:lang="ru"><seg>Шуши</seg></tuv></tu></body></tmx>'
    path = tmp_path / "a.tmx"
    path.write_bytes(text.encode(encoding))
    assert [row.text for row in read(path)] == ["Шуши"]
