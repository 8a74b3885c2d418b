"""The plan for clients that end sessions (OpenID Connect RP-Initiated Logout 1.0)."""

import time

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from tests.certification.conftest import Laboratory
from tests.parties.browser import Arrival, Page
from tests.parties.certification_dynamic import (
    BASE,
    CLIENT_SECRET_BASIC,
    POST_LOGOUT_REDIRECT_URI,
    PRINTABLE,
    DynamicSuite,
    Join,
    join,
    leave,
    random_name,
)
from tests.parties.relying_party import base64url
from tests.parties.suite import Variant

__all__ = ["join"]

PLANS = ("oidcc-rp-initiated-logout-certification-test-plan",)
MODULES = (
    "oidcc-rp-initiated-logout-discovery-endpoint-verification",
    "oidcc-rp-initiated-logout",
    "oidcc-rp-initiated-logout-bad-post-logout-redirect-uri",
    "oidcc-rp-initiated-logout-modified-id-token-hint",
    "oidcc-rp-initiated-logout-no-id-token-hint",
    "oidcc-rp-initiated-logout-no-params",
    "oidcc-rp-initiated-logout-no-post-logout-redirect-uri",
    "oidcc-rp-initiated-logout-no-state",
    "oidcc-rp-initiated-logout-only-state",
    "oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri",
    "oidcc-rp-initiated-logout-bad-id-token-hint",
)


@pytest.fixture(params=["code", "id_token", "code id_token"])
def variant(request: pytest.FixtureRequest) -> Variant:
    """Get the ID token from either endpoint."""
    return Variant(request.param)


@pytest.fixture
async def suite(join: Join, variant: Variant) -> DynamicSuite:
    """Register a client that has a state of 128 characters."""
    suite = await join(
        variant,
        method=CLIENT_SECRET_BASIC,
        post_logout_redirect_uris=[POST_LOGOUT_REDIRECT_URI],
    )
    suite.state = random_name(128)
    return suite


async def log_out(suite: DynamicSuite, **changes: str | None) -> Page | Arrival:
    """Sign in, and ask for the end of the session; None leaves a parameter out."""
    walk = await suite.walk()
    parameters = {
        "id_token_hint": walk.raw_id_tokens[-1],
        "post_logout_redirect_uri": POST_LOGOUT_REDIRECT_URI,
        "state": PRINTABLE,
    }
    return await suite.log_out(**(parameters | changes))


async def test_oidcc_rp_initiated_logout_discovery_endpoint_verification(
    lab: Laboratory,
) -> None:
    """The metadata has an end_session_endpoint, and every endpoint is at https."""
    metadata = await lab.read_metadata()

    endpoints = {name: uri for name, uri in metadata.items() if name.endswith("_endpoint")}

    assert "end_session_endpoint" in endpoints
    assert all(uri.startswith("https://") for uri in endpoints.values())


async def test_oidcc_rp_initiated_logout(suite: DynamicSuite) -> None:
    """The session ends, and the person is back at the client with its state and nothing else."""
    shown = await log_out(suite)

    assert isinstance(shown, Arrival)
    assert shown.url.startswith(f"{POST_LOGOUT_REDIRECT_URI}?")
    assert shown.params == {"state": PRINTABLE}
    await suite.check_signed_out()
    await leave(suite)


async def test_oidcc_rp_initiated_logout_no_state(suite: DynamicSuite) -> None:
    """Without a state the client gets none."""
    shown = await log_out(suite, state=None)

    assert isinstance(shown, Arrival)
    assert shown.url == POST_LOGOUT_REDIRECT_URI
    await suite.check_signed_out()


@pytest.mark.parametrize("variant", [Variant()], ids=str)
async def test_oidcc_rp_initiated_logout_bad_post_logout_redirect_uri(
    suite: DynamicSuite,
) -> None:
    """A URI that is not registered is an error, for the screenshot."""
    await log_out(suite, post_logout_redirect_uri=f"{BASE}/{random_name(10)}")

    assert suite.browser.screenshots == ["error-page"]


