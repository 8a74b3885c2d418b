"""Client authentication by a signed assertion: private_key_jwt (OIDC Core §9, RFC 7523 §3).

Authlib reads the assertion; what it leaves open is closed here: the algorithm is the client's,
the audience is this server alone, the lifetime is bounded and the jti is spent.
"""

from typing import Any

from authlib.oauth2.rfc6749.errors import InvalidClientError
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion
from joserfc.jwk import KeySet

from idp import clock, paths
from idp.clients.keys import ClientKeysUnavailable, KeySource
from idp.clients.model import Client
from idp.oauth2.client_auth import FindClient
from idp.oauth2.numeric_date import is_numeric_date
from idp.oauth2.request import ProtocolRequest
from idp.signing import foreign
from idp.storage.database import commit
from idp.storage.used_jtis import spend_jti
from idp.vocabulary import TokenEndpointAuthMethod

MAX_LENGTH = 16 * 1024
MAX_LIFETIME = 3600  # seconds; a jti is remembered as long, so this bounds what is stored
LEEWAY = 10  # seconds that the client's clock may be ahead

Claims = dict[str, Any]


class PrivateKeyJWT(JWTBearerClientAssertion):
    """Verifies assertions; an instance is the client authentication method."""

    CLIENT_AUTH_METHOD = TokenEndpointAuthMethod.PRIVATE_KEY_JWT

    def __init__(self, key_source: KeySource, issuer: str, alias: str) -> None:
        super().__init__(leeway=LEEWAY)
        self.key_source = key_source
        self.issuer = issuer
        self.alias = alias

    def __call__(self, find_client: FindClient, request: ProtocolRequest) -> Client:
        """Give the client that signed the assertion; raise invalid_client otherwise."""
        assertion = request.form.get("client_assertion", "")
        if request.form.get("client_assertion_type") != self.CLIENT_ASSERTION_TYPE:
            raise InvalidClientError("Unknown client_assertion_type.")
        if len(assertion) > MAX_LENGTH:
            raise InvalidClientError("The assertion is too long.")
        unverified_kid, unverified_subject = self._unverified(assertion)
        client = find_client(unverified_subject)
        if client is None or not client.check_endpoint_auth_method(
            self.CLIENT_AUTH_METHOD, "token"
        ):
            raise InvalidClientError("Not a client that authenticates by private_key_jwt.")
        claims = self._verify(assertion, client, unverified_kid)
        self._check_claims(claims, client, request.uri)
        return client

    def _unverified(self, assertion: str) -> tuple[str | None, str]:
        try:
            header, claims = self.extract_assertion(assertion)
        except (ValueError, RecursionError) as error:
            raise InvalidClientError("The assertion is no JWT.") from error
        kid, subject = header.get("kid"), claims.get("sub")
        if not isinstance(subject, str):
            raise InvalidClientError("The assertion has no sub.")
        return kid if isinstance(kid, str) else None, subject

    def _verify(self, assertion: str, client: Client, kid: str | None) -> Claims:
        registered = client.token_endpoint_auth_signing_alg
        algorithms = (registered,) if registered else client.signing_algorithms
        try:
            keys: KeySet = self.key_source.keys_of(client, kid=kid)
            return foreign.claims_of(assertion, keys, algorithms)
        except ClientKeysUnavailable as error:
            raise InvalidClientError("The keys of the client cannot be had.") from error
        except foreign.UNREADABLE as error:
            raise InvalidClientError("The assertion is not signed by the client.") from error

    def _check_claims(self, claims: Claims, client: Client, url: str) -> None:
        now = clock.timestamp(clock.now())
        expires_at, issued_at, not_before = (claims.get(name) for name in ("exp", "iat", "nbf"))
        jti = claims.get("jti")
        if claims.get("iss") != client.client_id or claims.get("sub") != client.client_id:
            raise InvalidClientError("iss and sub of the assertion must be the client_id.")
        if not self._is_for_us(claims.get("aud"), client, url):
            raise InvalidClientError("aud of the assertion must be the issuer.")
        if not is_numeric_date(expires_at) or now >= expires_at + LEEWAY:
            raise InvalidClientError("The assertion has expired, or has no exp.")
        if expires_at > now + MAX_LIFETIME + LEEWAY:
            raise InvalidClientError("exp of the assertion is too far off.")
        for moment in (issued_at, not_before):
            if moment is not None and (not is_numeric_date(moment) or moment > now + LEEWAY):
                raise InvalidClientError("iat or nbf of the assertion is in the future.")
        if not isinstance(jti, str) or not jti:
            raise InvalidClientError("The assertion has no jti.")
        if not spend_jti(client.client_id, jti, clock.in_seconds(MAX_LIFETIME + 2 * LEEWAY)):
            raise InvalidClientError("The jti of the assertion was used before.")
        commit()  # spent, even if the request then fails: a replay must not find it unused

    def _is_for_us(self, audience: object, client: Client, url: str) -> bool:
        """Refuse a list with a foreign member: it would serve another server as well.

        A FAPI 2.0 client sends the issuer alone (FAPI 2.0 Security Profile §5.3.2.1). Of others it
        may be the token endpoint too, or where the request went, under the name of the issuer or
        the one for mutual TLS (RFC 8705 §5, CIBA Core §7.1).
        """
        if client.is_fapi2:
            return audience == self.issuer
        endpoints = (self.issuer + paths.TOKEN, url)
        aliased = (self.alias + each.removeprefix(self.issuer) for each in endpoints)
        ours = (self.issuer, *endpoints, *aliased)
        members = audience if isinstance(audience, list) else [audience]
        return bool(members) and all(member in ours for member in members)
