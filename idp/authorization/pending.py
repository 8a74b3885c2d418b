"""Requests that wait for their user: stored, named by an opaque id, bound to one browser."""

from idp import clock
from idp.config import ProtocolConfig
from idp.oauth2.errors import SignInOver
from idp.oauth2.parameters import Parameters
from idp.secret import Secret, digest
from idp.storage.interactions import Interaction, add_interaction, find_interaction


def store(
    config: ProtocolConfig, parameters: Parameters, client_id: str, browser: Secret
) -> Secret:
    """Keep a request while its user is busy; give the id that the browser carries."""
    interaction_id = Secret.generate()
    add_interaction(
        Interaction(
            id_digest=interaction_id.digest,
            client_id=client_id,
            parameters=[[name, value] for name, value in parameters.pairs],
            browser_digest=browser.digest,
            created_at=clock.now(),
            expires_at=clock.in_seconds(config.interaction_lifetime),
        )
    )
    return interaction_id


def restore(interaction_id: str, browser: Secret) -> Interaction:
    """Find a waiting request.

    Raises SignInOver if it has expired or was answered, or if another browser began it: a link
    to somebody's own sign-in must not sign others in.
    """
    interaction = find_interaction(digest(interaction_id))
    if interaction is None:
        raise SignInOver("this sign-in has expired or is finished")
    if not browser.matches(interaction.browser_digest):
        raise SignInOver("this sign-in was started in another browser, or cookies are refused")
    return interaction


def parameters_of(interaction: Interaction) -> Parameters:
    """Give back the parameters of a stored request."""
    return Parameters((name, value) for name, value in interaction.parameters)
