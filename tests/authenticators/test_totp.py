"""Codes of an authenticator app."""

import asyncio
import base64
from datetime import UTC, datetime

import pytest

from idp import clock as idp_clock
from idp.authenticators import totp, totp_enrolment
from idp.authenticators.proof import InvalidCredentials
from idp.config import Config
from idp.storage.credentials import credentials, find_credential
from idp.storage.database import Database, db
from idp.storage.users import User
from idp.users.accounts import add_account
from idp.users.passwords import Hasher
from idp.users.sealing import SealBroken, add_sealing_key
from idp.web.provider import Provider
from tests.authenticators.second_factors import enrol, enrol_again, refuse, remove_app, verify
from tests.conftest import Clock, Configure
from tests.parties.authenticator_app import AuthenticatorApp

# RFC 6238, appendix B, for SHA-1; those have eight digits, and apps show the last six.
VECTORS = [
    (59, "287082"),
    (1111111109, "081804"),
    (1111111111, "050471"),
    (1234567890, "005924"),
    (2000000000, "279037"),
    (20000000000, "353130"),
]
RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()


@pytest.fixture
def config(configure: Configure) -> Config:
    """Let people mistype four times."""
    return configure(throttle={"account_failures": 4})


@pytest.fixture
def database(provider: Provider) -> Database:
    """Use either database."""
    return provider.database


@pytest.fixture
async def phone(provider: Provider, alice: User) -> AuthenticatorApp:
    """Give Alice an app."""
    app, _ = await enrol(provider, alice)
    return app


@pytest.mark.parametrize(("seconds", "code"), VECTORS)
def test_codes_are_those_of_the_standard(
    monkeypatch: pytest.MonkeyPatch, seconds: int, code: str
) -> None:
    """The secret and the codes that RFC 6238 publishes go together."""
    monkeypatch.setattr(idp_clock, "now", lambda: datetime.fromtimestamp(seconds, UTC))

    assert totp.matching_step(RFC_SECRET, code) == seconds // 30


@pytest.mark.parametrize(("steps_off", "is_good"), [(-2, False), (-1, True), (1, True), (2, False)])
async def test_a_clock_may_be_wrong_by_one_step(
    provider: Provider,
    alice: User,
    phone: AuthenticatorApp,
    clock: Clock,
    steps_off: int,
    is_good: bool,
) -> None:
    """Thirty seconds early or late are forgiven, and no more."""
    clock.move(600)
    code = phone.code(steps_later=steps_off)

    if is_good:
        await verify(provider, alice, code)
    else:
        await refuse(provider, alice, code)


@pytest.mark.parametrize("typed", ["{0[0]}{0[1]} {0[2]}", " {0[0]} {0[1]} {0[2]}\n"])
async def test_spaces_are_as_good_as_none(
    provider: Provider, alice: User, phone: AuthenticatorApp, typed: str
) -> None:
    """Apps show a code in groups, and people type what they see."""
    code = phone.code()

    await verify(provider, alice, typed.format((code[:2], code[2:3], code[3:])))


@pytest.mark.parametrize(
    "typed", ["", "0", "{0}0", "0{0}", "-{0}", "{0}\0", "\ud800", "x" * 60_000]
)
async def test_anything_else_is_refused(
    provider: Provider, alice: User, phone: AuthenticatorApp, typed: str
) -> None:
    """Nothing but the six digits is a code."""
    await refuse(provider, alice, typed.format(phone.code()))


async def test_a_code_is_good_once(
    provider: Provider, alice: User, phone: AuthenticatorApp, clock: Clock
) -> None:
    """Whoever has seen it typed cannot use it, nor one from before; the next one is good."""
    now, before = phone.code(), phone.code(steps_later=-1)
    await verify(provider, alice, now)

    await refuse(provider, alice, now)
    await refuse(provider, alice, before)
    clock.move(30)
    await refuse(provider, alice, now)
    await verify(provider, alice, phone.code())


async def test_the_code_that_set_the_app_up_is_used_by_that(
    provider: Provider, alice: User, phone: AuthenticatorApp
) -> None:
    """It was typed on a page, like any other."""
    await refuse(provider, alice, phone.code(steps_later=-1))


async def test_of_twenty_at_once_one_is_accepted(
    provider: Provider, alice: User, phone: AuthenticatorApp, configure: Configure
) -> None:
    """However many copies of a code arrive together, one of them signs in."""
    generous = configure(throttle={"account_failures": 100})
    code = phone.code()

    results = await asyncio.gather(
        *[
            provider.database.run(totp.verify, generous, alice, code, f"192.0.2.{n}")
            for n in range(20)
        ],
        return_exceptions=True,
    )

    assert results.count(None) == 1
    assert sum(isinstance(each, InvalidCredentials) for each in results) == 19


async def test_the_code_of_another_person_is_refused(
    provider: Provider, alice: User, phone: AuthenticatorApp, hasher: Hasher
) -> None:
    """Each app is for one account."""
    bob = await provider.database.run(
        lambda: add_account(hasher, username="bob", email=None, name=None, password=None)
    )
    await enrol(provider, bob)

    await refuse(provider, bob, phone.code())


async def test_a_copy_of_the_database_has_no_secret(
    provider: Provider, alice: User, phone: AuthenticatorApp, hasher: Hasher
) -> None:
    """It is encrypted, and does not open in the row of somebody else."""
    row = await provider.database.run(find_credential, "totp", alice.user_id)
    bob = await provider.database.run(
        lambda: add_account(hasher, username="bob", email=None, name=None, password=None)
    )
    await enrol(provider, bob)
    move = credentials.update().where(credentials.c.external_id == bob.user_id)
    await provider.database.run(lambda: db().execute(move.values(data=row.data)))

    secret = base64.b32encode(phone.secret).decode()
    assert secret not in str(row.data)
    assert phone.secret.hex() not in str(row.data)
    assert row.data["secret"] not in repr(row)
    with pytest.raises(SealBroken):
        await verify(provider, bob, phone.code())


async def test_a_secret_is_sealed_anew(
    provider: Provider, alice: User, phone: AuthenticatorApp
) -> None:
    """With a new key the app goes on as before, and a used code stays used."""
    code = phone.code()
    await verify(provider, alice, code)
    old = await provider.database.run(find_credential, "totp", alice.user_id)
    await provider.database.run(add_sealing_key, provider.config.keys)

    count = await provider.database.run(totp_enrolment.seal_anew, provider.config)

    new = await provider.database.run(find_credential, "totp", alice.user_id)
    assert count == 1
    assert new.data["secret"].partition(".")[0] != old.data["secret"].partition(".")[0]
    await refuse(provider, alice, code)
    await verify(provider, alice, phone.code(steps_later=1))


async def test_a_new_app_ends_the_old_one(
    provider: Provider, alice: User, phone: AuthenticatorApp
) -> None:
    """From then on only the new phone's codes are good; the recovery codes stay."""
    new, codes = await enrol_again(provider, alice)

    assert codes is None
    await refuse(provider, alice, phone.code())
    await verify(provider, alice, new.code())


async def test_an_app_that_was_removed_is_asked_no_more(
    provider: Provider, alice: User, phone: AuthenticatorApp
) -> None:
    """It is removed once."""
    code = phone.code()

    removed = [await remove_app(provider, alice) for _ in range(2)]

    assert removed == [True, False]
    await refuse(provider, alice, code)
