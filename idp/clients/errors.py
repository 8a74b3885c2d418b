"""Refusals of client metadata (RFC 7591 §3.2.2); their texts name the member and what to change."""

from idp.vocabulary import ErrorCode


class RegistrationRefused(Exception):
    """The metadata cannot be registered; a subclass for each error code."""

    error: ErrorCode

    def __init__(self, description: str) -> None:
        super().__init__(description)
        self.description = description


class InvalidRedirectURI(RegistrationRefused):
    """A redirect URI that no client may register, or none at all."""

    error = ErrorCode.INVALID_REDIRECT_URI


class InvalidClientMetadata(RegistrationRefused):
    """Anything else that is wrong."""

    error = ErrorCode.INVALID_CLIENT_METADATA


class InvalidSoftwareStatement(RegistrationRefused):
    """A software statement that is broken, too old, or not signed by whom it names."""

    error = ErrorCode.INVALID_SOFTWARE_STATEMENT


class UnapprovedSoftwareStatement(RegistrationRefused):
    """A software statement of somebody whom this server does not believe."""

    error = ErrorCode.UNAPPROVED_SOFTWARE_STATEMENT
