"""What a browser brings of a pushed request, and who has to push (RFC 9126 §4, §5, §6)."""

from collections.abc import Callable
from urllib.parse import urlencode

import httpx2
import pytest

from idp.clients.errors import InvalidClientMetadata
from idp.clients.metadata import validate
from idp.config import Config
from idp.storage.users import User
from tests.conftest import ISSUER, PASSWORD, AddClient, Configure
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.pushing import push, pushed_url, url_of
from tests.parties.relying_party import REDIRECT_URI, RelyingParty
from tests.parties.request_objects import JWKS, request_object, url_with

NewBrowser = Callable[[], Browser]
REQUIRED = {"require_pushed_authorization_requests": True}


def is_refused(shown: Page | Arrival) -> bool:
    """Tell whether the person is told, and nobody else."""
    return isinstance(shown, Page) and "error-page" in shown and shown.status == 400


def is_asked(shown: Page | Arrival) -> bool:
    """Tell whether the person may sign in."""
    return isinstance(shown, Page) and "login-page" in shown


async def answer(browser: Browser, url: str) -> Arrival:
    """Let alice do what the request needs."""
    login = await browser.open(url)
    assert isinstance(login, Page)
    consent = await browser.sign_in(login, "alice", PASSWORD)
    assert isinstance(consent, Page)
    arrival = await browser.submit(consent, "consent-allow")
    assert isinstance(arrival, Arrival)
    return arrival


async def test_nothing_beside_the_name_counts(
    rp: RelyingParty, alice: User, browser: Browser
) -> None:
    """Whoever changes the address changes nothing (§4, RFC 9101 §5)."""
    request_uri = (await push(rp, scope="openid")).json()["request_uri"]
    beside = {"state": "changed", "redirect_uri": "https://evil.example/", "prompt": "none"}
    beside |= {"scope": "openid email", "request": "e.e.e", "response_mode": "fragment"}

    arrival = await answer(browser, url_of(rp, request_uri, **beside))

    assert arrival.url.startswith(f"{REDIRECT_URI}?")
    assert arrival.params["state"] == rp.state
    assert (await rp.exchange(arrival.params["code"])).json()["scope"] == "openid"


async def test_name_is_good_for_its_client_alone(
    rp: RelyingParty, add_client: AddClient, browser: Browser
) -> None:
    """client_id must be there and the same (§4); a wrong one does not use it up."""
    request_uri = (await push(rp)).json()["request_uri"]
    other = await add_client()

    shown = [
        await browser.open("/authorize?" + urlencode({"request_uri": request_uri})),
        await browser.open(url_of(other, request_uri)),
        await browser.open(url_of(rp, request_uri, client_id="nobody")),
        await browser.open(url_of(rp, request_uri) + f"&client_id={other.client_id}"),
    ]

    assert all(is_refused(each) for each in shown)
    assert is_asked(await browser.open(url_of(rp, request_uri)))


@pytest.mark.parametrize("name", ["", "a", "%00", "x" * 5000])
async def test_made_up_name_is_refused(rp: RelyingParty, browser: Browser, name: str) -> None:
    """The person is told, since nobody knows where the client is."""
    shown = await browser.open(url_of(rp, "urn:ietf:params:oauth:request_uri:") + name)

    assert is_refused(shown)


async def test_name_is_good_until_somebody_is_answered(
    rp: RelyingParty, alice: User, browser: Browser, new_browser: NewBrowser
) -> None:
    """And never again, in no browser (§4, §7.3)."""
    url = await pushed_url(rp)
    await answer(browser, url)

    assert is_refused(await browser.open(url))
    assert is_refused(await new_browser().open(url))


async def test_name_of_a_sign_in_is_no_request_uri_and_the_other_way_round(
    rp: RelyingParty, browser: Browser
) -> None:
    """Each leads only where it was given for."""
    url = await pushed_url(rp)
    login = await browser.open(url)
    pushed = url.rpartition("%3A")[2]
    interaction = login.url.rpartition("/")[2]

    as_request_uri = url.replace(pushed, interaction)

    assert is_refused(await browser.open(as_request_uri))
    assert is_refused(await browser.open(f"/authorize/{pushed}"))
    assert is_refused(await browser.open(f"/login/{pushed}"))


