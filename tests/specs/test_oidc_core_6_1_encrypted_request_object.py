"""Request objects that only this server can read (OIDC Core §6.1, §10.2, RFC 9101 §6.1)."""

import base64
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx2
import pytest
from joserfc import jwe
from joserfc.jwk import ECKey, KeySet, OctKey

from idp import paths
from idp.config import Config
from idp.signing import discard_key, rotate_immediately
from idp.storage.users import User
from idp.upkeep import reload_keys
from idp.web.provider import Provider
from tests.conftest import AddClient, Clock, Configure, SignIn, Tokens
from tests.endpoints.test_end_session import is_signed_in, logout_url
from tests.fetch.servers import Server, serving
from tests.parties.browser import Arrival, Browser
from tests.parties.encryption import ENCS, encrypted
from tests.parties.relying_party import RelyingParty
from tests.parties.request_objects import JWKS as CLIENT_JWKS
from tests.parties.request_objects import request_object
from tests.specs.test_rfc9101_request_uri import add_client_at, publish

ALGS = ("RSA-OAEP-256", "ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A256KW")
Published = dict[str, Any]


@pytest.fixture
def config(configure: Configure) -> Config:
    """Let clients encrypt to this server by everything that there is."""
    keys = {"encryption_algorithms": list(ALGS)}
    return configure(keys=keys, fetch={"allowed_networks": ["127.0.0.0/8"]})


@pytest.fixture
async def documents() -> AsyncIterator[Server]:
    """Run a server for what a client keeps there."""
    async with serving(b"") as server:
        yield server


@pytest.fixture
async def rp(add_client: AddClient) -> RelyingParty:
    """Add a client that signs."""
    return await add_client(jwks=CLIENT_JWKS)


@pytest.fixture
async def published(http: httpx2.AsyncClient) -> Published:
    """Read the list of keys as a client does."""
    document: Published = (await http.get(paths.JWKS)).json()
    return document


async def error_of(browser: Browser, rp: RelyingParty, message: str) -> str | None:
    """Ask with what is perhaps an encrypted request object, and give the error."""
    shown = await browser.open(rp.authorization_url(request=message))
    return shown.params["error"] if isinstance(shown, Arrival) else None


@pytest.mark.parametrize("alg", ALGS)
@pytest.mark.parametrize("enc", ENCS)
async def test_request_is_read_by_this_server_alone(
    rp: RelyingParty, alice: User, walk: SignIn, published: Published, alg: str, enc: str
) -> None:
    """Decrypted, it is a request object as any other."""
    message = encrypted(request_object(rp, state="secret"), published, alg, enc)

    arrival = await walk(rp, request=message)

    assert arrival.params["state"] == "secret"
    assert (await rp.exchange(arrival.params["code"])).status_code == 200


@pytest.mark.parametrize("header", [{"cty": None}, {"typ": "oauth-authz-req+jwt"}, {"iss": "rp"}])
async def test_header_may_say_more_or_less(
    rp: RelyingParty, browser: Browser, published: Published, header: dict[str, Any]
) -> None:
    """What it says of the content is seen in the content (RFC 8725 §3.11, RFC 7519 §5.3)."""
    message = encrypted(request_object(rp), published, "ECDH-ES", **header)

    assert await error_of(browser, rp, message) is None


async def test_metadata_and_keys_say_how(http: httpx2.AsyncClient, published: Published) -> None:
    """One key for each algorithm, with its use; the keys that sign stand before them."""
    metadata = (await http.get(paths.OPENID_CONFIGURATION)).json()

    last = published["keys"][-len(ALGS) :]
    assert {(key["use"], key["alg"]) for key in last} == {("enc", alg) for alg in ALGS}
    assert {key["use"] for key in published["keys"][: -len(ALGS)]} == {"sig"}
    assert metadata["request_object_encryption_alg_values_supported"] == list(ALGS)
    assert metadata["request_object_encryption_enc_values_supported"] == list(ENCS)


async def test_registered_algorithm_is_no_promise(
    add_client: AddClient, browser: Browser, published: Published
) -> None:
    """The client may use another, or none (OIDC Registration §2)."""
    rp = await add_client(jwks=CLIENT_JWKS, request_object_encryption_alg="RSA-OAEP-256")

    for message in (request_object(rp), encrypted(request_object(rp), published, "ECDH-ES")):
        assert await error_of(browser, rp, message) is None


