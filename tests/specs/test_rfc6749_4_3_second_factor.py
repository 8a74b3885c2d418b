"""The password grant knows one factor; who has a second one uses the browser (RFC 9700 §2.4).

RFC 6749 §4.3 leaves no room to ask for more than a name and a password.
"""

import httpx2
import pytest

from idp.config import Config
from idp.storage.users import User
from idp.web.provider import Provider
from tests.authenticators.second_factors import enrol
from tests.conftest import PASSWORD, AddClient, Configure
from tests.parties.clients import PASSWORD_CLIENT
from tests.parties.relying_party import RelyingParty

NOT_ENOUGH = {
    "error": "invalid_grant",
    "error_description": "The user needs a second factor: use the authorization endpoint.",
}


@pytest.fixture
async def client(add_client: AddClient) -> RelyingParty:
    """Add a client that takes passwords."""
    return await add_client(**PASSWORD_CLIENT)


async def ask(client: RelyingParty, password: str = PASSWORD) -> httpx2.Response:
    """Send Alice's password."""
    typed = {"username": "alice", "password": password}
    return await client.token(grant_type="password", scope="openid", **typed)


async def test_4_3_password_of_who_has_a_second_factor_is_not_enough(
    client: RelyingParty, alice: User, provider: Provider
) -> None:
    """From the day on which it was set up; and whoever guesses does not learn that it was."""
    before = await ask(client)
    wrong_before = await ask(client, "wrong")
    await enrol(provider, alice)

    right, wrong = await ask(client), await ask(client, "wrong")

    assert before.status_code == 200
    assert (right.status_code, right.json()) == (400, NOT_ENOUGH)
    assert (wrong.status_code, wrong.text) == (wrong_before.status_code, wrong_before.text)
    assert wrong.json()["error"] == "invalid_grant"


async def test_4_3_client_that_wants_two_factors_gets_nothing_for_one(
    add_client: AddClient, alice: User
) -> None:
    """Whatever the person has set up."""
    client = await add_client(**PASSWORD_CLIENT, require_second_factor=True)

    response = await ask(client)

    assert (response.status_code, response.json()) == (400, NOT_ENOUGH)


class TestWhereEverybodyNeedsTwo:
    """`sign_in.second_factor` can demand it of everybody."""

    @pytest.fixture
    def config(self, configure: Configure) -> Config:
        """Demand it."""
        return configure(sign_in={"second_factor": "required"})

    async def test_4_3_password_alone_gets_nothing(self, client: RelyingParty, alice: User) -> None:
        """The grant is there, and of no use to people."""
        response = await ask(client)

        assert (response.status_code, response.json()) == (400, NOT_ENOUGH)
