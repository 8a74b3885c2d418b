"""The benchmark runs, so that it is there when somebody needs it; its figures are not judged."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench.workloads import BY_NAME

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, float]]:
    """Run everything once, as briefly as it goes; give the lines by name."""
    file = tmp_path_factory.mktemp("bench") / "figures.json"
    quick = ("--rounds", "1", "--seconds", "0.2", "--connections", "2", "--json", str(file))
    subprocess.run([sys.executable, "-m", "bench", *quick], cwd=ROOT, check=True)
    return {line["name"]: line for line in json.loads(file.read_text())["lines"]}


def test_every_workload_is_measured(figures: dict[str, dict[str, float]]) -> None:
    """A run has a line for each workload, in their order."""
    names = list(figures)

    assert names == list(BY_NAME)


@pytest.mark.parametrize(
    ("workload", "signatures"),
    [
        ("client_credentials", 1),
        ("client_credentials_es256", 0),
        ("code_exchange", 2),
        ("code_exchange_opaque", 1),
        ("refresh", 2),
        ("introspection", 0),
    ],
)
def test_signatures_are_those_of_rsa(
    figures: dict[str, dict[str, float]], workload: str, signatures: int
) -> None:
    """A line counts the JWTs of an answer that RSA has signed, and no others."""
    line = figures[workload]

    assert line["rsa_signatures"] == signatures
