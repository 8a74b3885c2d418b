"""The packaged templates."""

import pytest

from idp.web.templating import Templates


@pytest.fixture(scope="module")
def templates() -> Templates:
    """Give the templates that no operator has changed."""
    return Templates("", "Acme ID")
