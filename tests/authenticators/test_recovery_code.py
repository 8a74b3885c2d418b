"""Recovery codes."""

import asyncio
import re

import pytest
from sqlalchemy import select

from idp.authenticators import recovery_code
from idp.authenticators.proof import InvalidCredentials
from idp.config import Config
from idp.storage.credentials import (
    Credential,
    add_credential_unless_exists,
    credentials,
    list_credentials,
    remove_credentials,
)
from idp.storage.database import Database, db
from idp.storage.users import User
from idp.users.accounts import add_account
from idp.users.passwords import Hasher
from idp.users.throttle import Throttled
from idp.web.provider import Provider
from tests.authenticators.second_factors import enrol, enrol_again, remove_app
from tests.conftest import Configure

HERE = "192.0.2.1"
LOOKALIKES = str.maketrans("01", "oI")


@pytest.fixture
def config(configure: Configure) -> Config:
    """Let people mistype four times."""
    return configure(throttle={"account_failures": 4})


@pytest.fixture
def database(provider: Provider) -> Database:
    """Use either database."""
    return provider.database


@pytest.fixture
async def codes(provider: Provider, alice: User) -> list[str]:
    """Give Alice an app, and with it recovery codes."""
    _, codes = await enrol(provider, alice)
    return codes


async def verify(provider: Provider, user: User, code: str) -> None:
    """Try a code."""
    await provider.database.run(recovery_code.verify, provider.config, user, code, HERE)


async def remaining(provider: Provider, user: User) -> int:
    """Count what is left."""
    left: int = await provider.database.run(recovery_code.remaining, user.user_id)
    return left


def test_codes_can_be_read_and_typed() -> None:
    """Ten in groups, all different, without letters that look alike; 75 bits each."""
    codes = recovery_code.codes_from("a seed")

    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"([0-9a-hjkmnp-tv-z]{5}-?){3}", code) for code in codes)
    assert set(recovery_code.codes_from("another")).isdisjoint(codes)


@pytest.mark.parametrize(
    "retype",
    [
        str,
        str.upper,
        lambda code: code.replace("-", ""),
        lambda code: f"  {code.replace('-', ' ')} ",
        lambda code: code.replace("-", "\N{EN DASH}"),
        lambda code: code.translate(LOOKALIKES),
        lambda code: code.replace("1", "l").replace("0", "O"),
    ],
)
async def test_a_code_is_good_however_it_is_typed(
    provider: Provider, alice: User, codes: list[str], retype: "type[str]"
) -> None:
    """Capitals, dashes and letters that look like digits make no difference."""
    await verify(provider, alice, retype(codes[3]))

    assert await remaining(provider, alice) == 9


async def test_a_code_is_good_once(provider: Provider, alice: User, codes: list[str]) -> None:
    """Used, it is gone; the others are still there."""
    await verify(provider, alice, codes[0])

    with pytest.raises(InvalidCredentials):
        await verify(provider, alice, codes[0])
    await verify(provider, alice, codes[1])
    assert await remaining(provider, alice) == 8


async def test_of_twenty_at_once_one_is_accepted(
    provider: Provider, alice: User, codes: list[str], configure: Configure
) -> None:
    """However many copies of a code arrive together, one of them signs in."""
    generous = configure(throttle={"account_failures": 100})

    results = await asyncio.gather(
        *[
            provider.database.run(recovery_code.verify, generous, alice, codes[0], f"192.0.2.{n}")
            for n in range(20)
        ],
        return_exceptions=True,
    )

    assert results.count(None) == 1
    assert sum(isinstance(each, InvalidCredentials) for each in results) == 19
    assert await remaining(provider, alice) == 9


@pytest.mark.parametrize("typed", ["", "-----", "0" * 15, "\ud800", "\0", "x" * 60_000])
async def test_anything_else_is_refused_and_counted(
    provider: Provider, alice: User, codes: list[str], typed: str
) -> None:
    """Guesses are counted with those at the password, and over the limit nothing is looked at."""
    for _ in range(4):
        with pytest.raises(InvalidCredentials):
            await verify(provider, alice, typed)

    with pytest.raises(Throttled):
        await verify(provider, alice, codes[0])
    assert await remaining(provider, alice) == 10


async def test_the_codes_of_another_person_are_refused(
    provider: Provider, alice: User, codes: list[str], hasher: Hasher
) -> None:
    """And they are not used up by that."""
    bob = await provider.database.run(
        lambda: add_account(hasher, username="bob", email=None, name=None, password=None)
    )

    with pytest.raises(InvalidCredentials):
        await verify(provider, bob, codes[0])

    await verify(provider, alice, codes[0])


async def test_a_copy_of_the_database_has_no_code(
    provider: Provider, alice: User, codes: list[str]
) -> None:
    """It has digests."""
    rows = await provider.database.run(lambda: db().execute(select(credentials)).all())

    stored = str(rows)
    assert not [code for code in codes if code in stored or code.replace("-", "") in stored]
    assert len({row.external_id for row in rows if row.type == "recovery_code"}) == 10


async def test_who_has_codes_is_given_no_others_with_a_new_app(
    provider: Provider, alice: User, codes: list[str]
) -> None:
    """Those on paper are still good."""
    _, others = await enrol_again(provider, alice)

    assert others is None
    await verify(provider, alice, codes[0])


async def test_without_anything_to_stand_in_for_they_go(
    provider: Provider, alice: User, codes: list[str]
) -> None:
    """With the app its codes are removed, and with the next app there are new ones."""
    await remove_app(provider, alice)

    assert await remaining(provider, alice) == 0
    _, others = await enrol(provider, alice)
    assert set(others).isdisjoint(codes)


async def test_who_has_a_passkey_keeps_them(
    provider: Provider, alice: User, codes: list[str]
) -> None:
    """They stand in for that, too."""
    now = alice.created_at
    passkey = Credential("p1", alice.user_id, "passkey", "digest", {"name": "Phone"}, now, now)
    await provider.database.run(add_credential_unless_exists, passkey)

    await remove_app(provider, alice)

    assert await remaining(provider, alice) == 10


async def test_removing_some_leaves_the_others(
    provider: Provider, alice: User, codes: list[str]
) -> None:
    """The password and the app are not touched by what becomes of the codes."""
    removed = await provider.database.run(remove_credentials, alice.user_id, "recovery_code")

    left = await provider.database.run(list_credentials, alice.user_id)
    assert removed == 10
    assert sorted(each.type for each in left) == ["password", "totp"]
