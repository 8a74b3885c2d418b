"""Revoking grants: exactly those that are meant."""

import pytest

from idp.storage.grants import find_grant, revoke_grants_of_session
from idp.storage.users import User
from idp.web.provider import Provider
from tests.conftest import Tokens
from tests.parties.relying_party import RelyingParty, unverified_claims


@pytest.mark.parametrize(
    ("scope", "is_live"),
    [
        ("openid profile", False),
        ("openid offline_access", True),
        ("offline_access", True),
    ],
)
async def test_end_of_a_session_ends_its_grants_without_offline_access(
    rp: RelyingParty, alice: User, tokens: Tokens, provider: Provider, scope: str, is_live: bool
) -> None:
    """A grant with offline_access outlives its login session, any other does not."""
    issued = await tokens(rp, scope=scope)
    grant_id = unverified_claims(issued["access_token"])["gid"]
    grant = await provider.database.run(find_grant, grant_id)
    assert grant is not None

    await provider.database.run(revoke_grants_of_session, grant.sid)

    grant = await provider.database.run(find_grant, grant_id)
    assert grant is not None
    assert grant.is_live is is_live
