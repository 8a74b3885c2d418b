"""What people may do with their own account."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from idp.config.section import Section
from idp.config.values import Count, split_list

EditableClaim = Literal[
    "name",
    "given_name",
    "family_name",
    "middle_name",
    "nickname",
    "picture",
    "profile",
    "website",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "phone_number",
]


class AccountConfig(Section):
    """What people may do with their own account."""

    editable_claims: Annotated[tuple[EditableClaim, ...], BeforeValidator(split_list)] = (
        "name",
        "given_name",
        "family_name",
        "nickname",
        "picture",
        "website",
        "zoneinfo",
        "locale",
    )
    """The claims that people may say of themselves (OIDC Core §5.1)."""

    max_picture_bytes: Annotated[Count, Field(ge=10_000, le=10_000_000)] = 1_000_000
    """The longest picture that a person may give themselves, in bytes."""

    deletion: bool = True
    """Whether people may delete their account."""
