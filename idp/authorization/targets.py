"""What a request is for, besides its scope: APIs (RFC 8707 §2.1) and details (RFC 9396 §3)."""

from dataclasses import dataclass

from idp.clients.model import Client
from idp.config import Config
from idp.oauth2 import authorization_details as details
from idp.oauth2 import resource as resources
from idp.oauth2.authorization_details import AUTHORIZATION_DETAILS, NO_DETAILS, Details
from idp.oauth2.errors import OAuth2Error, SentToClient
from idp.oauth2.parameters import Parameters
from idp.oauth2.resource import NO_RESOURCE
from idp.vocabulary import ErrorCode


@dataclass(frozen=True, slots=True)
class Targets:
    """What is asked for, and what of it people are asked.

    This server itself is no resource that anybody needs to allow. Some details are asked every
    time, whatever was allowed before.
    """

    resource: frozenset[str] = NO_RESOURCE
    authorization_details: Details = NO_DETAILS
    shown_resource: frozenset[str] = NO_RESOURCE
    asked_every_time: Details = NO_DETAILS

    @property
    def lasting_details(self) -> Details:
        """The details for which a consent of before counts."""
        return tuple(
            each for each in self.authorization_details if each not in self.asked_every_time
        )


NO_TARGETS = Targets()


def read_targets(config: Config, client: Client, parameters: Parameters) -> Targets:
    """Read what a request is for.

    Raises SentToClient if an API is not known, or details are not what their types allow, or if
    either is not for this client.
    """
    try:
        resource = resources.requested(config, client, parameters)
        asked = details.read(config, client, parameters.get(AUTHORIZATION_DETAILS))
    except OAuth2Error as refusal:
        raise SentToClient(ErrorCode(refusal.error), refusal.description) from None
    if not resource and not asked:
        return NO_TARGETS
    types = config.authorization_details_types
    return Targets(
        resource=resource,
        authorization_details=asked,
        shown_resource=resource & config.resources.keys(),
        asked_every_time=tuple(each for each in asked if types[each["type"]].ask_every_time),
    )
