"""An HTTP request, read to its end, so that code without async has nothing left to wait for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from starlette.requests import cookie_parser
from starlette.types import Receive, Scope

from idp.authenticators.proof import Method
from idp.config import Config
from idp.oauth2.client_certificate import ClientCertificate
from idp.oauth2.parameters import MalformedParametersError, Parameters
from idp.oauth2.request import ProtocolRequest
from idp.oauth2.strict_json import read_strictly
from idp.secret import Secret
from idp.web.cookies import Cookies
from idp.web.headers import Headers
from idp.web.multipart import MULTIPART, Form, MalformedForm, read_form

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


REFUSALS = {
    FORM: f"Send the parameters as {FORM}.",
    JSON: f"Send the metadata as {JSON}.",
    MULTIPART: f"Send the picture as {MULTIPART}.",
}
NOT_JSON = "The body must be JSON in UTF-8, with each name once."


class UnreadableRequest(Exception):
    """A request that makes no sense as HTTP for us; `status` and a constant text say why."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


@dataclass(frozen=True)
class HttpRequest:
    """What an endpoint sees of a request. `url` is built on the issuer, never on Host.

    An endpoint takes forms, forms with files, or JSON, of which `document` is what was sent.

    HEAD is a GET whose answer is cut short, so that it can never pass for a POST.
    """

    method: str
    url: str
    headers: Headers
    query: Parameters
    form: Parameters
    session: Secret | None
    known_browser: Secret | None
    path_params: Mapping[str, str] = field(default_factory=dict)
    other_sessions: tuple[Secret, ...] = ()
    last_method: Method | None = None
    document: object = None
    files: Mapping[str, bytes] = field(default_factory=dict)
    certificate: ClientCertificate | None = None

    @property
    def parameters(self) -> Parameters:
        """The parameters of the body of a POST, of the URL otherwise (RFC 6749 §3.2)."""
        return self.form if self.method == "POST" else self.query

    @property
    def sessions(self) -> tuple[Secret, ...]:
        """The ids of all login sessions, the active one first."""
        return (self.session, *self.other_sessions) if self.session else self.other_sessions

    @property
    def is_new_browser(self) -> bool:
        """Whether the browser has no name yet."""
        return self.known_browser is None

    @cached_property
    def browser(self) -> Secret:
        """The name of the browser, or the one that it will be given; programs need none."""
        return self.known_browser or Secret.generate()

    def to_protocol(self) -> ProtocolRequest:
        """Show it to Authlib's engine."""
        return ProtocolRequest(
            self.method, self.url, self.headers, self.parameters, self.certificate
        )


async def read(
    scope: Scope,
    receive: Receive,
    config: Config,
    cookies: Cookies,
    *,
    takes: str = FORM,
    certificate: ClientCertificate | None = None,
) -> HttpRequest:
    """Read a request whose body, if it has one, is a form, or whatever else the endpoint takes.

    Raises UnreadableRequest if the body is too long or something else, or cannot be decoded.
    """
    headers = Headers(scope["headers"])
    body = await _body(receive, _limit(config, takes))
    if body and _media_type(headers) != takes:
        raise UnreadableRequest(400, REFUSALS[takes])
    try:
        query = Parameters.decode(scope["query_string"])
        form = _form(takes, headers, body)
    except MalformedParametersError as error:
        raise UnreadableRequest(400, str(error)) from None
    if len(headers.every("authorization")) > 1:
        raise UnreadableRequest(400, "Send one Authorization header, not several.")
    sent = cookie_parser("; ".join(headers.every("cookie")))  # HTTP/2 may have split them
    return HttpRequest(
        method="GET" if scope["method"] == "HEAD" else scope["method"],
        url=config.issuer + scope["path"].removeprefix(scope.get("root_path", "")),
        headers=headers,
        query=query,
        form=form.fields,
        session=cookies.session(sent),
        known_browser=cookies.browser(sent),
        path_params=scope.get("path_params", {}),
        other_sessions=cookies.others(sent),
        last_method=cookies.last_method(sent),
        document=_decode(body) if body and takes == JSON else None,
        files=form.files,
        certificate=certificate,
    )


def _limit(config: Config, takes: str) -> int:
    """Tell how long a body may be: beside a picture there is room for its form."""
    longest = config.server.max_body_bytes
    return longest + config.account.max_picture_bytes if takes == MULTIPART else longest


def _form(takes: str, headers: Headers, body: bytes) -> Form:
    if takes != MULTIPART or not body:
        return Form(Parameters.decode(body if takes == FORM else b""), {})
    try:
        return read_form(str(headers.get("content-type", "")), body)
    except MalformedForm:
        raise UnreadableRequest(400, REFUSALS[takes]) from None


async def _body(receive: Receive, limit: int) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise UnreadableRequest(400, "The body ended early.")
        body += message.get("body", b"")
        if len(body) > limit:
            raise UnreadableRequest(413, "The body is too long.")
        if not message.get("more_body", False):
            return bytes(body)


def _decode(body: bytes) -> object:
    try:
        return read_strictly(body)
    except (ValueError, RecursionError):
        raise UnreadableRequest(400, NOT_JSON) from None


def _media_type(headers: Headers) -> str:
    return str(headers.get("content-type", "")).partition(";")[0].strip().lower()
