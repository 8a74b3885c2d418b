"""What a proof costs: one statement, and no key of ours is read anew (RFC 9449 §11.1)."""

import pytest

from idp.config import Config
from idp.storage.users import User
from tests.conftest import AddClient, SignIn, Tokens
from tests.parties.clients import MACHINE
from tests.parties.dpop import Holder, ProvingParty
from tests.parties.relying_party import RelyingParty
from tests.specs.test_cost import Asked, asked, budget

__all__ = ["asked", "budget"]

OFFLINE = "openid offline_access"


@pytest.fixture
def holder(config: Config) -> Holder:
    """Hold a key."""
    return Holder(config.issuer)


async def test_a_proof_costs_one_statement(
    add_client: AddClient,
    rp: RelyingParty,
    holder: Holder,
    alice: User,
    walk: SignIn,
    tokens: Tokens,
    config: Config,
    asked: Asked,
    budget: dict[str, list[str]],
) -> None:
    """Its jti is remembered; what is read, is read once, though UserInfo hardly ever writes."""
    party = ProvingParty(rp, holder)
    await tokens(party, scope=OFFLINE)
    machine = ProvingParty(await add_client(**MACHINE), holder)
    code = (await walk(party, scope=OFFLINE)).params["code"]
    found: dict[str, list[str]] = {}

    asked()
    issued = (await party.exchange(code)).json()
    found["code"] = asked()
    await machine.token(grant_type="client_credentials")
    found["client_credentials"] = asked()
    assert (await party.userinfo(issued["access_token"])).status_code == 200
    found["userinfo"] = asked()

    spent = ["SAVEPOINT", "INSERT", "RELEASE"] if config.database.is_sqlite else ["INSERT"]
    for name, statements in found.items():
        assert without_brackets(statements) == sorted(
            without_brackets(budget[name]) + without_brackets(spent)
        ), (name, statements)


def without_brackets(statements: list[str]) -> list[str]:
    """Leave out what only begins and ends transactions; in whatever order."""
    brackets = {"SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"}
    return sorted(each for each in statements if each not in brackets)
