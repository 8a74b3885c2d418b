"""What must be proven next, from what was proven and what is set up."""

import pytest

from idp.authenticators.proof import Method, amr_of, proofs_in
from idp.authenticators.steps import Complete, Needed, can_reach, next_proof

PASSWORD, PASSKEY, TOTP = Method.PASSWORD, Method.PASSKEY, Method.TOTP
RECOVERY_CODE, EMAIL_CODE = Method.RECOVERY_CODE, Method.EMAIL_CODE
MFA, POP = frozenset({"mfa"}), frozenset({"pop"})
ALL = frozenset(Method) - {EMAIL_CODE}

Aims = tuple[frozenset[str], ...]


@pytest.mark.parametrize(
    ("proofs", "enrolled", "aims"),
    [
        ({PASSWORD}, {PASSWORD}, ()),
        ({PASSWORD}, {PASSWORD, PASSKEY}, ()),
        ({PASSKEY}, ALL, (POP, MFA)),
        ({PASSWORD, TOTP}, ALL, (MFA,)),
        ({PASSWORD, RECOVERY_CODE}, ALL, (MFA,)),
        ({EMAIL_CODE, TOTP}, {PASSWORD, TOTP}, ()),
        ({PASSWORD}, {PASSWORD}, (MFA,)),
        ({PASSWORD, TOTP}, {PASSWORD, TOTP}, (POP,)),
    ],
    ids=[
        "password of one who has nothing else",
        "password of one whose passkey is another way in",
        "passkey",
        "app",
        "recovery code",
        "code by mail and app",
        "more is wanted than can be",
        "phishing resistance is wanted and cannot be",
    ],
)
def test_complete(proofs: set[Method], enrolled: set[Method], aims: Aims) -> None:
    """Nobody is asked for what changes nothing, or for what they do not have."""
    assert next_proof(frozenset(proofs), enrolled, aims) == Complete()


@pytest.mark.parametrize(
    ("proofs", "enrolled", "aims", "needed"),
    [
        ({PASSWORD}, {PASSWORD, TOTP}, (), (TOTP,)),
        ({EMAIL_CODE}, {PASSWORD, TOTP}, (), (TOTP,)),
        ({PASSWORD}, ALL, (), (PASSKEY, TOTP, RECOVERY_CODE)),
        ({PASSWORD}, {PASSWORD, PASSKEY}, (MFA,), (PASSKEY,)),
        ({PASSWORD, TOTP}, ALL, (POP, MFA), (PASSKEY,)),
        ({PASSWORD}, {PASSWORD, PASSKEY, RECOVERY_CODE}, (POP, MFA), (PASSKEY,)),
        ({EMAIL_CODE}, {EMAIL_CODE, PASSKEY, RECOVERY_CODE}, (MFA,), (PASSKEY,)),
    ],
    ids=[
        "an app was set up",
        "an app was set up, and the first step was weak",
        "any second step will do",
        "policy wants two steps",
        "phishing resistance is wished for",
        "the stronger wish comes first",
        "a mailbox and a code are of one kind",
    ],
)
def test_needed(
    proofs: set[Method], enrolled: set[Method], aims: Aims, needed: tuple[Method, ...]
) -> None:
    """A person is offered what helps, and nothing else."""
    assert next_proof(frozenset(proofs), enrolled, aims) == Needed(needed)


def test_words_say_no_more_than_was_proven() -> None:
    """Two things of one kind are not two factors."""
    assert amr_of({PASSWORD}) == {"pwd"}
    assert amr_of({PASSWORD, TOTP}) == {"pwd", "otp", "mfa"}
    assert amr_of({EMAIL_CODE, TOTP}) == {"otp"}
    assert amr_of({PASSWORD, EMAIL_CODE}) == {"pwd", "otp"}
    assert amr_of({PASSKEY}) == {"pop", "user", "mfa"}


def test_only_what_lasts_is_taken_over_into_another_sign_in() -> None:
    """A code was good for one sign-in."""
    assert proofs_in(["mfa", "otp", "pwd"]) == {PASSWORD}
    assert proofs_in(["mfa", "pop", "user"]) == {PASSKEY}
    assert proofs_in(["otp"]) == frozenset()


def test_what_somebody_could_reach() -> None:
    """Who has a password and an app can prove two factors, but not withstand phishing."""
    assert can_reach(MFA, {PASSWORD, TOTP})
    assert not can_reach(POP, {PASSWORD, TOTP})
    assert can_reach(POP, {PASSKEY})
