"""OmegaT, from Debian's package and without its window: what it loads, and what comes back from it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from exported import TARGETS, bead, make
from outside import packaged
from typer.testing import CliRunner

from align.cli import app
from align.exports import EXPORTS, Options
from align.imports import read, take
from align.store import Project

pytestmark = pytest.mark.slow

SOURCE = ("Fighting near Shushi", "Yes.", "Nobody was hurt & <b>.", "Yes.", "The mayor of Shusha agreed.")
HY = ("Մարտեր Շուշիի մոտ", "Այո։", "Ոչ ոք չի տուժել & <b>։", "Այո՛։", "Շուշիի քաղաքապետը համաձայնեց։")
# what OmegaT has loaded, one JSON value a line on standard output
LISTED = """
import groovy.json.JsonOutput
if (eventType.toString() == "LOAD") {
  def say = { what, a, b -> println "LOADED " + JsonOutput.toJson([what, a, b]) }
  project.allEntries.each { say "entry", it.srcText, project.getTranslationInfo(it).translation }
  project.transMemories.each { name, memory -> memory.entries.each { say "memory", it.source, it.translation } }
  def reader = new org.omegat.gui.glossary.GlossaryReaderTBX()
  new File(project.projectProperties.glossaryRoot).eachFile { file ->
    reader.read(file, false).each { say "glossary", it.srcText, it.locText }
  }
}
"""


def omegat(folder: Path, home: Path) -> list[tuple[str, str, str | None]]:
    """Translate a project in OmegaT; returns what it had loaded: kind, source and translation."""
    archive = packaged("/usr/share/omegat/OmegaT.jar", "omegat")
    script = home / "listed.groovy"
    home.mkdir(exist_ok=True)
    script.write_text(LISTED)
    command = ["java", "-Djava.awt.headless=true", "-Dfile.encoding=UTF-8", "-Dstdout.encoding=UTF-8"]
    command += [f"-Duser.home={home}", "-jar", str(archive), str(folder)]
    done = subprocess.run(
        [*command, "--mode=console-translate", f"--script={script}"],
        capture_output=True, encoding="utf-8", timeout=300, check=True,
    )  # fmt: skip
    marked = [line.removeprefix("LOADED ") for line in done.stdout.splitlines() if line.startswith("LOADED ")]
    return [tuple(json.loads(line)) for line in marked]  # type: ignore[misc]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = make(tmp_path / "project", {"hy": HY, "ru": TARGETS["ru"]}, SOURCE)
    made.review(bead(made, "hy", 0), "edit", "Ani", text="Մարտեր Շուշիի մատույցներում")
    return made


def test_a_project_translated_in_omegat_comes_back(project: Project, tmp_path: Path) -> None:
    EXPORTS["omegat"].write(project, tmp_path / "out")
    assert EXPORTS["omegat"].replaceable(tmp_path / "out")
    folder = tmp_path / "out" / "hy"
    EXPORTS["tmx"].write(project, folder / "tm" / "all.tmx")
    first = omegat(folder, tmp_path / "home")
    wanted = ("Մարտեր Շուշիի մատույցներում", *HY[1:])
    entries = [(source, target) for kind, source, target in first if kind == "entry"]
    assert entries == list(zip(SOURCE, wanted, strict=True)), "repeated segments keep their own translations"
    assert ("memory", SOURCE[0], wanted[0]) in first
    assert {source for kind, source, target in first if kind == "glossary" and target == "Շուշի"} >= {
        "Shushi",
        "Shusha",
    }
    assert not EXPORTS["omegat"].replaceable(tmp_path / "out"), "a translator's work would be written over"

    back = folder / "target" / "hy.xlf"
    run = ["import", str(tmp_path / "project"), str(back), "--reviewer", "Davit", "--json"]
    done = CliRunner().invoke(app, run, catch_exceptions=False)
    assert json.loads(done.stdout) == {"taken": {}, "unchanged": 5, "foreign": 0, "open": []}

    memory = folder / "omegat" / "project_save.tmx"
    memory.write_text(
        memory.read_text(encoding="utf-8")
        .replace("Այո՛։", "Անշուշտ։")
        .replace("չի տուժել &amp;", "չտուժեց &amp;"),
        encoding="utf-8",
    )
    omegat(folder, tmp_path / "home")
    done = CliRunner().invoke(app, run, catch_exceptions=False)
    assert json.loads(done.stdout) == {"taken": {"edit": 2}, "unchanged": 3, "foreign": 0, "open": []}
    (review,) = project.reviews(bead(project, "hy", 3))
    assert (review.reviewer, review.text) == ("Davit", "Անշուշտ։")
    assert project.reviews(bead(project, "hy", 2))[0].text == "Ոչ ոք չտուժեց & <b>։"
    assert [r.reviewer for r in project.reviews(bead(project, "hy", 0))] == ["Ani"]
    done = CliRunner().invoke(app, run, catch_exceptions=False)
    assert json.loads(done.stdout)["taken"] == {}, "a second import doubles the work"


def test_a_translation_deleted_in_omegat_is_not_replaced_by_english(project: Project, tmp_path: Path) -> None:
    from lxml import etree

    EXPORTS["omegat"].write(project, tmp_path / "out", Options(langs=("ru",)))
    folder = tmp_path / "out" / "ru"
    memory = folder / "omegat" / "project_save.tmx"
    kept = etree.parse(str(memory))
    (unit,) = (tu for tu in kept.iter("tu") if tu.findtext("tuv/seg") == SOURCE[4])
    unit.getparent().remove(unit)
    kept.write(str(memory), encoding="UTF-8")
    omegat(folder, tmp_path / "home")
    target = folder / "target" / "ru.xlf"
    assert f">{SOURCE[4]}</target>" in target.read_text(encoding="utf-8")
    done = CliRunner().invoke(app, ["import", str(tmp_path / "project"), str(target)], catch_exceptions=False)
    assert done.exit_code == 3
    assert "the text is that of the source; left as it was" in done.stdout
    assert project.reviews(bead(project, "ru", 4)) == []


def test_a_second_translation_is_a_project_of_its_own(project: Project, tmp_path: Path) -> None:
    from align.sources import lined
    from align.types import Bead, Bitext, Translation

    source = lined("\n".join(SOURCE), "en", "/somewhere/article.txt")
    other = Translation(source, lined("Это всё.", "ru"), "other|x")
    project.save(Bitext(other, (Bead((0, 1, 2, 3, 4), (0,)),), "by hand"), ())
    assert EXPORTS["omegat"].write(project, tmp_path / "out") == 11
    assert {folder.name for folder in (tmp_path / "out").iterdir()} == {".araxes", "hy", "ru", "ru-2"}
    loaded = omegat(tmp_path / "out" / "ru-2", tmp_path / "home")
    assert [target for kind, _, target in loaded if kind == "entry"] == ["Это всё."]
    report = take(project, read(tmp_path / "out" / "ru-2" / "target" / "ru.xlf"), "Davit")
    assert (dict(report.taken), report.unchanged, report.open) == ({}, 1, [])
