"""Authorization details from the request to the token (RFC 9396 §3, §6, §7, §9, §10)."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from idp.config import Config
from idp.metadata import metadata
from idp.storage.users import User
from tests.conftest import ISSUER, PASSWORD, AddClient, Configure, Logged, SignIn, Tokens
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.clients import MACHINE, PASSWORD_CLIENT
from tests.parties.detailed import ACCOUNTS, PAYMENT, TYPES, details
from tests.parties.relying_party import RelyingParty, unverified_claims
from tests.parties.request_objects import JWKS, request_object

OFFLINE = "openid offline_access"
LIST = ACCOUNTS | {"actions": ["list_accounts"]}


@pytest.fixture
def config(configure: Configure) -> Config:
    """Declare the types, and let tokens travel by way of the browser."""
    return configure(authorization_details_types=TYPES, protocol={"implicit": True})


@pytest.fixture
async def rp(add_client: AddClient) -> RelyingParty:
    """Add a client that may ask for all of them."""
    return await add_client(authorization_details_types=list(TYPES))


async def shown(browser: Browser, rp: RelyingParty, **changes: Any) -> Page | Arrival:
    """Open a request, signing in if necessary."""
    page = await browser.open(rp.authorization_url(**changes))
    if isinstance(page, Page) and "login-page" in page:
        page = await browser.sign_in(page, "alice", PASSWORD)
    return page


async def test_3_details_alone_need_no_scope(rp: RelyingParty, alice: User, tokens: Tokens) -> None:
    """Who asks in detail gets no scope that was not asked for."""
    issued = await tokens(rp, scope=None, authorization_details=details(PAYMENT))

    assert issued["authorization_details"] == [PAYMENT]
    assert "scope" not in issued
    assert "scope" not in unverified_claims(issued["access_token"])
    assert "id_token" not in issued


async def test_3_in_a_request_object(add_client: AddClient, alice: User, tokens: Tokens) -> None:
    """There they are JSON within JSON (RFC 9396 §3, RFC 9101 §4)."""
    rp = await add_client(authorization_details_types=list(TYPES), jwks=JWKS)
    signed = request_object(rp, aud=ISSUER, authorization_details=[PAYMENT, ACCOUNTS])

    issued = await tokens(rp, request=signed)

    assert issued["authorization_details"] == [PAYMENT, ACCOUNTS]


async def test_3_pushed(rp: RelyingParty) -> None:
    """Long details are best pushed, and wrong ones are refused at once (RFC 9396 §5, §12)."""
    asked = dict(parse_qsl(urlsplit(rp.authorization_url()).query))

    pushed = await rp.post("/par", **asked, authorization_details=details(PAYMENT, ACCOUNTS))
    refused = await rp.post("/par", **asked, authorization_details=details({"type": "payment"}))

    assert pushed.status_code == 201
    assert refused.status_code == 400
    assert refused.json()["error"] == "invalid_authorization_details"


async def test_3_by_browser(add_client: AddClient, alice: User, walk: SignIn) -> None:
    """A token that comes at once is for them, too."""
    rp = await add_client(
        authorization_details_types=list(TYPES),
        response_types=["id_token token"],
        grant_types=["implicit"],
    )

    answer = await walk(rp, response_type="id_token token", authorization_details=details(PAYMENT))

    claims = unverified_claims(answer.params["access_token"])
    assert claims["authorization_details"] == [PAYMENT]


async def test_4_people_read_what_they_allow(
    rp: RelyingParty, browser: Browser, alice: User
) -> None:
    """The operator's sentence, and each member in words; what the client wrote stays text."""
    hostile = PAYMENT | {"to": "<script>alert(1)</script>"}
    asked = details(ACCOUNTS | {"limits": {"days": 90}, "combined": True}, hostile)

    page = await shown(browser, rp, authorization_details=asked)

    assert isinstance(page, Page)
    for words in ("See your bank accounts", "List them", "See what is in them", "Make a payment"):
        assert words in page.text
    for words in ("Amount", "<bdi>123.50</bdi>", "<bdi>90</bdi>", "<bdi>yes</bdi>"):
        assert words in page.text
    assert "&lt;script&gt;" in page.text
    assert "<script>alert" not in page.text


async def test_4_what_was_allowed_letter_for_letter_is_not_asked_again(
    rp: RelyingParty, browser: Browser, walk: SignIn, alice: User
) -> None:
    """Anything else is, be it less."""
    await walk(rp, authorization_details=details(ACCOUNTS))

    same = await shown(browser, rp, authorization_details=details(ACCOUNTS))
    other = await shown(browser, rp, authorization_details=details(LIST))
    silent = await shown(browser, rp, authorization_details=details(LIST), prompt="none")

    assert isinstance(same, Arrival)
    assert "code" in same.params
    assert isinstance(other, Page)
    assert "List them" in other.text
    assert "See what is in them" not in other.text
    assert isinstance(silent, Arrival)
    assert silent.params["error"] == "consent_required"


@pytest.mark.parametrize("first_party", [False, True])
async def test_4_some_things_are_asked_every_time(
    add_client: AddClient, browser: Browser, walk: SignIn, alice: User, first_party: bool
) -> None:
    """Nobody pays twice because they paid once, not even to the operator."""
    rp = await add_client(authorization_details_types=list(TYPES), first_party=first_party)
    await walk(rp, authorization_details=details(PAYMENT))

    page = await shown(browser, rp, authorization_details=details(PAYMENT))
    assert isinstance(page, Page)
    arrival = await browser.submit(page, "consent-allow")
    silent = await shown(browser, rp, authorization_details=details(PAYMENT), prompt="none")

    assert "Make a payment" in page.text
    assert isinstance(arrival, Arrival)
    assert "code" in arrival.params
    assert isinstance(silent, Arrival)
    assert silent.params["error"] == "consent_required"


