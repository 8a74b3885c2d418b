"""Proofs, on the examples of RFC 9449, and how URLs are compared (RFC 3986 §6.2)."""

from datetime import UTC, datetime
from functools import partial

import pytest

from idp import clock
from idp.clients.model import Client
from idp.config import Config
from idp.oauth2 import dpop
from idp.oauth2.confirmation import Confirmation
from idp.oauth2.errors import InvalidDPoPProofError
from idp.oauth2.parameters import Parameters
from idp.oauth2.request import ProtocolRequest
from idp.web.headers import Headers
from idp.web.provider import Provider
from tests.parties.relying_party import unverified_claims

# RFC 9449 §4.1, figure 2, and §7.1, figure 14.
FOR_TOKEN_REQUEST = (
    "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUk"
    "lDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUw"
    "Q2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6I"
    "mh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A"
    "0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg"
)
FOR_RESOURCE = (
    "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUk"
    "lDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUw"
    "Q2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaH"
    "R0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0ZWRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoi"
    "ZlVIeU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.2oW9RP35yRqzhrtNP86L-Ey71EOptxRim"
    "PPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA"
)
ACCESS_TOKEN = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"
JKT = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"  # §6.1


@pytest.fixture
def in_2019(monkeypatch: pytest.MonkeyPatch) -> None:
    """Go back to when the examples were made."""
    made_at = datetime.fromtimestamp(1562262616, UTC)
    monkeypatch.setattr(clock, "now", lambda: made_at)


def request(method: str, url: str, *proofs: str) -> ProtocolRequest:
    """Make a request with proofs."""
    headers = Headers((b"dpop", proof.encode()) for proof in proofs)
    return ProtocolRequest(method, url, headers, Parameters())


async def test_example_of_a_token_request(
    provider: Provider, config: Config, in_2019: None
) -> None:
    """The proof of §4.1 is by the key whose thumbprint §6.1 has."""
    asked = request("POST", "https://server.example.com/token", FOR_TOKEN_REQUEST)
    client = Client(client_id="notes", created_at=clock.now(), metadata={})

    confirmed = await provider.database.run(dpop.confirm, config, asked, client)

    assert confirmed == Confirmation(jkt=JKT)


async def test_example_of_a_resource(provider: Provider, config: Config, in_2019: None) -> None:
    """The proof of §7.1 is for the access token there, and for no other."""
    asked = request("GET", "https://resource.example.org/protectedresource", FOR_RESOURCE)
    client = Client(client_id="notes", created_at=clock.now(), metadata={})
    confirm = partial(provider.database.run, dpop.confirm_token, config, asked, client)

    with pytest.raises(InvalidDPoPProofError) as refusal:
        await confirm(ACCESS_TOKEN + "x")
    confirmed = await confirm(ACCESS_TOKEN)

    assert refusal.value.description == dpop.FOR_ANOTHER_TOKEN
    assert confirmed == Confirmation(jkt=JKT)
    assert dpop.hash_of(ACCESS_TOKEN) == unverified_claims(FOR_RESOURCE)["ath"]


SAME = (
    ("https://a.example/b", "https://a.example/b"),
    ("HTTPS://A.Example/b", "https://a.example/b"),
    ("https://a.example:443/b", "https://a.example/b"),
    ("http://a.example:80/b", "http://a.example/b"),
    ("https://a.example:/b", "https://a.example/b"),
    ("https://a.example", "https://a.example/"),
    ("https://a.example/b?c=d", "https://a.example/b"),
    ("https://a.example/b#c", "https://a.example/b"),
    ("https://a.example/%62", "https://a.example/b"),
    ("https://a.example/%c3%a9", "https://a.example/%C3%A9"),
    ("https://a.example/./x/../b", "https://a.example/b"),
    ("https://a.example/../b", "https://a.example/b"),
    ("https://a.example/b/.", "https://a.example/b/"),
    ("https://a.example/b/c/..", "https://a.example/b/"),
    ("https://a.example/%2e%2e/b", "https://a.example/b"),
    ("https://[::1]:8000/b", "https://[::1]:8000/b?"),
)
DIFFERENT = (
    ("https://a.example/b/", "https://a.example/b"),
    ("https://a.example/B", "https://a.example/b"),
    ("https://a.example//b", "https://a.example/b"),
    ("https://a.example/a%2Fb", "https://a.example/a/b"),
    ("https://a.example:444/b", "https://a.example/b"),
    ("http://a.example:443/b", "https://a.example/b"),
    ("https://a.example:0/b", "https://a.example/b"),
    ("https://a.example:99999/b", "https://a.example/b"),
    ("https://b@a.example/b", "https://a.example/b"),
    ("https://a.example.b.example/b", "https://a.example/b"),
    ("https://[::1/b", "https://a.example/b"),
    ("//a.example/b", "https://a.example/b"),
    ("", "https://a.example/b"),
)


@pytest.mark.parametrize(("uri", "url"), SAME)
def test_same_urls(uri: str, url: str) -> None:
    """Spelling, query and fragment do not count (RFC 9449 §4.3)."""
    assert dpop.is_same(uri, url)


@pytest.mark.parametrize(("uri", "url"), DIFFERENT)
def test_different_urls(uri: str, url: str) -> None:
    """Everything else does."""
    assert not dpop.is_same(uri, url)
