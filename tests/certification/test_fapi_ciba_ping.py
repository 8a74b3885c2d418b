"""Modules of the FAPI-CIBA plan in which the client's server answers in its own way (§10.2)."""

import pytest

from idp.storage.deliveries import Delivery, list_deliveries
from tests.conftest import Clock
from tests.outbox.conftest import wait_until
from tests.parties.browser import Browser
from tests.parties.certification_ciba import BY_PING, Asked, Bank, decide
from tests.parties.ciba_laboratory import CibaLaboratory, ada, bank, ciba_lab, told
from tests.parties.receiver import Receiver

__all__ = ["ada", "bank", "ciba_lab", "told"]

PLANS = ("fapi-ciba-id1-test-plan",)
MODULES = (
    "fapi-ciba-id1-ping-backchannel-notification-endpoint-response-has-body",
    "fapi-ciba-id1-ping-backchannel-notification-endpoint-response-401",
    "fapi-ciba-id1-ping-backchannel-notification-endpoint-response-403",
    "fapi-ciba-id1-ping-with-mtls-ciba-notification-endpoint-response-401-and-require-server-does"
    "-not-retry",
    "fapi-ciba-id1-ping-backchannel-notification-endpoint-return-redirect-request",
)

pytestmark = pytest.mark.parametrize("variant", BY_PING, ids=str)


async def allowed(
    lab: CibaLaboratory, bank: Bank, ada: Browser, told: Receiver, status: int
) -> Asked:
    """Let Ada allow what was asked, and the client's server answer; then the tokens are there."""
    told.statuses = [status]
    asked = await bank.asked()

    async def pings() -> list[Delivery]:
        deliveries = await lab.provider.database.run(list_deliveries)
        return [each for each in deliveries if each.target == bank.client_id]

    await decide(ada, asked)
    await wait_until(pings, "delivered" if status == 200 else "failed")
    await bank.take_tokens(asked)
    return asked


async def is_told_once(lab: CibaLaboratory, told: Receiver, clock: Clock) -> bool:
    """Let an hour pass in which it might be tried again."""
    clock.move(3600)
    lab.provider.database.deliveries_added.set()
    await lab.provider.database.run(list_deliveries)
    return len(told.requests) == 1


async def test_fapi_ciba_id1_ping_backchannel_notification_endpoint_response_has_body(
    ciba_lab: CibaLaboratory, bank: Bank, ada: Browser, told: Receiver
) -> None:
    """What the client's server says besides 200 does not matter."""
    told.says = b"Backchannel Notification Endpoint returns a HTTP 200 OK response with a body."

    await allowed(ciba_lab, bank, ada, told, 200)


async def test_fapi_ciba_id1_ping_backchannel_notification_endpoint_response_401(
    ciba_lab: CibaLaboratory, bank: Bank, ada: Browser, told: Receiver
) -> None:
    """A client's server that takes the token for another does not keep the tokens from it."""
    await allowed(ciba_lab, bank, ada, told, 401)


async def test_fapi_ciba_id1_ping_backchannel_notification_endpoint_response_403(
    ciba_lab: CibaLaboratory, bank: Bank, ada: Browser, told: Receiver
) -> None:
    """Neither does one that forbids it."""
    await allowed(ciba_lab, bank, ada, told, 403)


async def test_fapi_ciba_id1_ping_with_mtls_ciba_notification_endpoint_response_401_and_require_server_does_not_retry(
    ciba_lab: CibaLaboratory, bank: Bank, ada: Browser, told: Receiver, clock: Clock
) -> None:
    """It is told once, and not again."""
    await allowed(ciba_lab, bank, ada, told, 401)

    assert await is_told_once(ciba_lab, told, clock)


async def test_fapi_ciba_id1_ping_backchannel_notification_endpoint_return_redirect_request(
    ciba_lab: CibaLaboratory, bank: Bank, ada: Browser, told: Receiver, clock: Clock
) -> None:
    """A redirect is not followed, and nobody is told again."""
    await allowed(ciba_lab, bank, ada, told, 301)

    assert told.requests[0].startswith("POST /ciba-notification-endpoint ")
    assert await is_told_once(ciba_lab, told, clock)
