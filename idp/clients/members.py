"""The members of client metadata that this server knows, by what they are about.

RFC 7591 §2, OIDC Registration §2, and what each extension adds to them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from idp.clients.certificate_subject import SUBJECT_MEMBERS
from idp.clients.values import (
    Read,
    accent_color,
    audience,
    document_uri,
    https_uri,
    line,
    list_of,
    logout_uri,
    one_of,
    page_uri,
    public_keys,
    response_type,
    scope_of,
    seconds,
    text,
    truth,
)
from idp.config import Config
from idp.vocabulary import (
    ApplicationType,
    BackchannelTokenDeliveryMode,
    ContentEncryptionAlgorithm,
    FAPIProfile,
    KeyManagementAlgorithm,
    Scope,
    SigningAlgorithm,
    SubjectType,
)


@dataclass(frozen=True, slots=True)
class Member:
    """A member of client metadata, and how its value is read."""

    name: str
    read: Read


OF_THE_APP = (
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
)
OF_ITS_KEYS = (
    Member("jwks", public_keys),
    Member("jwks_uri", https_uri),
)
OF_ITS_REQUESTS = (
    Member("request_uris", list_of(document_uri)),
    Member("request_object_signing_alg", one_of(SigningAlgorithm)),
    Member("require_signed_request_object", truth),
    Member("require_pushed_authorization_requests", truth),
    Member("default_max_age", seconds),
    Member("require_auth_time", truth),
    Member("default_acr_values", list_of(line(255))),
)
OF_SUBJECTS = (
    Member("subject_type", one_of(SubjectType)),
    Member("sector_identifier_uri", https_uri),
)
OF_MESSAGES_TO_IT = (
    Member("backchannel_logout_uri", logout_uri),
    Member("backchannel_logout_session_required", truth),
    Member("frontchannel_logout_uri", logout_uri),
    Member("frontchannel_logout_session_required", truth),
    Member("backchannel_token_delivery_mode", one_of(BackchannelTokenDeliveryMode)),
    Member("backchannel_client_notification_endpoint", https_uri),
    Member("backchannel_authentication_request_signing_alg", one_of(SigningAlgorithm)),
    Member("backchannel_user_code_parameter", truth),
)
# No standard has a word for these, but for the first.
OF_THE_OPERATOR = (
    Member("dpop_bound_access_tokens", truth),  # RFC 9449 §5.2
    Member("access_token_format", one_of(("jwt", "opaque"))),
    Member("require_pkce", truth),
    Member("require_second_factor", truth),
    Member("fapi_profile", one_of(FAPIProfile)),
    Member("accent_color", accent_color),
    Member("first_party", truth),
    Member("resource_server", truth),
    Member("token_exchange_audiences", list_of(audience)),
)


def members(config: Config, reserved_scopes: Iterable[str] = ()) -> tuple[Member, ...]:
    """List all members that this server knows.

    `reserved_scopes` are words for clients of an operator, which others must not have.
    """
    return (
        *OF_THE_APP,
        Member("grant_types", list_of(one_of(config.grant_types))),
        Member("response_types", list_of(response_type(config.protocol.response_types))),
        Member("scope", scope_of([*Scope, *config.scopes, *reserved_scopes])),
        Member("token_endpoint_auth_method", one_of(config.server.auth_methods)),
        Member("token_endpoint_auth_signing_alg", one_of(SigningAlgorithm)),
        *OF_ITS_KEYS,
        *OF_ITS_REQUESTS,
        *OF_SUBJECTS,
        *_members_of_signatures(config),
        *_members_of_encryption(config),
        *_members_of_mutual_tls(config),
        *OF_MESSAGES_TO_IT,
        *OF_THE_OPERATOR,
        *_members_of_targets(config),
        *_members_of_trust(config),
    )


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
    )


def _members_of_trust(config: Config) -> Iterator[Member]:
    if config.trusted_issuers:
        yield Member("trusted_issuers", list_of(one_of(config.trusted_issuers)))