def segment(value: object) -> str:
    """Write a part of a JWE."""
    encoded = base64.urlsafe_b64encode(json.dumps(value).encode())
    return encoded.rstrip(b"=").decode()


def with_header(message: str, **changes: Any) -> str:
    """Change the header of a JWE, whose content then does not hold any more."""
    header, rest = message.split(".", 1)
    named = json.loads(base64.urlsafe_b64decode(header + "==")) | changes
    return f"{segment(named)}.{rest}"


def by_password(signed: str, published: Published) -> str:
    """Encrypt by a password that needs a thousand rounds, under the name of our key."""
    kid = next(key["kid"] for key in published["keys"] if key["use"] == "enc")
    alg, enc = "PBES2-HS256+A128KW", "A128GCM"
    header = {"alg": alg, "enc": enc, "kid": kid, "p2c": 1000}
    return jwe.encrypt_compact(header, signed, OctKey.import_key("a" * 32), algorithms=[alg, enc])


def directly(signed: str, published: Published) -> str:
    """Encrypt by a key that is shared with nobody, under the name of ours."""
    kid = next(key["kid"] for key in published["keys"] if key["use"] == "enc")
    header = {"alg": "dir", "enc": "A128GCM", "kid": kid}
    key = OctKey.generate_key(128)
    return jwe.encrypt_compact(header, signed, key, algorithms=["dir", "A128GCM"])


def to_another(signed: str, published: Published) -> str:
    """Encrypt to another server, under the name of our key."""
    kid = next(key["kid"] for key in published["keys"] if key["alg"] == "ECDH-ES")
    key = ECKey.generate_key("P-256", {"kid": kid, "alg": "ECDH-ES"})
    return encrypted(signed, KeySet([key]).as_dict(), "ECDH-ES")


def to_a_signing_key(signed: str, published: Published) -> str:
    """Encrypt to the key that signs by ES256."""
    jwk = next(key for key in published["keys"] if key["alg"] == "ES256")
    return encrypted(signed, {"keys": [{**jwk, "use": "enc", "alg": "ECDH-ES"}]}, "ECDH-ES")


UNREADABLE: dict[str, Callable[[str, Published], str]] = {
    "an unknown kid": lambda signed, keys: encrypted(signed, keys, "ECDH-ES", kid="unknown"),
    "no kid": lambda signed, keys: encrypted(signed, keys, "ECDH-ES", kid=None),
    "a kid that is no text": lambda s, k: with_header(encrypted(s, k, "ECDH-ES"), kid=["a"]),
    "an enc of its own": lambda signed, keys: encrypted(signed, keys, "ECDH-ES", "A192GCM"),
    "the alg of another key": lambda s, k: with_header(
        encrypted(s, k, "ECDH-ES"), alg="ECDH-ES+A128KW"
    ),
    "RSA1_5": lambda s, k: with_header(encrypted(s, k, "RSA-OAEP-256"), alg="RSA1_5"),
    "RSA-OAEP": lambda s, k: with_header(encrypted(s, k, "RSA-OAEP-256"), alg="RSA-OAEP"),
    "none": lambda s, k: with_header(encrypted(s, k, "ECDH-ES"), alg="none"),
    "PBES2": by_password,
    "dir": directly,
    "zip": lambda signed, keys: encrypted(signed, keys, "ECDH-ES", zip="DEF"),
    "crit": lambda signed, keys: encrypted(signed, keys, "ECDH-ES", crit=["cty"]),
    "another server": to_another,
    "a key that signs": to_a_signing_key,
    "no epk": lambda s, k: with_header(encrypted(s, k, "ECDH-ES"), epk=None),
    "an epk of another curve": lambda s, k: with_header(
        encrypted(s, k, "ECDH-ES"), epk=ECKey.generate_key("P-384").as_dict(private=False)
    ),
    "an epk off the curve": lambda s, k: with_header(
        encrypted(s, k, "ECDH-ES"), epk={"kty": "EC", "crv": "P-256", "x": "AQ", "y": "AQ"}
    ),
    "a changed header": lambda s, k: with_header(encrypted(s, k, "RSA-OAEP-256"), cty="jwt"),
    "a changed content": lambda s, k: encrypted(s, k, "RSA-OAEP-256")[:-4] + "AAAA",
    "claims that nobody has signed": lambda s, k: encrypted('{"iss": "rp"}', k, "ECDH-ES"),
    "no ASCII": lambda signed, keys: encrypted("\u00e9", keys, "ECDH-ES"),
    "nothing": lambda signed, keys: encrypted("", keys, "ECDH-ES"),
    "one within another": lambda s, k: encrypted(encrypted(s, k, "ECDH-ES"), k, "ECDH-ES"),
    "five empty parts": lambda signed, keys: "....",
    "a header that is a list": lambda signed, keys: f"{segment([])}.e.e.e.e",
}


