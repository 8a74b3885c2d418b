"""User names that look like others."""

import pytest

from idp.config import Config
from idp.storage.database import Database
from idp.storage.users import User, list_users
from idp.users.accounts import add_account
from idp.users.look_alikes import is_of_one_script, look_alikes
from idp.users.names import NameTaken, ValidationFailed, check_profile
from idp.users.passwords import Hasher

WELCOME = (
    "alice a1.b-c_d Ålice José алиса Ελένη 田中太郎 ひろし-カタカナ ラーメン 김철수 李ㄅ tanaka田中"
    " 9 אליס عائشة आशा"
)


@pytest.mark.parametrize("name", WELCOME.split())
def test_names_as_people_write_them(name: str) -> None:
    """Every writing system is welcome, also those that mix scripts."""
    assert is_of_one_script(name)
    assert check_profile(name, None, None).username == name


@pytest.mark.parametrize(
    "name",
    ["аlice", "alicе", "αlice", "bοb", "Алиce", "рaypal", "alice-алиса", "אa", "ひαろ"],  # noqa: RUF001  # they are look-alikes
)
def test_letters_of_two_scripts_are_refused(name: str) -> None:
    """A name that borrows a letter from another alphabet says that it is another one's."""
    with pytest.raises(ValidationFailed) as failure:
        check_profile(name, None, None)

    assert failure.value.errors == {"username": "Use letters of one alphabet only."}


@pytest.mark.parametrize(
    ("key", "twins"),
    [
        ("сосо", ("coco",)),  # noqa: RUF001  # Cyrillic
        ("coco", ("сосо",)),  # noqa: RUF001  # Cyrillic
        ("νο-1", ("vo-1",)),  # noqa: RUF001  # Greek
        ("aop", ("аор", "αορ")),  # noqa: RUF001  # Cyrillic, Greek
        ("алиса", ()),
        ("alice", ()),
        ("123", ()),
    ],
)
def test_which_names_look_the_same(key: str, twins: tuple[str, ...]) -> None:
    """A name is taken for another only if each of its letters has a look-alike there."""
    assert look_alikes(key) == twins


@pytest.mark.parametrize(
    ("first", "second"),
    [("coco", "сосо"), ("сосо", "coco"), ("Coco", "СОСО"), ("vo", "νο")],  # noqa: RUF001  # they are look-alikes
)
async def test_a_name_that_looks_like_one_that_is_there_is_taken(
    database: Database, hasher: Hasher, config: Config, first: str, second: str
) -> None:
    """Whoever comes second chooses another name, whichever of the two is in which alphabet."""

    def add(username: str) -> User:
        return add_account(hasher, username=username, email=None, name=None, password=None)

    await database.run(add, first)

    with pytest.raises(NameTaken):
        await database.run(add, second)

    assert [user.username for user in await database.run(list_users)] == [first]
