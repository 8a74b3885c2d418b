"""`idp keys rotate-sealing`."""

from pathlib import Path

from tests.cli.conftest import Idp

FILE = Path("keys", "sealing.key")


def test_a_new_key_is_put_before_the_old_ones(idp: Idp) -> None:
    """The first of them are made at the first start, or here."""
    first = idp("keys rotate-sealing")
    before = FILE.read_text().split()

    second = idp("keys rotate-sealing")

    after = FILE.read_text().split()
    sentence = "Made a new sealing key; 0 secrets are sealed with it.\n"
    assert [first.stdout, second.stdout] == [sentence, sentence]
    assert after[1:] == before
    assert after[0] not in before


def test_a_broken_file_is_told_of(idp: Idp) -> None:
    """Nothing is written over what may still be mended."""
    idp("keys rotate-sealing")
    FILE.write_text("broken")

    result = idp("keys rotate-sealing")

    assert result.exit_code == 3
    assert "sealing.key is not a file of sealing keys" in result.stderr
    assert FILE.read_text() == "broken"


def test_no_key_is_shown(idp: Idp) -> None:
    """Neither here nor in the log."""
    result = idp("keys rotate-sealing")

    assert not [each for each in FILE.read_text().split() if each in result.stdout + result.stderr]
