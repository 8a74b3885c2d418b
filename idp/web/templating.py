"""Pages and mails from the templates, the operator's own before the packaged ones."""

import json
from collections.abc import Mapping
from pathlib import Path

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from idp import paths
from idp.web import language
from idp.web.language import Languages
from idp.web.static import PACKAGED_STATIC, StaticFiles

_PACKAGE = Path(__file__).resolve().parent.parent


def data_directory(name: str) -> Path:
    """Find a directory that ships with the program: inside the wheel, or beside the package."""
    for directory in (_PACKAGE / "_data" / name, _PACKAGE.parent / name):
        if directory.is_dir():
            return directory
    raise FileNotFoundError(name)


class Templates:
    """The pages of one server, ready to be filled in."""

    def __init__(
        self, directory: str, branding_name: str, *, accent_color: str = "", url_prefix: str = ""
    ) -> None:
        own = [Path(directory)] if directory else []
        if not all(path.is_dir() for path in own):
            raise NotADirectoryError("templates.directory does not name a directory")
        own_static = [path / "static" for path in own if (path / "static").is_dir()]
        self.static = StaticFiles(*own_static, PACKAGED_STATIC, url_prefix=url_prefix)
        self.languages = Languages(_PACKAGE / "locale", *(path / "locale" for path in own))
        self._environment = _environment([*own, data_directory("templates")])
        self._environment.globals.update(
            brand=branding_name,
            accent_path=paths.accent_sheet(accent_color) if accent_color else None,
            static=self.static.url,
            url_prefix=url_prefix,
        )

    def render(self, name: str, **context: object) -> str:
        """Fill in a template; a value that it needs and does not get is an error."""
        return self._environment.get_template(name).render(_of_language() | context)

    def render_blocks(self, name: str, **context: object) -> dict[str, str]:
        """Fill in each block of a template for itself; give it as one line."""
        template = self._environment.get_template(name)
        filled = template.new_context(_of_language() | context)
        return {
            block: " ".join("".join(render(filled)).split())
            for block, render in template.blocks.items()
        }


def _environment(directories: list[Path]) -> Environment:
    environment = Environment(
        loader=ChoiceLoader([FileSystemLoader(directory) for directory in directories]),
        autoescape=_is_markup,  # noqa: S701  # all but the plain text of mails is escaped
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # Only an operator edits templates under a running server.
        auto_reload=len(directories) > 1,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # set by i18n
        language.gettext, language.ngettext, newstyle=True
    )
    environment.filters["translated"] = translated
    environment.filters["dereferenced"] = dereference
    environment.filters["pretty_json"] = pretty_json
    return environment


def _of_language() -> dict[str, object]:
    current = language.current()
    return {"language": current.tag, "direction": current.direction}


def translated(sentence: object) -> object:
    """Translate a sentence that comes from Python code; it stays text, and so is escaped.

    `_()` would take it for markup, as the words of a template are, which come as they should be.
    """
    if not isinstance(sentence, str) or isinstance(sentence, Markup):
        return sentence
    return language.gettext(sentence)


def _is_markup(name: str | None) -> bool:
    """Escape everywhere but in the plain text of mails."""
    return name is None or not name.endswith(".txt")


def pretty_json(value: object) -> str:
    """Write an example for people: text as it is, everything else as indented JSON."""
    return value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)


def dereference(document: Mapping[str, object]) -> object:
    """Put the components of an OpenAPI document where its local references name them."""
    return _without_references(document, document, frozenset())


def _without_references(
    value: object, document: Mapping[str, object], seen: frozenset[str]
) -> object:
    if isinstance(value, list | tuple):
        return [_without_references(item, document, seen) for item in value]
    if not isinstance(value, Mapping):
        return value
    reference = value.get("$ref")
    if not isinstance(reference, str):
        return {key: _without_references(item, document, seen) for key, item in value.items()}
    if reference in seen:
        return {"title": reference.rpartition("/")[2]}
    return _without_references(_find(document, reference), document, seen | {reference})


def _find(document: Mapping[str, object], reference: str) -> object:
    found: object = document
    for key in reference.removeprefix("#/").split("/"):
        found = found[key] if isinstance(found, Mapping) else {}
    return found
