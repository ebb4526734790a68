"""The store: what is written comes back equal, reviews are only appended, and conflicts are seen."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from align.checks import View, run
from align.profiles import profile
from align.review import states
from align.sources import lined, parallel
from align.store import FILE, ConflictError, Project
from align.terms import Termbase
from align.types import Bitext, Finding
from models.errors import InputError


@pytest.fixture
def work(termbase: Termbase) -> tuple[Bitext, tuple[Finding, ...]]:
    bitext = parallel(
        lined("Shelling hit Goris.\nHe left.\n", "en"), lined("Обстрелян Goris.\nОн ушёл.\n", "ru")
    )
    return bitext, run(View(bitext, termbase, profile("international")))


def test_what_is_saved_comes_back(tmp_path: Path, work: tuple[Bitext, tuple[Finding, ...]]) -> None:
    bitext, findings = work
    assert findings
    Project.create(tmp_path).save(bitext, findings)
    again = Project.open(tmp_path)
    assert again.bitexts() == [bitext]
    assert tuple(again.findings(bitext.translation.id)) == findings
    assert again.documents() == [bitext.source]


def test_saving_twice_keeps_one(tmp_path: Path, work: tuple[Bitext, tuple[Finding, ...]]) -> None:
    project = Project.create(tmp_path)
    project.save(*work)
    project.save(*work)
    assert len(project.bitexts()) == 1
    assert len(project.findings(work[0].translation.id)) == len(work[1])


def test_reviews_are_appended_and_the_last_counts(
    tmp_path: Path, work: tuple[Bitext, tuple[Finding, ...]]
) -> None:
    project = Project.create(tmp_path)
    project.save(*work)
    subject = work[0].bead_id(0)
    project.review(subject, "edit", "ani", text="Обстрелян Горис.", seen=0)
    project.review(subject, "accept", "leyla", seen=1)
    history = project.reviews(subject)
    assert [(r.reviewer, r.decision, r.revision) for r in history] == [
        ("ani", "edit", 1),
        ("leyla", "accept", 2),
    ]
    now = states(project)[subject]
    assert (now.name, now.text, now.reviewers) == ("reviewed", "Обстрелян Горис.", ("ani", "leyla"))


def test_a_rerun_keeps_the_reviews(tmp_path: Path, work: tuple[Bitext, tuple[Finding, ...]]) -> None:
    project = Project.create(tmp_path)
    project.save(*work)
    project.review(work[1][0].id, "dismiss", "ani", note="a brand name")
    project.save(*work)
    assert states(project)[work[1][0].id].name == "dismissed"


def test_a_second_reviewer_with_an_old_revision_is_told(tmp_path: Path) -> None:
    project = Project.create(tmp_path)
    project.review("s", "edit", "ani", text="one", seen=0)
    with pytest.raises(ConflictError) as raised:
        project.review("s", "edit", "leyla", text="two", seen=0)
    assert raised.value.latest.text == "one"
    assert len(project.reviews("s")) == 1


def test_a_folder_without_a_project_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no project here"):
        Project.open(tmp_path)


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("not a database, but long enough to be taken for one " * 40)
    with pytest.raises(InputError, match="not a project database"):
        Project.open(tmp_path)


def test_the_schema_version_is_recorded(tmp_path: Path) -> None:
    Project.create(tmp_path).close()
    with sqlite3.connect(tmp_path / FILE) as connection:
        assert connection.execute("SELECT MAX(version) FROM schema_version").fetchone()[0] >= 1
