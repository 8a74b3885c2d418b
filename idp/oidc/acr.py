"""Authentication context class references: how well a person was authenticated (OIDC Core §2)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

# The words of SAML, which acr values were made to be shared with (RFC 6711 §1); of REFEDS; and of
# OpenID Connect Extended Authentication Profile ACR Values §2: what no phishing site can pass on.
PASSWORD = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
MULTI_FACTOR = "https://refeds.org/profile/mfa"
PHISHING_RESISTANT = "phr"

# The weakest first; each with words of `amr` (RFC 8176 §2) of which one must be reached.
LEVELS: tuple[tuple[str, frozenset[str]], ...] = (
    (PASSWORD, frozenset({"pwd", "pop"})),
    (MULTI_FACTOR, frozenset({"mfa"})),
    (PHISHING_RESISTANT, frozenset({"pop"})),
)
_WORDS = dict(LEVELS)
_RANK = {acr: rank for rank, (acr, _) in enumerate(LEVELS)}


@dataclass(frozen=True, slots=True)
class WantedAcr:
    """What a request asks for: classes of ours, the preferred one first.

    Without `required` they are a wish, which is met if the person can (OIDC Core §3.1.2.1).
    """

    values: tuple[str, ...] = ()
    required: str | None = None

    @property
    def preferred_words(self) -> frozenset[str]:
        """The words of which one is wished for."""
        return _WORDS[self.values[0]] if self.values else frozenset()

    @property
    def required_words(self) -> frozenset[str]:
        """The words of which one must be reached."""
        return _WORDS[self.required] if self.required else frozenset()

    @property
    def aims(self) -> tuple[frozenset[str], ...]:
        """The words of which one of each set is aimed at in a sign-in, the wish first."""
        return tuple(words for words in (self.preferred_words, self.required_words) if words)


NO_WISH = WantedAcr()


def wanted_acr(
    values: Sequence[str], *, is_essential: bool, needs_second_factor: bool
) -> WantedAcr:
    """Say what is asked for, by the request and by the rules of this server.

    Of several essential values, one is enough (OIDC Core §5.5.1.1).
    """
    known = tuple(dict.fromkeys(each for each in values if each in _RANK))
    least = [min(known, key=_RANK.__getitem__)] if known and is_essential else []
    least += [MULTI_FACTOR] if needs_second_factor else []
    return WantedAcr(known, max(least, key=_RANK.__getitem__, default=None))


def acr_of(amr: Collection[str], wanted: Collection[str] = ()) -> str | None:
    """Give the strongest class that was reached, of those that were asked for if one was."""
    reached = [acr for acr, words in LEVELS if not words.isdisjoint(amr)]
    asked_for = [acr for acr in reached if acr in wanted]
    return next(reversed(asked_for or reached), None)


def acr_values_supported() -> list[str]:
    """List the classes that can be reached, for the metadata."""
    return [acr for acr, _ in LEVELS]
