"""Logs: what is on every line, what is on none, and what happens when they cannot be written."""

import json
import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from idp.config import LogConfig
from idp.log import bind_request, clear_request, client_address, configure, log, request_id

JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"


@pytest.fixture(autouse=True)
def _leave_logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level, raises = root.handlers[:], root.level, logging.raiseExceptions
    yield
    for handler in root.handlers[:]:
        if handler not in handlers:
            root.removeHandler(handler)
            handler.close()
    root.setLevel(level)
    logging.raiseExceptions = raises
    clear_request()


def json_lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_line_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    """A text line has the time, the level, the event and what is known about it."""
    configure(LogConfig())

    log.info("client_added", client_id="c1", name="My app")

    head, rest = capsys.readouterr().err.split(" ", 1)
    assert head.endswith("Z")
    assert rest == 'info    client_added client_id=c1 name="My app"\n'


def test_a_line_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    """A JSON line has the same."""
    configure(LogConfig(format="json"))

    log.warning("client_added", client_id="c1", count=3)

    (line,) = json_lines(capsys)
    assert line.pop("time").endswith("Z")
    assert line == {
        "level": "warning",
        "logger": "idp",
        "event": "client_added",
        "client_id": "c1",
        "count": 3,
    }


def test_lines_of_a_request(capsys: pytest.CaptureFixture[str]) -> None:
    """Between binding and clearing, every line carries the request and the address."""
    configure(LogConfig(format="json"))

    bind_request("r1", "192.0.2.1")
    assert (request_id(), client_address()) == ("r1", "192.0.2.1")
    log.info("inside")
    logging.getLogger("uvicorn.error").warning("inside %s", "too")
    clear_request()
    assert (request_id(), client_address()) == (None, None)
    log.info("outside")

    *inside, outside = json_lines(capsys)
    assert [line["event"] for line in inside] == ["inside", "inside too"]
    assert {(line["request_id"], line["address"]) for line in inside} == {("r1", "192.0.2.1")}
    assert "request_id" not in outside
    assert "address" not in outside


def test_configuring_twice(capsys: pytest.CaptureFixture[str]) -> None:
    """The last configuration holds, and lines are not written twice."""
    configure(LogConfig())
    configure(LogConfig(level="warning"))

    log.info("unimportant")
    log.warning("important")

    assert capsys.readouterr().err.count("important") == 1


@pytest.mark.parametrize(
    ("library", "level"),
    [
        ("uvicorn.access", logging.CRITICAL),
        ("authlib", logging.DEBUG),
        ("httpx2", logging.INFO),
        ("sqlalchemy.engine.Engine", logging.INFO),
        ("asyncio", logging.INFO),
    ],
)
def test_lines_of_libraries_that_hold_too_much(
    library: str, level: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """Lines with query strings, URLs or SQL are not written, even when everything else is."""
    configure(LogConfig(level="debug"))

    logging.getLogger(library).log(level, "GET /authorize?login_hint=alice")

    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("format", ["text", "json"])
def test_secrets_in_tracebacks(format: str, capsys: pytest.CaptureFixture[str]) -> None:
    """An exception is logged with its traceback, without the secrets in its words."""
    configure(LogConfig.model_validate({"format": format}))

    try:
        raise ValueError(f"refused {JWT} for code=hunter2")
    except ValueError:
        log.exception("failed")
        logging.getLogger("uvicorn.error").exception("failed")

    written = capsys.readouterr().err
    assert written.count("ValueError: refused *** for code=***") == 2
    assert "test_log.py" in written
    assert JWT not in written
    assert "=hunter2" not in written


@pytest.mark.parametrize("hostile", ["a\nb", "a\r\nb", "a\x1b[2Kb", "a\x00b", "a\u2028b", "a\x85b"])
def test_no_forged_lines(hostile: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever a value, an event or a library's line holds, it stays on its line."""
    configure(LogConfig())

    log.info(hostile, value=hostile)
    logging.getLogger("uvicorn.error").info(hostile)

    written = capsys.readouterr().err
    assert len(written.splitlines()) == 2
    assert hostile not in written


def test_no_forged_values(capsys: pytest.CaptureFixture[str]) -> None:
    """A value cannot end its quotes and go on as another one."""
    configure(LogConfig())

    log.info("login_failed", username='x" user_id="admin', empty="")

    written = capsys.readouterr().err
    assert written.endswith('username="x\\" user_id=\\"admin" empty=""\n')


def test_no_forged_lines_in_tracebacks(capsys: pytest.CaptureFixture[str]) -> None:
    """Every line of a traceback is indented, so that none can pass for a line of the log."""
    configure(LogConfig())

    try:
        raise ValueError("oops\n2026-01-01T00:00:00Z info login_succeeded")
    except ValueError:
        log.exception("failed")

    _, *traceback = capsys.readouterr().err.splitlines()
    assert traceback
    assert all(line.startswith("    | ") for line in traceback)


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


def test_objects_that_cannot_be_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """Values of any kind are logged as text."""
    configure(LogConfig(format="json"))

    log.info("odd", path=Path("/x"), names={"a"}, raw=b"\x00", none=None)

    (line,) = json_lines(capsys)
    assert (line["path"], line["names"], line["none"]) == ("/x", ["a"], None)
