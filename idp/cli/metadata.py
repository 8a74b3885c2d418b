"""The metadata of a new client (RFC 7591 §2), of options; and its refusals in words."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from idp.clients.errors import RegistrationRefused
from idp.clients.redirect_uri import is_app_on_device
from idp.vocabulary import ApplicationType, GrantType, TokenEndpointAuthMethod

# What members are called on the command line; the others are for --metadata.
OPTIONS = {
    "client_name": "NAME",
    "redirect_uris": "--redirect-uri",
    "post_logout_redirect_uris": "--post-logout-redirect-uri",
    "grant_types": "--grant-type",
    "scope": "--scope",
    "token_endpoint_auth_method": "--auth-method",
    "first_party": "--first-party",
    "resource_server": "--resource-server",
}
MEMBER = re.compile(r"\b(" + "|".join(sorted(OPTIONS, key=len, reverse=True)) + r")\b")
FILE_ONLY = re.compile(
    r"\b(jwks|application_type|tls_client_auth_|trusted_issuers|token_exchange_audiences"
    r"|backchannel_token_delivery_mode)"
)
IN_OPTIONS = (
    ("--auth-method must not be none", "--public, or --auth-method none, is impossible"),
    ("--resource-server is true", "there is --resource-server"),
    ("must not be empty", "must be given"),
)
SEE_FILE = "There is no option for that: describe the client in a file, and use --metadata."


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientOptions:
    """The options of `idp client add`."""

    name: str
    redirect_uris: list[str]
    post_logout_redirect_uris: list[str]
    grant_types: list[GrantType]
    scope: list[str]
    auth_method: TokenEndpointAuthMethod | None
    first_party: bool
    resource_server: bool


def metadata_of(options: ClientOptions) -> dict[str, Any]:
    """Say in metadata what the options say; what nobody mentioned is as most would have it."""
    metadata: dict[str, Any] = {
        "client_name": options.name,
        "application_type": _application_type(options.redirect_uris),
        "grant_types": options.grant_types or _usual_grant_types(options),
        "first_party": options.first_party,
        "resource_server": options.resource_server,
    }
    given = {
        "redirect_uris": options.redirect_uris,
        "post_logout_redirect_uris": options.post_logout_redirect_uris,
        "scope": " ".join(options.scope),
        "token_endpoint_auth_method": options.auth_method,
    }
    return metadata | {name: value for name, value in given.items() if value}


def spell_options(refusal: RegistrationRefused) -> str:
    """Say why metadata was refused in the words of the command line."""
    text = MEMBER.sub(lambda member: OPTIONS[member[0]], refusal.description)
    for member_text, option_text in IN_OPTIONS:
        text = text.replace(member_text, option_text)
    return f"{text} {SEE_FILE}" if FILE_ONLY.search(text) else text


def _usual_grant_types(options: ClientOptions) -> list[GrantType]:
    if options.redirect_uris:
        return [GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN]
    return [] if options.resource_server else [GrantType.CLIENT_CREDENTIALS]


def _application_type(redirect_uris: list[str]) -> ApplicationType:
    """Take a client for native if all that it receives arrives on the person's device.

    The port of its loopback URIs is free then, as a program under development likes it.
    """
    is_native = redirect_uris and all(
        urlsplit(uri).scheme and is_app_on_device(uri) for uri in redirect_uris
    )
    return ApplicationType.NATIVE if is_native else ApplicationType.WEB
