"""What a token is bound to, and what covers it."""

from idp.oauth2.confirmation import Confirmation, all_of, read, token_type_of

KEY = Confirmation(jkt="key")
CERTIFICATE = Confirmation(x5t_s256="certificate")
BOTH = Confirmation(jkt="key", x5t_s256="certificate")


def test_is_written_as_cnf_and_read_again() -> None:
    """Each way to hold a token has the member of `cnf` that its standard names."""
    assert BOTH.claims == {"jkt": "key", "x5t#S256": "certificate"}
    assert [read(each.claims) for each in (KEY, CERTIFICATE, BOTH)] == [KEY, CERTIFICATE, BOTH]
    assert read(None) is None


def test_what_is_proven_is_put_together() -> None:
    """A request may prove a key and a certificate; one that proves nothing has no confirmation."""
    assert all_of([KEY, None, CERTIFICATE]) == BOTH
    assert all_of([None, None]) is None
    assert all_of([]) is None


def test_all_that_is_needed_must_be_proven() -> None:
    """A token that is bound to two things needs both; more than it needs does no harm."""
    assert BOTH.covers(KEY)
    assert not KEY.covers(BOTH)
    assert not Confirmation(jkt="another").covers(KEY)


def test_a_key_changes_how_the_token_is_sent() -> None:
    """A DPoP token is sent as such; one of a certificate is a bearer token to look at."""
    assert token_type_of(KEY) == token_type_of(BOTH) == "DPoP"
    assert token_type_of(CERTIFICATE) == token_type_of(None) == "Bearer"
