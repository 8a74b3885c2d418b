"""Sending: promptly, again if it fails, by one worker at a time, also after a restart."""

from datetime import timedelta

import anyio
import pytest
from anyio.lowlevel import checkpoint

from idp import clock as idp_clock
from idp.app import create_app
from idp.config import Config
from idp.outbox import queue
from idp.outbox.post import REFUSED, UNEXPECTED
from idp.outbox.queue import GONE, LEASE
from idp.outbox.sender import AT_ONCE
from idp.storage.deliveries import Delivery
from idp.web.provider import Provider
from tests.conftest import AddClient, Clock
from tests.outbox.conftest import Outbox, Send, wait_until
from tests.parties.operator import Operator
from tests.parties.process import until
from tests.parties.receiver import NO_ANSWER, Receiver
from tests.parties.relying_party import RelyingParty

DAY = 86_400


async def state_after(
    outbox: Outbox, provider: Provider, clock: Clock, attempts: int, state: str = "pending"
) -> Delivery:
    """Let all pauses pass until there were so many attempts; give the delivery."""
    with anyio.fail_after(60):
        for attempt in range(1, attempts + 1):
            wanted = state if attempt == attempts else "pending"
            delivery = await wait_until(outbox, wanted, attempt)
            if attempt < attempts:
                clock.move(2 * queue.LONGEST_PAUSE)
                provider.database.deliveries_added.set()
    return delivery


async def test_is_sent_as_soon_as_it_is_committed(
    rp: RelyingParty, receiver: Receiver, send: Send, outbox: Outbox
) -> None:
    """The sender is woken; nobody waits for its next look."""
    await send(rp)

    with anyio.fail_after(60):
        delivery = await wait_until(outbox, "delivered")

    assert len(receiver.forms) == 1
    assert receiver.requests[0].startswith("POST /logout HTTP/1.1\r\n")
    assert "Content-Type: application/x-www-form-urlencoded\r\n" in receiver.requests[0]
    assert delivery.next_attempt_at is None
    assert idp_clock.now() - delivery.created_at < timedelta(seconds=30)


async def test_receiver_that_fails_twice_is_tried_again(
    rp: RelyingParty,
    receiver: Receiver,
    send: Send,
    outbox: Outbox,
    provider: Provider,
    clock: Clock,
) -> None:
    """Each attempt has a message of its own, made when it is sent."""
    receiver.statuses = [503, 500]

    await send(rp)
    delivery = await state_after(outbox, provider, clock, 3, "delivered")

    assert delivery.last_error is None
    assert len({claims["jti"] for claims in receiver.claims}) == 3
    sent = [claims["iat"] for claims in receiver.claims]
    assert sent[2] - sent[0] >= 4 * queue.LONGEST_PAUSE - 2


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (302, "the server redirects elsewhere, which is not followed"),
        (201, UNEXPECTED),
        (404, UNEXPECTED),
        (500, UNEXPECTED),
        (NO_ANSWER, "the server took too long"),
    ],
)
async def test_anything_but_an_acceptance_is_tried_again(
    rp: RelyingParty, receiver: Receiver, send: Send, outbox: Outbox, status: int, error: str
) -> None:
    """Only 200 and 204 say that it has arrived; a redirect is not followed."""
    receiver.statuses = [status]

    await send(rp)
    with anyio.fail_after(60):
        delivery = await wait_until(outbox, "pending")

    assert delivery.last_error == error
    assert delivery.next_attempt_at is not None
    assert len(receiver.forms) == 1


@pytest.mark.parametrize("status", [200, 204])
async def test_both_acceptances(
    rp: RelyingParty, receiver: Receiver, send: Send, outbox: Outbox, status: int
) -> None:
    """Some frameworks cannot answer 200 without a body (Back-Channel Logout §2.8)."""
    receiver.statuses = [status]

    await send(rp)
    with anyio.fail_after(60):
        delivery = await wait_until(outbox, "delivered")

    assert delivery.attempts == 1


async def test_refusal_is_final(
    rp: RelyingParty, receiver: Receiver, send: Send, outbox: Outbox
) -> None:
    """With 400 the receiver says that it will not have it (Back-Channel Logout §2.8)."""
    receiver.statuses = [400]

    await send(rp)
    with anyio.fail_after(60):
        delivery = await wait_until(outbox, "failed")

    assert delivery.last_error == REFUSED
    assert delivery.next_attempt_at is None


