"""How what is done again and again comes to its end."""

import asyncio

from idp.upkeep import Round


async def test_a_round_ends_when_the_server_stops() -> None:
    """A driver that is interrupted may complain of something else; that is no reason to go on."""
    is_begun = asyncio.Event()

    async def complain() -> None:
        is_begun.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            raise OSError("the connection is busy") from None

    going_on = asyncio.create_task(Round(0, complain).go_on())
    await is_begun.wait()

    going_on.cancel()
    await asyncio.wait([going_on], timeout=10)

    assert going_on.cancelled()
