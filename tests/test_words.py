"""What code says to people is marked, and all that there is to translate is listed."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.frontend import CommandLineInterface

from idp.oidc.claims import claims_supported
from idp.pages.consent import SINGLE

ROOT = Path(__file__).parent.parent
POT = ROOT / "idp" / "locale" / "messages.pot"
NOT_OF_OURS = {"guesses.py"}  # what a library says, not shown to anybody


def said_in(path: Path) -> Iterator[str]:
    """Give the constants of a file that look like sentences for people and are not marked."""
    tree = ast.parse(path.read_text())
    spared: set[ast.AST] = set()
    for node in ast.walk(tree):
        is_marked = isinstance(node, ast.Call) and ast.unparse(node.func) == "N_"
        is_for_programs = isinstance(node, ast.keyword) and node.arg == "text"
        is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if is_marked or is_for_programs or is_docstring or isinstance(node, ast.JoinedStr):
            spared.update(ast.walk(node))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in spared:
            yield from re.findall(r"^[A-Z].* .*[.?!:]$", node.value)


@pytest.mark.parametrize("room", ["authenticators", "pages", "users"])
def test_what_code_says_to_people_is_marked(room: str) -> None:
    """No sentence is handed to a template that translators have not seen."""
    files = [
        path
        for path in sorted((ROOT / "idp" / room).rglob("*.py"))
        if path.name not in NOT_OF_OURS and "playground" not in path.parts
    ]

    assert files
    assert [(path.name, said) for path in files for said in said_in(path)] == []


def test_the_list_of_sentences_is_as_the_code_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A changed sentence reaches the translators; CONTRIBUTING.md has the command."""
    monkeypatch.chdir(ROOT)
    contributing = (ROOT / "CONTRIBUTING.md").read_text()
    command = re.search(r"\.venv/bin/(pybabel -q extract .*)", contributing)
    assert command is not None
    extracted = tmp_path / "messages.pot"

    CommandLineInterface().run(
        command[1].replace("idp/locale/messages.pot", str(extracted)).split()
    )

    assert extracted.read_text() == POT.read_text()


def test_every_claim_that_can_be_asked_for_is_put_in_words() -> None:
    """No name of a claim is shown in place of a sentence."""
    by_scope = set(claims_supported()) - {"sub"}

    assert by_scope <= set(SINGLE)
