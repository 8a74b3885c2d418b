"""ID tokens and UserInfo answers that only the client can read (OIDC Core §10.2, §5.3.2)."""

import json
from typing import Any

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from idp import paths
from idp.config import Config
from idp.storage.clients import find_client_row
from idp.storage.users import User
from idp.web.provider import Provider
from tests.conftest import ISSUER, PASSWORD, AddClient, Configure, SignIn, Tokens
from tests.endpoints.test_end_session import logout_url
from tests.parties.browser import Arrival, Browser
from tests.parties.encryption import BY_BROWSER, EC_KEY, ENCS, KEYS, SIGNING_KEY, jwks, opened
from tests.parties.process import until
from tests.parties.receiver import receiving
from tests.parties.relying_party import unverified_header
from tests.parties.request_objects import request_object


@pytest.fixture
def config(configure: Configure) -> Config:
    """Let clients have ID tokens by way of the browser, and be told of logouts on this machine."""
    return configure(protocol={"implicit": True}, fetch={"allowed_networks": ["127.0.0.0/8"]})


async def verify(http: httpx2.AsyncClient, token: str) -> dict[str, Any]:
    """Read a signed JWT as a client does, with the keys that are published."""
    keys = KeySet.import_key_set((await http.get(paths.JWKS)).json())
    claims: dict[str, Any] = jwt.decode(token, keys, algorithms=["RS256", "ES256"]).claims
    return claims


@pytest.mark.parametrize("alg", KEYS)
async def test_id_token_is_signed_and_then_encrypted(
    alice: User, add_client: AddClient, tokens: Tokens, http: httpx2.AsyncClient, alg: str
) -> None:
    """To the client's key for that, which its kid names; the content is A128CBC-HS256."""
    rp = await add_client(jwks=jwks(), id_token_encrypted_response_alg=alg)

    header, signed = opened((await tokens(rp))["id_token"])

    assert (header["alg"], header["enc"]) == (alg, "A128CBC-HS256")
    assert (header["kid"], header["cty"]) == (KEYS[alg].kid, "JWT")
    assert unverified_header(signed)["alg"] == "RS256"
    claims = await verify(http, signed)
    assert (claims["iss"], claims["aud"]) == (ISSUER, rp.client_id)
    assert (claims["sub"], claims["nonce"]) == (alice.user_id, rp.nonce)


@pytest.mark.parametrize("enc", ENCS)
async def test_content_is_encrypted_as_registered(
    alice: User, add_client: AddClient, tokens: Tokens, http: httpx2.AsyncClient, enc: str
) -> None:
    """Every enc that the metadata names, under a signature that is registered, too."""
    rp = await add_client(
        jwks=jwks(),
        id_token_signed_response_alg="ES256",
        id_token_encrypted_response_alg="ECDH-ES",
        id_token_encrypted_response_enc=enc,
    )

    header, signed = opened((await tokens(rp))["id_token"])

    assert header["enc"] == enc
    assert unverified_header(signed)["alg"] == "ES256"
    assert (await verify(http, signed))["nonce"] == rp.nonce


async def test_refreshed_id_token_is_encrypted_too(
    alice: User, add_client: AddClient, tokens: Tokens, http: httpx2.AsyncClient
) -> None:
    """No way of getting one leads around it (OIDC Core §12.2)."""
    rp = await add_client(jwks=jwks(), id_token_encrypted_response_alg="ECDH-ES")
    issued = await tokens(rp, scope="openid offline_access")

    refreshed = (await rp.refresh(issued["refresh_token"])).json()

    assert (await verify(http, opened(refreshed["id_token"])[1]))["sub"] == alice.user_id


async def test_id_token_for_a_password_is_encrypted_too(
    alice: User, add_client: AddClient, http: httpx2.AsyncClient
) -> None:
    """The password grant issues one as well."""
    rp = await add_client(
        grant_types=["password"],
        response_types=[],
        redirect_uris=[],
        jwks=jwks(),
        id_token_encrypted_response_alg="RSA-OAEP-256",
    )

    issued = await rp.token(
        grant_type="password", username="alice", password=PASSWORD, scope="openid"
    )

    assert (await verify(http, opened(issued.json()["id_token"])[1]))["sub"] == alice.user_id


@pytest.mark.parametrize("response_type", ["id_token", "code id_token"])
async def test_id_token_by_browser_is_encrypted(
    alice: User, add_client: AddClient, walk: SignIn, http: httpx2.AsyncClient, response_type: str
) -> None:
    """This is where it protects most: the browser and its history cannot read it."""
    rp = await add_client(jwks=jwks(), id_token_encrypted_response_alg="ECDH-ES", **BY_BROWSER)

    params = (await walk(rp, response_type=response_type)).params

    assert (await verify(http, opened(params["id_token"])[1]))["sub"] == alice.user_id


