"""Members in several languages, such as client_name#de (OIDC Registration §2.1)."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

LOCALIZED = ("client_name", "client_uri", "logo_uri", "policy_uri", "tos_uri")

MAX_TAGGED = 50
# BCP 47, as far as a name must be told from a mistake
TAGGED = re.compile(rf"({'|'.join(LOCALIZED)})#[A-Za-z]{{1,8}}(?:-[A-Za-z0-9]{{1,8}}){{0,4}}")


def tagged_names(names: Iterable[object]) -> Iterator[tuple[str, str]]:
    """Find the members with a language tag among these names, each with the member's own name."""
    for name in names:
        match = TAGGED.fullmatch(name) if isinstance(name, str) else None
        if match:
            yield match[0], match[1]


def in_english(metadata: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give metadata as people read it here, whose pages are in English.

    What is said in English comes before what has no language, and that before another.
    """
    tagged = sorted(tagged_names(metadata), key=_distance, reverse=True)
    others = {name: metadata[full] for full, name in tagged if not _is_english(full)}
    english = {name: metadata[full] for full, name in tagged if _is_english(full)}
    return others | dict(metadata) | english


def _distance(names: tuple[str, str]) -> tuple[int, str]:
    return len(names[0]), names[0]


def _is_english(full: str) -> bool:
    return full.partition("#")[2].partition("-")[0].lower() == "en"
