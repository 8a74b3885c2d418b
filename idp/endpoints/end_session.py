"""The end session endpoint, with its pages (OpenID Connect RP-Initiated Logout 1.0)."""

from urllib.parse import quote

from authlib.oauth2.rfc6749.errors import InvalidRequestError
from authlib.oidc.rpinitiated.end_session import EndSessionRequest
from starlette.responses import Response

from idp.clients.model import Client
from idp.oidc.end_session import EndSessionEndpoint
from idp.users import login_sessions
from idp.users.login_sessions import SignedIn
from idp.web import csrf
from idp.web.clients import view_of
from idp.web.cookies import Cookies
from idp.web.provider import Provider
from idp.web.request import HttpRequest
from idp.web.responses import page, redirect

# What the confirmation form carries on; it is validated again when it comes back.
CARRIED = ("client_id", "post_logout_redirect_uri", "state")


def end_session(provider: Provider, http: HttpRequest) -> Response:
    """Sign the user out, at once if the client proves who it means, else when they confirm."""
    request = http.to_protocol()
    request.refuse_repeated()
    endpoint = EndSessionEndpoint(provider.config, provider.signer)
    endpoint.server = provider.authorization_server
    logout = endpoint.validate_request(request)
    signed_in = login_sessions.find(
        http.session.reveal() if http.session else None, provider.config.login_sessions
    )
    if http.method == "POST" and csrf.FIELD in http.form:
        csrf.check(http, provider.config.issuer)
        return _sign_out(provider, http, signed_in, _confirmed_uri(http, logout), logout.client)
    if _unregistered(http, logout):
        raise InvalidRequestError("The post_logout_redirect_uri is not registered for the client.")
    if signed_in is not None and not _is_meant(signed_in, logout):
        return _confirm(provider, http, signed_in, logout)
    return _sign_out(provider, http, signed_in, logout.redirect_uri, logout.client)


def _is_meant(signed_in: SignedIn, logout: EndSessionRequest) -> bool:
    """Tell whether the id_token_hint names who is signed in (§2)."""
    claims = logout.id_token_claims
    return claims is not None and claims["sub"] == signed_in.user.user_id


def _unregistered(http: HttpRequest, logout: EndSessionRequest) -> bool:
    uri = http.parameters.get("post_logout_redirect_uri")
    client: Client | None = logout.client
    return uri is not None and (client is None or uri not in client.post_logout_redirect_uris)


def _confirmed_uri(http: HttpRequest, logout: EndSessionRequest) -> str | None:
    """Where to go after a person has confirmed: only where the client is registered (§3)."""
    uri = http.form.get("post_logout_redirect_uri")
    if uri is None or _unregistered(http, logout):
        return None
    state = http.form.get("state")
    if state is None:
        return uri
    return f"{uri}{'&' if '?' in uri else '?'}state={quote(state, safe='')}"


def _confirm(
    provider: Provider, http: HttpRequest, signed_in: SignedIn, logout: EndSessionRequest
) -> Response:
    carried = [
        (name, value) for name in CARRIED if (value := http.parameters.get(name)) is not None
    ]
    return page(
        provider,
        http,
        "logout.html",
        client=view_of(logout.client) if logout.client else None,
        user=signed_in.user,
        parameters=carried,
    )


def _sign_out(
    provider: Provider,
    http: HttpRequest,
    signed_in: SignedIn | None,
    location: str | None,
    client: Client | None,
) -> Response:
    if signed_in is not None:
        login_sessions.end(signed_in.login_session)
    if location is not None:
        response = redirect(provider, http, location)
    else:
        shown = view_of(client) if client else None
        return_url = client.client_uri if client else None
        response = page(provider, http, "logged_out.html", client=shown, return_url=return_url)
    Cookies(provider.config).remove_session(response)
    return response
