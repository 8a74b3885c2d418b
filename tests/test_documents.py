"""What the documents name is there: files, commands, settings, paths."""

import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from idp import paths
from idp.cli import app
from idp.clients.members import members
from idp.config import Config
from idp.config.names import SETTINGS, TABLES
from idp.config.sources import CONFIG_VARIABLE
from idp.vocabulary import FAPIProfile

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "idp"
DOCUMENTS = (
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "README.md",
    "SECURITY.md",
    "docs/certification.md",
    "docs/mutual-tls.md",
    "docs/threat-model.md",
    "docs/token-exchange.md",
)
FOR_OPERATORS = (
    "README.md",
    "docs/certification.md",
    "docs/mutual-tls.md",
    "docs/token-exchange.md",
)

CODE = re.compile(r"`([^`\n]+)`")
BLOCK = re.compile(r"^```\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"[\w.-]+(?:/[\w.-]+)*/?")
ENDING = re.compile(r"\.(?:py|toml|md|png|json|conf)$|/$|^\.ci/")
NAMED_IN = re.compile(
    r"`([A-Za-z_]+)(?:\(\))?` in `(idp/[\w/]+\.py)`|`(idp/[\w/]+\.py)` \(`(\w+)`\)"
)
PROSE_FILE = re.compile(r"\b[A-Z]+\.md\b|(?<=src=\")[^\"]+")

MADE_AT_START = {"var/", "var/mail/"}
MADE_BY_READERS = {
    "lab/ca.pem",
    "lab/idp.pem",
    "lab/idp.key",
    "lab/fapi-suite.json",
    "lab/ciba-suite.json",
}
FOR_EXAMPLE = {"x.py", "test_x.py", "client.json"}


def text_of(document: str) -> str:
    return (ROOT / document).read_text("utf-8")


def code_of(document: str) -> list[str]:
    """List what stands in backticks; blocks are read apart."""
    return CODE.findall(BLOCK.sub("", text_of(document)))


def files_of(document: str) -> set[str]:
    named = {code for code in code_of(document) if FILE.fullmatch(code) and ENDING.search(code)}
    named |= set(PROSE_FILE.findall(text_of(document)))
    return {
        file
        for file in named - MADE_AT_START - MADE_BY_READERS
        if Path(file).name not in FOR_EXAMPLE
    }


def is_there(file: str) -> bool:
    """Find a file by its whole path, or as the documents shorten it: below `idp/`, or by name."""
    if (ROOT / file).exists() or (PACKAGE / file).exists():
        return True
    return "/" not in file and any(PACKAGE.rglob(file))


def blocks_of(document: str) -> list[str]:
    """List the lines of all blocks, one for each command."""
    lines = [line for block in BLOCK.findall(text_of(document)) for line in block.splitlines()]
    return [part.strip() for line in lines for part in line.split("&&")]


def commands_of(document: str) -> list[str]:
    return [c for c in blocks_of(document) if re.match(r"(?:\.venv/bin/)?idp ", c)]


def mentions_of(document: str) -> list[str]:
    return [code for code in code_of(document) if code.startswith("idp ")]


def parse(command: str, *more: str) -> None:
    """Read a command line as `idp` does, and do nothing. Raises what it would complain of."""
    _, *words = [*shlex.split(command, comments=True), *more]
    found: Any = get_command(app)
    context = found.make_context("idp", list(words))
    while hasattr(found, "resolve_command"):
        name, found, words = found.resolve_command(context, words)
        context = found.make_context(name, list(words), parent=context)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_files(document: str) -> None:
    """Every file and folder that a document names is there."""
    named = files_of(document)

    assert named
    assert {file for file in named if not is_there(file)} == set()


def test_names_in_files() -> None:
    """What ARCHITECTURE.md says to be in a file is in it."""
    found = [(a or d, b or c) for a, b, c, d in NAMED_IN.findall(text_of("ARCHITECTURE.md"))]

    assert len(found) >= 5
    missing = [
        (name, file)
        for name, file in found
        if not re.search(
            rf"^(?:def |class )?{name}\b", (ROOT / file).read_text("utf-8"), re.MULTILINE
        )
    ]
    assert missing == []


@pytest.mark.parametrize(
    "command",
    [c for d in FOR_OPERATORS for c in commands_of(d)],
)
def test_commands(command: str) -> None:
    """Every command in a block of a document is one, with nothing left out."""
    parse(command)


@pytest.mark.parametrize(
    "mention", sorted({mention for document in DOCUMENTS for mention in mentions_of(document)})
)
def test_mentions(mention: str) -> None:
    """Every command in a sentence is one; whom it concerns may be left out."""
    try:
        parse(mention)
    except Exception:  # of typer's own parser, which is not public
        parse(mention, "someone")


@pytest.mark.parametrize("command", ["idp serv", "idp client ad", "idp client add A --publik"])
def test_wrong_commands(command: str) -> None:
    """A command that does not exist would have been noticed."""
    with pytest.raises(Exception, match=r"No such|Did you mean"):
        parse(command)


def test_extras() -> None:
    """What the documents install with the package are its extras."""
    project = tomllib.loads(text_of("pyproject.toml"))["project"]

    wanted = {
        extra for document in DOCUMENTS for extra in re.findall(r"'\.\[(\w+)\]'", text_of(document))
    }

    assert wanted == set(project["optional-dependencies"])


@pytest.mark.parametrize("document", ["SECURITY.md", *FOR_OPERATORS])
def test_settings(document: str) -> None:
    """Every setting that a document names exists."""
    sections = "|".join(path[0] for path in TABLES)
    named = re.findall(rf"^((?:{sections})\.\w+)", "\n".join(code_of(document)), re.MULTILINE)

    assert named
    assert [name for name in named if tuple(name.split(".")) not in SETTINGS] == []


def test_readme_of_settings() -> None:
    """README.md has the default issuer, the variables and the sections right."""
    text = text_of("README.md")

    assert f"`{Config().issuer}` until you set `issuer`" in text
    assert f"`{CONFIG_VARIABLE}`" in text
    assert set(re.findall(r"`\[(\w+)\]", text)) <= {p[0] for p in TABLES}


def test_readme_of_paths() -> None:
    """Every path in the table of README.md is one of this server's."""
    known = {value for name, value in vars(paths).items() if name.isupper()}
    rows = re.findall(
        r"^\| (?:Discovery|Endpoints|Probes|API reference) \|.*$",
        text_of("README.md"),
        re.MULTILINE,
    )

    named = re.findall(r"`(/[^`]*)`", "\n".join(rows))

    assert len(named) > 10
    assert set(named) - known == set()


def test_readme_of_standards() -> None:
    """Each row of the table names code and tests, and all of tests/specs/ is in some row."""
    section = text_of("README.md").partition("\n## Standards\n")[2].partition("\n## ")[0]
    rows = [row.split(" | ") for row in re.findall(r"^\| (.+) \|$", section, re.MULTILINE)][1:]

    code = [CODE.findall(row[1]) for row in rows]
    tests = [CODE.findall(row[2]) for row in rows]

    assert len(rows) > 20
    assert all(files and all(file.startswith("idp/") for file in files) for files in code)
    assert all(files and all(file.startswith("tests/") for file in files) for files in tests)
    named = {file for files in tests for file in files}
    specs = {f"tests/specs/{path.name}" for path in (ROOT / "tests/specs").glob("test_*.py")}
    assert specs - named == set()


def test_readme_of_our_own_metadata() -> None:
    """The members of client metadata that README.md calls our own can be registered."""
    sentence = re.search(r"Our own\s+members are (.*?)\.\n\n", text_of("README.md"), re.DOTALL)
    assert sentence is not None

    named = {code for code in CODE.findall(sentence[1]) if "_" in code} | {"resources"}
    named -= set(FAPIProfile)
    issuers = {"https://ci.example": {"jwks": "ci.json", "user_by": "sub"}}

    assert named == {
        "first_party",
        "fapi_profile",
        "resources",
        "token_exchange_audiences",
        "trusted_issuers",
        "require_second_factor",
        "accent_color",
        "resource_server",
        "access_token_format",
        "access_token_signed_response_alg",
        "require_pkce",
    }
    assert named <= {member.name for member in members(Config(trusted_issuers=issuers))}
