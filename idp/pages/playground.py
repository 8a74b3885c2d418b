"""The playground (placeholder while its author writes it: overwrite this file)."""

from starlette.routing import BaseRoute

from idp.web.provider import Provider


def routes(provider: Provider) -> list[BaseRoute]:
    """Give the routes."""
    return []
