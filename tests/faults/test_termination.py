"""A server that is told to stop while it is busy: it finishes, and has kept what it said."""

import random
from base64 import b64encode
from urllib.parse import urlencode

import anyio
from anyio.abc import SocketStream

from tests.faults.conftest import Service
from tests.faults.ledger import Ledger
from tests.faults.load import Load
from tests.parties.process import PATIENCE, until
from tests.parties.relying_party import RelyingParty

ANSWERS = 20
A_WHILE = 0.5  # seconds in which a server that does not wait would have hung up


async def test_stopped_while_it_is_busy(on_sqlite: Service, chance: random.Random) -> None:
    """SIGTERM under load ends it without an error, and everything answered with 200 is kept."""
    process, ledger = on_sqlite.process, Ledger()
    load = Load(on_sqlite, ledger, chance)

    async with load.running():
        await load.sees(ANSWERS)
        process.terminate()
        load.is_over = True
    status = await anyio.to_thread.run_sync(process.wait)

    assert status == 0
    process.start()
    await ledger.hold(on_sqlite)


async def test_a_request_under_way_is_finished(on_sqlite: Service) -> None:
    """What had begun before SIGTERM is answered after it, and is kept."""
    process, rp = on_sqlite.process, on_sqlite.rp
    tokens = await on_sqlite.tokens()
    head, body = _refresh(rp, tokens["refresh_token"])
    port = process.config.server.port

    with anyio.fail_after(PATIENCE):
        async with await anyio.connect_tcp("127.0.0.1", port) as connection:
            await connection.send(head)
            assert await _read_head(connection) == "HTTP/1.1 100 Continue"
            process.terminate()
            await until(lambda: not process.listens())
            with anyio.move_on_after(A_WHILE) as waiting:
                await connection.receive()
            assert waiting.cancelled_caught, "the server has hung up"
            await connection.send(body)
            assert await _read_head(connection) == "HTTP/1.1 200 OK"
    status = await anyio.to_thread.run_sync(process.wait)

    assert status == 0
    process.start()
    first = await rp.refresh(tokens["refresh_token"])
    assert first.status_code == 200, "a repeat gives the same successor, which was kept"


def _refresh(rp: RelyingParty, refresh_token: str) -> tuple[bytes, bytes]:
    """Write a request that waits for the server before it sends its body (RFC 9110 §10.1.1)."""
    body = urlencode({"grant_type": "refresh_token", "refresh_token": refresh_token}).encode()
    credentials = b64encode(f"{rp.client_id}:{rp.client_secret}".encode()).decode()
    fields = {
        "Host": "idp.example",
        "Authorization": f"Basic {credentials}",
        "Content-Type": "application/x-www-form-urlencoded",
        "Content-Length": str(len(body)),
        "Expect": "100-continue",
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"POST /token HTTP/1.1\r\n{lines}\r\n".encode(), body


async def _read_head(connection: SocketStream) -> str:
    """Read up to the end of a head; give its first line."""
    head = b""
    while b"\r\n\r\n" not in head:
        head += await connection.receive()
    return head.partition(b"\r\n")[0].decode()
