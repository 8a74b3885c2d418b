"""What the members of client metadata must be together, in order."""

from collections.abc import Mapping
from typing import Any

from idp.clients.certificate_subject import check_certificate_subject
from idp.clients.errors import InvalidClientMetadata, InvalidRedirectURI, RegistrationRefused
from idp.clients.fapi import check_fapi_profile
from idp.clients.jwk import can_encrypt, read_encryption_keys
from idp.clients.redirect_uri import NotRegistrable, check_registrable, origin_of
from idp.clients.sector import sector_identifier_of
from idp.vocabulary import (
    ADMIN_SCOPE,
    ApplicationType,
    BackchannelTokenDeliveryMode,
    GrantType,
    ResponseType,
    SubjectType,
    TokenEndpointAuthMethod,
)

Metadata = Mapping[str, Any]

METHODS_WITH_KEYS = (
    TokenEndpointAuthMethod.PRIVATE_KEY_JWT,
    TokenEndpointAuthMethod.SELF_SIGNED_TLS_CLIENT_AUTH,
)
CONFIDENTIAL_GRANT_TYPES = (
    GrantType.CLIENT_CREDENTIALS,
    GrantType.PASSWORD,
    GrantType.CIBA,
    GrantType.JWT_BEARER,
    GrantType.TOKEN_EXCHANGE,
)
USUAL_RESPONSE_TYPES = {
    GrantType.AUTHORIZATION_CODE: ResponseType.CODE,
    GrantType.IMPLICIT: ResponseType.ID_TOKEN,
}
# What is encrypted, by the beginning of the names of its alg and its enc.
ENCRYPTED_TO_CLIENT = (
    "id_token_encrypted_response",
    "userinfo_encrypted_response",
    "authorization_encrypted_response",
    "introspection_encrypted_response",
)
ENCRYPTED = (*ENCRYPTED_TO_CLIENT, "request_object_encryption")
SENDER_CONSTRAINED = ("dpop_bound_access_tokens", "tls_client_certificate_bound_access_tokens")
REFRESHABLE_GRANT_TYPES = (
    GrantType.AUTHORIZATION_CODE,
    GrantType.PASSWORD,
    GrantType.DEVICE_CODE,
    GrantType.CIBA,
)


def check_redirect_uris(metadata: Metadata) -> None:
    """Every redirect URI is one to which this kind of application may be sent."""
    _check_registrable("redirect_uris", metadata, InvalidRedirectURI)
    _check_registrable("post_logout_redirect_uris", metadata, InvalidClientMetadata)


def check_response_types(metadata: Metadata) -> None:
    """What is asked for and what may be had go together (RFC 7591 §2.1)."""
    grant_types = metadata["grant_types"]
    asked = [ResponseType(each) for each in metadata["response_types"]]
    for grant_type, response_type in USUAL_RESPONSE_TYPES.items():
        if grant_type in grant_types and not any(grant_type in each.grant_types for each in asked):
            raise InvalidClientMetadata(
                f"response_types must have {response_type} if grant_types has {grant_type}."
            )
    for each in asked:
        for grant_type in sorted(each.grant_types.difference(grant_types)):
            raise InvalidClientMetadata(
                f"grant_types must have {grant_type} if response_types has {each}."
            )
    for grant_type in USUAL_RESPONSE_TYPES:
        if grant_type in grant_types and not metadata.get("redirect_uris"):
            raise InvalidRedirectURI(
                f"redirect_uris must not be empty if grant_types has {grant_type}."
            )


def check_grant_types(metadata: Metadata) -> None:
    """There is a grant type that can be used by itself."""
    grant_types = metadata["grant_types"]
    if not grant_types and not metadata["resource_server"]:
        raise InvalidClientMetadata("grant_types must not be empty unless resource_server is true.")
    if GrantType.REFRESH_TOKEN in grant_types and not any(
        each in grant_types for each in REFRESHABLE_GRANT_TYPES
    ):
        raise InvalidClientMetadata(
            "grant_types must have authorization_code or password if it has refresh_token."
        )


def check_confidentiality(metadata: Metadata) -> None:
    """A public client is given nothing that depends on who it is (RFC 6749 §4.4)."""
    if metadata["token_endpoint_auth_method"] != TokenEndpointAuthMethod.NONE:
        return
    for grant_type in CONFIDENTIAL_GRANT_TYPES:
        if grant_type in metadata["grant_types"]:
            raise InvalidClientMetadata(
                f"token_endpoint_auth_method must not be none if grant_types has {grant_type}."
            )
    if metadata["resource_server"]:
        raise InvalidClientMetadata(
            "token_endpoint_auth_method must not be none if resource_server is true."
        )


def check_assertions(metadata: Metadata) -> None:
    """Whose word counts, and for whom tokens are exchanged, is said of those who may ask so."""
    grant_types = metadata["grant_types"]
    has_issuers = bool(metadata.get("trusted_issuers"))
    if GrantType.JWT_BEARER in grant_types and not has_issuers:
        raise InvalidClientMetadata(
            f"trusted_issuers must not be empty if grant_types has {GrantType.JWT_BEARER}."
        )
    if has_issuers and not {GrantType.JWT_BEARER, GrantType.TOKEN_EXCHANGE} & {*grant_types}:
        raise InvalidClientMetadata(
            f"grant_types must have {GrantType.JWT_BEARER} or {GrantType.TOKEN_EXCHANGE}"
            " if there are trusted_issuers."
        )
    if metadata.get("token_exchange_audiences") and GrantType.TOKEN_EXCHANGE not in grant_types:
        raise InvalidClientMetadata(
            f"grant_types must have {GrantType.TOKEN_EXCHANGE} if there are"
            " token_exchange_audiences."
        )


