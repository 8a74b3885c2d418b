"""Where everything is mounted; the routes and the metadata both read it."""

from urllib.parse import urlsplit

AUTHORIZATION = "/authorize"
INTERACTION = "/authorize/{interaction}"
TOKEN = "/token"
USERINFO = "/userinfo"
INTROSPECTION = "/introspect"
REVOCATION = "/revoke"
JWKS = "/jwks.json"
ADMIN_KEYS_ROTATE = "/admin/keys/rotate"
END_SESSION = "/logout"
REGISTRATION = "/clients"
CLIENT_CONFIGURATION = "/clients/{client_id}"
CHECK_SESSION = "/check-session"
OPENID_CONFIGURATION = "/.well-known/openid-configuration"
AUTHORIZATION_SERVER_METADATA = "/.well-known/oauth-authorization-server"

LOGIN = "/login"
VERIFY = "/verify"
CONFIRM = "/confirm"
ENROL = "/enrol"
CONSENT = "/consent"
SELECT_ACCOUNT = "/select-account"
REGISTER = "/register"
SETUP = "/setup"
ACCOUNT = "/account"
DISCONNECT = "/account/disconnect"
SIGN_OUT = "/account/sign-out"
PASSWORD = "/account/password"
ADD_ACCOUNT = "/account/add"
CHANGE_PASSWORD = "/.well-known/change-password"

STATIC = "/static"
LOGOS = "/logos"
HOME = "/"
FAVICON = "/favicon.ico"
ROBOTS = "/robots.txt"
LIVE = "/livez"
READY = "/readyz"
DOCS = "/docs"
OPENAPI = "/openapi.json"
PLAYGROUND = "/playground"


def prefix_of(issuer: str) -> str:
    """Give the path of the issuer, under which all else is mounted; usually empty."""
    return urlsplit(issuer).path.rstrip("/")
