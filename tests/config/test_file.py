"""The model and config.toml say the same, setting by setting."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from idp.config import Config, load_config
from idp.config.names import OPEN_TABLES

CONFIG_TOML = Path(__file__).parent.parent.parent / "config.toml"


def models() -> list[type[BaseModel]]:
    sections = [field.annotation for field in Config.model_fields.values()]
    return [Config, *(s for s in sections if isinstance(s, type) and issubclass(s, BaseModel))]


def test_every_setting_is_explained() -> None:
    """Every field has a docstring under it."""
    fields = {f"{m.__name__}.{n}": f for m in models() for n, f in m.model_fields.items()}

    assert [name for name, field in fields.items() if not field.description] == []


def test_config_toml_is_the_defaults() -> None:
    """config.toml says what would hold without it."""
    assert load_config(CONFIG_TOML) == Config()


def test_config_toml_has_every_setting_in_order() -> None:
    """config.toml names every setting, in the order of the model, each below its comment."""
    text = CONFIG_TOML.read_text("utf-8")
    found = re.findall(r"^(?:\[([\w.]+)\]|(?:# )?(\w+) = .*)$", text, re.MULTILINE)

    expected: list[tuple[str, str]] = []
    for name, field in Config.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            expected.append((name, ""))
            expected.extend(_expected((name, inner)) for inner in field.annotation.model_fields)
        else:
            expected.append(_expected((name,)))
    assert found == expected


def test_config_toml_comments_every_setting() -> None:
    """Above every setting of config.toml stands a comment."""
    lines = CONFIG_TOML.read_text("utf-8").splitlines()

    bare = [
        line
        for above, line in pairwise(lines)
        if re.match(r"\w+ = ", line) and not above.startswith("# ")
    ]
    assert bare == []


@pytest.mark.parametrize("name", ["issuer", "server"])
def test_is_frozen(name: str) -> None:
    """Nobody changes a setting of a running server."""
    config = load_config()

    with pytest.raises(ValidationError):
        setattr(config, name, getattr(config, name))


def _expected(path: tuple[str, ...]) -> tuple[str, str]:
    """Say how a setting stands in the file: as a table, if its names are the operator's own."""
    return (".".join(path), "") if path in OPEN_TABLES else ("", path[-1])
