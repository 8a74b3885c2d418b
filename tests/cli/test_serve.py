"""`idp serve`."""

import re
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.cli.conftest import SECONDS, Idp, read_until, serving


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port on which another program listens."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_serve(monkeypatch: pytest.MonkeyPatch, free_port: int, stop: signal.Signals) -> None:
    """In an empty directory, the server makes what it needs, answers, and stops when told to."""
    issuer = f"http://127.0.0.1:{free_port}"
    monkeypatch.setenv("IDP_ISSUER", issuer)

    with serving("--port", str(free_port)) as process:
        printed = read_until(process, "  http")
        ready = httpx2.get(f"{issuer}/readyz", timeout=SECONDS)
        (link,) = re.findall(r"http://\S+/setup/\S+", printed)
        page = httpx2.get(link, timeout=SECONDS)
        process.send_signal(stop)
        code = process.wait(SECONDS)

    assert f"listens on {issuer} " in printed
    assert "There is no administrator yet." in printed
    assert (ready.status_code, page.status_code) == (200, 200)
    assert "server" not in ready.headers
    assert code == 0
    assert Path("var/idp.db").exists()
    assert list(Path("keys").glob("*.pem"))
    assert "Traceback" not in Path("log").read_text()
    assert link.rpartition("/")[2] not in Path("log").read_text()


def test_workers(free_port: int) -> None:
    """Several workers get the options, and share one set-up link."""
    Path("own.toml").write_text('[branding]\nname = "Acme"\n')
    options = ("--port", str(free_port), "--workers", "2", "--config", "own.toml")
    with serving(*options) as process:
        printed = read_until(process, "  http")
        pages = [
            httpx2.get(
                f"http://127.0.0.1:{free_port}/login",
                headers={"accept": "text/html"},
                timeout=SECONDS,
            ).text
            for _ in range(4)
        ]
        process.terminate()
        code = process.wait(SECONDS)
        rest = process.stdout.read() if process.stdout else ""

    assert (printed + rest).count("/setup/") == 1
    assert all("Acme" in page for page in pages)
    assert code == 0
    assert "Traceback" not in Path("log").read_text()


def test_dev(free_port: int) -> None:
    """--dev prints how to try it out, once, and serves the playground at the issuer's port."""
    issuer = f"http://127.0.0.1:{free_port}"
    with serving("--dev", "--port", str(free_port)) as process:
        first = read_until(process, "╰")
        playground = httpx2.get(f"{issuer}/playground", timeout=SECONDS)
        metadata = httpx2.get(f"{issuer}/.well-known/openid-configuration", timeout=SECONDS)
    with serving("--dev", "--port", str(free_port)) as process:
        second = read_until(process, "╰")

    password = re.findall(r"Password +(\w+-\w+-\w+) ", first)[0]
    secret = re.findall(r"client_secret +(idp_cs_\S+) ", first)[0]
    assert f"{issuer}/playground" in first
    assert playground.status_code == 200
    assert metadata.json()["issuer"] == issuer
    assert "/setup/" not in first
    assert "idp_cs_" not in second
    assert "A new password:  idp user password demo" in second
    assert not [each for each in (password, secret) if each in Path("log").read_text() + second]


def test_dev_has_one_worker(idp: Idp, taken_port: int) -> None:
    """--dev takes back more workers, and says so."""
    result = idp(f"serve --dev --workers 3 --port {taken_port}")

    assert result.stderr.startswith("Note: --dev has one worker")


def test_port_in_use(idp: Idp, taken_port: int) -> None:
    """A port that another program has is told before anything is made."""
    result = idp(f"serve --port {taken_port}")

    assert result.exit_code == 3
    assert result.stderr == (
        f"Error: Port {taken_port} is in use: stop the program that uses it, or choose another"
        " with --port.\n"
    )
    assert not Path("var").exists()


@pytest.mark.parametrize(
    ("host", "sentence"),
    [
        ("192.0.2.1", "192.0.2.1 is not an address of this machine: change --host."),
        ("no.such.host.invalid", "no.such.host.invalid is no address to listen on: change"),
        ("..", ".. is no address to listen on: change --host."),
    ],
)
def test_impossible_host(idp: Idp, free_port: int, host: str, sentence: str) -> None:
    """An address that is not of this machine is told in a sentence."""
    result = idp(f"serve --host {host} --port {free_port}")

    assert result.exit_code == 3
    assert result.stderr.startswith(f"Error: {sentence}")


@pytest.mark.parametrize(
    "settings",
    [
        {"IDP_SERVER__HOST": "0.0.0.0"},
        {"IDP_SERVER__HOST": "idp.example.com"},
        {"IDP_ISSUER": "https://id.example.com"},
    ],
)
def test_dev_is_for_this_machine(
    idp: Idp, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str]
) -> None:
    """--dev is refused where others could sign in as its demo user."""
    for name, value in settings.items():
        monkeypatch.setenv(name, value)

    result = idp("serve --dev")

    assert result.exit_code == 1
    assert result.stderr.startswith("Error: --dev is for this machine only")


def test_placeholder_secret(idp: Idp, monkeypatch: pytest.MonkeyPatch) -> None:
    """A secret that was copied from an example stops the server."""
    monkeypatch.setenv("IDP_PASSWORDS__PEPPER", "changeme")

    result = idp("serve")

    assert result.exit_code == 1
    assert "passwords.pepper must be a random secret, not a placeholder" in result.stderr


def test_open_key_file(idp: Idp, free_port: int) -> None:
    """A key that every user of the machine can read stops the server."""
    idp("keys rotate")
    for file in Path("keys").glob("*.pem"):
        file.chmod(0o644)

    result = idp(f"serve --port {free_port}")

    assert result.exit_code == 3
    assert "is open to every user of this machine: chmod 600 " in result.stderr
    assert result.stderr.count("\n") == 1
