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
    "backchannel_authentication_request_signing_alg",
    "backchannel_user_code_parameter",
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


@dataclass(frozen=True, slots=True)
class Member:
    """A member of client metadata, and how its value is read."""

    name: str
    read: Read


def members(config: Config, reserved_scopes: Iterable[str] = ()) -> tuple[Member, ...]:
    """List all members that this server knows.

    `reserved_scopes` are words for clients of an operator, which others must not have.
    """
    return (
        Member("client_name", line(100)),
        Member("client_uri", page_uri),
        Member("logo_uri", page_uri),
        Member("policy_uri", page_uri),
        Member("tos_uri", page_uri),
        Member("initiate_login_uri", https_uri),
        Member("contacts", list_of(line(254))),
        Member("software_id", line(255)),
        Member("software_version", line(255)),
        Member("application_type", one_of(ApplicationType)),
        Member("redirect_uris", list_of(text)),
        Member("post_logout_redirect_uris", list_of(text)),
        Member("grant_types", list_of(one_of(config.grant_types))),
        Member("response_types", list_of(response_type(config.protocol.response_types))),
        Member("scope", scope_of([*Scope, *config.scopes, *reserved_scopes])),
        Member("token_endpoint_auth_method", one_of(config.server.auth_methods)),
        Member("token_endpoint_auth_signing_alg", one_of(SigningAlgorithm)),
        Member("jwks", public_keys),
        Member("jwks_uri", https_uri),
        Member("request_uris", list_of(document_uri)),
        Member("request_object_signing_alg", one_of(SigningAlgorithm)),
        Member("require_signed_request_object", truth),
        Member("require_pushed_authorization_requests", truth),
        Member("subject_type", one_of(SubjectType)),
        Member("sector_identifier_uri", https_uri),
        *_members_of_signatures(config),
        *_members_of_encryption(config),
        *_members_of_mutual_tls(config),
        Member("default_max_age", seconds),
        Member("require_auth_time", truth),
        Member("default_acr_values", list_of(line(255))),
        Member("backchannel_logout_uri", logout_uri),
        Member("backchannel_logout_session_required", truth),
        Member("backchannel_token_delivery_mode", one_of(BackchannelTokenDeliveryMode)),
        Member("backchannel_client_notification_endpoint", https_uri),
        Member("frontchannel_logout_uri", logout_uri),
        Member("frontchannel_logout_session_required", truth),
        Member("dpop_bound_access_tokens", truth),
        Member("access_token_format", one_of(("jwt", "opaque"))),
        Member("require_pkce", truth),
        Member("require_second_factor", truth),
        Member("fapi_profile", one_of(FAPIProfile)),
        Member("accent_color", accent_color),
        Member("first_party", truth),
        Member("resource_server", truth),
        *_members_of_targets(config),
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


def _members_of_signatures(config: Config) -> tuple[Member, ...]:
    signed = one_of(config.keys.algorithms)
    kinds = ("id_token", "userinfo", "authorization", "introspection", "access_token")
    return tuple(Member(f"{kind}_signed_response_alg", signed) for kind in kinds)


def _members_of_encryption(config: Config) -> tuple[Member, ...]:
    to_client, to_us = tuple(KeyManagementAlgorithm), config.keys.encryption_algorithms
    by_kind = {
        "id_token_encrypted_response": to_client,
        "userinfo_encrypted_response": to_client,
        "authorization_encrypted_response": to_client,
        "introspection_encrypted_response": to_client,
        "request_object_encryption": to_us,
    }
    return tuple(
        Member(f"{name}_{end}", one_of(words))
        for name, algorithms in by_kind.items()
        if algorithms
        for end, words in (("alg", algorithms), ("enc", ContentEncryptionAlgorithm))
    )


def _members_of_mutual_tls(config: Config) -> tuple[Member, ...]:
    """List those that need a proxy that hands on certificates; names, if it looks at them."""
    server = config.server
    named = SUBJECT_MEMBERS if server.client_certificates_verified else {}
    bound = Member("tls_client_certificate_bound_access_tokens", truth)
    return (
        *((bound,) if server.client_certificate_header else ()),
        *(Member(name, read) for name, read in named.items()),
    )


def _members_of_targets(config: Config) -> tuple[Member, ...]:
    """List what says for which APIs a client may have tokens, and what it may ask in detail."""
    types = config.authorization_details_types
    return (
        Member("resources", list_of(one_of(config.resources))),
        Member("authorization_details_types", list_of(one_of(types))),  # RFC 9396 §10
        *_members_of_exchange(config),
    )


def _members_of_exchange(config: Config) -> Iterator[Member]:
    yield Member("token_exchange_audiences", list_of(audience))
    if config.trusted_issuers:
        yield Member("trusted_issuers", list_of(one_of(config.trusted_issuers)))


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
