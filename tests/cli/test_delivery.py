"""`idp delivery`."""

import json
from datetime import timedelta
from functools import partial

from idp import clock as idp_clock
from idp.cli.running import run
from idp.cli.settings import load
from idp.outbox.queue import Kind, claim, failed, note, put
from tests.cli.conftest import Idp
from tests.conftest import Clock

FACTS = {"user_id": "u1", "sid": "s1"}


def put_one(client_id: str) -> None:
    """Put something into the outbox, as a server does."""
    run(load(None), partial(put, Kind.BACKCHANNEL_LOGOUT, client_id, FACTS))


def try_in_vain() -> None:
    """Let one attempt fail, as a server does."""

    def attempt() -> None:
        (delivery,) = claim(1)
        note(delivery, failed("the server could not be reached"))

    run(load(None), attempt)


def test_empty(idp: Idp) -> None:
    """Where nothing was sent, it says so."""
    assert idp("delivery list").stdout.startswith("There was nothing to send")
    assert json.loads(idp("delivery list --json").stdout) == []
    assert idp("delivery retry --all").stdout.startswith("0 deliveries")


def test_list(idp: Idp, client_id: str) -> None:
    """Each delivery has its state, its attempts and the last error."""
    put_one(client_id)
    try_in_vain()

    table = idp("delivery list").stdout.splitlines()
    (delivery,) = json.loads(idp("delivery list --json").stdout)

    assert table[0].split() == [
        *("DELIVERY", "KIND", "TO", "STATE", "TRIED", "NEXT", "TRY", "SINCE", "LAST", "ERROR")
    ]
    assert f"backchannel_logout  {client_id}  pending  1 " in table[1]
    assert table[1].endswith("the server could not be reached")
    assert (delivery["target"], delivery["state"], delivery["attempts"]) == (
        client_id,
        "pending",
        1,
    )


def test_retry_one(idp: Idp, client_id: str, clock: Clock) -> None:
    """What has failed waits again, for another day."""
    put_one(client_id)
    clock.move(2 * 86_400)
    try_in_vain()
    (given_up,) = json.loads(idp("delivery list --json").stdout)

    result = idp(f"delivery retry {given_up['delivery_id']}")
    (waiting,) = json.loads(idp("delivery list --json").stdout)

    assert given_up["state"] == "failed"
    assert result.stdout == "1 delivery will be tried again now.\n"
    assert (waiting["state"], waiting["last_error"]) == ("pending", given_up["last_error"])
    assert waiting["give_up_at"] > (idp_clock.now() + timedelta(hours=23)).isoformat()


def test_refusals(idp: Idp) -> None:
    """Nothing is tried again by accident, and a wrong name is told."""
    neither, both, unknown = (
        idp(f"delivery retry {arguments}") for arguments in ("", "x --all", "unknown")
    )

    assert (neither.exit_code, both.exit_code, unknown.exit_code) == (1, 1, 1)
    assert neither.stderr == both.stderr == "Error: Name a delivery, or say --all.\n"
    assert unknown.stderr.startswith("Error: No such delivery waits or has failed")
