"""Rows become dataclasses by position: both must have the same order."""

from dataclasses import fields
from typing import Any

import pytest
from sqlalchemy import Table

from idp.storage.access_tokens import OpaqueAccessToken, access_tokens
from idp.storage.authorization_codes import AuthorizationCode, authorization_codes
from idp.storage.clients import ClientRow, clients
from idp.storage.consents import Consent, consents
from idp.storage.grants import Grant, grants
from idp.storage.interactions import Interaction, interactions
from idp.storage.login_sessions import LoginSession, login_sessions
from idp.storage.refresh_tokens import RefreshToken, refresh_tokens
from idp.storage.signing_keys import SigningKeyRow, signing_keys
from idp.storage.users import User, users


@pytest.mark.parametrize(
    ("row_type", "table"),
    [
        (AuthorizationCode, authorization_codes),
        (ClientRow, clients),
        (Consent, consents),
        (Grant, grants),
        (Interaction, interactions),
        (LoginSession, login_sessions),
        (OpaqueAccessToken, access_tokens),
        (RefreshToken, refresh_tokens),
        (SigningKeyRow, signing_keys),
        (User, users),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_row_has_the_columns_of_its_table(row_type: Any, table: Table) -> None:
    """A dataclass names the columns of its table, in their order."""
    assert [field.name for field in fields(row_type)] == [column.name for column in table.c]