async def test_name_may_be_posted(rp: RelyingParty, browser: Browser) -> None:
    """The authorization endpoint takes a form, too, of which nothing else counts either."""
    request_uri = (await push(rp)).json()["request_uri"]

    form = {"client_id": rp.client_id, "request_uri": request_uri}
    beside = {"redirect_uri": "https://evil.example/"}

    assert is_asked(await browser.post("/authorize", form))
    assert is_asked(await browser.post("/authorize", form | beside))


async def test_pushed_request_may_be_long(rp: RelyingParty, alice: User, browser: Browser) -> None:
    """What does not fit into an address does fit here, and is not in any (§1)."""
    claims = '{"id_token": {"email": {"essential": true}}}' + " " * 1500
    more = {f"more{n}": "x" * 1500 for n in range(3)}

    url = await pushed_url(rp, claims=claims, **more)

    assert len(url) < 250
    assert "code" in (await answer(browser, url)).params


async def test_errors_go_to_the_client_as_it_asked(rp: RelyingParty, browser: Browser) -> None:
    """By response_mode, state and iss of what was pushed; so does what is found wrong later."""
    url = await pushed_url(rp, prompt="none", response_mode="fragment")

    arrival = await browser.open(url)

    assert isinstance(arrival, Arrival)
    assert arrival.url.startswith(f"{REDIRECT_URI}#")
    assert arrival.params["error"] == "login_required"
    assert (arrival.params["state"], arrival.params["iss"]) == (rp.state, ISSUER)


async def refused_unless_pushed(browser: Browser, rp: RelyingParty) -> None:
    """Send requests that were not pushed, by value and in an object; then one that was."""
    unpushed = [
        await browser.open(rp.authorization_url()),
        await browser.open(rp.authorization_url(request=request_object(rp))),
        await browser.open(url_with(rp, request=request_object(rp))),
    ]

    for each in unpushed:
        assert isinstance(each, Arrival)
        assert each.params["error"] == "invalid_request"
        assert (each.params["state"], each.params["iss"]) == (rp.state, ISSUER)
    assert is_asked(await browser.open(await pushed_url(rp)))


async def test_client_that_has_to_push_is_refused_otherwise(
    add_client: AddClient, browser: Browser
) -> None:
    """require_pushed_authorization_requests of its metadata (§6), whoever signs the request."""
    rp = await add_client(jwks=JWKS, **REQUIRED)

    await refused_unless_pushed(browser, rp)


async def test_others_need_not_push(rp: RelyingParty, browser: Browser) -> None:
    """The default is false (§6)."""
    assert is_asked(await browser.open(rp.authorization_url()))


class TestRequiredOfAll:
    """A server whose clients all have to push."""

    @pytest.fixture
    def config(self, configure: Configure) -> Config:
        """Require it."""
        return configure(protocol={**REQUIRED, "pushed_request_lifetime": 300})

    async def test_any_client_is_refused_otherwise(
        self, add_client: AddClient, browser: Browser
    ) -> None:
        """A client cannot take itself out of it (§5)."""
        metadata = {"require_pushed_authorization_requests": False}
        rp = await add_client(jwks=JWKS, **metadata)

        await refused_unless_pushed(browser, rp)

    async def test_metadata_and_answers_say_so(
        self, rp: RelyingParty, http: httpx2.AsyncClient
    ) -> None:
        """Clients learn it where they learn everything (§5)."""
        document = (await http.get("/.well-known/oauth-authorization-server")).json()

        assert document["pushed_authorization_request_endpoint"] == f"{ISSUER}/par"
        assert document["require_pushed_authorization_requests"] is True
        assert (await push(rp)).json()["expires_in"] == 300


def test_member_of_client_metadata_is_true_or_false() -> None:
    """It is kept as it came, and shown with the rest (§6)."""
    redirect = {"redirect_uris": [REDIRECT_URI]}

    assert validate({**redirect, **REQUIRED}, Config())[next(iter(REQUIRED))] is True
    with pytest.raises(InvalidClientMetadata, match="require_pushed_authorization_requests"):
        validate({**redirect, "require_pushed_authorization_requests": "yes"}, Config())
