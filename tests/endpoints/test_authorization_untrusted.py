"""Authorization requests whose client or redirect_uri is not trusted: a page, never a redirect."""

from itertools import cycle, product
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx2
import pytest

from idp.storage.users import User
from tests.conftest import AddClient, SignIn
from tests.parties.relying_party import REDIRECT_URI, RelyingParty

FORM = {"Content-Type": "application/x-www-form-urlencoded"}

# What stands in the place of the client_id or the redirect_uri; a tuple repeats the parameter.
UNTRUSTED: tuple[dict[str, str | tuple[str, ...] | None], ...] = (
    {"client_id": None},
    {"client_id": ""},
    {"client_id": "nobody"},
    {"client_id": 'no"body\\'},
    {"client_id": "caf\u00e9"},
    {"client_id": "n" * 5000},
    {"client_id": ("nobody", "nobody")},
    {"redirect_uri": None},
    {"redirect_uri": ""},
    {"redirect_uri": (REDIRECT_URI, REDIRECT_URI)},
    {"redirect_uri": (REDIRECT_URI, "https://evil.example/")},
    {"redirect_uri": "https://evil.example/callback"},
    {"redirect_uri": "https://rp.example"},
    {"redirect_uri": REDIRECT_URI + "/"},
    {"redirect_uri": REDIRECT_URI + "?more=1"},
    {"redirect_uri": REDIRECT_URI + "#"},
    {"redirect_uri": REDIRECT_URI + "/../evil"},
    {"redirect_uri": REDIRECT_URI + "%252f.."},
    {"redirect_uri": REDIRECT_URI + "\r\nX: y"},
    {"redirect_uri": " " + REDIRECT_URI},
    {"redirect_uri": "HTTPS://rp.example/callback"},
    {"redirect_uri": "https://RP.example/callback"},
    {"redirect_uri": "http://rp.example/callback"},
    {"redirect_uri": "https://rp.example:443/callback"},
    {"redirect_uri": "https://rp.example.evil.example/callback"},
    {"redirect_uri": "https://rp.example@evil.example/callback"},
    {"redirect_uri": "https://evil.example\\@rp.example/callback"},
    {"redirect_uri": "https://rpxexample/callback"},
    {"redirect_uri": "//rp.example/callback"},
    {"redirect_uri": "/callback"},
    {"redirect_uri": "javascript:alert(1)"},
    {"redirect_uri": "data:text/html,x"},
    {"redirect_uri": "http://127.0.0.1/callback"},
    {"redirect_uri": "http://["},
    {"redirect_uri": "https://[::1/callback"},
    {"redirect_uri": "https://[v1.x]:99999/callback"},
    {"redirect_uri": "https://[::ffff:999.1.1.1]/callback"},
    {"redirect_uri": "https://rp.example/caf\u00e9"},
    {"redirect_uri": '"><script>alert(1)</script>'},
)

# What else is wrong with the request, or would have it answered in another way.
BESIDES: tuple[dict[str, str | tuple[str, ...] | None], ...] = (
    {},
    {"prompt": "none"},
    {"response_mode": "form_post", "prompt": "none"},
    {"response_mode": "fragment", "response_type": 'co"de'},
    {"response_type": None, "scope": ("openid", "openid")},
    {"request": "e30.e30.", "max_age": "soon", "id_token_hint": "gibberish"},
)

# A query that cannot be read as parameters.
UNREADABLE = (
    "state=%ff",
    "state=%00",
    "state=%ed%a0%80",
    "%00=x",
    "&".join(["a="] * 10_000),
)

# Each untrusted address with one thing besides, and two of them with each.
REQUESTS = (
    *zip(UNTRUSTED, cycle(BESIDES), strict=False),
    *product(({"client_id": "nobody"}, {"redirect_uri": "https://evil.example/"}), BESIDES),
)


def encode(rp: RelyingParty, *changes: dict[str, str | tuple[str, ...] | None]) -> str:
    """Encode a request with these changes."""
    parameters: dict[str, str | tuple[str, ...] | None] = dict(
        parse_qsl(urlsplit(rp.authorization_url()).query)
    )
    for change in changes:
        parameters |= change
    known = {name: value for name, value in parameters.items() if value is not None}
    return urlencode(known, doseq=True)


def is_refused_here(response: httpx2.Response) -> bool:
    """Tell whether a person sees a page that sends them nowhere."""
    return (
        400 <= response.status_code < 500
        and "location" not in response.headers
        and 'id="error-page"' in response.text
        and "<form" not in response.text
        and "evil" not in response.text
    )


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_untrusted_address_is_shown_to_the_person(
    http: httpx2.AsyncClient, rp: RelyingParty, alice: User, walk: SignIn, method: str
) -> None:
    """Whatever else is wrong with the request, nobody is sent anywhere (RFC 6749 §4.1.2.1)."""
    redirected = []

    for untrusted, besides in REQUESTS:
        encoded = encode(rp, untrusted, besides)
        if method == "GET":
            response = await http.get(f"/authorize?{encoded}")
        else:
            response = await http.post("/authorize", content=encoded, headers=FORM)
        if not is_refused_here(response):
            redirected.append((untrusted, besides, response.status_code))

    assert redirected == []
    assert "code" in (await walk(rp)).params


async def test_unreadable_request_is_shown_to_the_person(
    http: httpx2.AsyncClient, rp: RelyingParty
) -> None:
    """Parameters that cannot be decoded are no reason to trust the rest of them."""
    answers = {}

    for unreadable in UNREADABLE:
        encoded = f"{encode(rp, {'state': None})}&{unreadable}"
        got = await http.get(f"/authorize?{encoded}")
        posted = await http.post("/authorize", content=encoded, headers=FORM)
        answers[unreadable[:20]] = is_refused_here(got) and is_refused_here(posted)

    assert all(answers.values()), answers


async def test_signed_in_person_is_not_sent_there_either(
    rp: RelyingParty, alice: User, walk: SignIn, http: httpx2.AsyncClient, add_client: AddClient
) -> None:
    """A live session and a remembered consent do not make an address better."""
    arrival = await walk(rp)
    other = await add_client(redirect_uris=["https://other.example/callback"])

    stolen = await http.get(rp.authorization_url(redirect_uri="https://other.example/callback"))
    mixed = await http.get(other.authorization_url(client_id=rp.client_id, redirect_uri=None))

    assert "code" in arrival.params
    assert is_refused_here(stolen)
    assert is_refused_here(mixed)


async def test_redirect_uri_must_be_named_if_there_are_several(
    http: httpx2.AsyncClient, add_client: AddClient
) -> None:
    """Without `openid` the only one may be left out; nobody guesses among several."""
    uris = ["https://rp.example/one", "https://rp.example/two"]
    several = await add_client(redirect_uris=uris)

    response = await http.get(several.authorization_url(redirect_uri=None, scope="profile"))

    assert is_refused_here(response)
