"""The rules of the house: what may import what, where async and SQL live, how long a file is."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "idp"

# From the top down. A module imports from its own layer and from those below.
LAYERS: tuple[frozenset[str], ...] = tuple(
    frozenset(names.split())
    for names in (
        "cli demo __main__",
        "app",
        "routes",
        "upkeep",
        "endpoints pages",
        "web",
        "openapi",
        "metadata",
        "authorization_server",
        "authorization grant_types",
        "tokens",
        "oidc",
        "authenticators",
        "oauth2",
        "clients users",
        "outbox",
        "signing",
        "storage",
        "audit fetch",
        "log",
        "config redaction",
        "clock colors paths secret vocabulary words",
    )
)

# The two halves of a flow, and the two kinds of HTTP, know nothing of each other.
APART = (
    {"authorization", "grant_types"},
    {"clients", "users"},
)

KNOW_STARLETTE = {"app", "cli", "endpoints", "pages", "routes", "web"}
MAY_BE_ASYNC = {"app", "cli", "demo", "fetch", "pages", "upkeep", "web"}
MAY_BE_ASYNC_FILES = {
    f"storage/{name}.py"
    for name in ("database", "sqlite", "writer", "postgresql", "migrations/upgrade")
} | {f"outbox/{name}.py" for name in ("letter", "mail_directory", "post", "sender", "smtp")}
INSIDE_STORAGE = (
    "compiled", "operations", "postgresql", "sqlite", "sqlite_transaction", "statements",
    "together", "transaction", "writer",
)  # fmt: skip
MAX_LINES = 300
MAX_FUNCTION_LINES = 50
LEFT_FOR_LATER = ("TODO", "FIXME", "XXX", "HACK")
EMPTY_NAMES = {"utils", "helpers", "common", "core", "base", "manager", "misc"}


def modules() -> list[Path]:
    """List the files of the program, but for its map."""
    return sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def python_files() -> list[Path]:
    """List all Python files of the project."""
    folders = (PACKAGE, ROOT / "tests", ROOT / "bench")
    return sorted(path for folder in folders for path in folder.rglob("*.py"))


def name_of(path: Path) -> str:
    """Name a file for the report."""
    return str(path.relative_to(ROOT))


def room_of(path: Path) -> str:
    """Tell which part of the program a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def layer_of(room: str) -> int:
    """Tell how far down a part stands."""
    return next(number for number, rooms in enumerate(LAYERS) if room in rooms)


def tree_of(path: Path) -> ast.Module:
    """Parse a file."""
    return ast.parse(path.read_text())


