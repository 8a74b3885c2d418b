"""RFC 8705 §5: clients with a certificate may call the same endpoints under another name."""

import httpx2
import pytest

from idp.config import Config
from tests.conftest import AddClient, Configure
from tests.parties.certificates import BEHIND_PROXY
from tests.parties.clients import MACHINE, AssertingClient
from tests.parties.dpop import Holder

MTLS = "https://mtls.idp.example"
GRANT = {"grant_type": "client_credentials"}


@pytest.fixture(params=["https://idp.example", "https://idp.example/tenant"])
def config(request: pytest.FixtureRequest, configure: Configure) -> Config:
    """Have another name, below which the paths are the same."""
    return configure(issuer=request.param, server=BEHIND_PROXY | {"mtls_url": MTLS})


@pytest.fixture
def alias(config: Config) -> str:
    """Give what stands in front of all paths there."""
    return config.issuer.replace("https://idp.example", MTLS)


async def test_all_documents_name_them(
    http: httpx2.AsyncClient, config: Config, alias: str
) -> None:
    """§5: what clients call themselves has an alias, what browsers visit has none."""
    path = f"{config.issuer}/.well-known/openid-configuration"

    document = (await http.get(path)).json()

    aliases = document["mtls_endpoint_aliases"]
    assert aliases["token_endpoint"] == f"{alias}/token"
    assert aliases["pushed_authorization_request_endpoint"] == f"{alias}/par"
    assert document["issuer"] == config.issuer
    assert not {"authorization_endpoint", "end_session_endpoint"} & set(aliases)
    own = {name: url.replace(alias, config.issuer) for name, url in aliases.items()}
    assert own.items() <= document.items()


async def test_assertions_are_for_either_name(
    add_client: AddClient, http: httpx2.AsyncClient, config: Config, alias: str
) -> None:
    """RFC 7523 §3: an assertion whose audience is where it is sent is for this server."""
    rp = await add_client(**AssertingClient.metadata())
    client = AssertingClient(http, rp.client_id, config.issuer)
    accepted = (config.issuer, f"{config.issuer}/token", f"{alias}/token")
    refused = (alias, f"{alias}/authorize", "https://mtls.evil.example/token", MTLS + "/token/x")

    async def status(audience: str) -> int:
        assertion = client.sign(client.claims(aud=audience))
        response = await client.post(f"{config.issuer}/token", assertion, **GRANT)
        return response.status_code

    assert [await status(audience) for audience in accepted] == [200, 200, 200]
    assert {await status(audience) for audience in refused} == {401}


async def test_proofs_are_for_either_name(
    add_client: AddClient, http: httpx2.AsyncClient, config: Config, alias: str
) -> None:
    """RFC 9449 §4.3: htu is the URL that the client has called."""
    rp = await add_client(**MACHINE)

    async def status(issuer: str) -> int:
        proof = Holder(issuer).prove("POST", "/token")
        response = await http.post(
            f"{config.issuer}/token",
            data=GRANT,
            auth=(rp.client_id, rp.client_secret or ""),
            headers={"DPoP": proof},
        )
        return response.status_code

    assert [await status(issuer) for issuer in (config.issuer, alias)] == [200, 200]
    assert await status("https://mtls.evil.example") == 400
