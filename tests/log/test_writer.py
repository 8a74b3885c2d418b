"""When lines are written: soon, together, in order, and before it is too late."""

import asyncio
import logging
import subprocess
import sys
import threading
from collections.abc import Callable

import anyio
import pytest
from anyio.lowlevel import checkpoint

from idp.config import LogConfig
from idp.log import bind_request, clear_request, configure, log
from idp.log.writer import MOST_NOTED


def test_configuring_twice(capsys: pytest.CaptureFixture[str]) -> None:
    """The last configuration holds, and lines are not written twice."""
    configure(LogConfig())
    configure(LogConfig(level="warning"))

    log.info("unimportant")
    log.warning("important")

    assert capsys.readouterr().err.count("important") == 1


async def read_lines(count: int, capsys: pytest.CaptureFixture[str]) -> str:
    """Wait until so many lines have been written."""
    written = ""
    with anyio.fail_after(10):
        while written.count("\n") < count:
            await checkpoint()
            written += capsys.readouterr().err
    return written


async def test_lines_wait_a_moment_for_others(capsys: pytest.CaptureFixture[str]) -> None:
    """In an event loop lines are written together, soon, and in the order of what happened."""
    configure(LogConfig())

    bind_request("r1", None)
    log.info("one", number=1)
    clear_request()
    log.info("two", number=2)
    at_once = capsys.readouterr().err
    written = await read_lines(2, capsys)

    assert at_once == ""
    assert [line.split(" ", 1)[1] for line in written.splitlines()] == [
        "info    one number=1 request_id=r1",
        "info    two number=2",
    ]


def in_a_thread(function: Callable[[str], None], argument: str) -> None:
    thread = threading.Thread(target=function, args=[argument])
    thread.start()
    thread.join()


@pytest.mark.parametrize(
    "urgent",
    [
        lambda: log.warning("urgent"),
        lambda: log.error("urgent", exc_info=ValueError()),
        lambda: logging.getLogger("uvicorn.error").info("urgent"),
        lambda: in_a_thread(log.info, "urgent"),
    ],
    ids=["warning", "error", "library", "thread"],
)
async def test_what_is_urgent_does_not_wait(
    urgent: Callable[[], None], capsys: pytest.CaptureFixture[str]
) -> None:
    """A warning, an error or a library's line is written at once, after what came before it."""
    configure(LogConfig())

    log.info("before")
    urgent()

    events = [line.split()[2] for line in capsys.readouterr().err.splitlines() if line[0] != " "]
    assert events == ["before", "urgent"]


async def test_not_too_many_lines_wait(capsys: pytest.CaptureFixture[str]) -> None:
    """However much happens in one turn of the event loop, what waits is bounded."""
    configure(LogConfig())

    for _ in range(MOST_NOTED + 1):
        log.info("much")

    assert len(capsys.readouterr().err.splitlines()) == MOST_NOTED


async def test_nothing_is_lost_at_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    """What still waits when the log is closed is written."""
    configure(LogConfig())

    log.info("last")
    log.close()

    assert "last" in capsys.readouterr().err


def test_nothing_is_lost_when_an_event_loop_ends(capsys: pytest.CaptureFixture[str]) -> None:
    """Lines that waited in a loop that has ended are written by the next one."""
    configure(LogConfig())

    async def note(event: str) -> None:
        log.info(event)

    async def note_and_wait(event: str) -> str:
        log.info(event)
        return await read_lines(2, capsys)

    asyncio.run(note("one"))
    written = asyncio.run(note_and_wait("two"))

    assert [line.split()[2] for line in written.splitlines()] == ["one", "two"]


def test_a_process_that_fails_has_written_everything() -> None:
    """An exception that ends the process takes no line with it."""
    script = """
import asyncio
from idp.config import LogConfig
from idp.log import configure, log

async def main():
    log.info("last_words")
    raise SystemExit(3)

configure(LogConfig())
asyncio.run(main())
"""
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)

    assert ended.returncode == 3
    assert "last_words" in ended.stderr


async def test_a_value_that_has_no_text_costs_only_itself(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The lines beside it are written, and its own says what was wrong."""
    configure(LogConfig())

    class Mute:
        def __str__(self) -> str:
            raise RuntimeError("no words")

    log.info("before")
    log.info("odd", value=Mute())
    log.info("after")
    log.flush()

    written = capsys.readouterr().err
    assert [line.split()[2] for line in written.splitlines() if line[0] != " "] == [
        "before",
        "odd",
        "after",
    ]
    assert "no words" in written
