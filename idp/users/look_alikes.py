"""User names that look like others: letters of two scripts, or all of another one (UTS 39 §4, §5).

A name is written in one script, but for those that are written in several, as Japanese is. What
cannot be seen from a name alone is looked up: whether another account has a name that looks so.
"""

import unicodedata

# Scripts that people mix: those of one writing system, and Latin (UTS 39 §5.2).
MIXED = (
    frozenset({"LATIN", "CJK", "HIRAGANA", "KATAKANA"}),
    frozenset({"LATIN", "CJK", "HANGUL"}),
    frozenset({"LATIN", "CJK", "BOPOMOFO"}),
)

# Letters that look like a Latin one, small or large, as names are folded. The first that stands for
# a Latin letter is the one that is looked for when the Latin name is new.
CYRILLIC = dict(
    zip("аеорсухіјѕвнмткԁԛԝһѵ", "aeopcyxijsbhmtkdqwhv", strict=True)
)  # they are look-alikes
GREEK = dict(zip("αορυιχκτενβμζγη", "aopuixktevbmzyn", strict=True))  # so are these


def is_of_one_script(username: str) -> bool:
    """Tell whether the letters of a name are such as people write together."""
    scripts = {_script_of(each) for each in username if _is_letter(each)}
    return len(scripts) <= 1 or any(scripts <= mixed for mixed in MIXED)


def look_alikes(username_key: str) -> tuple[str, ...]:
    """Give the keys of names of another script that look like this one."""
    twins = (_translated(username_key, table) for table in _TABLES)
    return tuple(twin for twin in twins if twin is not None and twin != username_key)


def _inverted(table: dict[str, str]) -> dict[str, str]:
    return {latin: letter for letter, latin in reversed(table.items())}


_TABLES = (CYRILLIC, GREEK, _inverted(CYRILLIC), _inverted(GREEK))


def _translated(key: str, table: dict[str, str]) -> str | None:
    letters = [each for each in key if _is_letter(each)]
    if not letters or not all(each in table for each in letters):
        return None
    return "".join(table.get(each, each) for each in key)


def _is_letter(character: str) -> bool:
    category = unicodedata.category(character)
    return category.startswith("L") and category != "Lm"


def _script_of(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]
