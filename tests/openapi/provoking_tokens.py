"""Mistakes of clients at the endpoints for programs."""

from functools import partial

import anyio
import httpx2

from idp import paths
from idp.openapi.model import Operation, Told
from idp.openapi.operations import refusals
from idp.vocabulary import ADMIN_SCOPE
from tests.openapi.provoking_signed_requests import Guess, guessing
from tests.openapi.world import WITHDRAWN, Provocations, World, path_of, send
from tests.parties.backchannel import CIBA
from tests.parties.devices import DEVICE_CODE
from tests.parties.relying_party import RelyingParty

PROVOKED = Provocations()

JSON = Told.JSON
PASSWORD_CLIENT = {"grant_types": ["password"], "scope": "openid"}


@PROVOKED.by(JSON, refusals.REPEATED.text)
async def repeat(world: World, operation: Operation) -> httpx2.Response:
    """Send a parameter twice."""
    twice = "grant_type=client_credentials&client_id=a&token=t&token=t&access_token=t&client_id=a"
    return await send(world.browser(), operation, twice)


@PROVOKED.by(JSON, refusals.SEVERAL_METHODS.text)
async def authenticate_twice(world: World, operation: Operation) -> httpx2.Response:
    """Authenticate by HTTP Basic and in the form."""
    form = {"grant_type": "client_credentials", "client_secret": "s", "token": "t"}
    return await world.browser().http.post(path_of(operation), data=form, auth=("c", "s"))


@PROVOKED.by(JSON, refusals.UNKNOWN_CLIENT.text)
async def authenticate_wrongly(world: World, operation: Operation) -> httpx2.Response:
    """Authenticate with a wrong secret."""
    rp = await world.machine()
    rp.client_secret = "wrong"
    return await rp.post(path_of(operation), grant_type="client_credentials", token="t")


@PROVOKED.by(JSON, refusals.WITHDRAWN.text)
async def outlive_algorithm(world: World, operation: Operation) -> httpx2.Response:
    """Ask for an answer that is signed as it is not done any more."""
    if operation.operation_id == "token":
        rp = await world.client_of_before(id_token_signed_response_alg=WITHDRAWN)
        return await rp.exchange(await world.code(rp))
    if operation.operation_id == "introspection":
        rp = await world.client_of_before(introspection_signed_response_alg=WITHDRAWN)
        return await rp.introspect("made-up")
    rp = await world.client_of_before(userinfo_signed_response_alg=WITHDRAWN)
    token = (await world.tokens(rp))["access_token"]
    return await send(world.browser(), operation, "", Authorization=f"Bearer {token}")


@PROVOKED.by(JSON, "The parameter token is missing.")
async def leave_out_token(world: World, operation: Operation) -> httpx2.Response:
    """Send no token."""
    return await (await world.client()).post(path_of(operation))


@PROVOKED.by(JSON, "The token was issued to another client.")
async def revoke_token_of_another_client(world: World, operation: Operation) -> httpx2.Response:
    """Revoke what is somebody else's."""
    tokens = await world.tokens(await world.client())
    return await (await world.client()).revoke(tokens["refresh_token"])


@PROVOKED.by(JSON, "The grant_type is not supported.")
async def ask_for_unknown_grant_type(world: World, operation: Operation) -> httpx2.Response:
    """Ask in a way that nobody knows."""
    return await (await world.client()).token(grant_type="magic")


@PROVOKED.by(JSON, "The parameter grant_type is missing.")
async def leave_out_grant_type(world: World, operation: Operation) -> httpx2.Response:
    """Ask for nothing in particular."""
    return await (await world.client()).token()


@PROVOKED.by(JSON, "The client is not registered for this grant_type.")
async def ask_for_foreign_grant_type(world: World, operation: Operation) -> httpx2.Response:
    """Ask in a way that is for others."""
    return await (await world.client()).post(path_of(operation), grant_type="client_credentials")


@PROVOKED.by(JSON, "Missing 'code' in request.")
async def leave_out_code(world: World, operation: Operation) -> httpx2.Response:
    """Redeem nothing."""
    return await (await world.client()).token(grant_type="authorization_code")


