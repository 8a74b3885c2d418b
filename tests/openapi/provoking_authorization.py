"""Mistakes of clients at the authorization endpoint and the end session endpoint."""

from urllib.parse import urlencode, urlsplit

import httpx2

from idp.openapi.model import Operation, Told
from idp.openapi.operations import refusals
from tests.openapi.world import PEOPLE, WITHDRAWN, Provocations, World, send
from tests.parties.browser import Browser, Page
from tests.parties.relying_party import REDIRECT_URI, RelyingParty

PROVOKED = Provocations()

# What is sent to the client, by one changed parameter of a good request.
CHANGES: dict[str, dict[str, str | None]] = {
    "A parameter is too long.": {"login_hint": "a" * 2001},
    "The parameter response_type is missing.": {"response_type": None},
    "The response_mode is not supported.": {"response_mode": "pigeon"},
    "The parameter code_challenge is missing.": {"code_challenge": None},
    "Send code_challenge_method=S256; plain is not accepted.": {"code_challenge_method": "plain"},
    "The code_challenge is not the base64url of a SHA-256.": {"code_challenge": "short"},
    "The dpop_jkt is not the base64url of a SHA-256.": {"dpop_jkt": "short"},
    "The prompt has an unknown value.": {"prompt": "please"},
    "prompt=none must stand alone.": {"prompt": "none login"},
    "prompt=create is not supported: accounts are made by administrators.": {"prompt": "create"},
    "The max_age must be a number of seconds.": {"max_age": "soon"},
    "The id_token_hint is no ID token of this issuer for this client.": {"id_token_hint": "e.e.e"},
    "The response_type is not supported: see response_types_supported.": {"response_type": "token"},
    "The claims must be a JSON object as OIDC Core 5.5 has it.": {"claims": "[]"},
    "No value of the essential acr can be met: see acr_values_supported.": {
        "claims": '{"id_token": {"acr": {"essential": true, "value": "urn:a:gold"}}}'
    },
    "The scope has forbidden characters or is too long.": {"scope": '"'},
    "The client is not registered for any scope of this request.": {"scope": "notes.write"},
    "The request object is no signed JWT.": {"request": "e.e.e"},
    "The request object is not encrypted to a key of this server.": {"request": "e.e.e.e.e"},
    "The request_uri is not registered for this client.": {"request_uri": "urn:a"},
    "Send request or request_uri, not both.": {"request": "e.e.e", "request_uri": "urn:a"},
    "The parameter registration is not supported.": {"registration": "{}"},
    "The user is not signed in.": {"prompt": "none"},
}


# The same, of a request for an ID token.
CHANGES_BY_BROWSER: dict[str, dict[str, str | None]] = {
    "Tokens do not go into a query: leave out response_mode=query.": {"response_mode": "query"},
    "An ID token needs the scope openid.": {"scope": "profile"},
    "The parameter nonce is missing, which an ID token needs.": {"nonce": None},
}


@PROVOKED.by(
    Told.REDIRECT, "A token of response_type is bound to no key: leave it out, or dpop_jkt."
)
async def name_a_key_for_a_token(world: World, operation: Operation) -> httpx2.Response:
    """Ask for a token by way of the browser, and name a key."""
    asked = {"response_type": "id_token token", "dpop_jkt": "A" * 43}
    types = {"response_types": ["id_token token"], "grant_types": ["implicit"]}
    return await _ask(world.browser(), operation, await world.client(**types), asked)


def _changed_by_browser(text: str, changes: dict[str, str | None]) -> None:
    @PROVOKED.by(Told.REDIRECT, text)
    async def change(world: World, operation: Operation) -> httpx2.Response:
        """Ask for an ID token with a changed parameter."""
        rp = await world.client(response_types=["id_token"], grant_types=["implicit"])
        asked = {"response_type": "id_token"} | changes
        return await _ask(world.browser(), operation, rp, asked)


def _changed(text: str, changes: dict[str, str | None]) -> None:
    @PROVOKED.by(Told.REDIRECT, text)
    async def change(world: World, operation: Operation) -> httpx2.Response:
        """Ask with a changed parameter."""
        return await _ask(world.browser(), operation, await world.client(), changes)


