"""`auth_time` in ID tokens: whenever it may be wanted (OIDC Core §2, §3.1.2.1, §5.5.1)."""

from typing import Any

import pytest

from idp.config import Config
from idp.storage.users import User
from tests.conftest import AddClient, Clock, Configure, SignIn
from tests.parties.clients import BY_BROWSER
from tests.parties.relying_party import unverified_claims


@pytest.fixture
def config(configure: Configure) -> Config:
    """Let clients have ID tokens by way of the browser."""
    return configure(protocol={"implicit": True})


WANTED: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "max_age": ({}, {"max_age": "3600"}),
    "default_max_age": ({"default_max_age": 3600}, {}),
    "require_auth_time": ({"require_auth_time": True}, {}),
    "claims": ({}, {"claims": '{"id_token": {"auth_time": {"essential": true}}}'}),
}


@pytest.mark.parametrize(("registered", "sent"), WANTED.values(), ids=WANTED)
async def test_2_whoever_wants_it_gets_it(
    add_client: AddClient,
    alice: User,
    walk: SignIn,
    clock: Clock,
    registered: dict[str, Any],
    sent: dict[str, str],
) -> None:
    """It is when the person signed in, in whichever way the ID token comes."""
    rp = await add_client(**BY_BROWSER, **registered)
    first = await walk(rp, response_type="id_token", **sent)
    clock.move(100)

    hybrid = await walk(rp, response_type="code id_token", **sent)
    exchanged = (await rp.exchange(hybrid.params["code"])).json()

    claims = [
        unverified_claims(each["id_token"]) for each in (first.params, hybrid.params, exchanged)
    ]
    assert isinstance(claims[0]["auth_time"], int)
    assert len({each["auth_time"] for each in claims}) == 1
    assert claims[2]["iat"] - claims[2]["auth_time"] >= 100
