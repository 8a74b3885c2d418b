"""Where clients hear of a logout: https, of their own, and for front-channel the origin they have.

OIDC Back-Channel Logout §2.2, OIDC Front-Channel Logout §2.
"""

from typing import Any

import pytest

from idp.clients.errors import InvalidClientMetadata
from idp.clients.metadata import validate
from idp.config import Config

METADATA: dict[str, Any] = {
    "redirect_uris": ["https://rp.example/callback", "http://localhost:3000/callback"]
}
BOTH = ("backchannel_logout_uri", "frontchannel_logout_uri")


@pytest.mark.parametrize(
    "uri",
    [
        "https://rp.example/logout",
        "https://RP.example:443/logout?tenant=1",
        "http://localhost:3000/logout",
    ],
)
@pytest.mark.parametrize("member", BOTH)
def test_what_may_be_registered(config: Config, member: str, uri: str) -> None:
    """An address at the client, also on this computer while it is developed."""
    session_required = member.replace("_uri", "_session_required")

    metadata = validate({**METADATA, member: uri, session_required: True}, config)

    assert metadata[member] == uri
    assert metadata[session_required] is True


def test_back_channel_may_be_another_server(config: Config) -> None:
    """No browser is led there."""
    uri = "https://backend.example:8443/logout"

    metadata = validate({**METADATA, "backchannel_logout_uri": uri}, config)

    assert metadata["backchannel_logout_uri"] == uri


@pytest.mark.parametrize(
    "uri",
    [
        "http://rp.example/logout",
        "https://rp.example/logout#part",
        "https://user@rp.example/logout",
        "https://*.rp.example/logout",
        "/logout",
        "com.example.app:/logout",
        "javascript:alert(1)",
        "",
        1,
        ["https://rp.example/logout"],
    ],
)
@pytest.mark.parametrize("member", BOTH)
def test_what_may_not(config: Config, member: str, uri: object) -> None:
    """Neither plain http, nor fragments, nor what is no address of a client's own."""
    with pytest.raises(InvalidClientMetadata, match=member):
        validate({**METADATA, member: uri}, config)


@pytest.mark.parametrize(
    "uri",
    [
        "https://other.example/logout",
        "https://rp.example:8443/logout",
        "https://sub.rp.example/logout",
        "http://localhost/logout",
        "http://localhost:3001/logout",
        "http://127.0.0.1:3000/logout",
    ],
)
def test_frame_has_the_origin_of_a_redirect_uri(config: Config, uri: str) -> None:
    """Scheme, host and port are those of a page to which the browser may be sent anyway."""
    with pytest.raises(InvalidClientMetadata, match="scheme, host and port"):
        validate({**METADATA, "frontchannel_logout_uri": uri}, config)


@pytest.mark.parametrize("member", BOTH)
def test_session_required_is_true_or_false(config: Config, member: str) -> None:
    """Nothing else says anything."""
    name = member.replace("_uri", "_session_required")

    with pytest.raises(InvalidClientMetadata, match=name):
        validate({**METADATA, name: "yes"}, config)