@pytest.mark.parametrize("variant", [Variant()], ids=str)
async def test_oidcc_rp_initiated_logout_query_added_to_post_logout_redirect_uri(
    suite: DynamicSuite,
) -> None:
    """So is a registered URI with a query that is not."""
    uri = f"{POST_LOGOUT_REDIRECT_URI}?foo=bar"

    await log_out(suite, post_logout_redirect_uri=uri)

    assert suite.browser.screenshots == ["error-page"]


@pytest.mark.parametrize("variant", [Variant()], ids=str)
async def test_oidcc_rp_initiated_logout_modified_id_token_hint(suite: DynamicSuite) -> None:
    """An ID token whose alg was made none is an error."""
    walk = await suite.walk()
    header, payload = base64url(b'{"alg":"none"}'), walk.raw_id_tokens[-1].split(".")[1]

    await suite.log_out(
        id_token_hint=f"{header}.{payload}.",
        post_logout_redirect_uri=POST_LOGOUT_REDIRECT_URI,
        state=PRINTABLE,
    )

    assert suite.browser.screenshots == ["error-page"]


@pytest.mark.parametrize("variant", [Variant()], ids=str)
@pytest.mark.parametrize("signed_by", ["its key", "its secret"])
async def test_oidcc_rp_initiated_logout_bad_id_token_hint(
    suite: DynamicSuite, signed_by: str
) -> None:
    """So is one that the client has made up."""
    now = int(time.time())
    claims = {
        "iss": suite.client_id,
        "sub": "SubjectID",
        "aud": suite.metadata["issuer"],
        "nonce": "flibble",
        "iat": now,
        "exp": now + 300,
    }
    secret = OctKey.import_key((suite.client_secret or "").encode())
    alg, key = ("RS256", suite.key) if signed_by == "its key" else ("HS256", secret)

    await log_out(suite, id_token_hint=jwt.encode({"alg": alg}, claims, key))

    assert suite.browser.screenshots == ["error-page"]


@pytest.mark.parametrize("variant", [Variant()], ids=str)
async def test_oidcc_rp_initiated_logout_no_id_token_hint(suite: DynamicSuite) -> None:
    """Nobody is sent to a client that does not say whom it means, nor which it is."""
    await log_out(suite, id_token_hint=None)

    assert suite.browser.screenshots == ["error-page"]


@pytest.mark.parametrize("variant", [Variant()], ids=str)
async def test_oidcc_rp_initiated_logout_no_params(suite: DynamicSuite) -> None:
    """With nothing at all the person is asked, and then told that they are signed out."""
    shown = await log_out(suite, id_token_hint=None, post_logout_redirect_uri=None, state=None)

    assert "logout-confirm-page" in suite.pages
    await check_told(suite, shown)


@pytest.mark.parametrize("variant", [Variant()], ids=str)
async def test_oidcc_rp_initiated_logout_only_state(suite: DynamicSuite) -> None:
    """A state alone changes nothing."""
    shown = await log_out(suite, id_token_hint=None, post_logout_redirect_uri=None)

    assert "logout-confirm-page" in suite.pages
    await check_told(suite, shown)


@pytest.mark.parametrize("variant", [Variant()], ids=str)
async def test_oidcc_rp_initiated_logout_no_post_logout_redirect_uri(
    suite: DynamicSuite,
) -> None:
    """With nowhere to go the person stays, and is told that they are signed out."""
    shown = await log_out(suite, post_logout_redirect_uri=None)

    assert "logout-confirm-page" not in suite.pages
    await check_told(suite, shown)


async def check_told(suite: DynamicSuite, shown: Page | Arrival) -> None:
    """Look whether the page of the screenshot says that the person is signed out, who then is."""
    assert suite.browser.screenshots == ["logged-out-page"]
    assert isinstance(shown, Page)
    assert "You are signed out" in shown.text
    await suite.check_signed_out()