@PROVOKED.by(JSON, "The code is unknown, expired or not for this client.")
async def make_up_code(world: World, operation: Operation) -> httpx2.Response:
    """Redeem a code that was never issued."""
    return await (await world.client()).exchange("made-up")


@PROVOKED.by(JSON, "The parameter code_verifier is missing.")
async def leave_out_verifier(world: World, operation: Operation) -> httpx2.Response:
    """Redeem a code without its verifier."""
    rp = await world.client()
    return await rp.exchange(await world.code(rp), code_verifier=None)


@PROVOKED.by(JSON, "The code_verifier does not match the code_challenge.")
async def mistake_verifier(world: World, operation: Operation) -> httpx2.Response:
    """Redeem a code with another verifier."""
    rp = await world.client()
    return await rp.exchange(await world.code(rp), code_verifier="w" * 43)


@PROVOKED.by(JSON, "The authorization request had no code_challenge.")
async def send_uncalled_verifier(world: World, operation: Operation) -> httpx2.Response:
    """Redeem a code whose request had no challenge."""
    rp = await world.client()
    code = await world.code(rp, code_challenge=None, code_challenge_method=None)
    return await rp.exchange(code)


@PROVOKED.by(JSON, "Invalid 'redirect_uri' in request.")
async def mistake_redirect_uri(world: World, operation: Operation) -> httpx2.Response:
    """Redeem a code with another address."""
    rp = await world.client()
    return await rp.exchange(await world.code(rp), redirect_uri="https://rp.example/other")


@PROVOKED.by(JSON, "The code was used before; all tokens issued for it are revoked.")
async def replay_code(world: World, operation: Operation) -> httpx2.Response:
    """Redeem a code twice."""
    rp = await world.client()
    code = await world.code(rp)
    await rp.exchange(code)
    return await rp.exchange(code)


@PROVOKED.by(JSON, "The parameter refresh_token is missing.")
async def leave_out_refresh_token(world: World, operation: Operation) -> httpx2.Response:
    """Refresh nothing."""
    return await (await world.client()).token(grant_type="refresh_token")


@PROVOKED.by(JSON, "The refresh_token is unknown, expired, revoked or not for this client.")
async def make_up_refresh_token(world: World, operation: Operation) -> httpx2.Response:
    """Refresh with a token that was never issued."""
    return await (await world.client()).refresh("idp_rt_made-up")


@PROVOKED.by(JSON, "The refresh_token was used before; all tokens of its grant are revoked.")
async def reuse_refresh_token(world: World, operation: Operation) -> httpx2.Response:
    """Refresh with a token after its successor was used."""
    rp = await world.client()
    first = (await world.tokens(rp))["refresh_token"]
    second = (await rp.refresh(first)).json()["refresh_token"]
    await rp.refresh(second)
    return await rp.refresh(first)


@PROVOKED.by(JSON, "The grant was revoked or has expired.")
async def refresh_what_was_revoked(world: World, operation: Operation) -> httpx2.Response:
    """Refresh with a token that was given back."""
    rp = await world.client()
    token = (await world.tokens(rp))["refresh_token"]
    await rp.revoke(token)
    return await rp.refresh(token)


@PROVOKED.by(JSON, "The scope is wider than what was granted.")
async def refresh_for_more(world: World, operation: Operation) -> httpx2.Response:
    """Ask for more at a refresh."""
    rp = await world.client()
    token = (await world.tokens(rp))["refresh_token"]
    return await rp.refresh(token, scope="openid notes.read")


@PROVOKED.by(JSON, "The scope has forbidden characters or is too long.")
async def misspell_scope(world: World, operation: Operation) -> httpx2.Response:
    """Ask for a scope with a quotation mark."""
    rp = await world.machine(
        grant_types=["client_credentials", DEVICE_CODE, CIBA],
        backchannel_token_delivery_mode="poll",
    )
    return await rp.post(path_of(operation), grant_type="client_credentials", scope='"')


@PROVOKED.by(JSON, "The client is not registered for this scope.")
async def ask_for_foreign_scope(world: World, operation: Operation) -> httpx2.Response:
    """Ask for a scope of others."""
    rp = await world.machine()
    return await rp.token(grant_type="client_credentials", scope="notes.write")


