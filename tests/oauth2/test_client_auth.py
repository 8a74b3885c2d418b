"""Client authentication by secret or by none: what is accepted, and what is told to whom."""

import base64

import httpx2
import pytest
from sqlalchemy import func, select

from idp.clients.registration import add_secret
from idp.config import Config
from idp.storage.audit_events import audit_events
from idp.storage.database import db
from idp.web.provider import Provider
from tests.conftest import AddClient, Clock, Configure, Logged
from tests.parties.clients import MACHINE, AssertingClient
from tests.parties.operator import Operator
from tests.parties.relying_party import RelyingParty

GRANT = {"grant_type": "client_credentials"}
CHALLENGE = 'Basic realm="idp"'
FAILED = "client_authentication_failed"
LIMIT = 5


def basic(pair: str | bytes) -> str:
    """Write an Authorization header."""
    return "Basic " + base64.b64encode(pair.encode() if isinstance(pair, str) else pair).decode()


def without_identity(response: httpx2.Response) -> tuple[int, str, dict[str, str]]:
    """Give all that a client could tell two answers by."""
    headers = {name: value for name, value in response.headers.items() if name != "x-request-id"}
    return response.status_code, response.text, headers


@pytest.fixture
def config(configure: Configure) -> Config:
    """Remember few failures of one address."""
    return configure(throttle={"address_failures": LIMIT})


@pytest.fixture
async def machine(add_client: AddClient) -> RelyingParty:
    """Add a client that acts for itself."""
    return await add_client(**MACHINE)


async def test_bad_basic_credentials_get_one_answer(
    http: httpx2.AsyncClient, machine: RelyingParty
) -> None:
    """Whatever is wrong with HTTP Basic, the answer is the same 401 with a challenge."""
    client_id, secret = machine.client_id, machine.client_secret or ""
    bad = {
        "wrong secret": basic(f"{client_id}:wrong"),
        "truncated secret": basic(f"{client_id}:{secret[:-1]}"),
        "longer secret": basic(f"{client_id}:{secret}x"),
        "no secret": basic(f"{client_id}:"),
        "non-ASCII secret": basic(f"{client_id}:sécret"),
        "NUL": basic(f"{client_id}:{secret}\0"),
        "unknown client": basic(f"client_unknown:{secret}"),
        "client with NUL": basic(f"{client_id}\0:{secret}"),
        "client as SQL": basic(f"' OR 1=1 --:{secret}"),
        "no client": basic(f":{secret}"),
        "no colon": basic(client_id),
        "not UTF-8": basic(b"\xff\xfe:\xff"),
        "percent-encoded non-UTF-8": basic("%FF%FE:%FF"),
        "not base64": "Basic !!!",
        "not padded": basic(f"{client_id}:{secret}1").rstrip("="),
        "empty": "Basic ",
        "scheme alone": "Basic",
        "another scheme": f"Bearer {secret}",
        "Digest": 'Digest username="a"',
    }

    answers = {
        name: without_identity(
            await http.post("/token", data=GRANT, headers={"Authorization": header})
        )
        for name, header in bad.items()
    }

    status, _, headers = expected = answers["wrong secret"]
    assert (status, headers["www-authenticate"]) == (401, CHALLENGE)
    assert {name for name, answer in answers.items() if answer != expected} == set()
    assert (await machine.token(**GRANT)).status_code == 200


async def test_bad_credentials_in_the_body_get_one_answer(
    http: httpx2.AsyncClient, add_client: AddClient
) -> None:
    """In the body too nobody learns which clients exist; there is nothing to challenge."""
    rp = await add_client(**MACHINE, token_endpoint_auth_method="client_secret_post")
    client_id, secret = rp.client_id, rp.client_secret or ""
    bad = [
        {"client_id": client_id, "client_secret": "wrong"},
        {"client_id": client_id, "client_secret": secret[:-1]},
        {"client_id": client_id, "client_secret": "\u00e9"},
        {"client_id": client_id},
        {"client_id": client_id, "client_secret": ""},
        {"client_id": "client_unknown", "client_secret": secret},
        {"client_id": "client_unknown"},
        {"client_id": "\u00e9'\"\\"},
        {"client_secret": secret},
        {},
    ]

    answers = [without_identity(await http.post("/token", data=GRANT | each)) for each in bad]

    assert len(set(map(str, answers))) == 1
    assert answers[0][0] == 401
    assert "www-authenticate" not in answers[0][2]
    right = {"client_id": client_id, "client_secret": secret}
    assert (await http.post("/token", data=GRANT | right)).status_code == 200


async def test_basic_credentials_are_form_decoded(
    http: httpx2.AsyncClient, machine: RelyingParty
) -> None:
    """Both parts are form-encoded before they are joined (RFC 6749 §2.3.1)."""
    client_id = "".join(f"%{ord(c):02X}" for c in machine.client_id)
    secret = "".join(f"%{ord(c):02x}" for c in machine.client_secret or "")

    for scheme in ("Basic", "basic", "BASIC"):
        header = basic(f"{client_id}:{secret}").replace("Basic", scheme)
        response = await http.post("/token", data=GRANT, headers={"Authorization": header})

        assert response.status_code == 200


async def test_two_methods_at_once_are_refused(
    http: httpx2.AsyncClient, machine: RelyingParty
) -> None:
    """A request authenticates by one method (RFC 6749 §2.3), even if each would do."""
    in_header = {"Authorization": basic(f"{machine.client_id}:{machine.client_secret}")}
    in_body = {"client_id": machine.client_id, "client_secret": machine.client_secret or ""}
    assertion = {"client_assertion": "a.b.c"}
    tried: list[tuple[dict[str, str], dict[str, str]]] = [
        (in_header, in_body),
        (in_header, assertion),
        ({}, in_body | assertion),
        (in_header, in_body | assertion),
    ]

    for headers, data in tried:
        response = await http.post("/token", data=GRANT | data, headers=headers)

        assert (response.status_code, response.json()["error"]) == (400, "invalid_request")


