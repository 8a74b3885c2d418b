"""A language that nobody speaks, in which every sentence is still read, but no letter is ASCII.

What a page shows in plain letters was not translated. It is a third longer than English, as other
languages are.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from string import ascii_letters

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from idp.web import templating

TAG = "en-XA"
POT = Path(templating.__file__).parent.parent / "locale" / "messages.pot"

LETTERS = str.maketrans(ascii_letters, "àƀçďéƒĝĥíĵķļɱñöþǫŕšţûṽŵẋýžÀƁÇĎÉƑĜĤÍĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽ")
KEPT = re.compile(r"(%\(\w+\)s|</?[a-z][^>]*>|&\w+;)")  # values, tags and characters by name


def pseudo(sentence: str) -> str:
    """Translate a sentence."""
    parts = KEPT.split(sentence)
    words = "".join(part if KEPT.fullmatch(part) else part.translate(LETTERS) for part in parts)
    return f"{words} {'·' * (len(sentence) // 3)}"


def sentences() -> Catalog:
    """Read what there is to translate."""
    with POT.open("rb") as opened:
        return read_po(opened)


def write_catalogue(directory: Path, *, more: Iterable[str] = ()) -> None:
    """Put a catalogue of this language into the directory of an operator, with more sentences."""
    catalogue = Catalog()
    for message in sentences():
        if isinstance(message.id, tuple):
            catalogue.add(message.id, tuple(map(pseudo, message.id)))
        elif message.id:
            catalogue.add(message.id, pseudo(message.id))
    for sentence in more:
        catalogue.add(sentence, pseudo(sentence))
    write(directory, TAG, catalogue)


def write_sentences(directory: Path, name: str, sentences: Mapping[str, str]) -> None:
    """Put a catalogue of a few sentences into the directory of an operator."""
    catalogue = Catalog()
    for sentence, translation in sentences.items():
        catalogue.add(sentence, translation)
    write(directory, name, catalogue)


def write(directory: Path, name: str, catalogue: Catalog) -> None:
    """Put a catalogue where it is looked for."""
    file = directory / "locale" / name / "LC_MESSAGES" / "messages.mo"
    file.parent.mkdir(parents=True)
    with file.open("wb") as opened:
        write_mo(opened, catalogue)
