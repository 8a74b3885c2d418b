"""How often somebody may guess at the code of an app."""

import asyncio

import pytest
from sqlalchemy import select

from idp.config import Config
from idp.storage.audit_events import audit_events
from idp.storage.database import Database, db
from idp.storage.users import User
from idp.users.throttle import Throttled, forgive, take
from idp.web.provider import Provider
from tests.authenticators.second_factors import HERE, enrol, refuse, verify
from tests.conftest import Clock, Configure
from tests.parties.authenticator_app import AuthenticatorApp

WINDOW = 300
DAY = 86_400


@pytest.fixture
def config(configure: Configure) -> Config:
    """Let people mistype four times."""
    return configure(throttle={"account_failures": 4, "window": WINDOW})


@pytest.fixture
def database(provider: Provider) -> Database:
    """Use either database."""
    return provider.database


@pytest.fixture
async def phone(provider: Provider, alice: User) -> AuthenticatorApp:
    """Give Alice an app."""
    app, _ = await enrol(provider, alice)
    return app


async def test_guessing_in_parallel_gains_nothing(
    provider: Provider, alice: User, phone: AuthenticatorApp
) -> None:
    """Of twenty guesses at once, from as many addresses, four are looked at."""
    results = await asyncio.gather(
        *[verify(provider, alice, phone.wrong_code(), f"192.0.2.{n}") for n in range(20)],
        return_exceptions=True,
    )

    names = sorted(type(result).__name__ for result in results)
    assert names == ["InvalidCredentials"] * 4 + ["Throttled"] * 16


async def test_over_the_limit_the_right_code_is_not_looked_at(
    provider: Provider, alice: User, phone: AuthenticatorApp, clock: Clock
) -> None:
    """It waits until the window is over, and then begins anew."""
    for _ in range(4):
        await refuse(provider, alice, phone.wrong_code())

    with pytest.raises(Throttled) as refusal:
        await verify(provider, alice, phone.code())

    assert 0 < refusal.value.retry_after <= WINDOW
    clock.move(WINDOW)
    await verify(provider, alice, phone.code())
    for _ in range(3):
        await refuse(provider, alice, phone.wrong_code())


async def test_a_right_password_wins_no_new_guesses(
    provider: Provider, alice: User, phone: AuthenticatorApp
) -> None:
    """Who has stolen it cannot go back to the first step to have the count forgiven."""
    account, throttle = f"user {alice.user_id}", provider.config.throttle

    def sign_in_with_the_password() -> None:
        take(account, HERE, throttle)
        forgive(account, HERE)

    for _ in range(4):
        await refuse(provider, alice, phone.wrong_code())
        await provider.database.run(sign_in_with_the_password)

    with pytest.raises(Throttled):
        await verify(provider, alice, phone.code())


async def test_nobody_guesses_more_than_a_hundred_times_a_day(
    provider: Provider, alice: User, phone: AuthenticatorApp, clock: Clock
) -> None:
    """Patience does not help: the day has as many guesses, whatever the window."""
    for number in range(100):
        await refuse(provider, alice, phone.wrong_code(), f"192.0.2.{number}")
        clock.move(WINDOW / 3)

    with pytest.raises(Throttled) as refusal:
        await verify(provider, alice, phone.code())

    assert WINDOW < refusal.value.retry_after <= DAY
    clock.move(refusal.value.retry_after)
    await verify(provider, alice, phone.code())


async def test_that_there_were_too_many_is_recorded_once(
    provider: Provider, alice: User, phone: AuthenticatorApp
) -> None:
    """The event says whose account it is, and nothing that was typed."""
    wrong = phone.wrong_code()
    for _ in range(4):
        await refuse(provider, alice, wrong)
    for _ in range(3):
        with pytest.raises(Throttled):
            await verify(provider, alice, wrong)

    statement = select(audit_events).where(audit_events.c.name == "login_throttled")
    rows = await provider.database.run(lambda: db().execute(statement).mappings().all())

    assert [(row["user_id"], row["detail"]) for row in rows] == [
        (alice.user_id, {"method": "totp"})
    ]


async def test_who_has_no_app_has_no_code(provider: Provider, alice: User) -> None:
    """Without an app nothing is accepted, and it counts as a guess."""
    for _ in range(4):
        await refuse(provider, alice, "000000")

    with pytest.raises(Throttled):
        await verify(provider, alice, "000000")
