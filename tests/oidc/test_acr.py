"""Classes: what is asked for, and what was reached."""

from idp.oidc.acr import (
    MULTI_FACTOR,
    NO_WISH,
    PASSWORD,
    PHISHING_RESISTANT,
    WantedAcr,
    acr_of,
    wanted_acr,
)

TWO_FACTORS = ["mfa", "otp", "pwd"]
PASSKEY = ["mfa", "pop", "user"]


def test_strongest_class_is_named() -> None:
    """Without a wish, the class is the best that was reached."""
    assert acr_of(["pwd"]) == PASSWORD
    assert acr_of(TWO_FACTORS) == MULTI_FACTOR
    assert acr_of(PASSKEY) == PHISHING_RESISTANT
    assert acr_of(["otp"]) is None


def test_class_that_was_asked_for_is_named() -> None:
    """Of those that a client asks for, it is told the best that was reached."""
    assert acr_of(PASSKEY, [PASSWORD]) == PASSWORD
    assert acr_of(PASSKEY, [PASSWORD, MULTI_FACTOR]) == MULTI_FACTOR
    assert acr_of(["pwd"], [MULTI_FACTOR]) == PASSWORD


def ask(*values: str, essential: bool = False, policy: bool = False) -> WantedAcr:
    return wanted_acr(values, is_essential=essential, needs_second_factor=policy)


def test_wish_is_no_requirement() -> None:
    """The first class that there is here is preferred; none must be reached."""
    assert ask("urn:gold", MULTI_FACTOR, PASSWORD) == WantedAcr((MULTI_FACTOR, PASSWORD))
    assert ask("urn:gold") == NO_WISH


def test_weakest_of_essential_classes_is_enough() -> None:
    """One of them must be reached, and the first is aimed at."""
    wanted = ask(PHISHING_RESISTANT, PASSWORD, essential=True)

    assert wanted == WantedAcr((PHISHING_RESISTANT, PASSWORD), PASSWORD)


def test_policy_asks_for_more_than_a_client() -> None:
    """What the server requires is required whatever the client says, and no less than that."""
    assert ask(policy=True) == WantedAcr((), MULTI_FACTOR)
    assert ask(PASSWORD, essential=True, policy=True).required == MULTI_FACTOR
    assert ask(PHISHING_RESISTANT, essential=True, policy=True).required == PHISHING_RESISTANT
