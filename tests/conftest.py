"""What every test shares: the development data where it is present, and a user folder of its own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from align.terms import Termbase, default

if TYPE_CHECKING:
    from align.store import Project


@pytest.fixture(autouse=True)
def _own_user_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the user's own memory and caches, or asks the network."""
    for name in ("XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("GRADIO_ANALYTICS_ENABLED", "False")


@pytest.fixture(scope="session")
def termbase() -> Termbase:
    """The packaged termbase."""
    return default()


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The development corpora, which are no part of the project."""
    root = Path(__file__).parents[1]
    for place in (os.environ.get("ARAXES_DATA"), root.parent / "shared" / "data"):
        if place and (Path(place) / "ntrex-dev").is_dir():
            return Path(place)
    pytest.skip("the development corpora are not here; set ARAXES_DATA to their folder")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the small project of `exported`."""
    return tmp_path_factory.mktemp("small") / "project"


@pytest.fixture(scope="module")
def small(folder: Path) -> Project:
    """A small project with a translation a language; see `exported`."""
    from exported import make

    return make(folder)
