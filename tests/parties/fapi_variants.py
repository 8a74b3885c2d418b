"""Clients of the certification plans for FAPI 2.0, in the variants that the plans have."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import astuple, dataclass, replace
from typing import Any

import httpx2
import pytest
from joserfc import jws
from joserfc.jwk import ECKey, Key, RSAKey

from idp import clock
from idp.vocabulary import CLIENT_ASSERTION_TYPE
from tests.parties.certificates import NAME, Certificate, make_certificate
from tests.parties.dpop import Holder
from tests.parties.relying_party import RelyingParty
from tests.parties.request_objects import TYP

# The first client has a key for RS256, so that nothing is left out which is about that.
KEYS: tuple[tuple[Key, str], ...] = (
    (RSAKey.generate_key(2048, {"kid": "first", "use": "sig", "alg": "PS256"}), "PS256"),
    (ECKey.generate_key("P-256", {"kid": "second", "use": "sig", "alg": "ES256"}), "ES256"),
)
CERTIFICATES = (make_certificate(), make_certificate("CN=second,O=Example"))
QUERY = "?dummy1=lorem&dummy2=ipsum"  # in the redirect URI of each second client
CALLBACKS = ("https://rp.example/callback", f"https://rp.example/callback{QUERY}")
DETAILS = [{"type": "account_information", "actions": ["list_accounts", "read_balances"]}]
CERTIFICATE_HEADER = "X-SSL-Client-Cert"  # in which the laboratory's proxy hands it on


@dataclass(frozen=True)
class Variant:
    """What a plan leaves open, in its words."""

    client_auth_type: str = "private_key_jwt"
    sender_constrain: str = "dpop"
    openid: str = "openid_connect"
    fapi_request_method: str = "unsigned"
    fapi_response_mode: str = "plain_response"
    authorization_request_type: str = "simple"

    def __str__(self) -> str:
        return "-".join(astuple(self))

    @property
    def by_certificate(self) -> bool:
        """Whether clients authenticate by mutual TLS."""
        return self.client_auth_type == "mtls"

    @property
    def by_proof(self) -> bool:
        """Whether tokens are bound to a key of DPoP."""
        return self.sender_constrain == "dpop"

    @property
    def is_openid(self) -> bool:
        """Whether it is about people."""
        return self.openid == "openid_connect"

    @property
    def is_signed(self) -> bool:
        """Whether requests are signed."""
        return self.fapi_request_method == "signed_non_repudiation"

    @property
    def is_jarm(self) -> bool:
        """Whether answers are signed."""
        return self.fapi_response_mode == "jarm"

    @property
    def is_rich(self) -> bool:
        """Whether something is asked for in detail."""
        return self.authorization_request_type == "rar"

    @property
    def scope(self) -> str:
        """What is asked for."""
        return "openid email offline_access" if self.is_openid else "email offline_access"

    def metadata(self, which: int) -> dict[str, Any]:
        """Say how the first or the second client is registered."""
        key, _ = KEYS[which]
        keys = [key.as_dict(private=False)]
        profile = "message_signing" if self.is_signed and self.is_jarm else "security"
        registered: dict[str, Any] = {
            "fapi_profile": f"fapi2_{profile}",
            "redirect_uris": [CALLBACKS[which]],
            "grant_types": ["authorization_code", "refresh_token"],
            "authorization_details_types": [DETAILS[0]["type"]],
            "require_signed_request_object": self.is_signed,
            "tls_client_certificate_bound_access_tokens": not self.by_proof,
        }
        if self.by_certificate and which == 0:
            registered |= {"token_endpoint_auth_method": "tls_client_auth"}
            registered |= {"tls_client_auth_subject_dn": NAME}
        if self.by_certificate and which == 1:
            registered |= {"token_endpoint_auth_method": "self_signed_tls_client_auth"}
            keys.append(CERTIFICATES[which].jwk)
        return registered | {"jwks": {"keys": keys}}


SIGNED, JARM, OAUTH = "signed_non_repudiation", "jarm", "plain_oauth"
# Any two values of any two choices meet in one of these.
EIGHT = (
    Variant(),
    Variant("private_key_jwt", "mtls", OAUTH, SIGNED, "plain_response"),
    Variant("mtls", "dpop", OAUTH, "unsigned", JARM),
    Variant("mtls", "mtls", "openid_connect", SIGNED, JARM),
    Variant("private_key_jwt", "dpop", "openid_connect", SIGNED, JARM),
    Variant("private_key_jwt", "mtls", "openid_connect", "unsigned", JARM),
    Variant("mtls", "dpop", "openid_connect", SIGNED, "plain_response"),
    Variant("mtls", "mtls", OAUTH, "unsigned", "plain_response"),
)
FOUR = EIGHT[:4]
RICH = (
    Variant(authorization_request_type="rar"),
    replace(FOUR[3], authorization_request_type="rar"),
)
OPPOSITES = (FOUR[0], Variant("mtls", "mtls", OAUTH, SIGNED, JARM))


def walked_in(variants: tuple[Variant, ...] = OPPOSITES, **only: str) -> pytest.MarkDecorator:
    """Walk a module in these variants, or in those of the eight that have a value in common."""
    chosen = EIGHT if only else variants
    fitting = [v for v in chosen if all(getattr(v, name) == value for name, value in only.items())]
    return pytest.mark.parametrize("variant", fitting, ids=str)


class FAPIClient(RelyingParty):
    """One of the two clients of a plan, as its variant says."""

    def __init__(
        self,
        http: httpx2.AsyncClient,
        client_id: str,
        variant: Variant,
        which: int = 0,
        *,
        issuer: str,
    ) -> None:
        super().__init__(http, client_id, redirect_uri=CALLBACKS[which], scope=variant.scope)
        self.issuer = issuer
        self.host = str(http.base_url).rstrip("/")
        self.variant = variant
        self.which = which
        self.key, self.alg = KEYS[which]
        self.certificate: Certificate = CERTIFICATES[which]
        self.holder = Holder(self.host)
        self.binds_code = False

    def authentication(
        self, *, alg: str | None = None, key: Key | None = None, **changes: Any
    ) -> dict[str, str]:
        """Say who it is; keyword arguments change or, with None, drop a claim of its assertion."""
        if self.variant.by_certificate:
            return {"client_id": self.client_id}
        now = clock.timestamp(clock.now())
        claims = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": self.issuer,
            "jti": secrets.token_urlsafe(15),
            "iat": now,
            "nbf": now,
            "exp": now + 60,
        } | changes
        signed = self.sign(claims, alg=alg, key=key)
        return {"client_assertion_type": CLIENT_ASSERTION_TYPE, "client_assertion": signed}

    def parameters(self, **changes: Any) -> dict[str, Any]:
        """Give an authorization request; keyword arguments change a parameter or drop it."""
        parameters = {
            "client_id": self.client_id,
            "response_type": "code",
            "redirect_uri": self.redirect_uri,
            "scope": self.scope,
            "state": self.state,
            "nonce": self.nonce if self.variant.is_openid else None,
            "response_mode": "jwt" if self.variant.is_jarm else None,
            "code_challenge": self.code_challenge,
            "code_challenge_method": "S256",
            "authorization_details": DETAILS if self.variant.is_rich else None,
        } | changes
        return {name: value for name, value in parameters.items() if value is not None}

    def request_object(
        self, *, alg: str | None = None, key: Key | None = None, **changes: Any
    ) -> str:
        """Sign an authorization request."""
        now = clock.timestamp(clock.now())
        ours = {"iss": self.client_id, "aud": self.issuer, "nbf": now, "exp": now + 300}
        also = {"iat": now} if self.which else {}
        claims = self.parameters(**(ours | also | changes))
        return self.sign(claims, alg=alg, key=key, typ=TYP if self.which else None)

    def sign(
        self,
        claims: Mapping[str, Any],
        *,
        alg: str | None = None,
        key: Key | None = None,
        typ: str | None = None,
    ) -> str:
        """Sign claims; those that are None are left out."""
        key, alg = key or self.key, alg or self.alg
        header = {"alg": alg, "kid": key.kid} | ({"typ": typ} if typ else {})
        kept = {name: value for name, value in claims.items() if value is not None}
        # Of an RSA key that is meant for PS256, RS256 is no use as it is.
        plain = (
            RSAKey.import_key(key.as_dict(private=True) | {"alg": alg}) if alg == "RS256" else key
        )
        return jws.serialize_compact(header, json.dumps(kept), plain, algorithms=[alg])

    def headers_for(self, method: str, path: str) -> dict[str, str]:
        """Prove what the variant has to be proven."""
        headers = {}
        is_at_token_endpoint = path == "/token"
        if self.variant.by_certificate or (is_at_token_endpoint and not self.variant.by_proof):
            headers[CERTIFICATE_HEADER] = self.certificate.escaped
        if self.variant.by_proof and (is_at_token_endpoint or self.binds_code):
            headers["DPoP"] = self.holder.prove(method, path)
        return headers

    def headers_with_token(self, method: str, path: str, access_token: str) -> dict[str, str]:
        """Prove that the token is its own."""
        if not self.variant.by_proof:
            by_certificate = {CERTIFICATE_HEADER: self.certificate.escaped}
            return by_certificate | {"Authorization": f"Bearer {access_token}"}
        proof = self.holder.prove(method, path, access_token=access_token)
        return {"DPoP": proof, "Authorization": f"DPoP {access_token}"}

    async def send(
        self,
        path: str,
        *,
        authentication: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        **parameters: Any,
    ) -> httpx2.Response:
        """Call an endpoint; `authentication` and `headers` are sent instead of the usual ones."""
        proven = self.headers_for("POST", path) if headers is None else headers
        said = self.authentication() if authentication is None else authentication
        written = {name: _write(each) for name, each in parameters.items() if each is not None}
        return await self.http.post(path, data=written | dict(said), headers=dict(proven))

    async def push(self, **changes: Any) -> httpx2.Response:
        """Push a request."""
        if self.variant.is_signed:
            return await self.send("/par", request=self.request_object(**changes))
        return await self.send("/par", **self.parameters(**changes))

    async def post(self, path: str, **parameters: str | list[str] | None) -> httpx2.Response:
        """Call an endpoint as any relying party does."""
        return await self.send(path, **parameters)


def _write(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
