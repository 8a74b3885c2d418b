"""Types of authorization details: what may be in them, and what people read (RFC 9396 §2)."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from idp.config.section import Section
from idp.config.values import Line, OptionalLine, Words, check_line

# Members that every type may have and that hold words, each of which is declared (RFC 9396 §2.2).
LISTS = ("locations", "actions", "datatypes", "privileges")
COMMON = (*LISTS, "identifier")
TYPE = re.compile(r"[!-~]{1,255}")
MEMBER = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}(\.[A-Za-z_][A-Za-z0-9_-]{0,63}){0,2}")
MAX_MEMBERS = 20


def check_values(values: dict[str, str]) -> dict[str, str]:
    """Accept values with the words that people read for them."""
    for value, words in values.items():
        check_line(value)
        check_line(words)
    return values


Values = Annotated[dict[str, str], AfterValidator(check_values)]


class MemberConfig(Section):
    """A member that one type alone has."""

    label: Line
    """What people read before its value."""

    kind: Literal["text", "number", "boolean", "texts"] = "text"
    """What its value is; "texts" is a list of them."""


def check_members(members: dict[str, MemberConfig]) -> dict[str, MemberConfig]:
    """Accept names with dots between those of objects within objects."""
    if len(members) > MAX_MEMBERS:
        raise ValueError(f"must have at most {MAX_MEMBERS} members")
    for name in members:
        if not MEMBER.fullmatch(name):
            raise ValueError("must have names of letters, digits, - and _, with at most two dots")
        if name.partition(".")[0] in (*COMMON, "type"):
            raise ValueError("must not declare locations, type or another common member anew")
        if any(other.startswith(f"{name}.") for other in members):
            raise ValueError("must not have a member that is a value and an object")
    return members


class AuthorizationDetailsTypeConfig(Section):
    """One type of authorization details."""

    sentence: Line
    """What people read on the consent page: what they allow by it."""

    locations: Values = Field(default={})
    """Where it may be used: each value, and the words that people read for it."""

    actions: Values = Field(default={})
    """What may be done: each value, and the words for it."""

    datatypes: Values = Field(default={})
    """Which data it may be about: each value, and the words for it."""

    privileges: Values = Field(default={})
    """Which privileges it may give: each value, and the words for it."""

    identifier: OptionalLine = ""
    """What people read before the identifier of a thing; empty means that there is none."""

    members: Annotated[dict[str, MemberConfig], AfterValidator(check_members)] = Field(default={})
    """Members of its own; a dot leads into an object, as in "amount.currency"."""

    required: Words = ()
    """Which members must be there."""

    ask_every_time: bool = False
    """Ask people each time, even for what they have allowed before letter for letter."""

    @property
    def allowed(self) -> frozenset[str]:
        """The members that there may be, besides the type."""
        common = [name for name in COMMON if getattr(self, name)]
        return frozenset({*common, *self.members})

    @model_validator(mode="after")
    def check_required(self) -> "AuthorizationDetailsTypeConfig":
        """Refuse to require what may not be there."""
        if not self.allowed.issuperset(self.required):
            raise ValueError("must require only members that it allows")
        return self


def check_types(
    types: dict[str, AuthorizationDetailsTypeConfig],
) -> dict[str, AuthorizationDetailsTypeConfig]:
    """Accept names that can be sent and listed."""
    if not all(TYPE.fullmatch(name) for name in types):
        raise ValueError("must have names of printable ASCII without space")
    return types


AuthorizationDetailsTypes = Annotated[
    dict[str, AuthorizationDetailsTypeConfig], AfterValidator(check_types)
]
