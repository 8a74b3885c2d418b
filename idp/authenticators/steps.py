"""What a person must prove next to be signed in: one pure function over what is known.

No login session exists before it says Complete, so nobody skips a step by going elsewhere.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from idp.authenticators.proof import SECOND_METHODS, Method, amr_of


@dataclass(frozen=True, slots=True)
class Complete:
    """The person may be signed in."""


@dataclass(frozen=True, slots=True)
class Needed:
    """One of these must be proven, too."""

    methods: tuple[Method, ...]


def next_proof(
    proofs: frozenset[Method], enrolled: Collection[Method], aims: Iterable[Collection[str]] = ()
) -> Complete | Needed:
    """Decide what is missing after a first proof.

    Of each of `aims`, one word of RFC 8176 is to be reached, if the person can do that with what
    they have enrolled; whether it was reached is looked at again before anything is granted.
    """
    left = tuple(each for each in SECOND_METHODS if each in enrolled and each not in proofs)
    if _asks_for_two(enrolled) and not _has_second(proofs):
        return Needed(left)
    for aim in aims:
        useful = tuple(each for each in left if not amr_of(proofs | {each}).isdisjoint(aim))
        if useful and amr_of(proofs).isdisjoint(aim):
            return Needed(useful)
    return Complete()


def can_reach(aim: Collection[str], enrolled: Collection[Method]) -> bool:
    """Tell whether a person could prove as much as that, whatever they began with."""
    return not amr_of(enrolled).isdisjoint(aim)


def _asks_for_two(enrolled: Collection[Method]) -> bool:
    """Who has set up an authenticator app has asked for two steps; a passkey is two in one."""
    return Method.TOTP in enrolled


def _has_second(proofs: frozenset[Method]) -> bool:
    return not proofs.isdisjoint(SECOND_METHODS)
