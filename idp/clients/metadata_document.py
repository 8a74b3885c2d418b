"""What a client's own metadata document says, as far as it counts here (CIMD §4, RFC 7591 §2).

It is written for every server there is. So what it lists beyond what such a client may have here is
left out, and only a document of which too little is left is refused.
"""

import json
import re
from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

from idp.clients.consistency import CONFIDENTIAL_GRANT_TYPES
from idp.clients.errors import InvalidClientMetadata, InvalidRedirectURI
from idp.clients.metadata import USER_GRANT_TYPES, validate
from idp.clients.redirect_uri import NotRegistrable, check_registrable, host_of, is_app_on_device
from idp.clients.self_registration import OF_OPERATOR, RESERVED
from idp.clients.software_statement import SOFTWARE_STATEMENT
from idp.config import Config
from idp.fetch import Fetched
from idp.vocabulary import ApplicationType, GrantType, ResponseType, Scope
from idp.vocabulary import TokenEndpointAuthMethod as Method

OK = 200
MEDIA_TYPE = re.compile(r"application/([\w!#$&^.+-]+\+)?json", re.ASCII | re.IGNORECASE)
MAX_AGE = re.compile(r"(?:^|[,\s])max-age=\"?([0-9]{1,9})", re.IGNORECASE)
NOT_TO_BE_KEPT = re.compile(r"(?:^|[,\s])no-(?:store|cache)\b", re.IGNORECASE)

USUALLY_KEPT = timedelta(hours=1)
KEPT_AT_LEAST = timedelta(minutes=5)
KEPT_AT_MOST = timedelta(hours=24)

# Everybody can read the document, so nothing in it can be a secret; the strongest comes first.
METHODS = (Method.PRIVATE_KEY_JWT, Method.NONE)
SECRETS = ("client_secret", "client_secret_expires_at")
# What others say of a client: an operator, or whoever made its software statement.
NOT_ITS_WORD = (*OF_OPERATOR, SOFTWARE_STATEMENT)
NEEDS_OPERATOR = (GrantType.JWT_BEARER,)  # who says whose word counts

Document = Mapping[str, Any]


def kept_for(fetched: Fetched) -> timedelta:
    """Tell how long a document counts as it was read: as its server says, within our bounds."""
    cache_control = fetched.headers.get("cache-control", "")
    if NOT_TO_BE_KEPT.search(cache_control):
        return KEPT_AT_LEAST
    max_age = MAX_AGE.search(cache_control)
    wished = timedelta(seconds=int(max_age[1])) if max_age else USUALLY_KEPT
    return min(max(wished, KEPT_AT_LEAST), KEPT_AT_MOST)


def read_document(client_id: str, fetched: Fetched) -> Document:
    """Read what was at a client_id, and see whether it is about that. Raises InvalidClientMetadata.

    A site where people may leave files seldom says of them that they are JSON.
    """
    media_type = fetched.headers.get("content-type", "").partition(";")[0].strip()
    if fetched.status != OK or not MEDIA_TYPE.fullmatch(media_type):
        raise InvalidClientMetadata("The answer must be 200 with the type application/json.")
    try:
        document = json.loads(fetched.body)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise InvalidClientMetadata("The metadata must be a JSON object.")
    if document.get("client_id") != client_id:
        raise InvalidClientMetadata("client_id must be the URL of the document, letter for letter.")
    return document


def metadata_of(client_id: str, document: Document, config: Config) -> dict[str, Any]:
    """Give valid metadata of what a document says. Raises RegistrationRefused."""
    for name in SECRETS:
        if name in document:
            raise InvalidClientMetadata(f"{name} must be left out: everybody can read it.")
    said = {
        name: value
        for name, value in document.items()
        if (name, value) not in RESERVED and name not in NOT_ITS_WORD
    }
    method = _method(document)
    grant_types = _grant_types(document, method, config)
    chosen = {
        "token_endpoint_auth_method": method,
        "grant_types": grant_types,
        "response_types": _response_types(document, grant_types, config),
        "scope": _scope(document, grant_types, config),
        **_redirect_uris(document, client_id),
        **_known(document, "resources", config.resources),
        **_known(document, "authorization_details_types", config.authorization_details_types),
    }
    return validate(said | chosen, config)


