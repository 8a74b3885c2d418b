"""Codes and tokens in the wrong hands leave a trace (RFC 9449 §11, RFC 9700 §4.10.1)."""

import html

from idp.audit import EventName
from idp.config import Config
from idp.storage.users import User
from tests.conftest import Logged, SignIn, Tokens
from tests.pages.account_page import open_account
from tests.parties.browser import Browser
from tests.parties.dpop import Holder, ProvingParty
from tests.parties.relying_party import RelyingParty

SENTENCE = "An app's access was tried without its key, and refused"


async def test_operator_and_owner_learn_of_it(
    public_rp: RelyingParty,
    config: Config,
    browser: Browser,
    alice: User,
    walk: SignIn,
    tokens: Tokens,
    logged: Logged,
) -> None:
    """A warning in the log with the client and the grant, and a line on the person's own page."""
    owner = ProvingParty(public_rp, Holder(config.issuer))
    thief = ProvingParty(public_rp, Holder(config.issuer))
    issued = await tokens(owner, scope="openid offline_access")
    code = (await walk(owner, dpop_jkt=owner.holder.jkt)).params["code"]

    await thief.exchange(code)
    await thief.refresh(issued["refresh_token"])
    await owner.exchange(code)
    await owner.refresh(issued["refresh_token"])

    noted = [line for line in logged() if line["event"] == EventName.KEY_NOT_PROVEN]
    assert [line["detail_grant_type"] for line in noted] == ["authorization_code", "refresh_token"]
    assert {(line["level"], line["client_id"], line["user_id"]) for line in noted} == {
        ("warning", owner.client_id, alice.user_id)
    }
    page = await open_account(browser, path="activity")
    assert html.unescape(page.text).count(SENTENCE) == 2
