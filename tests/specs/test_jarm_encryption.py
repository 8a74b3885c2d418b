"""Authorization responses that only the client can read (JARM §2.2, §3)."""

from collections.abc import AsyncIterator

import pytest

from idp.config import Config
from idp.storage.grants import list_client_grants
from idp.web.provider import Provider
from tests.conftest import AddClient, Configure, SignIn
from tests.fetch.servers import Server, serving
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.clients import BY_BROWSER
from tests.parties.encryption import (
    EC_KEY,
    ENCS,
    KEYS,
    SIGNING_KEY,
    jwks,
    opened,
    publish,
    with_keys_at,
)
from tests.parties.jarm import carried, encrypted_response_of, response_of, verified
from tests.parties.relying_party import RelyingParty

ENCRYPTED = {"jwks": jwks(), "authorization_encrypted_response_alg": "ECDH-ES"}
BROKEN = b"HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n"
NO_KEY = {
    "error": "unauthorized_client",
    "error_description": (
        "The client has no key to encrypt to: check jwks or jwks_uri, and use and alg."
    ),
}

pytestmark = pytest.mark.usefixtures("alice")


@pytest.fixture
def config(configure: Configure) -> Config:
    """Let tokens travel by way of the browser, and the keys of clients be on this machine."""
    return configure(protocol={"implicit": True}, fetch={"allowed_networks": ["127.0.0.0/8"]})


@pytest.fixture
async def documents() -> AsyncIterator[Server]:
    """Run the server on which a client publishes its keys."""
    async with serving(b"") as server:
        yield server


@pytest.mark.parametrize("alg", KEYS)
@pytest.mark.parametrize("enc", ENCS)
async def test_2_2_signed_and_then_encrypted(
    add_client: AddClient, walk: SignIn, alg: str, enc: str
) -> None:
    """A nested JWT, by every alg and enc that the metadata names."""
    rp = await add_client(
        jwks=jwks(),
        authorization_signed_response_alg="ES256",
        authorization_encrypted_response_alg=alg,
        authorization_encrypted_response_enc=enc,
    )

    header, signed = opened(carried(await walk(rp, response_mode="jwt")))

    assert (header["alg"], header["enc"]) == (alg, enc)
    assert (header["kid"], header["cty"]) == (KEYS[alg].kid, "JWT")
    params = await verified(rp, signed, "ES256")
    assert params["state"] == rp.state
    assert (await rp.exchange(params["code"])).status_code == 200


@pytest.mark.parametrize(
    ("response_type", "mode", "mark"),
    [
        ("code", "jwt", "?"),
        ("code", "fragment.jwt", "#"),
        ("code id_token", "jwt", "#"),
        ("code id_token token", "query.jwt", "?"),
        ("id_token", "query.jwt", "?"),
    ],
)
async def test_2_3_1_encrypted_tokens_go_anywhere(
    add_client: AddClient, walk: SignIn, response_type: str, mode: str, mark: str
) -> None:
    """Nobody whom a query leaks to can read them."""
    rp = await add_client(**ENCRYPTED, **BY_BROWSER)

    arrival = await walk(rp, response_type=response_type, response_mode=mode)

    assert arrival.url.startswith(f"{rp.redirect_uri}{mark}response=")
    assert set(response_type.split()) - {"token"} <= set(await encrypted_response_of(rp, arrival))


async def test_2_2_form_carries_it(add_client: AddClient, browser: Browser, walk: SignIn) -> None:
    """form_post.jwt, as the others."""
    rp = await add_client(**ENCRYPTED)
    await walk(rp, response_mode="jwt")

    page = await browser.open(rp.authorization_url(response_mode="form_post.jwt"))

    assert "code" in await encrypted_response_of(rp, page)


@pytest.mark.parametrize("changes", [{"prompt": "none"}, {"max_age": "soon"}])
async def test_2_2_errors_are_encrypted_too(
    add_client: AddClient, browser: Browser, changes: dict[str, str]
) -> None:
    """Whoever sees them pass does not learn what failed."""
    rp = await add_client(**ENCRYPTED)

    arrival = await browser.open(rp.authorization_url(response_mode="jwt", **changes))

    assert (await encrypted_response_of(rp, arrival))["state"] == rp.state


async def test_3_other_modes_are_not_encrypted(add_client: AddClient, walk: SignIn) -> None:
    """The registration is for JWTs alone: the client has asked for the code as it is."""
    rp = await add_client(**ENCRYPTED)

    arrival = await walk(rp)

    assert (await rp.exchange(arrival.params["code"])).status_code == 200


async def test_3_key_is_fetched_for_an_error(
    add_client: AddClient, provider: Provider, documents: Server, browser: Browser
) -> None:
    """The first that is needed of it may be for an error."""
    publish(documents, SIGNING_KEY, EC_KEY)
    rp = await with_keys_at(provider, await add_client(**ENCRYPTED), documents)

    arrival = await browser.open(rp.authorization_url(response_mode="jwt", max_age="soon"))

    assert (await encrypted_response_of(rp, arrival))["error"] == "invalid_request"


async def test_3_key_is_fetched_for_a_code(
    add_client: AddClient, provider: Provider, documents: Server, walk: SignIn
) -> None:
    """And is there before anything is granted."""
    publish(documents, SIGNING_KEY, EC_KEY)
    rp = await with_keys_at(provider, await add_client(**ENCRYPTED), documents)

    arrival = await walk(rp, response_mode="jwt")

    assert "code" in await encrypted_response_of(rp, arrival)


async def test_3_without_a_key_nothing_is_granted(
    add_client: AddClient,
    provider: Provider,
    documents: Server,
    browser: Browser,
    walk: SignIn,
) -> None:
    """An error that is signed alone tells it, for there is no other way to tell it so."""
    documents.answer = BROKEN
    rp = await with_keys_at(provider, await add_client(**ENCRYPTED, first_party=True), documents)
    await walk(await add_client())

    arrival = await browser.open(rp.authorization_url(response_mode="jwt"))

    assert await response_of(rp, arrival) == NO_KEY | {"state": rp.state}
    assert await grants_of(provider, rp) == 0


async def test_3_without_a_key_nobody_signs_in(
    add_client: AddClient, provider: Provider, documents: Server, browser: Browser
) -> None:
    """The client is told at once, and no page is shown in vain; without a JWT it goes on."""
    documents.answer = BROKEN
    rp = await with_keys_at(provider, await add_client(**ENCRYPTED), documents)

    signed = await browser.open(rp.authorization_url(response_mode="jwt"))
    plain = await browser.open(rp.authorization_url())

    assert isinstance(signed, Arrival)
    assert (await response_of(rp, signed))["error"] == "unauthorized_client"
    assert isinstance(plain, Page)


async def grants_of(provider: Provider, rp: RelyingParty) -> int:
    """Count what a client was granted."""
    return len(await provider.database.run(list_client_grants, rp.client_id))
