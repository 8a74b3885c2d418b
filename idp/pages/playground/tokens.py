"""What a client does with a code and with tokens (RFC 6749 §4.1.3, §6, RFC 6750, RFC 7009)."""

from dataclasses import replace

import httpx2
from starlette.responses import Response

from idp.pages.playground import proof
from idp.pages.playground.run import CLIENT_ID, Run
from idp.pages.playground.visit import Visit
from idp.pages.playground.wire import Exchange, curl, error_of, exchange_of, request_text
from idp.vocabulary import GrantType

# The playground is a public client; this one is made along with it.
CONFIDENTIAL = "demo-app:ITS_SECRET"


async def exchange(visit: Visit) -> Response:
    """Exchange the code for tokens."""
    run = visit.run
    if run is None or run.code is None:
        return visit.start_over()
    return await _get_tokens(
        visit,
        replace(run, code=None),
        "The code is exchanged",
        grant_type=GrantType.AUTHORIZATION_CODE,
        code=run.code,
        redirect_uri=run.redirect_uri,
        code_verifier=run.code_verifier,
    )


async def refresh(visit: Visit) -> Response:
    """Exchange the refresh token for fresh tokens."""
    run = visit.run
    if run is None or "refresh_token" not in run.tokens:
        return visit.start_over()
    return await _get_tokens(
        visit,
        run,
        "The tokens are refreshed",
        grant_type=GrantType.REFRESH_TOKEN,
        refresh_token=run.tokens["refresh_token"],
    )


async def userinfo(visit: Visit) -> Response:
    """Read the claims about the person."""
    run = visit.run
    if run is None or not run.tokens:
        return visit.start_over()
    token = run.tokens["access_token"]
    response = await visit.wire.get(run.metadata["userinfo_endpoint"], token=token)
    return visit.go_on(_after(run, "The claims about you", "UserInfo", response))


async def introspect(visit: Visit) -> Response:
    """Show how a resource server would ask; the playground has no secret to do it with."""
    run = visit.run
    if run is None or not run.tokens:
        return visit.start_over()
    form = {"token": run.tokens["access_token"]}
    request = httpx2.Request("POST", run.metadata["introspection_endpoint"], data=form)
    asked = Exchange(
        "Introspection",
        request_text(request),
        curl=curl(request, user=CONFIDENTIAL),
    )
    return visit.go_on(
        replace(run.with_exchange(asked), title="For a client with a secret", error=None)
    )


async def revoke(visit: Visit) -> Response:
    """Give the tokens back: with the refresh token, all of the grant."""
    run = visit.run
    if run is None or not run.tokens:
        return visit.start_over()
    token = run.tokens.get("refresh_token", run.tokens["access_token"])
    form = {"token": token, "client_id": CLIENT_ID}
    response = await visit.wire.post(run.metadata["revocation_endpoint"], form)
    return visit.go_on(_after(run, "The tokens are given back", "Revocation", response))


async def _get_tokens(visit: Visit, run: Run, title: str, **form: str) -> Response:
    run = await _with_keys(visit, run)
    response = await visit.wire.post(
        run.metadata["token_endpoint"], form | {"client_id": CLIENT_ID}
    )
    if not response.is_success:
        return visit.go_on(_after(run, title, "Token request", response))
    tokens = response.json()
    proofs = [
        found
        for found in (
            proof.check_id_token(run, CLIENT_ID, tokens, run.jwks or {}),
            proof.check_access_token(run, tokens, run.jwks or {}),
        )
        if found
    ]
    received = replace(
        exchange_of("Token request", response),
        decoded=tuple(each.decoded for each in proofs),
        checks=tuple(check for each in proofs for check in each.checks),
    )
    run = run.with_exchange(received)
    return visit.go_on(replace(run, title=title, error=None, tokens=run.tokens | tokens))


async def _with_keys(visit: Visit, run: Run) -> Run:
    """Read the keys of the server once, as a client does that keeps them."""
    if run.jwks is not None:
        return run
    response = await visit.wire.get(run.metadata["jwks_uri"])
    return replace(
        run.with_exchange(exchange_of("Keys of the server", response)), jwks=response.json()
    )


def _after(run: Run, title: str, name: str, response: httpx2.Response) -> Run:
    """Note what a request has brought, an error included."""
    run = run.with_exchange(exchange_of(name, response))
    if response.is_success:
        return replace(run, title=title, error=None)
    return replace(run, title="The request was refused", error=error_of(response.json()))
