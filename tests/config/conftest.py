"""Where the configuration of a test comes from: an empty working directory."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory, so that no test reads the settings of another."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
