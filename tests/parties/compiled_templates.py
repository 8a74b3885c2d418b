"""Templates that all servers of a run share, once they are compiled."""

from collections.abc import Iterator
from functools import partial

import pytest
from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket

from idp.web import templating


class CompiledTemplates(BytecodeCache):
    """What templates were compiled to; Jinja looks whether the source is still the same."""

    def __init__(self) -> None:
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what is known of a template."""
        if bucket.key in self._compiled:
            bucket.bytecode_from_string(self._compiled[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what a template was compiled to."""
        self._compiled[bucket.key] = bucket.bytecode_to_string()


@pytest.fixture(scope="session", autouse=True)
def compiled_templates() -> Iterator[None]:
    """Let all servers share what they compile, which takes a third of a test's time."""
    shared = partial(Environment, bytecode_cache=CompiledTemplates())
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(templating, "Environment", shared)
        yield
