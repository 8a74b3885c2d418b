"""The settings of a sign-in: what is to be proven, how often one may fail, how long it lasts."""

from typing import Literal

from idp.config.section import Section
from idp.config.values import Positive, Seconds


class SignInConfig(Section):
    """What people must prove when they sign in."""

    second_factor: Literal["optional", "required"] = "optional"
    """Whether everybody needs a second factor before an app gets an answer, or who set one up."""

    email_code: bool = False
    """Whether people may sign in with a code that is mailed to them, instead of a password."""


class ThrottleConfig(Section):
    """How many wrong passwords are too many."""

    enabled: bool = True
    """Whether anybody has to wait; without it passwords can be guessed: for tests only."""

    account_failures: Positive = 10
    """Failed sign-ins to one account from one address, after which the two have to wait."""

    account_failures_everywhere: Positive = 100
    """Failed sign-ins to one account from all addresses, after which it has to wait."""

    address_failures: Positive = 100
    """Failed sign-ins, devices, or open pushed requests of one address until it has to wait."""

    window: Seconds = 300
    """How long a failed sign-in counts, in seconds."""

    mails: Positive = 5
    """Mails about one account that one address may ask for, after which it has to wait."""

    mails_everywhere: Positive = 20
    """Mails about one account that all addresses may ask for; further ones are not sent."""

    mails_from_address: Positive = 50
    """Mails that one address may ask for, after which it has to wait."""

    mail_window: Seconds = 3600
    """How long a mail that was asked for counts, in seconds."""


class LoginSessionsConfig(Section):
    """How long a browser stays signed in; the first of the two ends that comes, ends it."""

    idle_lifetime: Seconds = 86_400
    """The end of a login session that is not used, in seconds."""

    absolute_lifetime: Seconds = 2_592_000
    """The end of a login session, however often it is used, in seconds."""

    keep_signed_in: bool = True
    """Offer people to stay signed in for longer, on a device of their own."""

    kept_idle_lifetime: Seconds = 2_592_000
    """The end of such a login session if it is not used, in seconds."""

    kept_absolute_lifetime: Seconds = 7_776_000
    """The end of such a login session, however often it is used, in seconds."""
