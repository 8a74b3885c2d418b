"""What is said of a configuration that is wrong."""

from pathlib import Path

import pytest

from idp.config import ConfigError, load_config


def problems_of(path: Path | None = None, **overrides: object) -> tuple[str, ...]:
    """Load it in vain, and give the sentences."""
    with pytest.raises(ConfigError) as caught:
        load_config(path, **overrides)
    assert str(caught.value) == "\n".join(caught.value.problems)
    return caught.value.problems
