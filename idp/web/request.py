"""An HTTP request, read to its end, so that code without async has nothing left to wait for."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.requests import ClientDisconnect, Request

from idp.config import Config
from idp.oauth2.parameters import MalformedParametersError, Parameters
from idp.oauth2.request import ProtocolRequest
from idp.secret import Secret
from idp.web.cookies import Cookies

FORM = "application/x-www-form-urlencoded"


class UnreadableRequest(Exception):
    """A request that makes no sense as HTTP for us; `status` and a constant text say why."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """What an endpoint sees of a request. `url` is built on the issuer, never on Host.

    HEAD is a GET whose answer is cut short, so that it can never pass for a POST.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    query: Parameters
    form: Parameters
    session: Secret | None
    browser: Secret
    is_new_browser: bool
    path_params: Mapping[str, str] = field(default_factory=dict)

    @property
    def parameters(self) -> Parameters:
        """The parameters of the body of a POST, of the URL otherwise (RFC 6749 §3.2)."""
        return self.form if self.method == "POST" else self.query

    def to_protocol(self) -> ProtocolRequest:
        """Show it to Authlib's engine."""
        return ProtocolRequest(self.method, self.url, self.headers, self.parameters)


async def read(request: Request, config: Config, cookies: Cookies) -> HttpRequest:
    """Read a request.

    Raises UnreadableRequest if the body is too long or no form, or a parameter cannot be decoded.
    """
    body = await _body(request, config.server.max_body_bytes)
    if body and _media_type(request) != FORM:
        raise UnreadableRequest(400, f"Send the parameters as {FORM}.")
    try:
        query = Parameters.decode(request.scope["query_string"])
        form = Parameters.decode(body)
    except MalformedParametersError as error:
        raise UnreadableRequest(400, str(error)) from None
    if len(request.headers.getlist("authorization")) > 1:
        raise UnreadableRequest(400, "Send one Authorization header, not several.")
    browser = cookies.browser(request.cookies)
    return HttpRequest(
        method="GET" if request.method == "HEAD" else request.method,
        url=config.issuer + request.scope["path"].removeprefix(request.scope.get("root_path", "")),
        headers=request.headers,
        query=query,
        form=form,
        session=cookies.session(request.cookies),
        browser=browser or Secret.generate(),
        is_new_browser=browser is None,
        path_params=request.path_params,
    )


async def _body(request: Request, limit: int) -> bytes:
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > limit:
                raise UnreadableRequest(413, "The body is too long.")
    except ClientDisconnect:
        raise UnreadableRequest(400, "The body ended early.") from None
    return bytes(body)


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()
