"""Where other programs keep what the tests need: installed by .ci/run, elsewhere a reason to skip."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def packaged(path: str, package: str) -> Path:
    """A file that a Debian package installs; without it the test is skipped, and fails where CI is set."""
    found = Path(path)
    if not found.exists():
        reason = f"{path} is not here; apt-get install {package}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found
