"""What is on every line of the log, and what is on none."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from idp.config import LogConfig
from idp.log import bind_request, clear_request, client_address, configure, log, request_id

JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"


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
    except ValueError as error:
        log.error("failed", exc_info=error)
        logging.getLogger("uvicorn.error").exception("failed")

    written = capsys.readouterr().err
    assert written.count("ValueError: refused *** for code=***") == 2
    assert "test_line.py" in written
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
    except ValueError as error:
        log.error("failed", exc_info=error)

    _, *traceback = capsys.readouterr().err.splitlines()
    assert traceback
    assert all(line.startswith("    | ") for line in traceback)


@pytest.mark.parametrize(
    ("name", "value", "written"),
    [
        ("client_secret", "hunter2", "***"),
        ("code", 123456, "***"),
        ("code", None, "None"),
        ("detail", JWT, "***"),
        ("detail", "Bearer abcdefghij", '"Bearer ***"'),
        ("detail", "code=hunter2", '"code=***"'),
        ("url", "https://idp.example/token?x", "https://idp.example/token?x"),
        ("name", "Zoë", "Zoë"),
        ("name", "", '""'),
        ("name", "a b", '"a b"'),
        ("name", "a\\b", '"a\\\\b"'),
        ("number", 1.5, "1.5"),
        ("names", ["a", JWT], "\"['a', '***']\""),
    ],
)
def test_a_value(
    name: str, value: object, written: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What could be a secret is masked, what is not plain is quoted."""
    configure(LogConfig())

    log.info("event", before="plain", **{name: value})

    assert capsys.readouterr().err.endswith(f"event before=plain {name}={written}\n")


def test_objects_that_cannot_be_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """Values of any kind are logged as text."""
    configure(LogConfig(format="json"))

    log.info("odd", path=Path("/x"), names={"a"}, raw=b"\x00", none=None)

    (line,) = json_lines(capsys)
    assert (line["path"], line["names"], line["none"]) == ("/x", ["a"], None)
