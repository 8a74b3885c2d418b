"""The language of a page: which one a person reads, and the catalogue of its sentences.

What a person wants is matched to what there is by lookup (RFC 4647 §3.4): of Accept-Language the
most wanted first (RFC 9110 §12.5.4), but what the client says of its user, in `ui_locales`, comes
before that (OIDC Core §3.1.2.1).
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

CATALOGUES = "*/LC_MESSAGES/messages.mo"
RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
MOST_RANGES = 20  # more languages than that nobody reads

# de-CH;q=0.8
RANGE = re.compile(
    r"([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,5})(?:[ \t]*;[ \t]*[qQ]=([01](?:\.\d{0,3})?))?"
)


@dataclass(frozen=True, slots=True)
class Language:
    """A language that pages are written in, by its tag (BCP 47)."""

    tag: str
    catalogue: NullTranslations

    @property
    def direction(self) -> str:
        """Which way it is written, as HTML says it (`dir`)."""
        return "rtl" if self.tag.partition("-")[0].casefold() in RIGHT_TO_LEFT else "ltr"


ENGLISH = Language("en", NullTranslations())  # what the sentences in the code are written in

_current: ContextVar[Language] = ContextVar("language", default=ENGLISH)


class Languages:
    """The languages of a server: English, and those that there is a catalogue of."""

    def __init__(self, *directories: Path) -> None:
        """Read all catalogues, once; a sentence is looked for in the last directory first."""
        self._by_tag = {ENGLISH.tag: ENGLISH}
        for directory in directories:
            for file in sorted(directory.glob(CATALOGUES)):
                self._add(file)

    @property
    def tags(self) -> list[str]:
        """Name the languages, English first."""
        return [language.tag for language in self._by_tag.values()]

    @contextmanager
    def reading(self, accept_language: str | None) -> Iterator[None]:
        """Write pages in the language of whoever sends this header, and then as before."""
        token = _current.set(self._lookup(accepted(accept_language or "")) or ENGLISH)
        try:
            yield
        finally:
            _current.reset(token)

    def prefer(self, ui_locales: str | None) -> None:
        """Go on in a language of this list, the first that there is; otherwise nothing changes."""
        language = self._lookup((ui_locales or "").split()[:MOST_RANGES])
        if language is not None:
            _current.set(language)

    def _add(self, file: Path) -> None:
        with file.open("rb") as opened:
            catalogue = GNUTranslations(opened)
        tag = file.parent.parent.name.replace("_", "-")  # gettext writes pt_BR
        known = self._by_tag.get(tag.casefold())
        if known is not None:
            catalogue.add_fallback(known.catalogue)
        self._by_tag[tag.casefold()] = Language(tag, catalogue)

    def _lookup(self, ranges: Iterable[str]) -> Language | None:
        """Find the first language that there is, or that there is in a more general form."""
        forms = (form for each in ranges for form in _ever_shorter(each))
        return next((self._by_tag[form] for form in forms if form in self._by_tag), None)


def current() -> Language:
    """Tell in which language pages are written now; outside of a request it is English."""
    return _current.get()


def gettext(sentence: str) -> str:
    """Translate a sentence; one that the catalogue does not have stays as it is."""
    return current().catalogue.gettext(sentence) if sentence else ""  # "" names the catalogue


def ngettext(singular: str, plural: str, number: int) -> str:
    """Translate a sentence in the form that its number needs."""
    return current().catalogue.ngettext(singular, plural, number)


def accepted(accept_language: str) -> list[str]:
    """Give the languages that a browser accepts, the most wanted first."""
    matches = [RANGE.fullmatch(part.strip()) for part in accept_language.split(",")[:MOST_RANGES]]
    wishes = [(match[1], float(match[2] or 1)) for match in matches if match]
    return [tag for tag, quality in sorted(wishes, key=lambda wish: -wish[1]) if quality]


def _ever_shorter(tag: str) -> Iterator[str]:
    """Give a tag and what is left when its last part goes, and the single letter before that."""
    parts = tag.casefold().split("-")
    while parts:
        yield "-".join(parts)
        parts.pop()
        if parts and len(parts[-1]) == 1:
            parts.pop()
