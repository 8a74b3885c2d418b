"""What a request may cost: so many questions to the database, and no key read anew."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from idp.config import Config
from idp.log import request_id
from idp.storage.postgresql import PostgreSQLTransaction
from idp.storage.sqlite_transaction import Reading, Writing
from idp.storage.users import User
from idp.web.provider import Provider
from tests.conftest import AddClient, AddUser, Configure, SignIn, Tokens
from tests.parties.browser import Arrival, Browser
from tests.parties.certificates import BEHIND_PROXY, holding, make_certificate
from tests.parties.clients import MACHINE
from tests.parties.pushing import pushed_url
from tests.parties.relying_party import RelyingParty

Asked = Callable[[], list[str]]

OFFLINE = "openid offline_access"

# The first word of each statement; BEGIN and COMMIT of SQLite are shared, and not counted.
ROUND_TRIPS = {
    "authorize": ["SELECT", "BEGIN", "SELECT", "SELECT", "WITH", "COMMIT"],
    "code": ["SELECT", "SELECT", "BEGIN", "UPDATE", "WITH", "COMMIT"],
    "refresh": ["SELECT", "SELECT", "BEGIN", "UPDATE", "WITH", "COMMIT"],
    "client_credentials": ["SELECT", "INSERT"],
    "introspection": ["SELECT"] * 4,
    "userinfo": ["SELECT"] * 3,
}
STATEMENTS = {
    "authorize": ["SELECT", "SAVEPOINT", "SELECT", "SELECT"] + ["INSERT"] * 3 + ["RELEASE"],
    "code": ["SELECT"] * 2 + ["SAVEPOINT", "UPDATE"] + ["INSERT"] * 2 + ["RELEASE"],
    "refresh": ["SELECT"] * 2 + ["SAVEPOINT", "UPDATE"] + ["INSERT"] * 2 + ["RELEASE"],
    "client_credentials": ["SELECT", "SAVEPOINT", "INSERT", "RELEASE"],
    "introspection": ["SELECT"] * 4,
    "userinfo": ["SELECT"] * 3,
}


@pytest.fixture
def config(configure: Configure) -> Config:
    """Stand behind a proxy that hands on certificates, of which most requests have none."""
    return configure(server=BEHIND_PROXY)


@pytest.fixture
def asked(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Give the statements that went to the database since the last time."""
    statements: list[str] = []

    def listen(owner: Any, name: str, find_sql: Callable[..., str]) -> None:
        run = getattr(owner, name)

        def heard(it: Any, *args: Any) -> Any:
            if request_id():  # upkeep asks, too
                statements.append(find_sql(*args).split()[0])
            return run(it, *args)

        monkeypatch.setattr(owner, name, heard)

    listen(Writing, "_run", lambda sql, *_: sql)
    listen(Reading, "fetch", lambda compiled, _: compiled.sql)
    listen(PostgreSQLTransaction, "_run", lambda _, sql, *__: sql)

    def asked() -> list[str]:
        heard, statements[:] = statements[:], []
        return heard

    return asked


@pytest.fixture
def budget(config: Config) -> dict[str, list[str]]:
    """Say what each request may ask."""
    return STATEMENTS if config.database.is_sqlite else ROUND_TRIPS


async def test_a_request_asks_no_more_than_it_must(
    rp: RelyingParty,
    alice: User,
    walk: SignIn,
    browser: Browser,
    add_client: AddClient,
    asked: Asked,
    budget: dict[str, list[str]],
) -> None:
    """Each statement of the requests that come often is accounted for."""
    await walk(rp, scope=OFFLINE)
    machine = await add_client(**MACHINE)
    found: dict[str, list[str]] = {}

    asked()
    arrival = await walk(rp, scope=OFFLINE)
    found["authorize"] = asked()
    tokens = (await rp.exchange(arrival.params["code"])).json()
    found["code"] = asked()
    tokens = (await rp.refresh(tokens["refresh_token"])).json()
    found["refresh"] = asked()
    await machine.token(grant_type="client_credentials")
    found["client_credentials"] = asked()
    assert (await machine.introspect(tokens["access_token"])).json()["active"] is True
    found["introspection"] = asked()
    assert (await rp.userinfo(tokens["access_token"])).status_code == 200
    found["userinfo"] = asked()

    assert found == budget


