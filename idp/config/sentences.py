"""What is said about a setting that is wrong: where it stands, what it must be, what it is."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import PydanticBaseSettingsSource, TomlConfigSettingsSource

from idp.config import names
from idp.config.sources import origin_in

SHOWN_LENGTH = 60

# The beginnings of pydantic's error types.
EXPECTED = {
    "int": "must be a whole number",
    "bool": "must be true or false",
    "string_too_short": "must not be empty",
    "string": "must be text",
    "tuple": "must be a list",
    "dict": "must be a table of settings",
    "model": "must be a table of settings",
}


def describe(error: ValidationError, sources: Sequence[PydanticBaseSettingsSource]) -> list[str]:
    """Say what each setting must be, in the order of config.toml."""
    files = (source for source in sources if isinstance(source, TomlConfigSettingsSource))
    written = [key for file in files for key in file.toml_data]
    rank = {key: number for number, key in enumerate(written)}
    problems = error.errors(include_url=False)
    problems.sort(key=lambda problem: rank.get(str(problem["loc"][0]), len(rank)))
    return [_describe(problem, sources) for problem in problems]


def _describe(problem: ErrorDetails, sources: Sequence[PydanticBaseSettingsSource]) -> str:
    path = _path(problem)
    origin = next((origin_in(source, path) for source in sources if _has(source(), path)), "")
    if problem["type"] == "extra_forbidden":
        return _no_setting(path, origin)
    is_shown = path not in names.TABLES and not names.is_secret(path)
    shown = _show(problem["input"]) if is_shown else ""
    return f"{_place(path, origin)} {_expected(problem)}{shown}."


def _path(problem: ErrorDetails) -> names.Path:
    """Name the setting: what an operator declares has settings of its own."""
    path = tuple(str(part) for part in problem["loc"])
    return path if path[:1] in names.TABLES_OF_TABLES else path[:2]


def _has(table: object, path: names.Path) -> bool:
    return not path or (
        isinstance(table, Mapping) and path[0] in table and _has(table[path[0]], path[1:])
    )


def _no_setting(path: names.Path, origin: str) -> str:
    is_variable = origin == names.variable_of(path)
    spell = names.variable_of if is_variable else names.key_of
    meant = names.nearest(names.path_of(origin) if is_variable else path)
    hint = f" Did you mean {spell(meant)}?" if meant else ""
    return f"{origin if is_variable else _place(path, origin)} is not a setting.{hint}"


def _place(path: names.Path, origin: str) -> str:
    return f"{origin}: {names.key_of(path)}" if origin else names.key_of(path)


def _expected(problem: ErrorDetails) -> str:
    kind = problem["type"]
    context: dict[str, Any] = problem.get("ctx", {})
    match kind:
        case "missing":
            return "must be there"
        case "value_error":
            return str(context["error"])
        case "literal_error":
            return f"must be {context['expected']}"
        case "greater_than_equal":
            return f"must be at least {context['ge']}"
        case "less_than_equal":
            return f"must be at most {context['le']}"
        case "string_too_long" | "too_long":
            return f"must have at most {context['max_length']} characters"
        case _:
            expected = (EXPECTED[start] for start in EXPECTED if kind.startswith(start))
            return next(expected, "is not valid")


def _show(value: object) -> str:
    match value:
        case bool():
            return f", not {str(value).lower()}"
        case str() if len(value) > SHOWN_LENGTH or "@" in value:
            return ""  # too long to help, or a URL with a password in it
        case str() | int() | float():
            return f", not {value!r}"
        case list() | tuple():
            return ", not that list" if value else ", not an empty list"
        case _:
            return ""