def check_scope(metadata: Metadata) -> None:
    """Whoever administers the server is a machine: no person is asked to allow that."""
    is_machine = list(metadata["grant_types"]) == [GrantType.CLIENT_CREDENTIALS]
    if ADMIN_SCOPE in metadata["scope"].split() and not is_machine:
        raise InvalidClientMetadata(
            "grant_types must have client_credentials and no other if scope has idp.admin."
        )


def check_keys(metadata: Metadata) -> None:
    """Keys come by value or by reference (RFC 7591 §2), and where they are needed."""
    if "jwks" in metadata and "jwks_uri" in metadata:
        raise InvalidClientMetadata("jwks must be left out if there is a jwks_uri.")
    has_keys = "jwks" in metadata or "jwks_uri" in metadata
    method = metadata["token_endpoint_auth_method"]
    if method in METHODS_WITH_KEYS and not has_keys:
        raise InvalidClientMetadata(
            f"jwks or jwks_uri must be there if token_endpoint_auth_method is {method}."
        )
    if metadata.get("require_signed_request_object") and not has_keys:
        raise InvalidClientMetadata(
            "jwks or jwks_uri must be there if require_signed_request_object is true."
        )
    if "backchannel_authentication_request_signing_alg" in metadata and not has_keys:
        raise InvalidClientMetadata(
            "jwks or jwks_uri must be there if there is a"
            " backchannel_authentication_request_signing_alg."
        )


def check_encryption(metadata: Metadata) -> None:
    """What is encrypted has an alg, and a key if it goes to the client (OIDC Registration §2)."""
    for name in ENCRYPTED:
        if f"{name}_enc" in metadata and f"{name}_alg" not in metadata:
            raise InvalidClientMetadata(f"{name}_alg must be there if there is {name}_enc.")
    for name in (f"{each}_alg" for each in ENCRYPTED_TO_CLIENT):
        if name not in metadata or "jwks_uri" in metadata:
            continue
        keys = read_encryption_keys(metadata.get("jwks"))
        if not any(can_encrypt(key, metadata[name]) for key in keys):
            raise InvalidClientMetadata(
                f"jwks must have a key for {name}, or else there must be a jwks_uri."
            )


def check_sender_constraints(metadata: Metadata) -> None:
    """What comes by way of the browser is bound to nothing (RFC 8705 §6.4, RFC 9449 §5.2)."""
    asked = {word for each in metadata["response_types"] for word in ResponseType(each).words}
    for name in SENDER_CONSTRAINED:
        if metadata.get(name) and "token" in asked:
            raise InvalidClientMetadata(f"response_types must not have token if {name} is true.")


def check_logout_uris(metadata: Metadata) -> None:
    """A page in a frame is the client's own (OIDC Front-Channel Logout §2)."""
    uri = metadata.get("frontchannel_logout_uri")
    if uri is None:
        return
    if origin_of(uri) not in map(origin_of, metadata.get("redirect_uris", ())):
        raise InvalidClientMetadata(
            "frontchannel_logout_uri must have the scheme, host and port of one of redirect_uris."
        )


def check_token_delivery(metadata: Metadata) -> None:
    """A client that asks people elsewhere says how it hears of their answer (CIBA Core §4)."""
    mode = metadata.get("backchannel_token_delivery_mode")
    if GrantType.CIBA in metadata["grant_types"] and mode is None:
        raise InvalidClientMetadata(
            f"backchannel_token_delivery_mode must be there if grant_types has {GrantType.CIBA}."
        )
    needs_endpoint = mode == BackchannelTokenDeliveryMode.PING
    if needs_endpoint and "backchannel_client_notification_endpoint" not in metadata:
        raise InvalidClientMetadata(
            "backchannel_client_notification_endpoint must be there if"
            " backchannel_token_delivery_mode is ping."
        )


def check_sector_identifier(metadata: Metadata) -> None:
    """Whoever sees pairwise subjects is of one sector (OIDC Core §8.1).

    What a sector vouches for are redirect URIs: without one, anybody could be of any sector.
    """
    if "sector_identifier_uri" in metadata and not metadata.get("redirect_uris"):
        raise InvalidRedirectURI("redirect_uris must not be empty with a sector_identifier_uri.")
    is_pairwise = metadata.get("subject_type") == SubjectType.PAIRWISE
    if is_pairwise and sector_identifier_of(metadata) is None:
        raise InvalidClientMetadata(
            "sector_identifier_uri must be there if subject_type is pairwise, unless all"
            " redirect_uris are https and have one host."
        )


CHECKS = (
    check_redirect_uris,
    check_response_types,
    check_grant_types,
    check_confidentiality,
    check_assertions,
    check_scope,
    check_keys,
    check_encryption,
    check_sender_constraints,
    check_logout_uris,
    check_sector_identifier,
    check_token_delivery,
    check_certificate_subject,
    check_fapi_profile,
)


def _check_registrable(name: str, metadata: Metadata, refused: type[RegistrationRefused]) -> None:
    application_type = ApplicationType(metadata["application_type"])
    for uri in metadata.get(name, ()):
        try:
            check_registrable(uri, application_type)
        except NotRegistrable as refusal:
            raise refused(f"{name}: a URI {refusal}.") from None
