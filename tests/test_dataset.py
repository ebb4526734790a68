"""The folder for the hub: four tables, their splits, and a card that says no more than the files hold."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from exported import make

from align.exports import EXPORTS, Options
from align.exports.hub import problems
from align.exports.kinds import CONFIGS, features
from align.sources import lined
from align.store import Project
from align.types import Bead, Bitext, Translation

ARTICLES = 24


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Many short articles; the first has a second Russian translation, one place is reviewed."""
    where = tmp_path_factory.mktemp("many") / "project"
    for number in range(ARTICLES):
        text = (f"Fighting near Shushi, day {number}.", "Nobody was hurt.")
        made = make(
            where, {"ru": (f"Бои у Шуши, день {number}.", "Никто не пострадал.")}, text, checked=number == 0
        )
    source = made.documents()[0]
    second = Translation(source, lined("Бой близ Шуши.\nБез жертв.", "ru"), "other|x")
    made.save(Bitext(second, (Bead((0,), (0,)), Bead((1,), (1,))), "by hand"), ())
    made.review(made.bitexts()[0].bead_id(0), "accept", "Ани")
    return made


@pytest.fixture
def hub(project: Project, tmp_path: Path) -> Path:
    EXPORTS["hub"].write(project, tmp_path / "hub")
    return tmp_path / "hub"


def test_every_configuration_loads_with_its_splits(project: Project, hub: Path, tmp_path: Path) -> None:
    import datasets

    assert problems(hub) == []
    assert datasets.get_dataset_config_names(str(hub)) == list(CONFIGS)
    rows = {}
    for config in CONFIGS:
        loaded = datasets.load_dataset(str(hub), config, cache_dir=str(tmp_path / "cache"))
        assert {split.features == features(config) for split in loaded.values()} == {True}, config
        rows[config] = {name: split.to_list() for name, split in loaded.items()}
    assert set(rows["bitext"]) == {"train", "validation", "test"}
    articles = {name: {row["article"] for row in part} for name, part in rows["bitext"].items()}
    assert sum(map(len, articles.values())) == len(set.union(*articles.values())) == ARTICLES
    everything = [row for part in rows["bitext"].values() for row in part]
    assert len({row["id"] for row in everything}) == len(everything) == 2 * ARTICLES + 2
    (twice,) = {row["article"] for row in everything if row["id"].split("-")[1] == "1"}
    said = [row["translation"]["ru"] for row in everything if row["article"] == twice and row["segment"] == 1]
    assert sorted(said) == ["Без жертв.", "Никто не пострадал."]
    owners = {row["article"]: name for name, part in rows["bitext"].items() for row in part}
    for config in ("findings", "reviews"):
        assert all(owners[row["article"]] == name for name, part in rows[config].items() for row in part), (
            config
        )


def test_without_text_every_table_is_bare(project: Project, tmp_path: Path) -> None:
    EXPORTS["hub"].write(project, tmp_path / "bare", Options(text=False))
    assert problems(tmp_path / "bare") == []
    from pyarrow import parquet

    held = [
        str(parquet.read_table(file).to_pylist())
        for file in (tmp_path / "bare").rglob("*.parquet")
        if "termbase" not in file.parts
    ]
    assert held
    assert not any(word in text for text in held for word in ("Fighting", "Nobody", "пострадал", "жертв"))


def _rename_column(hub: Path) -> None:
    from pyarrow import parquet

    (file,) = (hub / "reviews").glob("*.parquet")
    table = parquet.read_table(file)
    parquet.write_table(table.rename_columns([n.replace("note", "remark") for n in table.column_names]), file)


def _change_type(hub: Path) -> None:
    import pyarrow
    from pyarrow import parquet

    (file,) = (hub / "reviews").glob("*.parquet")
    table = parquet.read_table(file)
    place = table.column_names.index("revision")
    parquet.write_table(table.set_column(place, "revision", table["revision"].cast(pyarrow.int64())), file)


def _claim_more(hub: Path) -> None:
    card = hub / "README.md"
    card.write_text(
        card.read_text(encoding="utf-8").replace("num_examples: 1\n", "num_examples: 2\n", 1),
        encoding="utf-8",
    )


def _remove(hub: Path) -> None:
    next((hub / "reviews").glob("*.parquet")).unlink()


def _add(hub: Path) -> None:
    file = next((hub / "reviews").glob("*.parquet"))
    (hub / "extra.parquet").write_bytes(file.read_bytes())


@pytest.mark.parametrize(("change", "said"), [
    (_rename_column, "other columns"), (_change_type, "other columns"), (_claim_more, "the card says 2"),
    (_remove, "no file is"), (_add, "extra.parquet: not in the card"),
])  # fmt: skip
def test_a_card_that_says_something_else_is_found_without_a_network(
    change: Callable[[Path], None], said: str, hub: Path
) -> None:
    change(hub)
    assert any(said in problem for problem in problems(hub))


def test_the_state_of_a_place_is_in_its_row(project: Project, hub: Path) -> None:
    from pyarrow import parquet

    rows = [
        row for file in (hub / "bitext").glob("*.parquet") for row in parquet.read_table(file).to_pylist()
    ]
    states = {one["id"]: one["state"] for row in rows for one in row["beads"]}
    assert states[project.bitexts()[0].bead_id(0)] == "reviewed"
    assert sum(state == "reviewed" for state in states.values()) == 1
