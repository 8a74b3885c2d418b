"""Client metadata: untrusted JSON in, valid metadata out (RFC 7591 §2, OIDC Registration §2)."""

from collections.abc import Iterable, Mapping, Set
from typing import Any

from idp.clients import fapi
from idp.clients.consistency import CHECKS, ENCRYPTED
from idp.clients.errors import InvalidClientMetadata, InvalidRedirectURI
from idp.clients.languages import MAX_TAGGED, tagged_names
from idp.clients.members import Member, members
from idp.clients.values import WrongValue
from idp.config import Config
from idp.vocabulary import (
    DEFAULT_ENC,
    ApplicationType,
    GrantType,
    ResponseType,
    Scope,
    SigningAlgorithm,
    TokenEndpointAuthMethod,
)

USER_GRANT_TYPES = frozenset(
    {
        GrantType.AUTHORIZATION_CODE,
        GrantType.IMPLICIT,
        GrantType.PASSWORD,
        GrantType.DEVICE_CODE,
        GrantType.CIBA,
    }
)

# Silence would be a promise: a client that asks for these relies on them. Those for which there
# is a setting are supported where it is on.
UNSUPPORTED = (
    "request_object_encryption_alg",
    "request_object_encryption_enc",
    "tls_client_auth_san_dns",
    "tls_client_auth_san_email",
    "tls_client_auth_san_ip",
    "tls_client_auth_san_uri",
    "tls_client_auth_subject_dn",
    "tls_client_certificate_bound_access_tokens",
    "trusted_issuers",
)


def validate(
    untrusted: object, config: Config, *, reserved_scopes: Iterable[str] = ()
) -> dict[str, Any]:
    """Give valid metadata with all defaults, ready to be stored and shown; unknown members go.

    Raises InvalidRedirectURI or InvalidClientMetadata.
    """
    if not isinstance(untrusted, Mapping):
        raise InvalidClientMetadata("The metadata must be a JSON object.")
    known = members(config, reserved_scopes)
    _refuse_unsupported(untrusted, {member.name for member in known})
    metadata = _add_defaults(
        {
            member.name: _read(member, untrusted[member.name])
            for member in known + _tagged(untrusted, known)
            if untrusted.get(member.name) is not None
        }
    )
    for check in CHECKS:
        check(metadata)
    return metadata


def _refuse_unsupported(untrusted: Mapping[str, Any], known: Set[str]) -> None:
    for name in (each for each in UNSUPPORTED if each not in known):
        value = untrusted.get(name)
        if value is not None and value is not False:
            raise InvalidClientMetadata(f"{name} is not supported; leave it out.")


def _tagged(untrusted: Mapping[str, Any], known: tuple[Member, ...]) -> tuple[Member, ...]:
    """List the members that are there in several languages."""
    read = {member.name: member.read for member in known}
    tagged = tuple(Member(full, read[name]) for full, name in tagged_names(untrusted))
    if len(tagged) > MAX_TAGGED:
        raise InvalidClientMetadata(f"At most {MAX_TAGGED} members may have a language tag.")
    return tagged


def _read(member: Member, value: object) -> Any:
    try:
        return member.read(value)
    except WrongValue as wrong:
        refused = InvalidRedirectURI if member.name == "redirect_uris" else InvalidClientMetadata
        raise refused(f"{member.name.partition('#')[0]} {wrong}.") from None


def _add_defaults(given: dict[str, Any]) -> dict[str, Any]:
    grant_types = given.get("grant_types", [GrantType.AUTHORIZATION_CODE.value])
    asks_for_code = GrantType.AUTHORIZATION_CODE in grant_types
    acts_for_users = not USER_GRANT_TYPES.isdisjoint(grant_types)
    return {
        "application_type": ApplicationType.WEB.value,
        "grant_types": grant_types,
        "response_types": [ResponseType.CODE.value] if asks_for_code else [],
        "scope": " ".join(Scope) if acts_for_users else "",
        "token_endpoint_auth_method": TokenEndpointAuthMethod.CLIENT_SECRET_BASIC.value,
        "id_token_signed_response_alg": SigningAlgorithm.RS256.value,
        "authorization_signed_response_alg": SigningAlgorithm.RS256.value,
        "require_auth_time": False,
        "access_token_format": "jwt",
        "access_token_signed_response_alg": SigningAlgorithm.RS256.value,
        "require_second_factor": False,
        "first_party": False,
        "resource_server": False,
        **fapi.defaults_of(given),
        **_default_encs(given),
        **given,
    }


def _default_encs(given: dict[str, Any]) -> dict[str, str]:
    encrypted = [name for name in ENCRYPTED if f"{name}_alg" in given]
    return {f"{name}_enc": DEFAULT_ENC.value for name in encrypted}