@pytest.mark.parametrize("make", UNREADABLE.values(), ids=UNREADABLE)
@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
async def test_what_cannot_be_read_is_refused(
    rp: RelyingParty,
    browser: Browser,
    published: Published,
    make: Callable[[str, Published], str],
) -> None:
    """The same answer to all of them, so that nobody learns how far we came (RFC 8725 §3.2)."""
    message = make(request_object(rp), published)

    assert await error_of(browser, rp, message) == "invalid_request_object"


async def test_document_at_a_request_uri_is_read_too(
    rp: RelyingParty,
    alice: User,
    walk: SignIn,
    published: Published,
    provider: Provider,
    documents: Server,
) -> None:
    """By reference it is the same object (RFC 9101 §5.2)."""
    uri = f"http://127.0.0.1:{documents.port}/request.jwt"
    rp = await add_client_at(provider, rp, uri)
    publish(documents, encrypted(request_object(rp, state="secret"), published, "ECDH-ES"))

    arrival = await walk(rp, request_uri=uri)

    assert arrival.params["state"] == "secret"


async def test_decrypted_object_must_hold_as_any_other(
    rp: RelyingParty, browser: Browser, published: Published
) -> None:
    """That it was encrypted to us says nothing about who has done it."""
    another = ECKey.generate_key("P-256", {"kid": "ec"})

    for changes in ({"aud": "another"}, {"exp": 1}, {"key": another}, {"typ": "at+jwt"}):
        message = encrypted(request_object(rp, **changes), published, "ECDH-ES")
        assert await error_of(browser, rp, message) == "invalid_request_object"


async def test_key_decrypts_for_a_while_after_its_end(
    rp: RelyingParty, browser: Browser, published: Published, provider: Provider, clock: Clock
) -> None:
    """Clients may keep the list of keys, from which a retired one is gone (OIDC Core §10.2.1)."""
    message = encrypted(request_object(rp, exp=None, typ="JWT"), published, "ECDH-ES")
    await provider.database.run(rotate_immediately, provider.config)
    await reload_keys(provider)
    listed = {key["kid"] for key in json.loads(provider.signer.key_set.jwks)["keys"]}

    soon = await error_of(browser, rp, message)
    clock.move(3 * 3600)
    await reload_keys(provider)
    late = await error_of(browser, rp, message)

    of_encryption = {key["kid"] for key in published["keys"] if key["use"] == "enc"}
    assert of_encryption.isdisjoint(listed)
    assert (soon, late) == (None, "invalid_request_object")


async def test_discarded_key_decrypts_no_more(
    rp: RelyingParty, browser: Browser, published: Published, provider: Provider
) -> None:
    """Whoever stole it could have written what it reads; the next key takes its place."""
    jwk = next(key for key in published["keys"] if key["alg"] == "ECDH-ES")
    message = encrypted(request_object(rp), published, "ECDH-ES")

    await provider.database.run(discard_key, provider.config, jwk["kid"])
    await reload_keys(provider)

    now = json.loads(provider.signer.key_set.jwks)
    assert await error_of(browser, rp, message) == "invalid_request_object"
    again = encrypted(request_object(rp), now, "ECDH-ES")
    assert await error_of(browser, rp, again) is None


async def test_id_token_hint_may_be_encrypted_again(
    rp: RelyingParty, alice: User, tokens: Tokens, browser: Browser, published: Published
) -> None:
    """By a client that has decrypted it and does not want to show it (OIDC Core §3.1.2.1)."""
    hint = encrypted((await tokens(rp))["id_token"], published, "ECDH-ES")

    silent = await browser.open(rp.authorization_url(prompt="none", id_token_hint=hint))
    await browser.open(logout_url(id_token_hint=hint))

    assert isinstance(silent, Arrival)
    assert "code" in silent.params
    assert not await is_signed_in(browser, rp)
