"""TLS to an address that was checked, with the certificate of the name."""

import ssl
from pathlib import Path

import pytest

from idp.fetch import Fetcher, FetchFailed
from tests.fetch.certificates import tls_of
from tests.fetch.servers import HELLO, LOOPBACK, fetching, resolving_to, serving


@pytest.fixture
def tls_of_one_host(tmp_path: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's and a client's TLS, with a certificate for good.example in ca.pem."""
    server = tls_of("good.example", tmp_path)
    return server, ssl.create_default_context(cafile=tmp_path / "ca.pem")


async def test_tls_is_checked_against_the_name(
    tls_of_one_host: tuple[ssl.SSLContext, ssl.SSLContext],
) -> None:
    """The connection goes to the address, and the certificate must be the name's."""
    server_tls, client_tls = tls_of_one_host
    pinned = resolving_to("127.0.0.1")

    async with (
        serving(HELLO, tls=server_tls) as server,
        fetching(resolve=pinned, tls=client_tls) as fetcher,
    ):
        fetched = await fetcher.get(f"https://good.example:{server.port}/")
        with pytest.raises(FetchFailed, match="could not be reached"):
            await fetcher.get(f"https://evil.example:{server.port}/")

    assert fetched.status == 200
    assert len(server.requests) == 1


async def test_authorities_of_ones_own_are_believed_besides_the_systems(
    tls_of_one_host: tuple[ssl.SSLContext, ssl.SSLContext], tmp_path: Path
) -> None:
    """With fetch.ca_file a certificate is good that it would not be without."""
    server_tls, _ = tls_of_one_host
    pinned = resolving_to("127.0.0.1")
    believing = LOOPBACK.model_copy(update={"ca_file": str(tmp_path / "ca.pem")})

    async with serving(HELLO, tls=server_tls) as server:
        url = f"https://good.example:{server.port}/"
        for config, is_believed in ((LOOPBACK, False), (believing, True)):
            fetcher = Fetcher(config, resolve=pinned)
            try:
                assert (await fetcher.get(url)).status == 200
                assert is_believed
            except FetchFailed:
                assert not is_believed
            finally:
                await fetcher.aclose()