async def test_gives_up_after_a_day(
    rp: RelyingParty,
    receiver: Receiver,
    send: Send,
    outbox: Outbox,
    provider: Provider,
    clock: Clock,
) -> None:
    """What nobody took for a day is of no use any more; an operator can begin anew."""
    receiver.statuses = [500] * 2
    await send(rp)
    with anyio.fail_after(60):
        await wait_until(outbox, "pending")
        clock.move(DAY + 1)
        provider.database.deliveries_added.set()
        given_up = await wait_until(outbox, "failed", 2)

        assert await provider.database.run(queue.retry) == 1
        provider.database.deliveries_added.set()
        delivered = await wait_until(outbox, "delivered", 3)

    assert given_up.last_error == UNEXPECTED
    assert delivered.delivery_id == given_up.delivery_id


async def test_nobody_there_is_tried_again(
    add_client: AddClient, send: Send, outbox: Outbox
) -> None:
    """A server that is down may come up again."""
    rp = await add_client(backchannel_logout_uri="http://127.0.0.1:9/logout")

    await send(rp)
    with anyio.fail_after(60):
        delivery = await wait_until(outbox, "pending")

    assert delivery.last_error == "the server could not be reached"


async def test_address_that_is_not_allowed_is_not_asked(
    add_client: AddClient, receiver: Receiver, send: Send, outbox: Outbox
) -> None:
    """A client cannot use this server to reach what it could not (CWE-918)."""
    rp = await add_client(backchannel_logout_uri="https://10.1.2.3/logout")

    await send(rp)
    with anyio.fail_after(60):
        delivery = await wait_until(outbox, "pending")

    assert delivery.last_error == "the host has an address that is not public"


async def test_client_that_is_gone_is_not_told(
    rp: RelyingParty, receiver: Receiver, send: Send, outbox: Outbox, provider: Provider
) -> None:
    """One that was removed, disabled or changed its mind meanwhile is sent nothing."""
    operator = Operator(provider)
    await operator.disable_client(rp)

    await send(rp)
    with anyio.fail_after(60):
        delivery = await wait_until(outbox, "failed")

    assert delivery.last_error == GONE
    assert receiver.forms == []


async def test_slow_receiver_keeps_nobody_waiting(
    add_client: AddClient, rp: RelyingParty, receiver: Receiver, send: Send
) -> None:
    """Others are sent theirs meanwhile, and more than are sent at once follow each other."""
    receiver.statuses = [NO_ANSWER]

    for number in range(AT_ONCE + 5):
        await send(rp, sid=f"s{number}")

    await until(lambda: len({claims["sid"] for claims in receiver.claims}) == AT_ONCE + 5)


async def test_two_workers_never_send_the_same(
    config: Config, rp: RelyingParty, receiver: Receiver, send: Send, provider: Provider
) -> None:
    """A delivery is claimed by one statement, whoever looks at the same moment."""
    second = create_app(config)
    async with second.router.lifespan_context(second):
        for number in range(30):
            await send(rp, sid=f"s{number}")
            second.state.provider.database.deliveries_added.set()
            provider.database.deliveries_added.set()
        await until(lambda: len(receiver.forms) >= 30)

    sids = [claims["sid"] for claims in receiver.claims]
    assert sorted(sids) == sorted(f"s{number}" for number in range(30))


async def test_what_a_dead_worker_had_claimed_is_sent_by_another(
    config: Config, rp: RelyingParty, receiver: Receiver, provider: Provider, clock: Clock
) -> None:
    """A claim ends after a minute; until then nobody else sends it."""
    claimed = await provider.database.run(_put_and_claim, rp.client_id)
    for _ in range(5):
        provider.database.deliveries_added.set()
        await checkpoint()
    assert receiver.forms == []

    clock.move(LEASE.total_seconds() + 1)
    provider.database.deliveries_added.set()

    await until(lambda: len(receiver.forms) == 1)
    assert len(claimed) == 1


def _put_and_claim(client_id: str) -> list[Delivery]:
    facts = {"user_id": "u1", "sid": "s1"}
    queue.put(queue.Kind.BACKCHANNEL_LOGOUT, client_id, facts)
    return queue.claim(1)
