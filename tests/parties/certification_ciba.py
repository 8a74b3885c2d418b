"""A bank that asks people elsewhere as a certification suite does, and looks at every answer.

It signs what it asks, authenticates by a key or by its certificate, and is told or polls. With
DYNAMIC it registers itself, as the suite does that is given no clients.
"""

import secrets
import uuid
from dataclasses import dataclass, field
from typing import Any

import httpx2
from cryptography import x509
from joserfc.jwk import RSAKey

from idp import clock
from idp.secret import digest
from idp.vocabulary import CLIENT_ASSERTION_TYPE
from tests.parties.backchannel import CIBA, sign
from tests.parties.browser import Browser, Page
from tests.parties.certificates import Certificate, holding, make_authority, make_certificate
from tests.parties.certification import (
    check_entropy,
    check_hash,
    check_id_token,
    check_token_error,
    check_token_response,
    check_userinfo,
    json_of,
)
from tests.parties.clients import AssertingClient
from tests.parties.relying_party import RelyingParty, unverified_claims, unverified_header

POLL, PING = "poll", "ping"
PRIVATE_KEY_JWT, MTLS = "private_key_jwt", "mtls"
STATIC, DYNAMIC = "static_client", "dynamic_client"
SCOPE = "openid offline_access"
HOST = "bank{}.example"
AUTHORITY = make_authority()
KEYS = [RSAKey.generate_key(2048, {"kid": f"bank-{number}"}) for number in (1, 2)]
CERTIFICATES = [
    make_certificate(f"CN=bank-{number}", [x509.DNSName(HOST.format(number))], issuer=AUTHORITY)
    for number in (1, 2)
]


@dataclass(frozen=True, slots=True)
class Variant:
    """What a plan asks for in all of its modules."""

    client_auth_type: str = PRIVATE_KEY_JWT
    ciba_mode: str = POLL
    client_registration: str = STATIC

    def __str__(self) -> str:
        words = (self.client_auth_type, self.ciba_mode, self.client_registration)
        return "-".join(word for word in words if word != STATIC)


BY_POLL = [Variant(each) for each in (PRIVATE_KEY_JWT, MTLS)]
BY_PING = [Variant(each, PING) for each in (PRIVATE_KEY_JWT, MTLS)]
ALL = [*BY_POLL, *BY_PING]
SOME = [BY_POLL[0], BY_PING[1]]  # where neither makes a difference
SELF_REGISTERED = [Variant(a, m, DYNAMIC) for a in (PRIVATE_KEY_JWT, MTLS) for m in (POLL, PING)]


def metadata_of(variant: Variant, number: int) -> dict[str, Any]:
    """Say how the first or the second client is registered."""
    key, certificate = KEYS[number - 1], CERTIFICATES[number - 1]
    metadata: dict[str, Any] = {
        "client_name": f"Bank {number}",
        "grant_types": [CIBA, "refresh_token"],
        "response_types": [],
        "jwks": {"keys": [key.as_dict(private=False), certificate.jwk]},
        "backchannel_token_delivery_mode": variant.ciba_mode,
        "backchannel_user_code_parameter": False,
        "backchannel_authentication_request_signing_alg": "PS256",
        "tls_client_certificate_bound_access_tokens": True,
    }
    if variant.ciba_mode == PING:
        endpoint = f"https://{HOST.format(number)}/test/a/idp/ciba-notification-endpoint"
        metadata["backchannel_client_notification_endpoint"] = endpoint
    by_key = variant.client_auth_type == PRIVATE_KEY_JWT
    if variant.client_registration == DYNAMIC:
        method = PRIVATE_KEY_JWT if by_key else "self_signed_tls_client_auth"
        algorithms = {"token_endpoint_auth_signing_alg": "PS256"} if by_key else {}
        signed = {"id_token_signed_response_alg": "PS256"}
        return metadata | {"token_endpoint_auth_method": method} | algorithms | signed
    metadata |= {"fapi_profile": "fapi_ciba", "scope": SCOPE}
    if by_key:
        return metadata
    named = {"tls_client_auth_san_dns": HOST.format(number)}
    return metadata | {"token_endpoint_auth_method": "tls_client_auth"} | named


@dataclass
class Asked:
    """What was asked, and what came of it; `token` is what the bank will be told with."""

    claims: dict[str, Any]
    answer: dict[str, Any]
    token: str | None = None
    tokens: dict[str, Any] = field(default_factory=dict)
    id_token: dict[str, Any] = field(default_factory=dict)

    @property
    def auth_req_id(self) -> str:
        """What names it."""
        auth_req_id: str = self.answer["auth_req_id"]
        return auth_req_id

    @property
    def link(self) -> str:
        """Where its person answers, as the mail says."""
        return f"/request/{digest(self.auth_req_id).hex()}"


