"""What a command says instead of going on: sentences that tell what to change."""

from collections.abc import Iterable


class Refused(Exception):
    """The person asked for something that cannot be done like that."""

    exit_code = 1

    def __init__(self, sentences: str | Iterable[str]) -> None:
        self.sentences = (sentences,) if isinstance(sentences, str) else tuple(sentences)
        super().__init__("\n".join(self.sentences))


class Unavailable(Refused):
    """Something that the program needs cannot be used: the database, a key file, the port."""

    exit_code = 3
