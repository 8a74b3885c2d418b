"""Pairwise subjects (OIDC Core §8): no two sectors can find out that they know the same person."""

import json
import ssl
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest

from idp.config import Config
from idp.storage.users import User
from tests.conftest import ISSUER, AddClient, AddUser, Configure, SignIn, Tokens
from tests.endpoints.test_end_session import is_page, is_signed_in, logout_url
from tests.fetch.certificates import tls_of
from tests.fetch.servers import Server, serving
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.clients import MACHINE
from tests.parties.process import until
from tests.parties.receiver import receiving
from tests.parties.relying_party import REDIRECT_URI, RelyingParty, unverified_claims
from tests.parties.self_registered import register_itself, send_registration

PAIRWISE = {"subject_type": "pairwise"}
ELSEWHERE = "https://else.example/callback"
OFFLINE = "openid offline_access"


@pytest.fixture
def server_tls(tmp_path: Path) -> ssl.SSLContext:
    """Give a sector its TLS."""
    return tls_of("localhost", tmp_path)


@pytest.fixture
def config(configure: Configure, server_tls: ssl.SSLContext, tmp_path: Path) -> Config:
    """Let clients register themselves, and read what is on this machine."""
    ca_file = str(tmp_path / "ca.pem")
    return configure(
        client_registration={"mode": "open"},
        fetch={"allowed_networks": ["127.0.0.0/8"], "ca_file": ca_file},
    )


@pytest.fixture
async def sector(server_tls: ssl.SSLContext) -> AsyncIterator[Server]:
    """Run the server of a sector."""
    async with serving(b"", tls=server_tls) as server:
        yield server


@pytest.fixture
async def rp(add_client: AddClient) -> RelyingParty:
    """Add a client that sees pairwise subjects."""
    return await add_client(**PAIRWISE)


def publish(sector: Server, *uris: str) -> str:
    """Let the sector list redirect URIs; give the address of the list."""
    body = json.dumps(uris)
    sector.answer = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
    return f"https://localhost:{sector.port}/uris.json"


async def subject_for(tokens: Tokens, rp: RelyingParty, **changes: Any) -> str:
    """Sign a person in; give the `sub` that the client sees."""
    subject: str = unverified_claims((await tokens(rp, **changes))["id_token"])["sub"]
    return subject


async def test_the_metadata_lists_both_types(http: httpx2.AsyncClient) -> None:
    """public and pairwise (OIDC Discovery §3)."""
    document = (await http.get("/.well-known/openid-configuration")).json()

    assert document["subject_types_supported"] == ["public", "pairwise"]


async def test_8_1_clients_of_one_host_know_the_person_by_one_name(
    rp: RelyingParty, alice: User, add_client: AddClient, tokens: Tokens
) -> None:
    """The host of their redirect URIs is their sector; others know the person by other names."""
    sister = await add_client(**PAIRWISE, redirect_uris=["https://rp.example/other"])
    sister.redirect_uri = "https://rp.example/other"
    stranger = await add_client(**PAIRWISE, redirect_uris=[ELSEWHERE])
    stranger.redirect_uri = ELSEWHERE
    public = await add_client()

    subjects = [await subject_for(tokens, each) for each in (rp, sister, stranger, public)]

    assert subjects[0] == subjects[1]
    assert len(set(subjects)) == 3
    assert subjects[3] == alice.user_id


async def test_8_1_two_people_are_two_subjects(
    rp: RelyingParty, alice: User, add_user: AddUser, tokens: Tokens, browser: Browser
) -> None:
    """And the same person the same subject, each time."""
    await add_user("bob")
    first, again = [await subject_for(tokens, rp) for _ in range(2)]

    other = await subject_for(tokens, rp, username="bob", prompt="login")

    assert first == again
    assert first != other


@pytest.mark.parametrize("access_token_format", ["jwt", "opaque"])
async def test_8_the_subject_is_the_same_wherever_the_client_sees_it(
    alice: User, add_client: AddClient, tokens: Tokens, access_token_format: str
) -> None:
    """UserInfo, refreshed ID tokens, access tokens and introspection; the user name is not told."""
    rp = await add_client(**PAIRWISE, access_token_format=access_token_format)
    machine = await add_client(**MACHINE)
    issued = await tokens(rp, scope=OFFLINE)
    subject = unverified_claims(issued["id_token"])["sub"]
    refreshed = (await rp.refresh(issued["refresh_token"])).json()

    told = [
        (await rp.userinfo(issued["access_token"])).json(),
        unverified_claims(refreshed["id_token"]),
        (await rp.introspect(issued["access_token"])).json(),
        (await rp.introspect(refreshed["refresh_token"])).json(),
        (await machine.introspect(issued["access_token"])).json(),
    ]
    if access_token_format == "jwt":
        told.append(unverified_claims(issued["access_token"]))

    assert [each["sub"] for each in told] == [subject] * len(told)
    assert not [each for each in told if "username" in each]
    assert alice.user_id not in json.dumps(told)


async def test_sessions_of_two_sectors_cannot_be_compared(
    rp: RelyingParty, alice: User, add_client: AddClient, tokens: Tokens
) -> None:
    """One `sid` for all would tell who it is, as one `sub` would."""
    public = await add_client()

    seen = [unverified_claims((await tokens(each))["id_token"])["sid"] for each in (rp, public, rp)]

    assert seen[0] == seen[2]
    assert seen[0] != seen[1]


