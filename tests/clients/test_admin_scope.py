"""The scope with which a client administers the server: who may have it."""

from typing import Any

import pytest

from idp.clients.errors import InvalidClientMetadata
from idp.clients.metadata import validate
from idp.config import Config
from idp.vocabulary import ADMIN_SCOPE

CODE = {"redirect_uris": ["https://rp.example/cb"]}
MACHINE = {"grant_types": ["client_credentials"]}


def test_only_an_operators_client_may_have_it(config: Config) -> None:
    """Whoever registers a client for somebody else never lets it have the word."""
    asked = {**MACHINE, "scope": ADMIN_SCOPE}

    with pytest.raises(InvalidClientMetadata, match="scope must have only standard words"):
        validate(asked, config)

    assert validate(asked, config, reserved_scopes=[ADMIN_SCOPE])["scope"] == ADMIN_SCOPE


@pytest.mark.parametrize(
    "asked",
    [
        CODE,
        {**CODE, "grant_types": ["authorization_code", "client_credentials"]},
        {"grant_types": ["password"]},
        {"grant_types": [], "resource_server": True},
    ],
)
def test_who_has_it_signs_nobody_in(asked: dict[str, Any], config: Config) -> None:
    """Together with any other grant type it is refused."""
    with pytest.raises(InvalidClientMetadata, match="and no other if scope has"):
        validate({**asked, "scope": ADMIN_SCOPE}, config, reserved_scopes=[ADMIN_SCOPE])