async def test_4_what_was_allowed_is_written_down(
    rp: RelyingParty, walk: SignIn, alice: User, logged: Logged
) -> None:
    """The security event says of which types, and nothing that the client wrote."""
    await walk(rp, authorization_details=details(PAYMENT, ACCOUNTS))

    (line,) = [each for each in logged() if each["event"] == "consent_granted"]
    assert line["detail_authorization_details_types"] == "account_information payment"
    assert "Merchant" not in str(line)


async def test_4_what_was_denied_is_not_granted(
    rp: RelyingParty, browser: Browser, alice: User
) -> None:
    """The client hears of it, and the next request asks again."""
    page = await shown(browser, rp, authorization_details=details(ACCOUNTS))
    assert isinstance(page, Page)

    refused = await browser.submit(page, "consent-deny")
    again = await shown(browser, rp, authorization_details=details(ACCOUNTS))

    assert isinstance(refused, Arrival)
    assert refused.params["error"] == "access_denied"
    assert isinstance(again, Page)


async def test_6_a_token_is_for_some_of_what_was_granted(
    rp: RelyingParty, alice: User, walk: SignIn
) -> None:
    """The exchange of the code narrows, each refresh anew, and none narrows the next."""
    code = (await walk(rp, scope=OFFLINE, authorization_details=details(ACCOUNTS, PAYMENT))).params[
        "code"
    ]

    exchanged = (await rp.exchange(code, authorization_details=details(PAYMENT))).json()
    less = (
        await rp.refresh(exchanged["refresh_token"], authorization_details=details(LIST))
    ).json()
    everything = (await rp.refresh(less["refresh_token"])).json()

    answers = [each["authorization_details"] for each in (exchanged, less, everything)]
    assert answers == [[PAYMENT], [LIST], [ACCOUNTS, PAYMENT]]
    assert unverified_claims(less["access_token"])["authorization_details"] == [LIST]


@pytest.mark.parametrize(
    "asked",
    [
        details(PAYMENT | {"to": "Merchant B"}),
        details(PAYMENT | {"amount": {"value": "999", "currency": "EUR"}}),
        details({"type": "payment", "amount": {"value": "123.50"}, "to": "Merchant A"}),
        details(ACCOUNTS),
        details(PAYMENT, ACCOUNTS),
        details(LIST | {"identifier": "DE02"}),
        details({"type": "account_information"}),
        details({"type": "telepathy"}),
        "payment",
    ],
)
async def test_6_no_token_is_for_more(
    rp: RelyingParty, alice: User, walk: SignIn, asked: str
) -> None:
    """invalid_authorization_details, and code and refresh token are as good as before."""
    granted = details(PAYMENT, LIST)
    code = (await walk(rp, scope=OFFLINE, authorization_details=granted)).params["code"]

    refused = await rp.exchange(code, authorization_details=asked)
    issued = (await rp.exchange(code)).json()
    refused_again = await rp.refresh(issued["refresh_token"], authorization_details=asked)
    refreshed = await rp.refresh(issued["refresh_token"])

    for answer in (refused, refused_again):
        assert (answer.status_code, answer.json()["error"]) == (
            400,
            "invalid_authorization_details",
        )
    assert refreshed.json()["authorization_details"] == [PAYMENT, LIST]


async def test_6_nothing_was_granted(rp: RelyingParty, alice: User, walk: SignIn) -> None:
    """What no person has seen is not had at the token endpoint."""
    code = (await walk(rp)).params["code"]

    refused = await rp.exchange(code, authorization_details=details(ACCOUNTS))
    issued = await rp.exchange(code)

    assert refused.json()["error"] == "invalid_authorization_details"
    assert "authorization_details" not in issued.json()


async def test_6_client_credentials(add_client: AddClient) -> None:
    """A client that acts for itself names what it wants, of its own types."""
    machine = await add_client(**MACHINE, authorization_details_types=["account_information"])
    asking = {"grant_type": "client_credentials"}

    issued = (await machine.token(**asking, authorization_details=details(ACCOUNTS))).json()
    refused = await machine.token(**asking, authorization_details=details(PAYMENT))

    assert issued["authorization_details"] == [ACCOUNTS]
    assert refused.json()["error"] == "invalid_authorization_details"


async def test_6_password(add_client: AddClient, alice: User) -> None:
    """Where people see no page, nothing is granted that they have to read."""
    mail = await add_client(**PASSWORD_CLIENT, authorization_details_types=list(TYPES))
    typed = {"grant_type": "password", "username": "alice", "password": PASSWORD}

    refused = await mail.token(**typed, authorization_details=details(PAYMENT))

    assert refused.json()["error"] == "invalid_authorization_details"


@pytest.mark.parametrize("access_token_format", ["jwt", "opaque"])
async def test_9_2_introspection(
    add_client: AddClient, alice: User, tokens: Tokens, access_token_format: str
) -> None:
    """Whoever introspects the token reads the same."""
    types = list(TYPES)
    rp = await add_client(
        authorization_details_types=types, access_token_format=access_token_format
    )
    issued = await tokens(rp, authorization_details=details(PAYMENT, ACCOUNTS))

    described = (await rp.introspect(issued["access_token"])).json()

    assert described["authorization_details"] == [PAYMENT, ACCOUNTS]


def test_10_metadata(config: Config) -> None:
    """The types are announced, and nothing where there are none."""
    document, without = metadata(config), metadata(Config())

    assert document["authorization_details_types_supported"] == list(TYPES)
    assert "authorization_details_types_supported" not in without
