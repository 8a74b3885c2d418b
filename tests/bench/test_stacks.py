"""Whose the time is, in stacks as py-spy writes them."""

from pathlib import Path

import pytest

import idp
from bench.stacks import shares

IDP = Path(idp.__file__).parent
SITE = "/venv/lib/python3.11/site-packages"
STDLIB = "/usr/lib/python3.11"
CALLER = f"run ({SITE}/uvicorn/server.py:1)"


@pytest.mark.parametrize(
    ("frame", "owner"),
    [
        (f"find ({IDP}/storage/users.py:1)", "idp storage"),
        (f"now ({IDP}/clock.py:8)", "idp clock"),
        (f"make_signature ({IDP}/signing/algorithms.py:73)", "signing (cryptography)"),
        (f"sign ({IDP}/signing/signer.py:73)", "idp signing"),
        (f"Connection.execute ({SITE}/sqlalchemy/engine/base.py:1)", "sqlalchemy"),
        (f"Handler.emit ({STDLIB}/logging/__init__.py:1)", "logging"),
        (f"Task.step ({STDLIB}/asyncio/tasks.py:1)", "asyncio, uvloop"),
        ("call (/project/uvloop/loop.c:1)", "asyncio, uvloop"),
        ("sqlite3_step (/usr/lib/libsqlite3.so.0.8.6)", "SQLite"),
        (f"dumps ({STDLIB}/json/__init__.py:1)", "uvicorn"),
        ("free (/usr/lib/libc.so.6)", "uvicorn"),
        ("__instancecheck__ (<frozen abc>:119)", "uvicorn"),
    ],
)
def test_the_innermost_frame_that_is_a_subject_has_the_time(frame: str, owner: str) -> None:
    """A package or a room has the time; what merely serves it is counted for it."""
    found = shares([f"{CALLER};{frame} 3"])

    assert found == [(owner, 1.0)]


def test_shares_are_of_all_samples_and_in_order() -> None:
    """What is too small for a line of its own is among the others, which come last."""
    lines = [
        "main (<string>:1) 10",
        f"{CALLER} 300",
        f"now ({IDP}/clock.py:8) 689",
        f"get ({SITE}/starlette/requests.py:1) 1",
    ]

    found = shares(lines)

    assert found == [("idp clock", 0.689), ("uvicorn", 0.3), ("others", 0.011)]


def test_a_thread_that_waits_for_work_has_no_time() -> None:
    """A pool's thread without work is left out, and one that works is not."""
    thread = f"Thread.run ({STDLIB}/threading.py:1);_worker ({STDLIB}/concurrent/futures/thread.py"

    found = shares([f"{thread}:81) 900", f"{thread}:83);now ({IDP}/clock.py:8) 10"])

    assert found == [("idp clock", 1.0)]
