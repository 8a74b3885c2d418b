"""Identifiers, which people name to commands."""

from idp.secret import identifier


def test_an_identifier_is_no_option() -> None:
    """Of many, each another, none begins as an option of a command does."""
    made = [identifier() for _ in range(2000)]

    assert len(set(made)) == len(made)
    assert not [each for each in made if each.startswith("-")]
    assert {len(each) for each in made} == {22}