@pytest.mark.parametrize("place", ["id_token_hint", "claims"])
async def test_the_subject_comes_back(
    rp: RelyingParty,
    alice: User,
    add_user: AddUser,
    tokens: Tokens,
    browser: Browser,
    new_browser: Callable[[], Browser],
    place: str,
) -> None:
    """In a hint, or as a value of the claim (OIDC Core §3.1.2.1, §5.5.1), it names the person."""
    await add_user("bob")
    id_token = (await tokens(rp))["id_token"]
    claims = {"id_token": {"sub": {"value": unverified_claims(id_token)["sub"]}}}
    asked = {"id_token_hint": id_token, "claims": json.dumps(claims)}[place]
    url = rp.authorization_url(prompt="none", **{place: asked})

    right = await browser.open(url)
    await tokens(rp, username="bob", browser=(of_bob := new_browser()))
    wrong = await of_bob.open(url)

    assert isinstance(right, Arrival)
    assert isinstance(wrong, Arrival)
    assert "code" in right.params
    assert wrong.params["error"] == "login_required"
    assert (wrong.params["state"], wrong.params["iss"]) == (rp.state, ISSUER)


async def test_the_value_of_another_sector_names_nobody(
    rp: RelyingParty, alice: User, tokens: Tokens, browser: Browser
) -> None:
    """What a client could have learnt elsewhere, such as the user's id, is of no use here."""
    await tokens(rp)
    claims = json.dumps({"id_token": {"sub": {"value": alice.user_id}}})

    shown = await browser.open(rp.authorization_url(prompt="none", claims=claims))

    assert isinstance(shown, Arrival)
    assert shown.params["error"] == "login_required"
    assert (shown.params["state"], shown.params["iss"]) == (rp.state, ISSUER)


async def test_a_hint_ends_the_session_that_it_is_from(
    rp: RelyingParty, alice: User, tokens: Tokens, browser: Browser
) -> None:
    """Without a question (OIDC RP-Initiated Logout §2)."""
    id_token = (await tokens(rp))["id_token"]

    shown = await browser.open(logout_url(id_token_hint=id_token))

    assert is_page(shown, "logged-out-page")
    assert not await is_signed_in(browser, rp)


async def test_frames_have_the_session_that_the_client_knows(
    alice: User, add_client: AddClient, tokens: Tokens, browser: Browser
) -> None:
    """As in its ID token (OIDC Front-Channel Logout §3)."""
    frame = "https://rp.example/frame"
    rp = await add_client(**PAIRWISE, frontchannel_logout_uri=frame)
    id_token = (await tokens(rp))["id_token"]

    shown = await browser.open(logout_url(id_token_hint=id_token))

    assert isinstance(shown, Page)
    assert f"&amp;sid={unverified_claims(id_token)['sid']}" in shown.text


async def test_logout_tokens_have_the_person_and_the_session_that_the_client_knows(
    alice: User, add_client: AddClient, tokens: Tokens, browser: Browser
) -> None:
    """As in its ID token (OIDC Back-Channel Logout §2.4)."""
    async with receiving() as receiver:
        rp = await add_client(**PAIRWISE, backchannel_logout_uri=receiver.url())
        id_token = (await tokens(rp))["id_token"]

        await browser.open(logout_url(id_token_hint=id_token))
        await until(lambda: len(receiver.forms) == 1)

    seen, told = unverified_claims(id_token), receiver.claims[0]
    assert (told["sub"], told["sid"]) == (seen["sub"], seen["sid"])
    assert told["sub"] != alice.user_id


async def test_8_1_a_list_joins_hosts(
    alice: User, http: httpx2.AsyncClient, tokens: Tokens, sector: Server
) -> None:
    """Clients that a sector lists see its subjects, wherever they are."""
    uri = publish(sector, REDIRECT_URI, ELSEWHERE)
    both = []
    for redirect_uri in (REDIRECT_URI, ELSEWHERE):
        asked = {"redirect_uris": [redirect_uri], "sector_identifier_uri": uri}
        client = await register_itself(http, **PAIRWISE, **asked)
        client_rp = client.relying_party
        client_rp.redirect_uri = redirect_uri
        both.append(client_rp)

    subjects = [await subject_for(tokens, each) for each in both]

    assert subjects[0] == subjects[1]
    assert subjects[0] != alice.user_id


@pytest.mark.parametrize("subject_type", ["public", "pairwise"])
async def test_a_list_that_lacks_a_redirect_uri_is_refused(
    http: httpx2.AsyncClient, sector: Server, subject_type: str
) -> None:
    """Nobody joins a sector that does not know them (OIDC Registration §5)."""
    uri = publish(sector, ELSEWHERE)

    response = await send_registration(http, subject_type=subject_type, sector_identifier_uri=uri)

    assert response.status_code == 400
    assert response.json() == {
        "error": "invalid_client_metadata",
        "error_description": "sector_identifier_uri must lead to a JSON array that has all"
        " redirect_uris.",
    }


async def test_redirect_uris_of_two_hosts_need_a_list(http: httpx2.AsyncClient) -> None:
    """Else nobody could say which sector the client is of (OIDC Core §8.1)."""
    response = await send_registration(http, **PAIRWISE, redirect_uris=[REDIRECT_URI, ELSEWHERE])

    assert response.status_code == 400
    assert response.json() == {
        "error": "invalid_client_metadata",
        "error_description": "sector_identifier_uri must be there if subject_type is pairwise,"
        " unless all redirect_uris are https and have one host.",
    }


async def test_a_client_that_changes_its_type(
    alice: User, http: httpx2.AsyncClient, tokens: Tokens, walk: SignIn
) -> None:
    """From then on it sees what it asks for (RFC 7592 §2.2)."""
    client = await register_itself(http)
    public = await subject_for(tokens, client.relying_party)

    changed = await client.update(**PAIRWISE)
    pairwise = await subject_for(tokens, client.relying_party)
    await client.update()

    assert changed.status_code == 200
    assert changed.json()["subject_type"] == "pairwise"
    assert public == alice.user_id != pairwise
    assert await subject_for(tokens, client.relying_party) == public
