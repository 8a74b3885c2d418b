"""What authorization details may be, and which are refused (RFC 9396 §2, §5)."""

import json
from typing import Any

import pytest

from idp.config import Config
from idp.storage.users import User
from tests.conftest import AddClient, Configure, Tokens
from tests.parties.browser import Arrival, Browser
from tests.parties.detailed import ACCOUNTS, PAYMENT, TYPES, details
from tests.parties.relying_party import RelyingParty, unverified_claims

MALFORMED = "The authorization_details must be JSON: a list of 1 to 10 objects, each with a type."
WRONG = "A member of the authorization_details, or its value, is not one that its type has."
INCOMPLETE = "A member is missing in the authorization_details that its type requires."
UNKNOWN = "A type is not supported: see authorization_details_types_supported."


@pytest.fixture
def config(configure: Configure) -> Config:
    """Declare the types."""
    return configure(authorization_details_types=TYPES)


@pytest.fixture
async def rp(add_client: AddClient) -> RelyingParty:
    """Add a client that may ask for all of them."""
    return await add_client(authorization_details_types=list(TYPES))


@pytest.mark.parametrize(
    "detail",
    [
        {"type": "account_information"},
        ACCOUNTS,
        ACCOUNTS | {"locations": ["https://bank.example/accounts"], "datatypes": ["contacts"]},
        ACCOUNTS | {"identifier": "DE02 1001", "privileges": ["admin"]},
        ACCOUNTS | {"limits": {"days": 90, "currencies": ["EUR", "\u20bf"]}, "combined": False},
        ACCOUNTS | {"limits": {"days": -1.5}},
        PAYMENT,
        {"type": "payment", "amount": {"value": "1"}, "to": "\u00c6gir & S\u00f8nner"},
    ],
)
async def test_2_what_a_type_has_is_granted_as_it_was_asked(
    rp: RelyingParty, alice: User, tokens: Tokens, detail: dict[str, Any]
) -> None:
    """Every member that is declared, with every kind of value, comes back letter for letter."""
    issued = await tokens(rp, authorization_details=details(detail))

    assert issued["authorization_details"] == [detail]
    assert unverified_claims(issued["access_token"])["authorization_details"] == [detail]


async def test_2_several_types_and_each_once(rp: RelyingParty, alice: User, tokens: Tokens) -> None:
    """Two of one type differ, and what is there twice is granted once (RFC 9396 §2.1)."""
    other = ACCOUNTS | {"identifier": "DE02"}

    issued = await tokens(rp, authorization_details=details(ACCOUNTS, PAYMENT, other, ACCOUNTS))

    assert issued["authorization_details"] == [ACCOUNTS, PAYMENT, other]


