"""Projects that older versions wrote, on SQLite and on PostgreSQL: they open, and nothing that was said is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from postgres_server import postgres

from align.checks import View, run
from align.profiles import profile
from align.review import states
from align.sources import lined, parallel
from align.store import FILE, Project
from align.store.schema import MIGRATIONS
from align.terms import Termbase
from align.types import Bitext, Finding, Review
from models.errors import InputError

GOLDEN = Path(__file__).parent / "golden" / "store"
OLDER = sorted(GOLDEN.glob("version-*.sql"))


@pytest.fixture
def work(termbase: Termbase) -> tuple[Bitext, tuple[Finding, ...]]:
    bitext = parallel(
        lined("Shelling hit Goris.\nHe left.\n", "en"), lined("Обстрелян Goris.\nОн ушёл.\n", "ru")
    )
    return bitext, run(View(bitext, termbase, profile("international")))


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / FILE}"
    url = str(request.getfixturevalue("server"))
    with sa.create_engine(url).begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    return url


def fill(url: str, dump: Path) -> None:
    with sa.create_engine(url).begin() as connection:
        for statement in dump.read_text(encoding="utf-8").split(";\n"):
            if statement.strip():
                connection.execute(sa.text(statement.replace(":", "\\:")))


def test_every_older_version_has_a_dump() -> None:
    assert [path.stem for path in OLDER] == [f"version-{n}" for n in range(1, len(MIGRATIONS))]


@pytest.mark.parametrize("dump", OLDER, ids=lambda path: path.stem)
def test_an_older_project_opens_whole(database: str, dump: Path) -> None:
    fill(database, dump)
    project = Project.open(database)
    agency, engine = project.bitexts()
    assert (agency.translation.signature, engine.translation.signature) == ("agency", "engine")
    assert agency.target.text == "Обстрел Шуши.\nОн ушёл в 12:40, сказали они.\n"
    held = {b.translation.signature: project.findings(b.translation.id) for b in (agency, engine)}
    ids = {name: [finding.id for finding in found] for name, found in held.items()}
    assert not set(ids["agency"]) & set(ids["engine"]), "equal findings of two translations share an id"
    bead = project.reviews(agency.bead_id(0))
    assert [(r.revision, r.decision, r.reviewer, r.text) for r in bead] == [
        (1, "edit", "Ani", "Обстрел города Шуша."),
        (2, "accept", "Лейла", ""),
    ]
    for name in ids:  # what was decided for both at once stays with both
        said = project.reviews(ids[name][0])
        assert [(r.revision, r.decision, r.reviewer, r.note) for r in said] == [
            (1, "dismiss", "Лейла", "it's the agency's name; \"as printed\""),
            (2, "confirm", "Ani", ""),
        ]
        assert not project.reviews(ids[name][1])
    assert len(project.reviews()) == 6
    assert project.setting("day") == "2020-11-10"
    project.review(ids["agency"][0], "dismiss", "Ani", note="seen", seen=2)
    project.close()
    again = Project.open(database)
    assert states(again)[ids["agency"][0]].name == "dismissed"
    assert states(again)[ids["engine"][0]].name == "confirmed"
    again.save(agency, held["agency"])
    assert again.findings(agency.translation.id) == held["agency"]
    again.close()


def test_a_newer_project_is_refused(database: str) -> None:
    Project.create(database).close()
    with sa.create_engine(database).begin() as connection:
        connection.exec_driver_sql("INSERT INTO schema_version VALUES (99)")
    with pytest.raises(InputError, match="newer Araxes"):
        Project.open(database)


def test_several_programs_open_a_new_project_at_once(database: str) -> None:
    with ThreadPoolExecutor(6) as pool:
        opened = list(pool.map(lambda _: Project.create(database), range(6)))
    opened[0].set(day="2020-11-10")
    assert {project.setting("day") for project in opened} == {"2020-11-10"}
    for project in opened:
        project.close()


def on_all_at_once(count: int, act: Callable[[int], object]) -> None:
    with ThreadPoolExecutor(count) as pool:
        list(pool.map(act, range(count)))


def test_one_subject_many_writers(database: str) -> None:
    project = Project.create(database)
    on_all_at_once(
        8, lambda i: [project.review("s" * 16, "comment", f"p{i}", note=str(n)) for n in range(10)]
    )
    kept = project.reviews("s" * 16)
    assert [r.revision for r in kept] == list(range(1, 81))
    assert sorted((r.reviewer, r.note) for r in kept) == sorted(
        (f"p{i}", str(n)) for i in range(8) for n in range(10)
    )
    project.close()


def test_many_subjects_in_one_step(database: str) -> None:
    project = Project.create(database)
    project.review("b" * 16, "edit", "Leyla", text="ուրիշ")
    wanted = [Review(letter * 16, "approve", "Ani", "") for letter in "abc"]
    done = project.review_all(wanted)
    assert [(r.subject[0], r.revision) for r in done] == [("a", 1), ("c", 1)], (
        "what Leyla changed is left out"
    )
    assert [r.reviewer for r in project.reviews("b" * 16)] == ["Leyla"]
    assert project.review_all([]) == []
    project.close()


def test_settings_and_documents_written_at_once(
    database: str, work: tuple[Bitext, tuple[Finding, ...]]
) -> None:
    project = Project.create(database)
    on_all_at_once(6, lambda i: project.set(day=f"2020-11-{i + 10}"))
    on_all_at_once(6, lambda _: project.save(*work))
    assert project.bitexts() == [work[0]]
    assert project.changes() == 6
    project.close()


def test_a_database_that_is_gone_is_an_error_for_people(tmp_path: Path) -> None:
    project = Project.create(tmp_path / "project")
    project.close()
    (tmp_path / "project" / FILE).write_bytes(b"overwritten by something else " * 500)
    with pytest.raises(InputError, match="nothing was saved"):
        project.review("s" * 16, "comment", "Ani", note="x")
    with pytest.raises(InputError, match="cannot be read"):
        project.reviews()


@pytest.mark.parametrize(
    "url", ["nonsense://", "postgresql+psycopg://ani:secret@127.0.0.1:1/project", "postgresql+nothing://x/y"]
)
def test_a_wrong_address_is_told_without_its_password(url: str) -> None:
    with pytest.raises(InputError) as raised:
        Project.open(url)
    assert "secret" not in str(raised.value)
