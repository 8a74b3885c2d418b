"""What a client wants besides its scope, in words: APIs (RFC 8707) and details (RFC 9396 §11.2)."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from idp.config import AuthorizationDetailsTypeConfig, Config
from idp.config.authorization_details import LISTS
from idp.oauth2.authorization_details import Detail, members_of
from idp.words import N_

LABELS = {
    "locations": N_("Where"),
    "actions": N_("What it may do"),
    "datatypes": N_("With what data"),
    "privileges": N_("With what rights"),
}
TRUTH = {True: N_("yes"), False: N_("no")}


@dataclass(frozen=True, slots=True)
class ResourceView:
    """An API, as the operator calls it."""

    name: str
    uri: str


@dataclass(frozen=True, slots=True)
class MemberView:
    """One member of what is asked in detail; its values come from the client."""

    label: str
    values: list[str]


@dataclass(frozen=True, slots=True)
class DetailView:
    """One thing that is asked in detail."""

    sentence: str
    members: list[MemberView]


def describe_resource(config: Config, resource: Iterable[str]) -> list[ResourceView]:
    """Put APIs in words; those of before that are not known any more are nothing."""
    return [
        ResourceView(config.resources[uri].name, uri)
        for uri in sorted(resource)
        if uri in config.resources
    ]


def describe_details(config: Config, details: Sequence[Detail]) -> list[DetailView]:
    """Put details in words; those of a type that is not known any more are nothing."""
    types = config.authorization_details_types
    return [_describe(types[each["type"]], each) for each in details if each["type"] in types]


def _describe(declared: AuthorizationDetailsTypeConfig, detail: Detail) -> DetailView:
    members = [_member(declared, name, value) for name, value in members_of(detail)]
    return DetailView(declared.sentence, members)


def _member(declared: AuthorizationDetailsTypeConfig, name: str, value: Any) -> MemberView:
    if name in LISTS:
        words = getattr(declared, name)
        return MemberView(LABELS[name], [words.get(each, each) for each in value])
    if name == "identifier":
        return MemberView(declared.identifier or name, [value])
    member = declared.members.get(name)
    return MemberView(member.label if member else name, _values(value))


def _values(value: Any) -> list[str]:
    match value:
        case bool():
            return [TRUTH[value]]
        case list():
            return [str(each) for each in value]
        case str():
            return [value]
        case _:
            return [json.dumps(value)]
