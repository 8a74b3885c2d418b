"""A relying party that is held to FAPI 2.0: it pushes, signs, and proves its key."""

from typing import Any

import httpx2

from idp.vocabulary import CLIENT_ASSERTION_TYPE
from tests.parties.backchannel import BANK
from tests.parties.clients import KEY, AssertingClient
from tests.parties.dpop import Holder, ProvingParty
from tests.parties.relying_party import RelyingParty

SECURITY: dict[str, Any] = {
    "fapi_profile": "fapi2_security",
    "jwks": {"keys": [KEY.as_dict(private=False)]},
}
MESSAGE_SIGNING = SECURITY | {"fapi_profile": "fapi2_message_signing"}
# One that asks people elsewhere; its tokens are bound to a certificate.
FAPI_CIBA: dict[str, Any] = (
    BANK
    | SECURITY
    | {"fapi_profile": "fapi_ciba", "tls_client_certificate_bound_access_tokens": True}
)


class FAPIParty(ProvingParty):
    """It authenticates by private_key_jwt; `assertion` is sent instead of one that it makes."""

    def __init__(self, rp: RelyingParty, issuer: str) -> None:
        super().__init__(rp, Holder(issuer))
        self.asserting = AssertingClient(rp.http, rp.client_id, issuer)
        self.assertion: str | None = None

    async def post(self, path: str, **parameters: str | None) -> httpx2.Response:
        """Call an endpoint, with an assertion and a proof."""
        beside = {
            "client_assertion_type": CLIENT_ASSERTION_TYPE,
            "client_assertion": self.assertion or self.asserting.sign(),
        }
        return await super().post(path, **(parameters | beside))


class FAPIBank(RelyingParty):
    """It authenticates by private_key_jwt, and asks people elsewhere."""

    def __init__(self, rp: RelyingParty, issuer: str) -> None:
        super().__init__(rp.http, rp.client_id)
        self.asserting = AssertingClient(rp.http, rp.client_id, issuer)

    async def post(self, path: str, **parameters: str | list[str] | None) -> httpx2.Response:
        """Call an endpoint, with an assertion."""
        beside = {
            "client_assertion_type": CLIENT_ASSERTION_TYPE,
            "client_assertion": self.asserting.sign(),
        }
        return await super().post(path, **(beside | parameters))
