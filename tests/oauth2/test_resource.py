"""Which scope, kind and lifetime a token has for those whom it is for."""

import pytest

from idp.clients.model import Client
from idp.config import Config
from idp.oauth2 import resource
from idp.oauth2.errors import InvalidTarget
from idp.oauth2.resource import Terms
from tests.clients.test_model import client

ISSUER, NOTES, MAIL, BANK = (
    "https://idp.example",
    "https://notes.example",
    "https://mail.example",
    "urn:example:bank",
)
SCOPE = frozenset({"openid", "notes.read", "mail.send"})


@pytest.fixture
def config() -> Config:
    """Declare three APIs, one of which takes whatever there is of scope."""
    return Config(
        issuer=ISSUER,
        scopes={"notes.read": "Read your notes", "mail.send": "Send mail"},
        resources={
            NOTES: {"name": "Notes", "scopes": ["notes.read"], "client_id": "notes-api"},
            MAIL: {
                "name": "Mail",
                "scopes": ["mail.send"],
                "access_token_format": "opaque",
                "access_token_lifetime": 120,
            },
            BANK: {
                "name": "Bank",
                "access_token_signed_response_alg": "ES256",
                "access_token_lifetime": 60,
            },
        },
    )


@pytest.fixture
def asking(config: Config) -> Client:
    """Make a client that is nothing special."""
    return client(config)


@pytest.mark.parametrize(
    ("audience", "scope"),
    [
        ((), SCOPE),
        ((NOTES,), {"notes.read"}),
        ((NOTES, MAIL), {"notes.read", "mail.send"}),
        ((BANK,), SCOPE),
        ((ISSUER,), {"openid"}),
        ((ISSUER, NOTES), {"openid", "notes.read"}),
        (("notes-api",), {"notes.read"}),
        (("another-client",), {"openid"}),
    ],
)
def test_scope_is_what_means_something_there(
    config: Config, audience: tuple[str, ...], scope: set[str]
) -> None:
    """RFC 9068 §3; an API goes by the name of its client, too."""
    assert resource.narrow_scope(config, frozenset(audience), SCOPE) == scope


@pytest.mark.parametrize(
    ("audience", "terms"),
    [
        ((), Terms("jwt", "RS256", 600)),
        ((ISSUER, NOTES), Terms("jwt", "RS256", 600)),
        ((MAIL,), Terms("opaque", "", 120)),
        ((BANK,), Terms("jwt", "ES256", 60)),
        (("another-client",), Terms("jwt", "RS256", 600)),
    ],
)
def test_terms_are_those_of_the_api(
    config: Config, asking: Client, audience: tuple[str, ...], terms: Terms
) -> None:
    """What an API does not say, the client's registration does."""
    assert resource.terms(config, asking, frozenset(audience)) == terms


def test_terms_on_which_apis_agree(config: Config) -> None:
    """The shortest life counts; what is opaque has no algorithm to differ in."""
    opaque = client(config, access_token_format="opaque")

    assert resource.terms(config, opaque, frozenset({NOTES, MAIL, BANK})) == Terms("opaque", "", 60)


@pytest.mark.parametrize("audience", [(NOTES, MAIL), (NOTES, BANK), (ISSUER, MAIL)])
def test_terms_on_which_apis_do_not_agree(
    config: Config, asking: Client, audience: tuple[str, ...]
) -> None:
    """One token cannot be of two kinds."""
    with pytest.raises(InvalidTarget):
        resource.terms(config, asking, frozenset(audience))


def test_usual_audience_is_no_api_to_be_declared(asking: Client) -> None:
    """What tokens are for if nobody says so can be named, too."""
    config = Config(issuer=ISSUER, tokens={"audience": "https://api.example"})

    assert resource.own_resources(config) == {ISSUER, "https://api.example"}
    assert resource.usual(config) == "https://api.example"