class Bank(RelyingParty):
    """A client of the suite; by `presents` another certificate or none is shown."""

    def __init__(
        self,
        transport: httpx2.AsyncBaseTransport,
        metadata: dict[str, Any],
        jwks: dict[str, Any],
        client_id: str,
        *,
        variant: Variant,
        number: int = 1,
    ) -> None:
        plain = httpx2.AsyncClient(transport=transport, base_url=metadata["issuer"])
        super().__init__(plain, client_id)
        self.transport = transport
        self.metadata = metadata
        self.jwks = jwks
        self.variant = variant
        self.key, self.algorithm = KEYS[number - 1], "PS256"
        self.audience = metadata["issuer"]
        self.present(CERTIFICATES[number - 1])
        self.registered_algorithm = "PS256" if variant.client_registration == DYNAMIC else "ES256"

    def present(self, certificate: Certificate | None) -> None:
        """Come with a certificate from now on, or with none."""
        shown = [] if certificate is None else [certificate]
        self.http = holding(self, self.transport, *shown).http

    def assertion(self, **changes: Any) -> str:
        """Make a client assertion."""
        asserting = AssertingClient(self.http, self.client_id, self.audience)
        claims = asserting.claims(**changes)
        return asserting.sign(claims, key=self.key, alg=self.algorithm)

    async def post(self, path: str, **parameters: str | list[str] | None) -> httpx2.Response:
        """Call an endpoint; None leaves out what would be there."""
        if self.variant.client_auth_type == MTLS:
            return await super().post(path, **parameters)
        beside: dict[str, str | list[str] | None] = {
            "client_id": None,
            "client_assertion_type": CLIENT_ASSERTION_TYPE,
            "client_assertion": self.assertion(),
        }
        sent = {name: value for name, value in (beside | parameters).items() if value is not None}
        return await self.http.post(path, data=sent)

    def request(self, **changes: Any) -> dict[str, Any]:
        """List what is asked; None leaves something out."""
        token = secrets.token_urlsafe(16) if self.variant.ciba_mode == PING else None
        usual = {
            "scope": SCOPE,
            "login_hint": "ada",
            "binding_message": "1234",
            "client_notification_token": token,
            "aud": self.metadata["issuer"],
        }
        return usual | changes

    def signed(self, claims: dict[str, Any], **header: Any) -> str:
        """Sign what is asked."""
        return sign(self, **{"alg": "PS256", "key": self.key} | header, **claims)

    async def ask(self, **changes: Any) -> httpx2.Response:
        """Ask by a signed request."""
        return await self.post("/bc-authorize", request=self.signed(self.request(**changes)))

    async def asked(self, *, typ: str | None = None, **changes: Any) -> Asked:
        """Ask, and look at the acknowledgement (CIBA Core §7.3)."""
        claims = self.request(**changes)
        answer = json_of(await self.post("/bc-authorize", request=self.signed(claims, typ=typ)))
        assert answer.keys() == {"auth_req_id", "expires_in", "interval"}
        check_entropy(answer["auth_req_id"])
        assert type(answer["expires_in"]) is int
        assert answer["expires_in"] > 0
        assert answer["interval"] == 5
        return Asked(claims, answer, claims["client_notification_token"])

    async def refused(self, errors: str = "invalid_request", **parameters: str | None) -> None:
        """Send a request that must be refused, and look how (CIBA Core §13)."""
        response = await self.post("/bc-authorize", **parameters)
        status = 401 if errors == "invalid_client" else 400
        refusal = check_token_error(response, errors, status=status)
        assert refusal.keys() <= {"error", "error_description", "error_uri"}

    async def poll(self, asked: Asked, **changes: str | None) -> httpx2.Response:
        """Ask whether there are tokens."""
        parameters = {"grant_type": CIBA, "auth_req_id": asked.auth_req_id} | changes
        return await self.token(**parameters)

    async def take_tokens(self, asked: Asked) -> dict[str, Any]:
        """Fetch what was allowed, and look at all of it (CIBA Core §10.1.1)."""
        return await self.check_tokens(await self.poll(asked), asked)

    async def check_tokens(self, response: httpx2.Response, asked: Asked) -> dict[str, Any]:
        """Look at tokens, at the ID token among them, and whether they are good at UserInfo."""
        asked.tokens = tokens = check_token_response(response)
        asked.id_token = claims = check_id_token(
            tokens["id_token"],
            self.jwks,
            issuer=self.metadata["issuer"],
            client_id=self.client_id,
            algorithm=self.registered_algorithm,
            now=clock.timestamp(clock.now()),
        )
        assert unverified_header(tokens["id_token"])["kid"]
        assert {"c_hash", "s_hash"}.isdisjoint(claims)
        name = "urn:openid:params:jwt:claim:auth_req_id"
        assert claims.get(name, asked.auth_req_id) == asked.auth_req_id
        check_hash(claims, "at_hash", tokens["access_token"], needed=False)
        refresh_hash = "urn:openid:params:jwt:claim:rt_hash"
        check_hash(claims, refresh_hash, tokens.get("refresh_token"), needed=False)
        bound = unverified_claims(tokens["access_token"])["cnf"]
        assert bound.keys() == {"x5t#S256"}
        await self.check_resource(asked)
        return tokens

    async def check_resource(self, asked: Asked, *, is_named: bool = True) -> None:
        """Look at an answer of UserInfo, which is the resource here (FAPI 1.0 Baseline §6.2.1)."""
        named = str(uuid.uuid4())
        headers = {"Authorization": f"Bearer {asked.tokens['access_token']}"}
        headers |= {"x-fapi-interaction-id": named} if is_named else {}
        response = await self.http.get("/userinfo", headers=headers)
        check_userinfo(response, sub=asked.id_token["sub"])
        given = response.headers["x-fapi-interaction-id"]
        assert given == named if is_named else uuid.UUID(given)


async def decide(browser: Browser, asked: Asked, button: str = "consent-allow") -> Page:
    """Let Ada answer, by the link of the mail; give the page that shows what is asked."""
    shown = await browser.open(asked.link)
    if isinstance(shown, Page) and "login-page" in shown:
        shown = await browser.sign_in(shown, "ada", "ada in the laboratory")
    assert isinstance(shown, Page)
    assert "consent-page" in shown, shown.text
    done = await browser.submit(shown, button)
    assert isinstance(done, Page)
    assert "device-done-page" in done
    return shown
