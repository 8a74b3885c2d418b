"""`idp check`."""

import json
import re
from pathlib import Path

import pytest

from idp.users.passwords import measuring
from tests.cli.conftest import Idp


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Measure less, and roughly, which is enough here."""
    monkeypatch.setattr(measuring, "LEAST_SECONDS", 0.001)
    monkeypatch.setattr(measuring, "ARGON2_MEMORIES_KIB", (19_456, 24_576))


def test_hashing(idp: Idp, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line for each setting says what it takes, and one of them is configured."""
    monkeypatch.setenv("IDP_PASSWORDS__BCRYPT_COST", "10")

    result = idp("check hashing")

    head, *rows = result.stdout.partition("\n\n")[0].splitlines()
    assert (result.exit_code, result.stderr) == (0, "")
    assert head == "SETTING                    ONE HASH  SIGN-INS PER SECOND"
    assert len(rows) == 7
    assert all(re.match(r"\w+ = \d+ +\d+ ms +\d+\.\d", row) for row in rows)
    assert [row.split()[2] for row in rows if row.endswith("configured")] == ["10"]
    assert "That is one worker, with hashing_threads = 2." in result.stdout


@pytest.mark.parametrize("scheme", ["bcrypt", "argon2id"])
def test_the_suggestion_can_be_used_as_it_is(
    idp: Idp, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    """What is suggested for config.toml is taken from there, and is then what is configured."""
    monkeypatch.delenv("IDP_PASSWORDS__BCRYPT_COST")
    monkeypatch.setenv("IDP_PASSWORDS__SCHEME", scheme)
    monkeypatch.setenv("IDP_PASSWORDS__HASHING_THREADS", "1")

    # On a machine that stands still for a moment, what is configured may seem to be the slowest.
    printed = (idp(f"check hashing --target-milliseconds {ms}").stdout for ms in (100_000, 1))
    first = next(each for each in printed if "[passwords]" in each)

    Path("config.toml").write_text(first[first.index("[passwords]") :])
    second = idp("check hashing --target-milliseconds 100000").stdout
    suggested = re.search(r"^\[passwords\]\n(\w+ = \d+)$", first, re.MULTILINE)
    assert suggested is not None
    assert re.search(rf"^{suggested[1]} .* configured$", second, re.MULTILINE)


def test_json(idp: Idp) -> None:
    """Programs get the same."""
    told = json.loads(idp("check hashing --json --target-milliseconds 1").stdout)

    assert told["hashing_threads"] == 2
    assert told["full_queue_seconds"] > 0
    assert told["configured"] == {"bcrypt_cost": 4}
    assert told["suggested"] == {"bcrypt_cost": 10}
    assert len(told["measurements"]) == 8
    assert told["measurements"][0]["scheme"] == "bcrypt"
    assert told["measurements"][0]["setting"] == {"bcrypt_cost": 4}
    assert told["measurements"][0]["milliseconds"] > 0
    assert told["measurements"][0]["sign_ins_per_second"] > 0


@pytest.mark.parametrize(
    ("settings", "setting"),
    [
        ({}, "bcrypt_cost = 4"),
        (
            {"IDP_PASSWORDS__SCHEME": "argon2id", "IDP_PASSWORDS__ARGON2_MEMORY_KIB": "1024"},
            "argon2_memory_kib = 1024",
        ),
    ],
)
def test_too_little_work_is_doubted(
    idp: Idp, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], setting: str
) -> None:
    """Settings for tests are a warning, here and when the settings are checked."""
    for name, value in settings.items():
        monkeypatch.setenv(name, value)

    results = [idp("check hashing"), idp("config check")]

    for result in results:
        assert result.exit_code == 0
        assert result.stderr.startswith(f"Warning: passwords.{setting} is for tests")
