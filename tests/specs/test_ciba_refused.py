"""What a client may not ask of people elsewhere (CIBA Core §13), and how it may be registered."""

from typing import Any

import pytest

from idp.clients.errors import RegistrationRefused
from idp.config import Config
from idp.storage.users import User
from idp.web.provider import Provider
from tests.conftest import AddClient, AddUser, Configure
from tests.parties.backchannel import BANK, CIBA, ask
from tests.parties.letters import Inbox
from tests.parties.operator import Operator
from tests.parties.relying_party import RelyingParty


@pytest.fixture
def config(configure: Configure) -> Config:
    """Let a client have few attempts."""
    return configure(throttle={"address_failures": 3, "mails_everywhere": 3})


@pytest.fixture
async def bank(add_client: AddClient) -> RelyingParty:
    """Add a client that polls."""
    return await add_client(**BANK)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"scope": None}, "invalid_request"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"scope": "unknown"}, "invalid_scope"),
        ({"login_hint": None}, "invalid_request"),
        ({"login_hint_token": "t"}, "invalid_request"),
        ({"login_hint": None, "login_hint_token": "t"}, "invalid_request"),
        ({"id_token_hint": "e.e.e"}, "invalid_request"),
        ({"login_hint": None, "id_token_hint": "e.e.e"}, "invalid_request"),
        ({"login_hint": "nobody"}, "unknown_user_id"),
        ({"login_hint": "\ud7ff"}, "unknown_user_id"),
        ({"binding_message": "two\nlines"}, "invalid_binding_message"),
        ({"binding_message": "m" * 101}, "invalid_binding_message"),
        ({"requested_expiry": "0"}, "invalid_request"),
        ({"requested_expiry": "-1"}, "invalid_request"),
        ({"requested_expiry": "soon"}, "invalid_request"),
        ({"request": "e.e.e"}, "invalid_request"),
    ],
)
async def test_13_refused(
    bank: RelyingParty, alice: User, letters: Inbox, changes: dict[str, Any], error: str
) -> None:
    """The client is told why, and nobody is mailed."""
    response = await ask(bank, **changes)

    assert (response.status_code, response.json()["error"]) == (400, error)
    assert letters.unread == []


async def test_13_closed_account(bank: RelyingParty, alice: User, provider: Provider) -> None:
    """Who may not sign in is as unknown as who is not there."""
    await Operator(provider).disable_user(alice)

    assert (await ask(bank)).json()["error"] == "unknown_user_id"


async def test_13_hint_of_another_client(
    bank: RelyingParty, rp: RelyingParty, alice: User, tokens: Any
) -> None:
    """An ID token is a hint for the client that it was issued to."""
    id_token = (await tokens(rp))["id_token"]

    response = await ask(bank, login_hint=None, id_token_hint=id_token)

    assert response.json()["error"] == "invalid_request"


async def test_7_client_must_prove_who_it_is(bank: RelyingParty, alice: User) -> None:
    """A name alone is not enough."""
    response = await ask(RelyingParty(bank.http, bank.client_id))

    assert (response.status_code, response.json()["error"]) == (401, "invalid_client")


async def test_7_client_must_be_registered_for_it(rp: RelyingParty, alice: User) -> None:
    """No other client asks anybody."""
    response = await ask(rp)

    assert (response.status_code, response.json()["error"]) == (400, "unauthorized_client")


async def test_14_names_are_not_tried_out(bank: RelyingParty, alice: User) -> None:
    """A client that asks for people who are not there has soon had its share."""
    for number in range(3):
        assert (await ask(bank, login_hint=f"nobody-{number}")).status_code == 400

    response = await ask(bank)

    assert (response.status_code, response.json()["error"]) == (429, "temporarily_unavailable")
    assert int(response.headers["retry-after"]) > 0


async def test_14_nobody_is_flooded(bank: RelyingParty, alice: User, add_user: AddUser) -> None:
    """One person is asked a few times an hour; others are not kept from being asked by that."""
    await add_user("bob")
    for _ in range(3):
        assert (await ask(bank)).status_code == 200

    assert (await ask(bank)).status_code == 429
    assert (await ask(bank, login_hint="bob")).status_code == 200


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        (
            {"backchannel_token_delivery_mode": None},
            f"backchannel_token_delivery_mode must be there if grant_types has {CIBA}.",
        ),
        (
            {"backchannel_token_delivery_mode": "push"},
            "backchannel_token_delivery_mode must be one of: poll, ping.",
        ),
        (
            {"backchannel_token_delivery_mode": "ping"},
            "backchannel_client_notification_endpoint must be there if"
            " backchannel_token_delivery_mode is ping.",
        ),
        (
            {"backchannel_client_notification_endpoint": "http://bank.example/ping"},
            "backchannel_client_notification_endpoint must begin with https:// unless its host is"
            " this computer.",
        ),
        (
            {"token_endpoint_auth_method": "none"},
            f"token_endpoint_auth_method must not be none if grant_types has {CIBA}.",
        ),
    ],
)
async def test_4_registration_is_refused(
    add_client: AddClient, changes: dict[str, Any], text: str
) -> None:
    """What a client says of itself must go together, and be supported."""
    with pytest.raises(RegistrationRefused) as refused:
        await add_client(**BANK | changes)

    assert str(refused.value) == text