async def test_key_without_a_kid_is_not_given_one(
    alice: User, add_client: AddClient, tokens: Tokens
) -> None:
    """Its owner could not find it by a name that we have made up."""
    key = ECKey.generate_key("P-256")
    unnamed = {"keys": [key.as_dict(private=False)]}
    unnamed["keys"][0].pop("kid", None)
    rp = await add_client(jwks=unnamed, id_token_encrypted_response_alg="ECDH-ES")

    header, _ = opened((await tokens(rp))["id_token"], key)

    assert "kid" not in header


async def test_key_for_encryption_alone_is_preferred(
    alice: User, add_client: AddClient, tokens: Tokens
) -> None:
    """One that does not say what it is for is the client's second choice."""
    any_use = ECKey.generate_key("P-256", {"kid": "any"})
    rp = await add_client(jwks=jwks(any_use, EC_KEY), id_token_encrypted_response_alg="ECDH-ES")

    header, _ = opened((await tokens(rp))["id_token"])

    assert header["kid"] == EC_KEY.kid


@pytest.mark.parametrize("signed", [None, "ES256"])
async def test_5_3_2_userinfo_is_encrypted(
    alice: User,
    add_client: AddClient,
    tokens: Tokens,
    http: httpx2.AsyncClient,
    signed: str | None,
) -> None:
    """application/jwt, with what an answer in JSON would have; signed first if both is wanted."""
    algorithms = {"userinfo_encrypted_response_alg": "RSA-OAEP-256"}
    algorithms |= {"userinfo_signed_response_alg": signed} if signed else {}
    rp = await add_client(jwks=jwks(), userinfo_encrypted_response_enc="A256GCM", **algorithms)
    token = (await tokens(rp, scope="openid email"))["access_token"]

    response = await rp.userinfo(token)

    header, inside = opened(response.text)
    assert response.headers["content-type"] == "application/jwt"
    assert response.headers["cache-control"] == "no-store"
    assert (header["alg"], header["enc"]) == ("RSA-OAEP-256", "A256GCM")
    assert header.get("cty") == ("JWT" if signed else None)
    assert (await verify(http, inside) if signed else json.loads(inside)) == {
        "sub": alice.user_id,
        "email": "alice@example.com",
        "email_verified": False,
        "iss": ISSUER,
        "aud": rp.client_id,
    }


async def test_logout_token_is_signed_alone(
    alice: User, add_client: AddClient, tokens: Tokens, browser: Browser, http: httpx2.AsyncClient
) -> None:
    """It says nothing about the person; the hint that leads to it is the ID token, decrypted."""
    async with receiving() as receiver:
        rp = await add_client(
            jwks=jwks(),
            id_token_encrypted_response_alg="ECDH-ES",
            backchannel_logout_uri=receiver.url(),
        )
        _, signed = opened((await tokens(rp))["id_token"])

        await browser.open(logout_url(id_token_hint=signed))
        await until(lambda: len(receiver.forms) == 1)

    assert (await verify(http, receiver.tokens[0]))["aud"] == rp.client_id


async def test_key_for_encryption_verifies_nothing(add_client: AddClient, browser: Browser) -> None:
    """What it has signed is not the client's word (RFC 7517 §4.2)."""
    rp = await add_client(jwks=jwks(SIGNING_KEY, EC_KEY))
    signing_with_it = ECKey.import_key({**EC_KEY.as_dict(private=True), "use": "sig"})

    wrong = await browser.open(
        rp.authorization_url(request=request_object(rp, key=signing_with_it))
    )
    right = await browser.open(rp.authorization_url(request=request_object(rp, key=SIGNING_KEY)))

    assert isinstance(wrong, Arrival)
    assert wrong.params["error"] == "invalid_request_object"
    assert not isinstance(right, Arrival)


async def test_registration_shows_the_purpose_of_keys_and_the_default_enc(
    add_client: AddClient, provider: Provider
) -> None:
    """The client sees how it will be encrypted to (OIDC Registration §2)."""
    rp = await add_client(jwks=jwks(), id_token_encrypted_response_alg="ECDH-ES")

    row = await provider.database.run(find_client_row, rp.client_id)

    assert row is not None
    assert [key["use"] for key in row.metadata["jwks"]["keys"]] == ["sig", "enc", "enc"]
    assert row.metadata["id_token_encrypted_response_enc"] == "A128CBC-HS256"
    assert "userinfo_encrypted_response_enc" not in row.metadata
