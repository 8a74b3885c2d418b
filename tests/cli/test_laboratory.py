"""The laboratory of docs/certification.md: its files are in order, and a server runs with them."""

import json
import re
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from idp import paths
from idp.cli.settings import load
from tests.cli.conftest import PROGRAM, SECONDS, Idp, read_until, serving

ROOT = Path(__file__).parents[2]
LAB = ROOT / "docs" / "lab"
SETTINGS = LAB / "lab.toml"
OPERATOR = ("lab-operator", "lab-operator-secret-that-everybody-may-know")
FIXED = re.compile(r"/[a-z-]+")
ID = re.compile(r'(?:id="|block id %\})([a-z-]+)')


def read(name: str) -> Any:
    """Read one of the files."""
    return json.loads((LAB / name).read_text("utf-8"))


@pytest.fixture
def authority(directory: Path) -> None:
    """Put any authority where the laboratory has its own: the first that this machine believes."""
    context = ssl.create_default_context()
    (first, *_) = context.get_ca_certs(binary_form=True)
    (directory / "lab").mkdir()
    (directory / "lab" / "ca.pem").write_text(ssl.DER_cert_to_PEM_cert(first))


@pytest.fixture
def prepared(idp: Idp, authority: None) -> None:
    """Add the person and the clients, as the document says."""
    add = f"user add ada --email ada@example.com --claims-json {LAB}/person.json --password-stdin"
    for line, typed in (
        (add, password()),
        (f"client import {LAB}/clients.json --replace", None),
        (f"client import {LAB}/clients.json --replace", None),
    ):
        result = idp(f"{line} --config {SETTINGS}", typed)
        assert result.exit_code == 0, result.output


@pytest.fixture
def server(prepared: None, free_port: int) -> Iterator[str]:
    """Run the server of the laboratory; give its address."""
    with serving("--config", str(SETTINGS), "--port", str(free_port)) as process:
        read_until(process, "The issuer is")
        yield f"http://127.0.0.1:{free_port}"


def commands() -> list[list[Any]]:
    """List what the suite's browser does."""
    return [
        command
        for entry in read("suite.json")["browser"]
        for task in entry["tasks"]
        for command in task["commands"]
    ]


def password() -> str:
    """Give the password that the suite's browser types."""
    return next(str(command[3]) for command in commands() if command[2] == "password")


def test_it_serves(server: str) -> None:
    """It answers as its issuer, and says that it is for tests only."""
    metadata = httpx2.get(f"{server}{paths.OPENID_CONFIGURATION}", timeout=SECONDS).json()
    keys = httpx2.get(f"{server}{paths.JWKS}", timeout=SECONDS)

    log = Path("log").read_text()
    assert (
        f"{metadata['issuer']}{paths.OPENID_CONFIGURATION}"
        == (read("suite.json")["server"]["discoveryUrl"])
    )
    assert keys.headers["cache-control"] == "public, max-age=0"
    assert "Warning: passwords.bcrypt_cost = 4 is for tests" in log
    assert "Warning: throttle.enabled = false is for tests" in log


def test_keys_can_be_rotated_as_often_as_a_module_wants_it(server: str) -> None:
    """By the command and by the request, one right after the other, while it runs."""
    with httpx2.Client(base_url=server, timeout=SECONDS) as http:
        form = {"grant_type": "client_credentials"}
        token = http.post(paths.TOKEN, data=form, auth=OPERATOR).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        before = _kids(http)

        rotated = [http.post(paths.ADMIN_KEYS_ROTATE, headers=headers) for _ in range(2)]
        after = _kids(http)

    line = [*PROGRAM, "keys", "rotate", "--config", str(SETTINGS)]
    by_command = subprocess.run(line, capture_output=True, timeout=SECONDS, check=False)
    assert [answer.status_code for answer in rotated] == [200, 200]
    assert before < after  # the old ones are published until their tokens have expired
    assert by_command.returncode == 0


def _kids(http: httpx2.Client) -> set[str]:
    return {key["kid"] for key in http.get(paths.JWKS).json()["keys"]}


def test_the_suite_knows_clients_that_are_there() -> None:
    """Each client of its configuration is imported with the same secret, for the same alias."""
    suite = read("suite.json")
    secrets = {client["client_id"]: client for client in read("clients.json")}

    for name in ("client", "client_secret_post", "client2"):
        client = secrets[suite[name]["client_id"]]
        assert client["client_secret"] == suite[name]["client_secret"]
        assert all(f"/test/a/{suite['alias']}/" in uri for uri in client["redirect_uris"])
    assert secrets[OPERATOR[0]]["client_secret"] == OPERATOR[1]
    assert secrets["lab-post"]["token_endpoint_auth_method"] == "client_secret_post"


def test_the_browser_finds_its_way() -> None:
    """Every path that its tasks match is one of ours, and every id is on one of our pages."""
    suite = read("suite.json")
    issuer = load(SETTINGS).issuer
    templates = "".join(path.read_text("utf-8") for path in (ROOT / "templates").rglob("*.html"))
    known = {value for name, value in vars(paths).items() if name.isupper()}
    matched = {
        match
        for entry in suite["browser"]
        for match in (entry["match"], *(task["match"] for task in entry["tasks"]))
        if match.startswith(issuer)
    }

    targets = {each.lstrip("#") for command in commands() for each in command[2].split(", ")}
    found = {path for match in matched for path in FIXED.findall(match.removeprefix(issuer))}

    assert found <= known
    there = set(ID.findall(templates))
    assert targets - {"submission_complete"} <= there  # which is the suite's
