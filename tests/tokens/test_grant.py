"""Grants: how long what a user allowed may last."""

from datetime import UTC, datetime, timedelta

import pytest

from idp import clock
from idp.config import TokensConfig
from idp.tokens.grant import new_grant
from tests.tokens.test_mint import CLIENT, USER

LIFETIMES = TokensConfig(
    authorization_code_lifetime=60, access_token_lifetime=600, refresh_token_lifetime=5000
)


@pytest.mark.parametrize(("scope", "seconds"), [("openid", 660), ("openid offline_access", 5000)])
def test_grant_lasts_as_long_as_its_last_token(
    monkeypatch: pytest.MonkeyPatch, scope: str, seconds: int
) -> None:
    """Without offline_access there is one access token, so nothing has to last longer."""
    now = datetime(2026, 11, 24, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: now)

    grant = new_grant(
        LIFETIMES, CLIENT, USER, frozenset(scope.split()), auth_time=now, amr=["pwd"], sid="sid-1"
    )

    assert grant.expires_at == now + timedelta(seconds=seconds)
    assert (grant.client_id, grant.user_id, grant.sid) == ("client-1", USER.user_id, "sid-1")
    assert grant.is_live