@PROVOKED.by(JSON, "The parameter username is missing.")
async def leave_out_username(world: World, operation: Operation) -> httpx2.Response:
    """Send no name."""
    return await (await world.machine(**PASSWORD_CLIENT)).token(grant_type="password")


@PROVOKED.by(JSON, "The parameter password is missing.")
async def leave_out_password(world: World, operation: Operation) -> httpx2.Response:
    """Send no password."""
    rp = await world.machine(**PASSWORD_CLIENT)
    return await rp.token(grant_type="password", username="alice")


@PROVOKED.by(JSON, "The username or password is wrong.")
async def mistype_password(world: World, operation: Operation) -> httpx2.Response:
    """Send a wrong password."""
    return await _guess(await world.machine(**PASSWORD_CLIENT), "alice")


@PROVOKED.by(JSON, "Too many attempts. Wait as Retry-After says.")
async def guess_passwords(world: World, operation: Operation) -> httpx2.Response:
    """Send wrong passwords until it is enough."""
    rp, name = await world.machine(**PASSWORD_CLIENT), world.name()
    for _ in range(world.config.throttle.account_failures):
        await _guess(rp, name)
    return await _guess(rp, name)


@PROVOKED.by(JSON, "Too busy. Try again.")
async def sign_in_all_at_once(world: World, operation: Operation) -> httpx2.Response:
    """Send more passwords, or codes of people, than can be checked at once."""
    if operation.path == paths.TOKEN:
        guess_one: Guess = partial(_guess, await world.machine(**PASSWORD_CLIENT), world.name())
    else:
        guess_one = await guessing(world, operation)
    responses: list[httpx2.Response] = []

    async def guess() -> None:
        responses.append(await guess_one())

    async with anyio.create_task_group() as tasks:
        for _ in range(8):
            tasks.start_soon(guess)
    return max(responses, key=lambda response: response.status_code)


async def _guess(rp: RelyingParty, username: str) -> httpx2.Response:
    return await rp.token(grant_type="password", username=username, password="a wrong one")


@PROVOKED.by(JSON, "The access token is expired, revoked, malformed or not from here.")
async def make_up_access_token(world: World, operation: Operation) -> httpx2.Response:
    """Send an access token that was never issued."""
    return await send(world.browser(), operation, "", Authorization="Bearer made-up")


@PROVOKED.by(JSON, "Send an access token, in the header Authorization: Bearer.")
async def leave_out_access_token(world: World, operation: Operation) -> httpx2.Response:
    """Send no access token."""
    return await send(world.browser(), operation, "")


@PROVOKED.by(JSON, "The access token needs the scope openid.")
async def send_token_without_openid(world: World, operation: Operation) -> httpx2.Response:
    """Send an access token that is not of OpenID Connect."""
    rp = await world.machine()
    token = (await rp.token(grant_type="client_credentials")).json()["access_token"]
    return await send(world.browser(), operation, "", Authorization=f"Bearer {token}")


@PROVOKED.by(JSON, "The access token needs the scope idp.admin, got by client_credentials.")
async def administer_without_being_allowed(world: World, operation: Operation) -> httpx2.Response:
    """Send an access token of a client that is not an operator's."""
    rp = await world.machine()
    token = (await rp.token(grant_type="client_credentials")).json()["access_token"]
    return await send(world.browser(), operation, "", Authorization=f"Bearer {token}")


@PROVOKED.by(JSON, "Clients may not know the next keys yet. Wait as Retry-After says.")
async def rotate_keys_too_early(world: World, operation: Operation) -> httpx2.Response:
    """Rotate keys that were made a moment ago."""
    rp = await world.machine(scope=ADMIN_SCOPE)
    token = (await rp.token(grant_type="client_credentials")).json()["access_token"]
    return await send(world.browser(), operation, "", Authorization=f"Bearer {token}")


@PROVOKED.by(JSON, "Send the access token in one place, not in two.")
async def send_two_access_tokens(world: World, operation: Operation) -> httpx2.Response:
    """Send an access token in the header and in the form."""
    return await send(world.browser(), operation, "access_token=a", Authorization="Bearer a")