async def test_only_the_registered_method_is_accepted(
    http: httpx2.AsyncClient, add_client: AddClient
) -> None:
    """A secret or a key that is right is refused if it comes by another method."""
    by_basic = await add_client(**MACHINE)
    by_post = await add_client(**MACHINE, token_endpoint_auth_method="client_secret_post")
    by_key = await add_client(**AssertingClient.metadata())
    public = await add_client(token_endpoint_auth_method="none")
    asserting = AssertingClient(http, by_key.client_id, str(http.base_url))
    posted = {"client_id": by_basic.client_id, "client_secret": by_basic.client_secret or ""}

    answers = [
        await http.post("/token", data=GRANT | posted),
        await by_post.token(**GRANT),
        await http.post("/token", data=GRANT, headers={"Authorization": basic("public:secret")}),
        await http.post("/token", data=GRANT | {"client_id": by_basic.client_id}),
        await http.post("/token", data=GRANT | {"client_id": by_key.client_id}),
        await http.post("/token", data=GRANT | {"client_id": public.client_id}),
        await asserting.token(asserting.sign(asserting.claims(iss=by_basic.client_id))),
    ]

    assert [(each.status_code, each.json()["error"]) for each in answers] == [
        (401, "invalid_client")
    ] * len(answers)


async def test_client_id_in_the_body_must_be_the_authenticated_client(
    machine: RelyingParty, add_client: AddClient
) -> None:
    """A client cannot ask in the name of another; its own client_id is welcome."""
    other = await add_client(**MACHINE)

    refused = await machine.token(**GRANT, client_id=other.client_id)
    accepted = await machine.token(**GRANT, client_id=machine.client_id)

    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")
    assert accepted.status_code == 200


async def test_two_secrets_live_side_by_side_for_a_while(
    machine: RelyingParty, provider: Provider, clock: Clock
) -> None:
    """A new secret is good at once, the old one until its overlap ends."""
    renewed = await provider.database.run(add_secret, machine.client_id, 60)
    holder = RelyingParty(machine.http, machine.client_id, renewed.reveal())

    before = [(await each.token(**GRANT)).status_code for each in (machine, holder)]
    clock.move(61)
    after = [(await each.token(**GRANT)).status_code for each in (machine, holder)]

    assert before == [200, 200]
    assert after == [401, 200]


async def test_disabled_client_is_refused_like_an_unknown_one(
    machine: RelyingParty, provider: Provider, http: httpx2.AsyncClient
) -> None:
    """A client that was switched off cannot authenticate any more."""
    await Operator(provider).disable_client(machine)

    disabled = await machine.token(**GRANT)

    unknown = await http.post("/token", data=GRANT, headers={"Authorization": basic("x:y")})
    assert without_identity(disabled) == without_identity(unknown)
    assert disabled.status_code == 401


@pytest.mark.parametrize("path", ["/token", "/introspect", "/revoke"])
async def test_every_endpoint_authenticates_alike(
    http: httpx2.AsyncClient, machine: RelyingParty, path: str
) -> None:
    """The same rules and answers at all endpoints to which a client authenticates."""
    data = GRANT | {"token": "x"}
    wrong = {"Authorization": basic(f"{machine.client_id}:wrong")}
    right = {"Authorization": basic(f"{machine.client_id}:{machine.client_secret}")}
    mixed = data | {"client_id": machine.client_id, "client_secret": "x"}

    answers = [
        await http.post(path, data=data, headers=wrong),
        await http.post(path, data=data),
        await http.post(path, data=mixed, headers=right),
        await http.post(path, data=data | {"client_id": "other"}, headers=right),
    ]

    assert [(each.status_code, each.json()["error"]) for each in answers] == [
        (401, "invalid_client"),
        (401, "invalid_client"),
        (400, "invalid_request"),
        (401, "invalid_client"),
    ]
    assert ["www-authenticate" in each.headers for each in answers] == [True, False, False, True]
    assert (await http.post(path, data=data, headers=right)).status_code == 200


async def test_failures_do_not_fill_the_table(
    http: httpx2.AsyncClient,
    machine: RelyingParty,
    provider: Provider,
    clock: Clock,
    logged: Logged,
) -> None:
    """Who has no credentials cannot write rows without end, and who has them is not refused."""
    wrong = {"Authorization": basic(f"{machine.client_id}:wrong")}

    for _ in range(LIMIT + 5):
        assert (await http.post("/token", data=GRANT, headers=wrong)).status_code == 401

    assert [line["event"] for line in logged()].count(FAILED) == LIMIT + 5
    assert await provider.database.run(count_failures) == LIMIT
    assert (await machine.token(**GRANT)).status_code == 200
    clock.move(provider.config.throttle.window)
    await http.post("/token", data=GRANT, headers=wrong)
    assert await provider.database.run(count_failures) == LIMIT + 1


def count_failures() -> int:
    """Count the events that tell of a client that failed to authenticate."""
    is_failure = audit_events.c.name == FAILED
    return db().scalar(select(func.count()).select_from(audit_events).where(is_failure)) or 0


async def test_public_client_cannot_introspect(public_rp: RelyingParty) -> None:
    """Introspection needs a client that proves who it is (RFC 7662 §2.1)."""
    response = await public_rp.introspect("x")

    assert (response.status_code, response.json()["error"]) == (401, "invalid_client")
