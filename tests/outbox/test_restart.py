"""What was in the outbox when a server stopped is sent by the next one."""

from idp.app import close, create_app, make_provider
from idp.clients.registration import register
from idp.config import Config
from idp.outbox.queue import Kind, put
from tests.outbox.conftest import FACTS
from tests.parties.process import until
from tests.parties.receiver import Receiver


async def test_delivery_after_a_restart(config: Config, receiver: Receiver) -> None:
    """Nothing is kept in a server's memory; the command line, too, leaves it to a server."""
    provider = make_provider(config)
    metadata = {
        "redirect_uris": ["https://rp.example/callback"],
        "backchannel_logout_uri": receiver.url(),
    }
    registered = await provider.database.run(register, metadata, config)
    client_id = registered.client.client_id
    await provider.database.run(put, Kind.BACKCHANNEL_LOGOUT, client_id, FACTS)
    await close(provider)

    app = create_app(config)
    async with app.router.lifespan_context(app):
        await until(lambda: len(receiver.forms) == 1)

    assert receiver.claims[0]["aud"] == client_id