def _method(document: Document) -> str:
    """Take what the client names, or the strongest of those among which it leaves the choice.

    OpenID Connect Relying Party Metadata Choices §2. One that says nothing has no secret either.
    """
    named = document.get("token_endpoint_auth_method")
    choices = _listed(document, "token_endpoint_auth_methods_supported")
    has_keys = "jwks" in document or "jwks_uri" in document
    if named in METHODS:
        return str(named)
    for method in METHODS:
        if method in (choices or ()) and (has_keys or method is Method.NONE):
            return method
    if named is None and choices is None:
        return Method.NONE
    raise InvalidClientMetadata("token_endpoint_auth_method must be private_key_jwt or none.")


def _grant_types(document: Document, method: str, config: Config) -> list[str]:
    refused = CONFIDENTIAL_GRANT_TYPES if method == Method.NONE else NEEDS_OPERATOR
    allowed = [
        each
        for each in config.client_registration.grant_types
        if each in config.grant_types and each not in refused
    ]
    said = _listed(document, "grant_types")
    wanted = [GrantType.AUTHORIZATION_CODE] if said is None else said
    kept = [each for each in allowed if each in wanted]
    if not kept:
        text = f"grant_types must have one of those for such clients: {', '.join(allowed)}."
        raise InvalidClientMetadata(text)
    return kept


def _response_types(
    document: Document, grant_types: Collection[str], config: Config
) -> list[ResponseType]:
    can_have = frozenset(grant_types)
    offered = [each for each in config.protocol.response_types if each.grant_types <= can_have]
    said = [_response_type(each) for each in _listed(document, "response_types") or ()]
    kept = [each for each in offered if each in said]
    return kept or [each for each in offered if each is ResponseType.CODE]


def _response_type(value: object) -> ResponseType | None:
    with suppress(ValueError):
        return ResponseType(str(value))
    return None


def _scope(document: Document, grant_types: Collection[str], config: Config) -> str:
    """Keep the words that such a client may have: all of them if it names none, as most do."""
    acts_for_users = not USER_GRANT_TYPES.isdisjoint(grant_types)
    allowed = [*(Scope if acts_for_users else ()), *config.client_registration.scopes]
    said = document.get("scope")
    if said is not None and not isinstance(said, str):
        raise InvalidClientMetadata("scope must be words with spaces between them.")
    words = None if said is None else said.split(" ")
    known = {*Scope, *config.scopes}
    return " ".join(each for each in allowed if each in known and (not words or each in words))


def _known(document: Document, name: str, known: Collection[str]) -> dict[str, list[str]]:
    said = _listed(document, name)
    return {} if said is None else {name: [each for each in known if each in said]}


def _redirect_uris(document: Document, client_id: str) -> dict[str, Any]:
    """Keep the URIs that lead to the client: to its own host or one below it, or to an app.

    People are shown the host of the client_id: nothing must go anywhere else in its name.
    """
    kept: dict[str, Any] = {}
    for name in ("redirect_uris", "post_logout_redirect_uris"):
        said = _listed(document, name)
        if said is not None:
            kept[name] = [each for each in said if _leads_to_client(each, host_of(client_id))]
    if document.get("redirect_uris") and not kept["redirect_uris"]:
        text = "redirect_uris must have one at the host of client_id, or of an app on the device."
        raise InvalidRedirectURI(text)
    if any(map(is_app_on_device, kept.get("redirect_uris", ()))):
        kept["application_type"] = ApplicationType.NATIVE
    return kept


def _leads_to_client(uri: object, own_host: str) -> bool:
    try:
        check_registrable(str(uri), ApplicationType.NATIVE)
    except NotRegistrable:
        return False
    host = host_of(str(uri))
    return is_app_on_device(str(uri)) or host == own_host or host.endswith(f".{own_host}")


def _listed(document: Document, name: str) -> list[Any] | None:
    value = document.get(name)
    if value is not None and not isinstance(value, list):
        raise InvalidClientMetadata(f"{name} must be a list.")
    return value
