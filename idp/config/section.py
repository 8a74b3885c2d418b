"""What every table of settings has in common."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A part of the configuration: frozen, no unknown keys, docstrings kept as descriptions.

    A field with `repr=False` is a secret: neither an error nor a repr shows its value.
    """

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        use_attribute_docstrings=True,
        validate_default=True,
    )
