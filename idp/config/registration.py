"""How people get an account."""

from typing import Literal

from idp.config.section import Section


class RegistrationConfig(Section):
    """How people get an account."""

    mode: Literal["off", "invite", "open"] = "off"
    """Who may make one: nobody, whoever was invited by `idp user invite`, or everybody."""

    verify_email: bool = True
    """Make an account only after a mail was read at its address; else the address is unverified."""

    @property
    def is_open(self) -> bool:
        """Whether anybody may make an account."""
        return self.mode == "open"
