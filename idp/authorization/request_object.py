"""Requests that come in a request object, by value or by reference (RFC 9101 §5, OIDC Core §6).

The object is opened before the request is addressed, because the redirect_uri may be in it. What
comes out are parameters like any others: nothing behind this knows that there was an object.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from idp.authorization.request import AddressedRequest, address, find_trusted_client
from idp.clients.keys import KeySource
from idp.clients.model import Client
from idp.clients.request_uri import RequestURISource, is_registered
from idp.oauth2 import request_object
from idp.oauth2.authorization_details import AUTHORIZATION_DETAILS
from idp.oauth2.errors import SentToClient, ShownToUser
from idp.oauth2.parameters import MAX_PARAMETERS, Parameters
from idp.oauth2.request_object import RequestObject
from idp.signing import is_encrypted
from idp.signing.signer import Signer
from idp.vocabulary import ErrorCode

BY_VALUE = "request"
BY_REFERENCE = "request_uri"
CARRIERS = frozenset({BY_VALUE, BY_REFERENCE})
# What the object says of itself as a JWT (RFC 7519 §4.1); the rest are parameters.
OF_THE_JWT = frozenset({"iss", "sub", "aud", "exp", "nbf", "iat", "jti"})


class RequestObjectRefused(SentToClient):
    """A request object that is refused, and the request whose client is told."""

    def __init__(self, refusal: SentToClient, addressed: AddressedRequest) -> None:
        super().__init__(refusal.error, refusal.description)
        self.addressed = addressed


def has_request_object(parameters: Parameters) -> bool:
    """Tell whether a request comes in an object, or names one."""
    return any(parameters.get(name) for name in CARRIERS)


@dataclass(frozen=True, slots=True)
class RequestObjects:
    """Opens request objects, and addresses the requests that are in them."""

    issuer: str
    key_source: KeySource
    documents: RequestURISource
    signer: Signer

    def address(self, parameters: Parameters) -> AddressedRequest:
        """Find the client of a request and where it may be answered, as `address` does.

        May commit and wait, but only for a request object. Raises ShownToUser, and
        RequestObjectRefused if the client can be told.
        """
        if not has_request_object(parameters):
            return _address_without(parameters)
        client = find_trusted_client(parameters)
        try:
            opened = self._open(parameters, client)
            merged = _merge(parameters, opened)
        except SentToClient as refusal:
            raise RequestObjectRefused(refusal, _address_refused(parameters, refusal)) from None
        addressed = address(merged)
        try:
            request_object.check(opened, client, self.issuer)
        except SentToClient as refusal:
            raise RequestObjectRefused(refusal, addressed) from None
        return addressed

    def open_pushed(self, parameters: Parameters, client: Client) -> Parameters:
        """Give the parameters that a client pushes, out of its object if there is one.

        Beside an object nothing counts but the client_id (RFC 9126 §3). May commit and wait, but
        only for an object. Raises SentToClient.
        """
        if not has_request_object(parameters):
            _refuse_unsigned(client)
            return parameters
        signed = Parameters(p for p in parameters.pairs if p[0] in CARRIERS)
        opened = self._open(signed, client)
        request_object.check(opened, client, self.issuer)
        return _merge(Parameters((("client_id", client.client_id), *signed.pairs)), opened)

    def _open(self, parameters: Parameters, client: Client) -> RequestObject:
        if parameters.repeated:
            raise _invalid_request("A parameter is repeated.")
        by_value, uri = parameters.get(BY_VALUE), parameters.get(BY_REFERENCE)
        if by_value is not None and uri is not None:
            raise _invalid_request("Send request or request_uri, not both.")
        unverified = self._decrypt(by_value or self._fetch(client, uri or ""))
        registered = client.request_object_signing_alg
        return request_object.verify(unverified, client, self.key_source, registered=registered)

    def _decrypt(self, unverified: str) -> str:
        """Take the signed object out of an encrypted one (OIDC Core §6.1, RFC 9101 §6.1)."""
        if not is_encrypted(unverified):
            return unverified
        signed = self.signer.decrypt(unverified)
        if signed is None:
            raise _invalid_object("The request object is not encrypted to a key of this server.")
        return signed

    def _fetch(self, client: Client, uri: str) -> str:
        if not is_registered(uri, client.request_uris):
            raise _invalid_uri("The request_uri is not registered for this client.")
        document = self.documents.find(uri)
        if document is None:
            raise _invalid_uri("The request_uri has no document, or not that of its fragment.")
        return document


def _address_without(parameters: Parameters) -> AddressedRequest:
    addressed = address(parameters)
    try:
        _refuse_unsigned(addressed.client)
    except SentToClient as refusal:
        raise RequestObjectRefused(refusal, addressed) from None
    return addressed


def _refuse_unsigned(client: Client) -> None:
    if client.require_signed_request_object:
        raise _invalid_request("The client must send a signed request object.")


def _address_refused(parameters: Parameters, refusal: SentToClient) -> AddressedRequest:
    """Address a request whose object cannot be read, by what stands beside it."""
    if parameters.get("redirect_uri") is None:
        raise ShownToUser(refusal.description)
    return address(parameters)


def _merge(parameters: Parameters, opened: RequestObject) -> Parameters:
    """Let the object win over what stands beside it, which is not signed."""
    inside = parameters_in(opened).pairs
    names = dict(inside)
    for name in ("client_id", "response_type"):
        beside = parameters.get(name)
        if beside is not None and names.get(name, beside) != beside:
            raise _invalid_request(
                "client_id and response_type must be those of the request object."
            )
    kept = {"client_id"} if opened.is_whole_request else {name for name, _ in parameters.pairs}
    outside = [
        (name, value) for name, value in parameters.pairs if name in kept - names.keys() - CARRIERS
    ]
    return Parameters((*outside, *inside))


def parameters_in(opened: RequestObject) -> Parameters:
    """Read the parameters that are in an object; raise SentToClient if they cannot be."""
    if not CARRIERS.isdisjoint(opened.claims):
        raise _invalid_object("The request object must not have a request or request_uri.")
    return Parameters(_pairs(opened.claims))


def _pairs(claims: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Write claims as the parameters that they are; a list is a parameter that repeats."""
    if len(claims) > MAX_PARAMETERS:
        raise _invalid_object("The request object has too many members.")
    for name, value in claims.items():
        if name in OF_THE_JWT or value is None:
            continue
        repeats = isinstance(value, list) and name != AUTHORIZATION_DETAILS  # which is JSON itself
        for each in value if repeats else [value]:
            yield name, _write(each)


def _write(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    if "\0" in text or not _is_unicode(text):
        raise _invalid_object("A member of the request object has a forbidden character.")
    return text


def _is_unicode(text: str) -> bool:
    """Tell whether it can be written down: JSON may have half of a character."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _invalid_request(description: str) -> SentToClient:
    return SentToClient(ErrorCode.INVALID_REQUEST, description)


def _invalid_object(description: str) -> SentToClient:
    return SentToClient(ErrorCode.INVALID_REQUEST_OBJECT, description)


def _invalid_uri(description: str) -> SentToClient:
    return SentToClient(ErrorCode.INVALID_REQUEST_URI, description)
