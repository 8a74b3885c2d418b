"""Every test of the log configures it."""

from collections.abc import Iterator

import pytest

from idp.log import clear_request


@pytest.fixture(autouse=True)
def _leave_the_log_as_it_was(restored_log: None) -> Iterator[None]:
    yield
    clear_request()
