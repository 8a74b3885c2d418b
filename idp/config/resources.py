"""What access tokens are for: the APIs that clients may name (RFC 8707)."""

import re
from collections.abc import Mapping
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator

from idp.config.section import Section
from idp.config.values import Algorithm, Line, OptionalLine, SecondsOrNever, Words
from idp.vocabulary import Scope

CHARACTERS = re.compile(r"[!#-;=?-\[\]_a-z~%]+")  # RFC 3986 §2
CLIENT_ID = re.compile(r"[A-Za-z0-9_-]*")
MAX_URI_LENGTH = 255


class ResourceConfig(Section):
    """One API, as people and tokens know it."""

    name: Line
    """What people read on the consent page."""

    scopes: Words = ()
    """The words of scope that mean something there; empty means all."""

    client_id: OptionalLine = ""
    """The client that this API is when it asks about its tokens; empty means none."""

    access_token_format: Literal["", "jwt", "opaque"] = ""
    """The format of access tokens for it; empty means the one of the client."""

    access_token_signed_response_alg: Literal["", Algorithm] = ""
    """The signature algorithm of access tokens for it; empty means the one of the client."""

    access_token_lifetime: SecondsOrNever = 0
    """The longest life of an access token for it, in seconds; 0 means as long as any other."""


def check_resources(resources: dict[str, ResourceConfig]) -> dict[str, ResourceConfig]:
    """Accept absolute URIs without a fragment (RFC 8707 §2)."""
    for uri, resource in resources.items():
        if not is_absolute_uri(uri):
            raise ValueError("must be named by absolute URIs without a fragment")
        if not CLIENT_ID.fullmatch(resource.client_id):
            raise ValueError("must have a client_id of letters, digits, - and _")
    return resources


def is_absolute_uri(uri: str) -> bool:
    """Tell whether this can be a resource: an absolute URI without a fragment."""
    if len(uri) > MAX_URI_LENGTH or not CHARACTERS.fullmatch(uri) or "#" in uri:
        return False
    try:
        parts = urlsplit(uri)
    except ValueError:
        return False
    return bool(parts.scheme and (parts.netloc or parts.path))


def check_belonging(
    resources: Mapping[str, ResourceConfig], scopes: Mapping[str, str], algorithms: tuple[str, ...]
) -> None:
    """Refuse scopes that are not declared, and algorithms that there is no key for."""
    for resource in resources.values():
        if not set(resource.scopes) <= {*Scope, *scopes}:
            raise ValueError("must have only standard scopes and those of [scopes]")
        algorithm = resource.access_token_signed_response_alg
        if algorithm and algorithm not in algorithms:
            raise ValueError("must have an algorithm of keys.algorithms")


Resources = Annotated[dict[str, ResourceConfig], AfterValidator(check_resources)]
