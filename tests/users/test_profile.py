"""What a person may say of themselves, and how they are told that it cannot be."""

import pytest

from idp import clock
from idp.storage.database import Database
from idp.storage.users import User, find_user
from idp.users.accounts import set_claims
from idp.users.names import ValidationFailed
from idp.users.profile import change_profile
from tests.parties.accounts import Recorded

ALL = ("name", "nickname", "website", "birthdate", "zoneinfo", "locale", "phone_number")


async def say(
    database: Database, user: User, *, editable: tuple[str, ...] = ALL, **typed: str
) -> User:
    """Type something into the form and send it; give what the account is then."""
    await database.run(lambda: change_profile(user, typed, editable))
    changed = await database.run(find_user, user.user_id)
    assert changed is not None
    return changed


async def test_what_is_typed_is_kept(database: Database, alice: User, recorded: Recorded) -> None:
    """The name has its own place, the rest are claims; the moment of the change moves."""
    before = clock.now()

    changed = await say(database, alice, name=" Alice ", nickname="Al", zoneinfo="Europe/Paris")

    assert changed.name == "Alice"
    assert changed.claims == {"nickname": "Al", "zoneinfo": "Europe/Paris"}
    assert changed.updated_at > before
    assert (await recorded())[-1] == "claims_changed"


async def test_what_is_empty_is_said_no_more(database: Database, alice: User) -> None:
    """A field that was emptied leaves nothing behind; one that was not sent stays."""
    await say(database, alice, name="Alice", nickname="Al", website="https://alice.example")

    changed = await say(database, alice, name="", nickname="  ")

    assert changed.name is None
    assert changed.claims == {"website": "https://alice.example"}


async def test_the_same_again_is_no_change(
    database: Database, alice: User, recorded: Recorded
) -> None:
    """Pressing the button twice is one event, and moves no clock."""
    once = await say(database, alice, nickname="Al")

    twice = await say(database, alice, nickname="Al")

    assert twice.updated_at == once.updated_at
    assert (await recorded()).count("claims_changed") == 1


async def test_what_is_not_editable_stays(database: Database, alice: User) -> None:
    """What was typed into a form of somebody's own making counts for nothing."""
    changed = await say(
        database, alice, editable=("nickname",), nickname="Al", name="Root", locale="fr"
    )

    assert changed.name is None
    assert changed.claims == {"nickname": "Al"}


async def test_what_an_operator_says_stays(database: Database, alice: User) -> None:
    """A person changes their own words, and no others."""
    address = {"locality": "Oslo"}
    await database.run(lambda: set_claims(alice, {"address": address, "nickname": "Old"}))

    changed = await say(database, alice, nickname="Al")

    assert changed.claims == {"address": address, "nickname": "Al"}


@pytest.mark.parametrize(
    ("number", "is_verified"), [("+47 22 00 00 00", True), ("+47 1234567", None)]
)
async def test_another_number_is_not_verified(
    database: Database, alice: User, number: str, is_verified: bool | None
) -> None:
    """That a number was verified was said of that number."""
    told = {"phone_number": "+47 22 00 00 00", "phone_number_verified": True}
    await database.run(lambda: set_claims(alice, told))

    changed = await say(database, alice, phone_number=number)

    assert (changed.claims or {}).get("phone_number_verified") is is_verified


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("name", "x" * 101, "Use at most 100 characters."),
        ("name", "a\x07b", "Use visible characters only."),
        ("nickname", "x" * 256, "Use one line of visible characters, at most 255."),
        ("nickname", "a\nb", "Use one line of visible characters, at most 255."),
        ("website", "javascript:alert(1)", "Enter a web address that begins with https://"),
        ("website", "example.com", "Enter a web address that begins with https://"),
        ("birthdate", "31.12.1990", "Enter a day as 1990-12-31, or only the year."),
        ("zoneinfo", "Mars/Olympus", "Choose a time zone from the list"),
        ("zoneinfo", "../../etc/passwd", "Choose a time zone from the list"),
        ("locale", "<b>", "Choose a language from the list."),
        ("phone_number", "22 00", "Enter the number with its country"),
    ],
)
async def test_what_cannot_be_is_refused(
    database: Database, alice: User, name: str, value: str, sentence: str
) -> None:
    """A sentence says what to do, and nothing of the form is kept."""
    with pytest.raises(ValidationFailed) as refused:
        await say(database, alice, **{"nickname": "Al", name: value})

    assert refused.value.errors[name].startswith(sentence)
    unchanged = await database.run(find_user, alice.user_id)
    assert unchanged == alice
