"""Without `protocol.session_management`, nothing of it is there."""

from idp.storage.users import User
from tests.conftest import SignIn
from tests.parties.browser import Browser
from tests.parties.relying_party import RelyingParty


async def test_off_by_default(
    rp: RelyingParty, browser: Browser, alice: User, walk: SignIn
) -> None:
    """Neither metadata nor page, neither cookie nor parameter."""
    arrival = await walk(rp)
    metadata = (await rp.http.get("/.well-known/openid-configuration")).json()

    assert arrival.params.keys() == {"code", "state", "iss"}
    assert "check_session_iframe" not in metadata
    assert (await rp.http.get("/check-session")).status_code == 404
    assert not [name for name in browser.cookies if "browser-state" in name]
