"""People who have set up an app for codes, and what is typed in its name."""

from functools import partial

import pytest

from idp.authenticators import totp, totp_enrolment
from idp.authenticators.proof import InvalidCredentials
from idp.storage.users import User
from idp.users import login_sessions
from idp.web.provider import Provider
from tests.parties.authenticator_app import AuthenticatorApp

Codes = list[str] | None
HERE = "192.0.2.1"


async def enrol(provider: Provider, user: User) -> tuple[AuthenticatorApp, list[str]]:
    """Set up an app for a person; give it, and the recovery codes."""
    app, codes = await enrol_again(provider, user)
    assert codes is not None
    return app, codes


async def enrol_again(provider: Provider, user: User) -> tuple[AuthenticatorApp, Codes]:
    """Set up an app for a person, who may have one; the code that this takes is of the past."""

    def enrol() -> tuple[AuthenticatorApp, Codes]:
        _, session = login_sessions.start(user, ["pwd"], provider.config.login_sessions)
        enrolment = totp_enrolment.begin()
        app = AuthenticatorApp.scan(totp_enrolment.uri_of(provider.config, user, enrolment))
        code = app.code(steps_later=-1)
        codes = totp_enrolment.complete(
            provider.config, user, enrolment, code, current_sid=session.sid
        )
        return app, codes

    return await provider.database.run(enrol)


async def remove_app(provider: Provider, user: User) -> bool:
    """Take a person's app away; tell whether they had one."""
    remove = partial(totp_enrolment.remove, provider.config, user, current_sid=None)
    was_there: bool = await provider.database.run(remove)
    return was_there


async def verify(provider: Provider, user: User, code: str, address: str = HERE) -> None:
    """Try a code."""
    await provider.database.run(totp.verify, provider.config, user, code, address)


async def refuse(provider: Provider, user: User, code: str, address: str = HERE) -> None:
    """Try a code that is not good."""
    with pytest.raises(InvalidCredentials):
        await verify(provider, user, code, address)
