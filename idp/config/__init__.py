"""The configuration: every setting, from where it may come, and what is said when one is wrong.

model      the settings themselves, typed, each with its docstring
passwords, sign_in, protocol, registration, client_registration, mail
           those of passwords, of sign-ins, of clients, of who registers (people, clients), of mail
resources, authorization_details
           those of the APIs that tokens are for, and of what can be asked for in detail
trusted_issuers
           those of others who speak of people
section    what its tables have in common: frozen, without unknown names
values     the kinds of value that they are made of, and the rules for each
names      what each setting is called in a file and in the environment
sources    variables and secret files, as pydantic-settings reads them; config.toml, if it is sound
loading    load_config: the sources in their order, then the model
sentences  what is said about a setting that is wrong
errors     ConfigError, which carries the sentences
"""

from idp.config.authorization_details import AuthorizationDetailsTypeConfig, MemberConfig
from idp.config.client_registration import ClientRegistrationConfig
from idp.config.errors import ConfigError
from idp.config.loading import load_config
from idp.config.mail import MailConfig
from idp.config.model import (
    AuditConfig,
    BrandingConfig,
    Config,
    DatabaseConfig,
    DocsConfig,
    FetchConfig,
    KeysConfig,
    LogConfig,
    TemplatesConfig,
)
from idp.config.passwords import PasswordsConfig
from idp.config.protocol import ProtocolConfig, TokensConfig
from idp.config.registration import RegistrationConfig
from idp.config.resources import ResourceConfig
from idp.config.server import ServerConfig
from idp.config.sign_in import LoginSessionsConfig, SignInConfig, ThrottleConfig
from idp.config.trusted_issuers import TrustedIssuer

__all__ = [
    "AuditConfig",
    "AuthorizationDetailsTypeConfig",
    "BrandingConfig",
    "ClientRegistrationConfig",
    "Config",
    "ConfigError",
    "DatabaseConfig",
    "DocsConfig",
    "FetchConfig",
    "KeysConfig",
    "LogConfig",
    "LoginSessionsConfig",
    "MailConfig",
    "MemberConfig",
    "PasswordsConfig",
    "ProtocolConfig",
    "RegistrationConfig",
    "ResourceConfig",
    "ServerConfig",
    "SignInConfig",
    "TemplatesConfig",
    "ThrottleConfig",
    "TokensConfig",
    "TrustedIssuer",
    "load_config",
]
