"""A relying party that walks as a certification suite does, and looks at all that it is answered.

It sends what the suite sends, which knows no PKCE by default, and the browser is clean at first.
"""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote, urldefrag, urlencode, urlsplit

import httpx2

from tests.parties.browser import Arrival, Page
from tests.parties.certification import (
    check_entropy,
    check_hash,
    check_id_token,
    check_token_response,
    check_userinfo,
)
from tests.parties.relying_party import RelyingParty
from tests.parties.suite_browser import SuiteBrowser

CLIENT_SECRET_BASIC = "client_secret_basic"
CLIENT_SECRET_POST = "client_secret_post"


@dataclass(frozen=True, slots=True)
class Variant:
    """What a plan asks for in all of its modules."""

    response_type: str = "code"
    response_mode: str | None = None

    def __str__(self) -> str:
        words = (*self.response_type.split(), self.response_mode)
        return "-".join(word for word in words if word)

    @property
    def words(self) -> set[str]:
        """What comes by way of the browser."""
        return set(self.response_type.split())

    @property
    def registers(self) -> bool:
        """Whether its clients register themselves; so both kinds are walked in either mode."""
        return (len(self.words) + bool(self.response_mode)) % 2 == 0

    @property
    def place(self) -> str:
        """Where the answer must be."""
        return self.response_mode or ("query" if self.words == {"code"} else "fragment")


def variants(*response_types: str) -> list[Variant]:
    """List these response types, in the default mode and as a form."""
    return [Variant(each, mode) for mode in (None, "form_post") for each in response_types]


BASIC = variants("code")
IMPLICIT = variants("id_token", "id_token token")
HYBRID = variants("code id_token", "code token", "code id_token token")
ALL = [*BASIC, *IMPLICIT, *HYBRID]
# Every response type once, and every mode as often, where one does not change what the other does.
EACH = [
    Variant("code"),
    Variant("id_token", "form_post"),
    Variant("id_token token"),
    Variant("code id_token", "form_post"),
    Variant("code token"),
    Variant("code id_token token", "form_post"),
]


@dataclass(frozen=True, slots=True)
class Answer:
    """An authorization response, and in which part of the address or form it was."""

    place: str
    params: dict[str, str]


@dataclass
class Walk:
    """What a walk came to, from the request to the answer of the UserInfo endpoint."""

    answer: Answer
    id_tokens: list[dict[str, Any]] = field(default_factory=list)
    raw_id_tokens: list[str] = field(default_factory=list)
    tokens: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=dict)

    @property
    def id_token(self) -> dict[str, Any]:
        """The claims of the last ID token."""
        return self.id_tokens[-1]

    @property
    def access_token(self) -> str:
        """The last access token."""
        token: str = (self.tokens or self.answer.params)["access_token"]
        return token