def imports_of(path: Path) -> Iterator[str]:
    """List what a file imports, by full name; a relative import has none."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def rooms_imported_by(path: Path) -> set[str]:
    """List the parts of the program that a file imports from."""
    names = {name.split(".")[1] for name in imports_of(path) if name.startswith("idp.")}
    return {name for name in names if not name.startswith("__")}


Function = ast.FunctionDef | ast.AsyncFunctionDef
Documented = ast.ClassDef | Function


def functions_of(path: Path) -> list[Function]:
    """List the functions and methods of a file."""
    return [node for node in ast.walk(tree_of(path)) if isinstance(node, Function)]


def public_of(path: Path) -> Iterator[tuple[str, Documented]]:
    """List public classes and functions, and the public methods of those classes."""
    for node in tree_of(path).body:
        if isinstance(node, Documented) and not node.name.startswith("_"):
            yield node.name, node
            for method in node.body if isinstance(node, ast.ClassDef) else ():
                if isinstance(method, Documented) and not method.name.startswith("_"):
                    yield f"{node.name}.{method.name}", method


def test_every_room_has_its_layer() -> None:
    """A new part of the program is given its place in LAYERS."""
    rooms = {room_of(path) for path in modules()}

    assert rooms <= frozenset().union(*LAYERS)


def test_imports_point_down() -> None:
    """A module imports nothing from above, nor from the other half of its layer."""
    wrong = [
        f"{name_of(path)} imports {other}"
        for path in modules()
        for other in rooms_imported_by(path)
        if layer_of(other) < layer_of(room_of(path)) or {room_of(path), other} in APART
    ]

    assert wrong == []


def test_only_the_top_knows_starlette() -> None:
    """The protocol does not know how it is served."""
    wrong = [
        name_of(path)
        for path in modules()
        if room_of(path) not in KNOW_STARLETTE
        and any(name.startswith("starlette") for name in imports_of(path))
    ]

    assert wrong == []


def test_only_storage_writes_sql() -> None:
    """Elsewhere SQLAlchemy is known by its exceptions alone."""
    wrong = [
        f"{name_of(path)} imports {name}"
        for path in modules()
        if room_of(path) != "storage"
        for name in imports_of(path)
        if name.startswith("sqlalchemy") and not name.startswith("sqlalchemy.exc.")
    ]

    assert wrong == []


def test_async_stays_in_the_shell() -> None:
    """Below the web layer nothing is async, except the bridge and the way out."""
    wrong = [
        f"{name_of(path)} {function.name}"
        for path in modules()
        if room_of(path) not in MAY_BE_ASYNC
        and str(path.relative_to(PACKAGE)) not in MAY_BE_ASYNC_FILES
        for function in functions_of(path)
        if isinstance(function, ast.AsyncFunctionDef)
    ]

    assert wrong == []


def test_nobody_knows_how_the_database_is_written() -> None:
    """Above storage there are transactions; batches, compiled statements and drivers are below."""
    wrong = [
        f"{name_of(path)}: {imported}"
        for path in modules()
        if room_of(path) != "storage"
        for imported in imports_of(path)
        if imported.startswith(tuple(f"idp.storage.{each}." for each in INSIDE_STORAGE))
    ]

    assert wrong == []


def test_only_config_reads_the_environment() -> None:
    """Settings come from one place; the command line hands them to its workers by it."""
    wrong = [
        name_of(path)
        for path in modules()
        if "os.environ" in path.read_text() and room_of(path) not in {"config", "cli"}
    ]

    assert wrong == []


def test_files_fit_on_a_few_screens() -> None:
    """A file has one subject; a longer one wants a wall."""
    long = [
        f"{name_of(path)}: {lines}"
        for path in python_files()
        if (lines := len(path.read_text().splitlines())) > MAX_LINES
    ]

    assert long == []


def test_functions_are_short() -> None:
    """A function of more than fifty lines is two functions; a migration is a list."""
    long = [
        f"{name_of(path)} {function.name}"
        for path in modules()
        if "versions" not in path.parts
        for function in functions_of(path)
        if (function.end_lineno or 0) - function.lineno >= MAX_FUNCTION_LINES
    ]

    assert long == []


def test_everything_public_is_documented() -> None:
    """Modules, classes and public functions say what they are in a sentence."""
    silent = [name_of(path) for path in python_files() if not ast.get_docstring(tree_of(path))]
    silent += [
        f"{name_of(path)} {name}"
        for path in modules()
        for name, node in public_of(path)
        if not ast.get_docstring(node)
    ]

    assert silent == []


def test_tests_are_sentences() -> None:
    """Every test says in one sentence which behaviour it shows."""
    silent = [
        f"{name_of(path)} {function.name}"
        for path in (ROOT / "tests").rglob("test_*.py")
        for function in functions_of(path)
        if function.name.startswith("test_") and not ast.get_docstring(function)
    ]

    assert silent == []


def test_names_say_something() -> None:
    """No file is named for having no subject."""
    empty = [
        name_of(path)
        for path in python_files()
        if not EMPTY_NAMES.isdisjoint({part.removesuffix(".py") for part in path.parts})
    ]

    assert empty == []


def test_nothing_is_left_for_later_or_silenced_without_a_reason() -> None:
    """There is no note of work to do, and a suppression says why it is there."""
    left = [
        f"{name_of(path)}: {comment}"
        for path in python_files()
        for line in path.read_text().splitlines()
        if (comment := line.partition("#")[2].strip())
        and (comment.startswith(LEFT_FOR_LATER) or is_bare_suppression(comment))
    ]

    assert left == []


def is_bare_suppression(comment: str) -> bool:
    """Tell whether a comment silences a tool and does not say why."""
    is_suppression = comment.startswith(("type: ignore", "noqa"))
    return is_suppression and len(comment.replace("type: ignore", "ignore").split()) < 3
