"""Where lines go, and what happens when they cannot be written there."""

import json
import sys
from pathlib import Path

import pytest

from idp.config import LogConfig
from idp.log import configure, log


def test_the_file_gets_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The log file gets every line as JSON, readable by its owner and group only."""
    file = tmp_path / "logs" / "idp.log"
    configure(LogConfig(file=str(file)))

    log.info("client_added", client_id="c1")

    assert json.loads(file.read_text())["client_id"] == "c1"
    assert file.stat().st_mode & 0o137 == 0
    assert "client_added client_id=c1" in capsys.readouterr().err


def test_the_file_is_set_aside(tmp_path: Path) -> None:
    """A full log file becomes a backup, and old backups go."""
    file = tmp_path / "idp.log"
    configure(LogConfig(file=str(file), max_bytes=10_000, backups=1))

    for _ in range(60):
        log.info("long", value="x" * 500)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["idp.log", "idp.log.1"]
    assert file.stat().st_size <= 10_000


def test_a_file_that_cannot_be_opened(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without its file the log goes on, and says so."""
    (tmp_path / "file").write_text("")
    configure(LogConfig(file=str(tmp_path / "file" / "idp.log")))

    log.info("still_here")

    warning, line = capsys.readouterr().err.splitlines()
    assert "log_file_unusable" in warning
    assert "still_here" in line


def test_a_file_that_cannot_be_written(capsys: pytest.CaptureFixture[str]) -> None:
    """A full disk costs the file's lines and nothing else; it is said once."""
    configure(LogConfig(file="/dev/full"))

    log.info("one")
    log.info("two")

    written = capsys.readouterr().err
    assert written.count("log_file_unusable") == 1
    assert "one" in written
    assert "two" in written
    assert "Traceback" not in written


def test_a_console_that_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A closed console is no reason to fail."""

    class Closed:
        def write(self, text: str) -> int:
            raise BrokenPipeError

    configure(LogConfig())
    monkeypatch.setattr(sys, "stderr", Closed())

    log.info("unheard")
    monkeypatch.setattr(sys, "stderr", None)
    log.info("unheard")