async def test_a_pushed_request_is_kept_found_and_spent(
    rp: RelyingParty,
    alice: User,
    walk: SignIn,
    browser: Browser,
    asked: Asked,
    budget: dict[str, list[str]],
) -> None:
    """That is a statement each, beside what the same request costs by way of the browser."""
    await walk(rp, scope=OFFLINE)

    asked()
    url = await pushed_url(rp, scope=OFFLINE)
    pushed = asked()
    assert isinstance(await browser.open(url), Arrival)
    granted = asked()

    assert pushed == budget["client_credentials"]
    assert sorted(granted) == sorted([*budget["authorize"], "SELECT", "DELETE"])


async def test_other_accounts_cost_nothing(
    rp: RelyingParty,
    add_user: AddUser,
    walk: SignIn,
    asked: Asked,
    budget: dict[str, list[str]],
) -> None:
    """Who else is signed in in the browser is looked up only for a request that needs to know."""
    for name in ("alice", "bob"):
        await add_user(name)
        await walk(rp, name, prompt="login", scope=OFFLINE)

    asked()
    await walk(rp, scope=OFFLINE)

    assert asked() == budget["authorize"]


async def test_only_clients_that_hear_of_logouts_pay_for_it(
    add_client: AddClient,
    alice: User,
    walk: SignIn,
    asked: Asked,
    budget: dict[str, list[str]],
) -> None:
    """That they take part in the session is one row, and no round trip."""
    rp = await add_client(backchannel_logout_uri="https://rp.example/logout")
    await walk(rp, scope=OFFLINE)

    asked()
    await walk(rp, scope=OFFLINE)

    found = asked()
    wanted = budget["authorize"]
    assert found.count("INSERT") == wanted.count("INSERT") + ("INSERT" in wanted)
    assert [word for word in found if word != "INSERT"] == [w for w in wanted if w != "INSERT"]


async def test_a_certificate_costs_no_question(
    add_client: AddClient,
    transport: httpx2.ASGITransport,
    asked: Asked,
    budget: dict[str, list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Which method is meant is seen of the client, found once; keys and certificate are kept."""
    certificate = make_certificate()
    rp = await add_client(
        **MACHINE,
        token_endpoint_auth_method="self_signed_tls_client_auth",
        jwks={"keys": [certificate.jwk]},
    )
    holder = holding(rp, transport, certificate)
    await holder.token(grant_type="client_credentials")

    def refuse(*_: Any, **__: Any) -> Any:
        raise AssertionError("a key or a certificate was read")

    monkeypatch.setattr("joserfc.jwk.ECKey.import_key", refuse)
    monkeypatch.setattr("cryptography.x509.load_der_x509_certificate", refuse)
    asked()
    response = await holder.token(grant_type="client_credentials")

    assert response.status_code == 200
    assert asked() == budget["client_credentials"]


async def test_no_key_is_read_anew(
    rp: RelyingParty, alice: User, tokens: Tokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading a private key takes a hundred times as long as signing with it."""
    await tokens(rp, scope=OFFLINE)

    def refuse(*_: Any, **__: Any) -> Any:
        raise AssertionError("a key was read")

    monkeypatch.setattr("idp.signing.files.load_pem_private_key", refuse)
    monkeypatch.setattr("joserfc.jwk.RSAKey.import_key", refuse)
    issued = await tokens(rp, scope=OFFLINE)

    assert (await rp.refresh(issued["refresh_token"])).status_code == 200
    assert (await rp.userinfo(issued["access_token"])).status_code == 200
