"""The claims parameter: claims that are asked for one by one (OIDC Core §5.5)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from idp.clients.model import Client
from idp.oidc.claims import names_in


class MalformedClaimsError(Exception):
    """The parameter is no JSON of the right shape."""


@dataclass(frozen=True, slots=True)
class ClaimRequest:
    """How one claim is asked for; without `values`, any value will do."""

    essential: bool = False
    values: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class ClaimsRequest:
    """Which claims are asked for, and where they are to be."""

    userinfo: Mapping[str, ClaimRequest] = field(default_factory=dict)
    id_token: Mapping[str, ClaimRequest] = field(default_factory=dict)

    @property
    def names(self) -> frozenset[str]:
        """The claims, wherever they are to be."""
        return frozenset({*self.userinfo, *self.id_token})

    @property
    def acr(self) -> ClaimRequest | None:
        """How well the person is to be authenticated (§5.5.1.1)."""
        return self.id_token.get("acr")

    @property
    def essential_acr_values(self) -> frozenset[str]:
        """Of which one must be reached, or the sign-in has failed (§5.5.1.1); empty if any may."""
        acr = self.acr
        return frozenset(map(str, acr.values)) if acr is not None and acr.essential else frozenset()

    def accepts_subject(self, subject: str) -> bool:
        """Tell whether the answer may be about this subject, if the request names one (§5.5.1)."""
        asked = (place.get("sub") for place in (self.userinfo, self.id_token))
        return all(subject in each.values for each in asked if each is not None and each.values)

    def about_user(self, client: Client) -> dict[str, list[str]] | None:
        """Keep what there is to say about a user; None if that is nothing.

        What no scope of the client covers it is not registered for, and does not get.
        """
        known = names_in(client.scope)
        kept = {
            "userinfo": sorted(known.intersection(self.userinfo)),
            "id_token": sorted(known.intersection(self.id_token)),
        }
        return kept if any(kept.values()) else None


NO_CLAIMS = ClaimsRequest()


def read(unverified_text: str | None) -> ClaimsRequest:
    """Read the parameter; raise MalformedClaimsError."""
    if unverified_text is None:
        return NO_CLAIMS
    try:
        places = _object(json.loads(unverified_text))
    except (ValueError, RecursionError):
        raise MalformedClaimsError from None
    return ClaimsRequest(
        userinfo=_read_place(places.get("userinfo", {})),
        id_token=_read_place(places.get("id_token", {})),
    )


def _read_place(place: object) -> dict[str, ClaimRequest]:
    return {name: _read_claim(asked) for name, asked in _object(place).items()}


def _read_claim(asked: object) -> ClaimRequest:
    if asked is None:
        return ClaimRequest()
    members = _object(asked)
    essential, values = members.get("essential", False), members.get("values", [])
    if not isinstance(essential, bool) or not isinstance(values, list):
        raise MalformedClaimsError
    value = [members["value"]] if "value" in members else []
    return ClaimRequest(essential, (*value, *values))


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise MalformedClaimsError
    return value