REFUSED: dict[str, tuple[str, str]] = {
    "no JSON": ("payment", MALFORMED),
    "an object": (json.dumps(PAYMENT), MALFORMED),
    "an empty list": ("[]", MALFORMED),
    "a list of texts": ('["payment"]', MALFORMED),
    "no type": ("[{}]", MALFORMED),
    "a type that is no text": ('[{"type": 1}]', MALFORMED),
    "a type that is a list": ('[{"type": ["payment"]}]', MALFORMED),
    "eleven": (details(*([ACCOUNTS] * 11)), MALFORMED),
    "a name twice": ('[{"type": "payment", "type": "payment"}]', MALFORMED),
    "no number of JSON": ('[{"type": "account_information", "limits": {"days": NaN}}]', MALFORMED),
    "very deep": ("[" * 5000, MALFORMED),
    "unknown type": (details({"type": "telepathy"}), UNKNOWN),
    "type in capitals": (details(PAYMENT | {"type": "Payment"}), UNKNOWN),
    "one unknown of two": (details(PAYMENT, {"type": "telepathy"}), UNKNOWN),
    "unknown member": (details(PAYMENT | {"bribe": "1"}), WRONG),
    "unknown inner member": (details(PAYMENT | {"amount": {"value": "1", "x": "1"}}), WRONG),
    "value for an object": (details(PAYMENT | {"amount": "1"}), WRONG),
    "object for a value": (details(PAYMENT | {"to": {"name": "A"}}), WRONG),
    "empty object": (details(ACCOUNTS | {"limits": {}}), WRONG),
    "objects without end": (
        details(ACCOUNTS).replace("[{", '[{"limits": ' + '{"a":' * 900 + "1" + "}" * 900 + ",", 1),
        WRONG,
    ),
    "dots in a name": (details({"type": "payment", "amount.value": "1", "to": "A"}), WRONG),
    "unknown action": (details(ACCOUNTS | {"actions": ["rob"]}), WRONG),
    "actions that are no list": (details(ACCOUNTS | {"actions": "list_accounts"}), WRONG),
    "no actions": (details(ACCOUNTS | {"actions": []}), WRONG),
    "common member that the type has not": (details(PAYMENT | {"actions": ["pay"]}), WRONG),
    "identifier that the type has not": (details(PAYMENT | {"identifier": "1"}), WRONG),
    "unknown location": (details(ACCOUNTS | {"locations": ["https://evil.example"]}), WRONG),
    "number for a text": (details(PAYMENT | {"to": 1}), WRONG),
    "null": (details(PAYMENT | {"to": None}), WRONG),
    "empty text": (details(PAYMENT | {"to": ""}), WRONG),
    "long text": (details(PAYMENT | {"to": "x" * 256}), WRONG),
    "invisible text": (details(PAYMENT | {"to": "A\u202eB"}), WRONG),
    "half a character": ('[{"type": "payment", "amount": {"value": "1"}, "to": "\\ud800"}]', WRONG),
    "text for a number": (details(ACCOUNTS | {"limits": {"days": "90"}}), WRONG),
    "truth for a number": (details(ACCOUNTS | {"limits": {"days": True}}), WRONG),
    "endless number": ('[{"type": "account_information", "limits": {"days": 1e999}}]', WRONG),
    "number for truth": (details(ACCOUNTS | {"combined": 1}), WRONG),
    "texts that are none": (details(ACCOUNTS | {"limits": {"currencies": [1]}}), WRONG),
    "texts in a text": (details(PAYMENT | {"to": ["A", "B"]}), WRONG),
    "what is required is missing": (details({"type": "payment", "to": "A"}), INCOMPLETE),
}


@pytest.mark.parametrize(("text", "description"), REFUSED.values(), ids=REFUSED)
async def test_5_anything_else_is_refused(
    rp: RelyingParty, browser: Browser, text: str, description: str
) -> None:
    """invalid_authorization_details, before anybody signs in."""
    arrival = await browser.open(rp.authorization_url(authorization_details=text))

    assert isinstance(arrival, Arrival)
    assert arrival.params["error"] == "invalid_authorization_details"
    assert arrival.params["error_description"] == description
    assert arrival.params["state"] == rp.state


async def test_5_a_client_asks_for_its_own_types(
    add_client: AddClient, browser: Browser, alice: User, tokens: Tokens
) -> None:
    """It is registered for each type that it may ask for (RFC 9396 §10)."""
    none, some = await add_client(), await add_client(authorization_details_types=["payment"])

    refused = [
        await browser.open(none.authorization_url(authorization_details=details(PAYMENT))),
        await browser.open(some.authorization_url(authorization_details=details(ACCOUNTS))),
    ]
    issued = await tokens(some, authorization_details=details(PAYMENT))

    for arrival in refused:
        assert isinstance(arrival, Arrival)
        assert arrival.params["error"] == "invalid_authorization_details"
        assert "not registered" in arrival.params["error_description"]
    assert issued["authorization_details"] == [PAYMENT]


async def test_long_details(rp: RelyingParty, browser: Browser, alice: User) -> None:
    """What is asked in detail may be longer than other parameters, but not endless."""
    long = details(*[PAYMENT | {"to": f"{number}".rjust(250, "x")} for number in range(10)])

    fits = await browser.open(rp.authorization_url(authorization_details=long))
    too_long = await browser.open(rp.authorization_url(authorization_details=long + " " * 6000))

    assert 2000 < len(long) < 6000
    assert not isinstance(fits, Arrival)
    assert isinstance(too_long, Arrival)
    assert too_long.params["error"] == "invalid_request"
