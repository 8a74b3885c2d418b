"""The benchmark runs, so that it is there when somebody needs it; its figures are not judged."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench.lineup import FILLED
from bench.node_oidc_provider import PEER
from bench.workloads import BY_NAME, OURS_ONLY

ROOT = Path(__file__).parent.parent.parent
OURS = "sqlite-full"
OF_BOTH = [name for name, workload in BY_NAME.items() if workload not in OURS_ONLY]

pytestmark = pytest.mark.timeout(400)  # the first test waits for the run


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Run everything once, as briefly as it goes, on one database and against the peer."""
    file = tmp_path_factory.mktemp("bench") / "figures.json"
    options = ("--quick", "--server", OURS, "--server", PEER, "--json", str(file))
    command = (sys.executable, "-m", "bench", *options)
    cheap_logins = {"IDP_PASSWORDS__BCRYPT_COST": "8"}
    subprocess.run(command, cwd=ROOT, env=os.environ | cheap_logins, check=True)
    found: dict[str, Any] = json.loads(file.read_text())
    return found


@pytest.fixture
def with_peer(report: dict[str, Any]) -> dict[str, Any]:
    """Give the report, if the peer could be installed."""
    if PEER in report["absent"]:
        pytest.skip(report["absent"][PEER])
    return report


def lines_of(report: dict[str, Any], server: str) -> dict[str, dict[str, Any]]:
    """Find the lines of a server, by workload."""
    return {line["workload"]: line for line in report["lines"] if line["server"] == server}


@pytest.mark.parametrize("server", [OURS, OURS + FILLED])
def test_every_workload_is_measured(report: dict[str, Any], server: str) -> None:
    """A run has a line for each workload, in their order."""
    names = list(lines_of(report, server))

    assert names == list(BY_NAME)


def test_the_peer_is_measured_where_it_can_do_the_same(with_peer: dict[str, Any]) -> None:
    """There is a line of node-oidc-provider for all workloads that are not ours only."""
    names = list(lines_of(with_peer, PEER))

    assert names == OF_BOTH


@pytest.mark.parametrize(
    ("workload", "signatures"),
    [
        ("client_credentials", 1),
        ("client_credentials_es256", 0),
        ("introspection", 0),
        ("refresh", 1),
        ("code_exchange", 1),
        ("code_exchange_jwt", 2),
    ],
)
def test_signatures_are_those_of_rsa(
    report: dict[str, Any], workload: str, signatures: int
) -> None:
    """A line counts the JWTs of an answer that RSA has signed, and no others."""
    line = lines_of(report, OURS)[workload]

    assert line["rsa_signatures"] == signatures


@pytest.mark.parametrize("workload", OF_BOTH)
def test_the_peer_does_the_same_work(with_peer: dict[str, Any], workload: str) -> None:
    """Both sign as often for a workload, so that their speeds can be compared."""
    ours, peers = (lines_of(with_peer, server)[workload] for server in (OURS, PEER))

    assert ours["rsa_signatures"] == peers["rsa_signatures"]
    assert ours["speed_of_peer"] > 0


def test_a_filled_database_is_compared_with_an_empty_one(report: dict[str, Any]) -> None:
    """Each line of a filled database says how fast it is, measured by the empty one."""
    filled = lines_of(report, OURS + FILLED)

    assert all(line["speed_of_empty"] > 0 for line in filled.values())


def test_memory_and_start_are_those_of_each_server(report: dict[str, Any]) -> None:
    """Every server that ran has its memory and the time of its start."""
    footprints = report["footprints"]

    assert {each["server"] for each in footprints} >= {OURS, OURS + FILLED}
    assert all(each["pss_megabytes"] > 0 < each["start_seconds"] for each in footprints)


def test_a_storm_says_what_became_of_every_login(report: dict[str, Any]) -> None:
    """Other requests are measured in a storm, in which no login goes without an answer."""
    storms = report["storms"]

    assert [each["workload"] for each in storms] == ["client_credentials", "introspection"]
    assert set(storms[0]["logins"]) <= {
        "logged in",
        "429 with Retry-After",
        "503 with Retry-After",
    }