class Suite(RelyingParty):
    """A client of the suite in one variant, with what the server says of itself."""

    def __init__(
        self,
        http: httpx2.AsyncClient,
        browser: SuiteBrowser,
        registered: dict[str, Any],
        *,
        variant: Variant,
        metadata: dict[str, Any],
        jwks: dict[str, Any],
    ) -> None:
        super().__init__(
            http,
            registered["client_id"],
            registered["client_secret"],
            redirect_uri=registered["redirect_uris"][0],
            scope="openid",
        )
        self.method = registered.get("token_endpoint_auth_method", CLIENT_SECRET_BASIC)
        self.browser = browser
        self.variant = variant
        self.metadata = metadata
        self.jwks = jwks

    @property
    def pages(self) -> list[str]:
        """The pages that were seen on the way to the last answer."""
        return self.browser.pages

    def parameters(self, **changes: str | None) -> dict[str, str]:
        """Make an authorization request of this variant; None leaves a parameter out."""
        parameters = {
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": self.scope,
            "state": self.state,
            "nonce": self.nonce,
            "response_type": self.variant.response_type,
            "response_mode": self.variant.response_mode,
        } | changes
        return {name: value for name, value in parameters.items() if value is not None}

    def url(self, **changes: str | None) -> str:
        """Write the request as the suite does, which encodes only what it must."""
        query = urlencode(self.parameters(**changes), safe=":/", quote_via=quote)
        return f"{self.metadata['authorization_endpoint']}?{query}"

    async def ask(self, **changes: str | None) -> Answer:
        """Send the request, do on our pages what is asked for there, and read the answer."""
        return self.read(await self.browser.get(self.url(**changes)))

    def read(self, shown: Page | Arrival) -> Answer:
        """Read an authorization response, which must be for our redirect URI."""
        if isinstance(shown, Page):
            assert "form-post-page" in shown, shown.text
            (form,) = shown.forms
            assert form.action == self.redirect_uri
            return Answer("form_post", form.fields)
        url, fragment = urldefrag(shown.url)
        query = urlsplit(url).query
        assert url.removesuffix(f"?{query}") == self.redirect_uri
        assert not (query and fragment)
        place = "fragment" if fragment else "query"
        return Answer(place, dict(parse_qsl(fragment or query, keep_blank_values=True)))

    async def walk(self, *, code_verifier: str | None = None, **changes: str | None) -> Walk:
        """Go all the way, and look at everything that comes back."""
        return await self.finish(await self.ask(**changes), code_verifier, **changes)

    async def finish(
        self, answer: Answer, code_verifier: str | None = None, **changes: str | None
    ) -> Walk:
        """Look at an answer, and at all that is given for it."""
        sent, walk = self.parameters(**changes), Walk(answer)
        self.check_answer(answer, sent)
        if "id_token" in answer.params:
            claims = self.take_id_token(walk, answer.params["id_token"], sent)
            words = self.variant.words
            token, code = (answer.params.get(each) for each in ("access_token", "code"))
            check_hash(claims, "at_hash", token, needed="token" in words)
            check_hash(claims, "c_hash", code, needed="code" in words)
        if "access_token" in answer.params:
            await self.take_userinfo(walk)
        if "code" in answer.params:
            await self.take_tokens(walk, code_verifier, sent)
        return walk

    def check_answer(self, answer: Answer, sent: dict[str, str]) -> None:
        """Look whether it is a grant, in its place, and has all that was asked for."""
        params = answer.params
        assert "error" not in params, params
        assert answer.place == self.variant.place
        assert params.get("state") == sent.get("state")
        assert params["iss"] == self.metadata["issuer"]
        given = {"token" if name == "access_token" else name for name in params}
        assert given & {"code", "token", "id_token"} == self.variant.words
        for name in params.keys() & {"code", "access_token"}:
            check_entropy(params[name])
        if "access_token" in params:
            assert params["token_type"].lower() == "bearer"
            assert int(params["expires_in"]) > 0

    def take_id_token(self, walk: Walk, id_token: str, sent: dict[str, str]) -> dict[str, Any]:
        """Look at an ID token; all of a walk are about the same person."""
        claims = check_id_token(
            id_token,
            self.jwks,
            issuer=self.metadata["issuer"],
            client_id=self.client_id,
            nonce=sent.get("nonce"),
        )
        assert all(claims["sub"] == each["sub"] for each in walk.id_tokens)
        walk.id_tokens.append(claims)
        walk.raw_id_tokens.append(id_token)
        return claims

    async def take_tokens(
        self, walk: Walk, code_verifier: str | None, sent: dict[str, str]
    ) -> None:
        """Exchange the code, and look at what is given for it."""
        code = walk.answer.params["code"]
        response = await self.exchange(code, code_verifier=code_verifier)
        walk.tokens = check_token_response(response)
        claims = self.take_id_token(walk, walk.tokens["id_token"], sent)
        check_hash(claims, "at_hash", walk.tokens["access_token"], needed=False)
        check_hash(claims, "c_hash", code, needed=False)
        await self.take_userinfo(walk)

    async def take_userinfo(self, walk: Walk) -> None:
        """Ask with the last access token who this is."""
        response = await self.userinfo(walk.access_token)
        subject = walk.id_token["sub"] if walk.id_tokens else None
        walk.userinfo = check_userinfo(response, sub=subject)

    async def post(self, path: str, **parameters: str | list[str] | None) -> httpx2.Response:
        """Call an endpoint, authenticated as this client is."""
        if self.method == CLIENT_SECRET_BASIC:
            return await super().post(path, **parameters)
        data = {"client_id": self.client_id, "client_secret": self.client_secret} | parameters
        return await self.http.post(path, data={k: v for k, v in data.items() if v is not None})
