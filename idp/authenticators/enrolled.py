"""What a person has set up to prove who they are."""

from idp.authenticators.proof import Method
from idp.storage.credentials import list_credential_types

_METHODS = frozenset(Method)


def find_enrolled(user_id: str) -> frozenset[Method]:
    """Find the methods that a person can use."""
    return frozenset(map(Method, _METHODS.intersection(list_credential_types(user_id))))
