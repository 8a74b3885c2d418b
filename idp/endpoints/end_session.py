"""The end session endpoint, with its pages (OpenID Connect RP-Initiated Logout 1.0)."""

from collections.abc import Sequence
from urllib.parse import quote

from authlib.oauth2.rfc6749.errors import InvalidRequestError
from authlib.oidc.rpinitiated.end_session import EndSessionRequest
from starlette.responses import Response

from idp import paths
from idp.clients.model import Client
from idp.endpoints.posted import ask_again_by_get
from idp.oidc.end_session import EndSessionEndpoint
from idp.oidc.frontchannel_logout import list_frames
from idp.oidc.subject import session_of, subject_of
from idp.users.browser_accounts import Account
from idp.web import csrf
from idp.web.accounts import accounts_in, sign_out
from idp.web.clients import view_of
from idp.web.provider import Provider
from idp.web.request import HttpRequest
from idp.web.responses import page, page_with_frames, redirect


def end_session(provider: Provider, http: HttpRequest) -> Response:
    """Sign the user out, at once if the client proves who it means, else when they confirm."""
    is_confirmation = http.method == "POST" and csrf.FIELD in http.form
    if http.method == "POST" and not is_confirmation:
        return ask_again_by_get(provider, http, paths.END_SESSION)
    logout = _validate(provider, http)
    provider.templates.languages.prefer(http.parameters.get("ui_locales"))
    client, location = logout.client, _location(http, logout.client)
    accounts = accounts_in(provider, http)
    leaving = _who_leaves(http, accounts, logout)
    if is_confirmation:
        csrf.check(http, provider.config.issuer)
        return _sign_out(provider, http, accounts, leaving, location, client)
    if location is None and http.query.get("post_logout_redirect_uri") is not None:
        raise InvalidRequestError("The post_logout_redirect_uri is not registered for the client.")
    if leaving and not _is_meant(leaving[0], logout):
        return _confirm(provider, http, accounts, leaving[0], client)
    # Without a hint nobody can tell whether the client wants this, or somebody else (§3).
    is_proven = logout.id_token_claims is not None
    return _sign_out(provider, http, accounts, leaving, location if is_proven else None, client)


def _validate(provider: Provider, http: HttpRequest) -> EndSessionRequest:
    request = http.to_protocol()
    request.refuse_repeated()
    endpoint = EndSessionEndpoint(provider.config, provider.signer)
    endpoint.server = provider.authorization_server
    return endpoint.validate_request(request)


def _location(http: HttpRequest, client: Client | None) -> str | None:
    """Give where the client may send the browser, with its state; a registered query is kept."""
    uri, state = http.parameters.get("post_logout_redirect_uri"), http.parameters.get("state")
    if uri is None or client is None or uri not in client.post_logout_redirect_uris:
        return None
    if state is None:
        return uri
    return f"{uri}{'&' if '?' in uri else '?'}state={quote(state, safe='')}"


def _who_leaves(
    http: HttpRequest, accounts: Sequence[Account], logout: EndSessionRequest
) -> list[Account]:
    """Give whom the id_token_hint names, else the active account, or all if that was pressed."""
    if http.form.get("decision") == "all":
        return list(accounts)
    hinted = [each for each in accounts if _is_meant(each, logout)]
    return hinted or [each for each in accounts if each.session is http.session]


def _is_meant(account: Account, logout: EndSessionRequest) -> bool:
    """Tell whether the id_token_hint is from a session that is open here (§2)."""
    claims, client = logout.id_token_claims, logout.client
    if claims is None:
        return False
    if claims["sid"] is not None:
        return bool(claims["sid"] == session_of(client, account.sid))
    return bool(claims["sub"] == subject_of(client, account.user.user_id))


def _confirm(
    provider: Provider,
    http: HttpRequest,
    accounts: Sequence[Account],
    account: Account,
    client: Client | None,
) -> Response:
    """Ask; the form carries on what is validated again when it comes back."""
    carried = {
        "client_id": client.client_id if client else None,
        "post_logout_redirect_uri": http.query.get("post_logout_redirect_uri"),
        "state": http.query.get("state"),
    }
    return page(
        provider,
        http,
        "logout.html",
        client=view_of(client) if client else None,
        user=account.user,
        has_others=len(accounts) > 1,
        parameters=[(name, value) for name, value in carried.items() if value is not None],
    )


def _sign_out(
    provider: Provider,
    http: HttpRequest,
    accounts: Sequence[Account],
    leaving: Sequence[Account],
    location: str | None,
    client: Client | None,
) -> Response:
    staying = [each for each in accounts if each not in leaving]
    frames = [each for account in leaving for each in list_frames(provider.config, account.sid)]
    if location is not None and not frames:
        response = redirect(provider, http, location)
    else:
        response = page_with_frames(
            provider,
            http,
            "logged_out.html",
            frames,
            client=view_of(client) if client else None,
            return_url=client.client_uri if client else None,
            staying=staying,
            location=location,
        )
    sign_out(provider, http, response, leaving, staying)
    return response
