"""The settings of mail: who carries it, from whom it is, and where it goes meanwhile (RFC 5321)."""

from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from idp.config.section import Section
from idp.config.values import Count, MailAddress, MailServer, OptionalLine


class MailConfig(Section):
    """How people are sent mail."""

    server: MailServer = ""
    """The host of the SMTP server that takes mail; empty means that mail becomes files."""

    port: Annotated[Count, Field(ge=1, le=65535)] = 587
    """The TCP port of that server."""

    security: Literal["starttls", "tls", "none"] = "starttls"
    """How the connection is secured (RFC 3207, RFC 8314): neither of the first two gives in."""

    username: OptionalLine = ""
    """The name to sign in to that server with; empty means that it lets us in without."""

    password: Annotated[SecretStr, Field(repr=False)] = SecretStr("")
    """The password that goes with it."""

    from_address: MailAddress = ""
    """The address that mail is from; empty means no-reply at the host of the issuer."""

    from_name: OptionalLine = ""
    """The name that mail is from; empty means branding.name."""

    timeout: Annotated[Count, Field(ge=1, le=50)] = 15
    """How long it may take to hand over one mail, in seconds."""

    directory: str = "var/mail"
    """The directory of the files that mail becomes where there is no server."""

    notices: bool = True
    """Whether people get news of what happens to their accounts, such as a new password."""

    @field_validator("password")
    @classmethod
    def _go_with_a_name(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        if value.get_secret_value() and not info.data.get("username"):
            raise ValueError("must go with mail.username")
        return value
