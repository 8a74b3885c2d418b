"""The settings of a sign-in: what is to be proven, and how long it lasts."""

from typing import Literal

from idp.config.section import Section
from idp.config.values import Seconds


class SignInConfig(Section):
    """What people must prove when they sign in."""

    second_factor: Literal["optional", "required"] = "optional"
    """Whether everybody needs a second factor before an app gets an answer, or who set one up."""


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
