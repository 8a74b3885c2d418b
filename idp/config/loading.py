"""Loading: the caller's settings before the environment, secret files and config.toml."""

import os
from pathlib import Path
from typing import Any, ClassVar

from pydantic import BaseModel, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from idp.config import names, sources
from idp.config.errors import ConfigError
from idp.config.model import Config
from idp.config.sentences import describe


class Settings(Config, BaseSettings):
    """The configuration, as pydantic-settings lays its sources over each other key by key."""

    model_config = SettingsConfigDict(
        case_sensitive=True,  # in config.toml
        secrets_case_sensitive=False,
        env_prefix=names.PREFIX,
        env_nested_delimiter="__",
    )
    sources: ClassVar[tuple[PydanticBaseSettingsSource, ...]]

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Put each source before those that it wins over."""
        cls.sources = (
            init_settings,
            sources.Variables(settings_cls),
            sources.NamedFiles(settings_cls),
            sources.SecretFiles(file_secret_settings),
            TomlConfigSettingsSource(settings_cls),
        )
        return cls.sources


def load_config(path: Path | None = None, **overrides: Any) -> Config:
    """Read the configuration from everywhere; raise ConfigError with all that is wrong in it."""

    class Here(Settings):
        # Of its own for each call: pydantic-settings takes the names of files from the class.
        model_config = SettingsConfigDict(
            toml_file=sources.find_file(path, os.environ),
            secrets_dir=os.environ.get(sources.SECRETS_VARIABLE) or None,
        )

    for name, value in overrides.items():
        if isinstance(value, BaseModel):  # whose defaults must not win over the other sources
            overrides[name] = value.model_dump(exclude_unset=True)
    try:
        settings = Here(**overrides)
    except ValidationError as error:
        raise ConfigError(describe(error, Here.sources)) from None
    return Config(**vars(settings))