for _text, _changes in CHANGES.items():
    _changed(_text, _changes)
for _text, _changes in CHANGES_BY_BROWSER.items():
    _changed_by_browser(_text, _changes)


@PROVOKED.by(Told.REDIRECT, "A parameter is repeated.")
async def repeat(world: World, operation: Operation) -> httpx2.Response:
    """Ask with a parameter twice."""
    rp = await world.client()
    return await send(world.browser(), operation, _encoded(rp, {}) + "&state=s")


@PROVOKED.by(Told.REDIRECT, "PKCE is required: send code_challenge, method S256.")
async def leave_out_challenge(world: World, operation: Operation) -> httpx2.Response:
    """Ask without PKCE, as a public client."""
    rp = await world.client(token_endpoint_auth_method="none")
    without = {"code_challenge": None, "code_challenge_method": None}
    return await _ask(world.browser(), operation, rp, without)


@PROVOKED.by(Told.REDIRECT, "The client is not registered for this response_type.")
async def ask_as_a_machine(world: World, operation: Operation) -> httpx2.Response:
    """Ask as a client that has no codes."""
    rp = await world.machine(redirect_uris=[REDIRECT_URI])
    return await _ask(world.browser(), operation, rp, {})


@PROVOKED.by(Told.REDIRECT, refusals.WITHDRAWN.text)
async def outlive_algorithm(world: World, operation: Operation) -> httpx2.Response:
    """Ask for an ID token that is signed as it is not done any more."""
    by_browser = {"response_types": ["id_token"], "grant_types": ["implicit"]}
    rp = await world.client_of_before(
        **by_browser, first_party=True, id_token_signed_response_alg=WITHDRAWN
    )
    browser = world.browser()
    await world.walk(await world.client(), browser)
    return await _ask(browser, operation, rp, {"response_type": "id_token"})


@PROVOKED.by(Told.REDIRECT, "The user signed in longer ago than max_age.")
async def ask_too_late(world: World, operation: Operation) -> httpx2.Response:
    """Ask for a person who signed in just now, but not just this moment."""
    rp, browser = await world.client(), world.browser()
    await world.walk(rp, browser)
    return await _ask(browser, operation, rp, {"prompt": "none", "max_age": "0"})


@PROVOKED.by(Told.REDIRECT, "The user of the id_token_hint is not the one who is signed in.")
async def ask_for_another_person(world: World, operation: Operation) -> httpx2.Response:
    """Ask for one person where another is signed in."""
    rp, browser = await world.client(), world.browser()
    hint = (await world.tokens(rp, "bob"))["id_token"]
    await world.walk(rp, browser)
    return await _ask(browser, operation, rp, {"prompt": "none", "id_token_hint": hint})


@PROVOKED.by(Told.REDIRECT, "The user must choose an account.")
async def sign_out_one_of_two(world: World, operation: Operation) -> httpx2.Response:
    """Sign out the active account of two, and come for whoever is left."""
    browser, rp = world.browser(), await world.client()
    for name in PEOPLE:
        await world.walk(rp, browser, name, prompt="login")
    account = await browser.open("/account")
    assert isinstance(account, Page)
    await browser.submit(account, "logout")
    return await _ask(browser, operation, rp, {"prompt": "none"})


@PROVOKED.by(Told.REDIRECT, "The sub of the claims is not the user who is signed in.")
async def ask_for_another_subject(world: World, operation: Operation) -> httpx2.Response:
    """Ask for a subject that is not the one who is signed in."""
    rp, browser = await world.client(), world.browser()
    await world.walk(rp, browser)
    claims = '{"id_token": {"sub": {"value": "another"}}}'
    return await _ask(browser, operation, rp, {"prompt": "none", "claims": claims})


@PROVOKED.by(Told.REDIRECT, "The user must allow it.")
async def ask_for_what_was_not_allowed(world: World, operation: Operation) -> httpx2.Response:
    """Ask as a client that is new to the person."""
    browser = world.browser()
    await world.walk(await world.client(), browser)
    return await _ask(browser, operation, await world.client(), {"prompt": "none"})


