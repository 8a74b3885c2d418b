"""What is said when settings are wrong: plain sentences, and never the value of a secret."""

from collections.abc import Iterable


class ConfigError(Exception):
    """The configuration cannot be used; `problems` says why, a sentence each."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))
