"""The plans and their modules: each that a file names is walked there (OpenID Certification)."""

import re
from importlib import util
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__)
FILES = sorted(path for path in HERE.parent.glob("test_*.py") if path != HERE)
PLAN = re.compile(r"`([a-z0-9-]+-test-plan)`")
DOCUMENT = HERE.parents[2] / "docs" / "certification.md"

each_file = pytest.mark.parametrize("file", FILES, ids=lambda path: path.stem)


def loaded(file: Path) -> ModuleType:
    """Read a file of this folder."""
    spec = util.spec_from_file_location(file.stem, file)
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@each_file
def test_each_module_is_walked(file: Path) -> None:
    """There is a test of its name, and none of another."""
    module = loaded(file)

    tests = {name for name in vars(module) if name.startswith("test_")}
    assert tests == {"test_" + name.replace("-", "_") for name in module.MODULES}
    assert len(set(module.MODULES)) == len(module.MODULES)


def test_the_plans_are_those_of_the_document() -> None:
    """An operator finds there how to run each, and none of which nothing is walked."""
    walked = {plan for file in FILES for plan in loaded(file).PLANS}

    assert walked == set(PLAN.findall(DOCUMENT.read_text("utf-8")))
