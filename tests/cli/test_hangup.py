"""SIGHUP: an operator tells a server to look at its keys, a terminal that it has been closed."""

import os
import pty
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest

from tests.cli.conftest import PROGRAM, SECONDS, Idp, read_until, serving

WORKERS = pytest.mark.parametrize("workers", ["1", "2"])


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait until something is so; fail if that takes too long."""
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@WORKERS
def test_it_looks_at_the_keys_and_goes_on(idp: Idp, free_port: int, workers: str) -> None:
    """What was rotated is published, by the processes that were there before."""
    with serving("--port", str(free_port), "--workers", workers) as process:
        read_until(process, "  http")
        url = f"http://127.0.0.1:{free_port}/jwks.json"
        wait_until(lambda: answers(url))
        before = httpx2.get(url, timeout=SECONDS).text
        assert idp("keys rotate --now").exit_code == 0

        process.send_signal(signal.SIGHUP)

        wait_until(lambda: httpx2.get(url, timeout=SECONDS).text != before)
        assert process.poll() is None
    assert "worker_died" not in Path("log").read_text()


@WORKERS
def test_it_ends_with_its_terminal(free_port: int, workers: str) -> None:
    """A window that is closed takes the server with it, as people expect."""
    ours, theirs = pty.openpty()
    with Path("log").open("w") as log:
        process = subprocess.Popen(
            [*PROGRAM, "serve", "--port", str(free_port), "--workers", workers],
            stdin=theirs,
            stdout=log,
            stderr=log,
        )
    os.close(theirs)
    try:
        wait_until(lambda: answers(f"http://127.0.0.1:{free_port}/readyz"))

        os.close(ours)
        process.send_signal(signal.SIGHUP)

        assert process.wait(SECONDS) == 0
    finally:
        process.kill()
        process.wait()


def answers(url: str) -> bool:
    """Tell whether a server is there."""
    try:
        return httpx2.get(url, timeout=SECONDS).is_success
    except httpx2.TransportError:
        return False
