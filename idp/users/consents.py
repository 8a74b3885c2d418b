"""Consents: what a person has allowed a client, remembered until they disconnect it."""

from idp import audit
from idp.audit import EventName
from idp.storage.consents import Consent, find_consent, remove_consent, save_consent
from idp.storage.grants import revoke_grants_of_client

NOTHING: frozenset[str] = frozenset()


def missing_scope(consent: Consent | None, requested: frozenset[str]) -> frozenset[str]:
    """Tell what the person has to be asked about."""
    return requested - (consent.scope if consent else NOTHING)


def save(user_id: str, client_id: str, scope: frozenset[str]) -> None:
    """Remember what a person allows a client, beside what they allowed it before."""
    consent = find_consent(user_id, client_id)
    save_consent(user_id, client_id, scope | (consent.scope if consent else NOTHING))
    audit.record(
        EventName.CONSENT_GRANTED,
        user_id=user_id,
        client_id=client_id,
        scope=" ".join(sorted(scope)),
    )


def disconnect(user_id: str, client_id: str) -> None:
    """Forget what a person has allowed a client, and end all that it got by it."""
    remove_consent(user_id, client_id)
    revoke_grants_of_client(user_id, client_id)
    audit.record(
        EventName.GRANT_REVOKED, user_id=user_id, client_id=client_id, reason="disconnected"
    )
