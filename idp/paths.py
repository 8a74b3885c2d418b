"""Where everything is mounted; the routes and the metadata both read it."""

from urllib.parse import urlsplit

AUTHORIZATION = "/authorize"
INTERACTION = "/authorize/{interaction}"
PUSHED_AUTHORIZATION_REQUEST = "/par"
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
RECOVER = "/recover"
EMAIL_CODE = "/email-code"
CHECK_MAIL = "/check-mail"
MAIL_LINK = "/mail"
DONE = "/done"
ACCOUNT = "/account"
PROFILE = "/account/profile"
PICTURE = "/account/picture"
REMOVE_PICTURE = "/account/picture/remove"
SECURITY = "/account/security"
PASSWORD = "/account/password"
EMAIL = "/account/email"
TOTP = "/account/totp"
RECOVERY_CODES = "/account/recovery-codes"
DEVICES = "/account/devices"
SIGN_OUT = "/account/sign-out"
SIGN_OUT_OTHERS = "/account/sign-out-others"
CONNECTIONS = "/account/connections"
DISCONNECT = "/account/disconnect"
ACTIVITY = "/account/activity"
ACCOUNT_DATA = "/account/data"
EXPORT_ACCOUNT = "/account/export"
DELETE_ACCOUNT = "/account/delete"
PASSKEYS = "/account/passkeys"
ADD_ACCOUNT = "/account/add"
CHANGE_PASSWORD = "/.well-known/change-password"
PASSKEY_ENDPOINTS = "/.well-known/passkey-endpoints"

STATIC = "/static"
LOGOS = "/logos"
ACCENTS = "/accents"
PICTURES = "/pictures"
HOME = "/"
FAVICON = "/favicon.ico"
ROBOTS = "/robots.txt"
LIVE = "/livez"
READY = "/readyz"
DOCS = "/docs"
OPENAPI = "/openapi.json"
PLAYGROUND = "/playground"


def accent_sheet(color: str) -> str:
    """Name the sheet of an accent colour."""
    return f"{ACCENTS}/{color.removeprefix('#')}.css"


def prefix_of(issuer: str) -> str:
    """Give the path of the issuer, under which all else is mounted; usually empty."""
    return urlsplit(issuer).path.rstrip("/")


def alias_of(issuer: str, mtls_url: str) -> str:
    """Give what stands in front of every path where clients show certificates (RFC 8705 §5)."""
    return (mtls_url + prefix_of(issuer)) if mtls_url else issuer
