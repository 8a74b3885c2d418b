"""Which request objects a client may send, and from where: what is registered of it."""

from typing import Any

import pytest

from idp.clients.errors import InvalidClientMetadata
from idp.clients.metadata import validate
from idp.clients.request_uri import is_registered
from idp.config import Config

URI = "https://rp.example/request.jwt"
REDIRECT = {"redirect_uris": ["https://rp.example/callback"]}


@pytest.mark.parametrize(
    ("asked", "member"),
    [
        ({"require_signed_request_object": True}, "jwks"),
        ({"require_signed_request_object": "yes"}, "require_signed_request_object"),
        ({"request_object_signing_alg": "none"}, "request_object_signing_alg"),
        ({"request_object_signing_alg": "HS256"}, "request_object_signing_alg"),
        ({"request_uris": ["http://rp.example/r"]}, "request_uris"),
        ({"request_uris": URI}, "request_uris"),
        ({"request_uris": ["urn:example:request"]}, "request_uris"),
    ],
)
def test_a_member_is_refused(asked: dict[str, Any], member: str) -> None:
    """The text names the member."""
    with pytest.raises(InvalidClientMetadata) as refusal:
        validate({**REDIRECT, **asked}, Config())

    assert refusal.value.description.startswith(member)


def test_an_address_may_have_a_fragment() -> None:
    """It is the hash of the document (OIDC Core §6.2)."""
    metadata = validate({**REDIRECT, "request_uris": [f"{URI}#hash"]}, Config())

    assert metadata["request_uris"] == [f"{URI}#hash"]


@pytest.mark.parametrize(
    ("request_uri", "registered", "is_there"),
    [
        (URI, URI, True),
        (f"{URI}#hash", URI, True),
        (f"{URI}#hash", f"{URI}#hash", True),
        (f"{URI}#other", f"{URI}#hash", False),
        (URI, f"{URI}#hash", False),
        (f"{URI}?x", URI, False),
        (f"{URI}/", URI, False),
        ("https://RP.example/request.jwt", URI, False),
    ],
)
def test_an_address_is_compared_letter_for_letter(
    request_uri: str, registered: str, is_there: bool
) -> None:
    """Only the fragment may be left open, by registering none."""
    assert is_registered(request_uri, [registered]) is is_there
