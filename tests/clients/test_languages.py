"""Members in several languages."""

import pytest

from idp.clients.errors import InvalidClientMetadata
from idp.clients.languages import MAX_TAGGED, in_english, tagged_names
from idp.clients.metadata import validate
from idp.config import Config

CODE = {"redirect_uris": ["https://rp.example/cb"]}


@pytest.mark.parametrize(
    ("metadata", "name"),
    [
        ({"client_name": "N", "client_name#en": "E", "client_name#de": "D"}, "E"),
        ({"client_name": "N", "client_name#en-GB": "B", "client_name#de": "D"}, "B"),
        ({"client_name": "N", "client_name#en-GB": "B", "client_name#EN": "E"}, "E"),
        ({"client_name": "N", "client_name#de": "D"}, "N"),
        ({"client_name#de": "D", "client_name#de-AT": "A"}, "D"),
        ({}, None),
    ],
)
def test_people_read_what_is_in_english(metadata: dict[str, str], name: str | None) -> None:
    """Or what has no language, or what there is."""
    assert in_english(metadata).get("client_name") == name


@pytest.mark.parametrize(
    "name",
    ["client_name#", "client_name#de_AT", "client_name#d e", "contacts#de", "#de", 1, "scope#en"],
)
def test_other_names_are_unknown(name: object) -> None:
    """Only what people read has languages, and a tag is one of BCP 47."""
    assert list(tagged_names([name])) == []


@pytest.mark.parametrize("wrong", [{"client_name#de": " "}, {"tos_uri#de-AT": "data:,x"}])
def test_each_is_held_to_the_rules_of_its_member(config: Config, wrong: dict[str, str]) -> None:
    """A language is no way around them; and the refusal does not repeat it."""
    with pytest.raises(InvalidClientMetadata) as refused:
        validate(CODE | wrong, config)

    assert "#" not in refused.value.description


def test_there_are_so_many_languages_and_no_more(config: Config) -> None:
    """A client is shown in one."""
    many = {f"client_name#x-{number}": "N" for number in range(MAX_TAGGED + 1)}

    with pytest.raises(InvalidClientMetadata):
        validate(CODE | many, config)
