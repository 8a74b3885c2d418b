"""The words of the protocol."""

import re
from enum import StrEnum

import pytest

from idp import vocabulary
from idp.config.values import BUILT_IN_SCOPES
from idp.vocabulary import Scope

ENUMS = [
    each
    for each in vars(vocabulary).values()
    if isinstance(each, type) and issubclass(each, StrEnum) and each is not StrEnum
]


@pytest.mark.parametrize("enum", ENUMS)
def test_a_word_is_named_as_it_is_spelled(enum: type[StrEnum]):
    """Whoever knows the standard's word knows the name of its constant."""
    names = {re.sub("[ +.-]", "_", word.value.rpartition(":")[2].upper()) for word in enum}

    assert names == set(enum.__members__)


def test_the_configuration_knows_the_same_scopes():
    """A scope that needs no declaration cannot be declared."""
    assert set(Scope) == BUILT_IN_SCOPES
