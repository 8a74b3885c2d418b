"""What is kept of a proof, and what is not (RFC 9449 §11.1, §11.2)."""

from idp import clock as idp_clock
from idp.config import Config
from idp.storage.database import db
from idp.storage.used_jtis import used_jtis
from idp.web.provider import Provider
from tests.conftest import AddClient, Logged
from tests.parties.clients import MACHINE
from tests.parties.dpop import Holder, ProvingParty


async def test_no_proof_stands_in_the_log(
    add_client: AddClient, config: Config, logged: Logged
) -> None:
    """Neither one that holds, nor one that is refused, nor the token that comes with it."""
    machine = ProvingParty(await add_client(**MACHINE), Holder(config.issuer))
    token = (await machine.token(grant_type="client_credentials")).json()["access_token"]
    machine.proof = machine.holder.prove("POST", "/token", jti="jti-of-this-proof")

    for _ in range(2):
        await machine.token(grant_type="client_credentials")
        await machine.userinfo(token)

    text = str(logged())
    assert "tokens_issued" in text
    for secret in (machine.proof, machine.proof.split(".")[2], "jti-of-this-proof", token):
        assert secret not in text


async def test_of_a_proof_a_digest_is_kept_for_some_minutes(
    add_client: AddClient, config: Config, provider: Provider
) -> None:
    """Of the same length, however long its jti is."""
    machine = ProvingParty(await add_client(**MACHINE), Holder(config.issuer))
    for length in (1, 5000):
        machine.proof = machine.holder.prove("POST", "/token", jti="j" * length)
        await machine.token(grant_type="client_credentials")

    rows = await provider.database.run(lambda: db().execute(used_jtis.select()).all())

    assert [len(row.jti_digest) for row in rows] == [32, 32]
    assert all(row.expires_at < idp_clock.in_seconds(300) for row in rows)
