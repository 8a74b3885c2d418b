"""Subjects and sessions as clients see them: the same for a sector, another for each other one."""

from collections.abc import Callable

import pytest

from idp import clock
from idp.clients.model import Client
from idp.oidc.subject import session_of, subject_of

Seen = Callable[[Client | None, str], str]


def client(sector_key: bytes | None) -> Client:
    """Make a client of a sector."""
    return Client(client_id="c", sector_key=sector_key, created_at=clock.now(), metadata={})


ONE, OTHER, PUBLIC = client(b"1" * 32), client(b"2" * 32), client(None)


@pytest.mark.parametrize("seen", [subject_of, session_of])
def test_without_a_sector_all_see_the_same(seen: Seen) -> None:
    """As it is stored, also for a client that is there no more."""
    assert [seen(PUBLIC, "id"), seen(None, "id")] == ["id", "id"]


@pytest.mark.parametrize("seen", [subject_of, session_of])
def test_a_sector_sees_what_no_other_does(seen: Seen) -> None:
    """The same each time, in its clients, and 43 characters that say nothing."""
    assert seen(ONE, "id") == seen(client(b"1" * 32), "id")
    assert len({seen(ONE, "id"), seen(OTHER, "id"), seen(ONE, "id2"), "id"}) == 4
    assert len(seen(ONE, "id")) == 43


def test_a_session_is_never_taken_for_a_subject() -> None:
    """The two have nothing in common, even if their names had."""
    assert subject_of(ONE, "id") != session_of(ONE, "id")
