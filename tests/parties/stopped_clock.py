"""A clock that stands still unless a test moves it, for what depends on the half minute."""

import pytest

from idp import clock as idp_clock
from tests.conftest import Clock


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Stop the server's clock; a module that imports this has it in all its tests."""
    stopped, moment = Clock(), idp_clock.now()
    monkeypatch.setattr(idp_clock, "now", lambda: moment + stopped.ahead)
    return stopped