@PROVOKED.by(Told.REDIRECT, "The user did not allow it.")
async def deny(world: World, operation: Operation) -> httpx2.Response:
    """Press the button that says no."""
    browser = world.browser()
    login = await browser.open((await world.client()).authorization_url())
    assert isinstance(login, Page)
    form = login.forms[0].fields | {"decision": "cancel"}
    response = await browser.http.post(login.url, data=form)
    return await browser.http.get(response.headers["location"])


@PROVOKED.by(Told.PAGE, "client_id or redirect_uri is repeated")
async def name_two_clients(world: World, operation: Operation) -> httpx2.Response:
    """Ask as two clients."""
    return await send(world.browser(), operation, "client_id=a&client_id=b")


@PROVOKED.by(Told.PAGE, "client_id is missing")
async def name_no_client(world: World, operation: Operation) -> httpx2.Response:
    """Ask as nobody."""
    return await send(world.browser(), operation, "response_type=code")


@PROVOKED.by(Told.PAGE, "client_id is not registered here")
async def name_unknown_client(world: World, operation: Operation) -> httpx2.Response:
    """Ask as a client that nobody knows."""
    return await send(world.browser(), operation, "client_id=unknown")


@PROVOKED.by(Told.PAGE, "redirect_uri is not registered for this client")
async def name_foreign_address(world: World, operation: Operation) -> httpx2.Response:
    """Ask for an answer elsewhere."""
    elsewhere: dict[str, str | None] = {"redirect_uri": "https://evil.example/"}
    return await _ask(world.browser(), operation, await world.client(), elsewhere)


@PROVOKED.by(Told.PAGE, "redirect_uri is missing")
async def leave_address_open(world: World, operation: Operation) -> httpx2.Response:
    """Ask without an address as a client that has two."""
    rp = await world.client(redirect_uris=[REDIRECT_URI, "https://rp.example/other"])
    return await _ask(world.browser(), operation, rp, {"redirect_uri": None})


@PROVOKED.by(Told.PAGE, "redirect_uri is missing; OpenID Connect requires it")
async def leave_out_address(world: World, operation: Operation) -> httpx2.Response:
    """Ask for OpenID Connect without an address."""
    return await _ask(world.browser(), operation, await world.client(), {"redirect_uri": None})


@PROVOKED.by(Told.PAGE, refusals.REPEATED.text)
async def log_out_twice(world: World, operation: Operation) -> httpx2.Response:
    """Log out with a parameter twice."""
    return await send(world.browser(), operation, "state=a&state=b")


@PROVOKED.by(Told.PAGE, "The id_token_hint is no ID token of this issuer.")
async def log_out_with_broken_hint(world: World, operation: Operation) -> httpx2.Response:
    """Log out with something that is no ID token."""
    return await send(world.browser(), operation, "id_token_hint=e.e.e")


@PROVOKED.by(Told.PAGE, "'client_id' does not match 'aud' claim")
async def log_out_as_another_client(world: World, operation: Operation) -> httpx2.Response:
    """Log out with an ID token of another client."""
    hint = (await world.tokens(await world.client()))["id_token"]
    parameters = {"id_token_hint": hint, "client_id": (await world.client()).client_id}
    return await send(world.browser(), operation, urlencode(parameters))


@PROVOKED.by(Told.PAGE, "The post_logout_redirect_uri is not registered for the client.")
async def log_out_to_elsewhere(world: World, operation: Operation) -> httpx2.Response:
    """Log out towards an address that nobody registered."""
    parameters = {"client_id": (await world.client()).client_id}
    parameters["post_logout_redirect_uri"] = "https://evil.example/"
    return await send(world.browser(), operation, urlencode(parameters))


def _encoded(rp: RelyingParty, changes: dict[str, str | None]) -> str:
    return urlsplit(rp.authorization_url(**changes)).query


async def _ask(
    browser: Browser, operation: Operation, rp: RelyingParty, changes: dict[str, str | None]
) -> httpx2.Response:
    return await send(browser, operation, _encoded(rp, changes))
