"""An app that shows codes, on somebody's phone; it knows RFC 4226 and RFC 6238 by itself."""

import base64
import hashlib
import hmac
import html
import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs, unquote, urlsplit

from idp import clock

SECONDS = 30


@dataclass(frozen=True)
class AuthenticatorApp:
    """One account in the app."""

    label: str
    issuer: str
    secret: bytes

    @classmethod
    def scan(cls, uri: str) -> "AuthenticatorApp":
        """Read what is in a QR code; refuse what common apps do not understand."""
        parts = urlsplit(uri)
        given = {name: values[0] for name, values in parse_qs(parts.query).items()}
        assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
        assert given.get("algorithm", "SHA1") == "SHA1"
        assert given.get("digits", "6") == "6"
        assert given.get("period", "30") == "30"
        secret = given["secret"]
        secret += "=" * (-len(secret) % 8)
        return cls(unquote(parts.path[1:]), given["issuer"], base64.b32decode(secret))

    @classmethod
    def set_up_on(cls, page: str) -> "AuthenticatorApp":
        """Open the link of a page with the app on the same device."""
        (uri,) = re.findall(r'href="(otpauth:[^"]+)"', page)
        return cls.scan(html.unescape(uri))

    def code(self, *, at: datetime | None = None, steps_later: int = 0) -> str:
        """Show the code of a moment, by the clock of the server."""
        moment = at or clock.now()
        counter = int(moment.timestamp()) // SECONDS + steps_later
        mac = hmac.digest(self.secret, counter.to_bytes(8, "big"), hashlib.sha1)
        offset = mac[-1] & 15
        number = int.from_bytes(mac[offset : offset + 4], "big") & 0x7FFFFFFF
        return f"{number % 1_000_000:06d}"

    def wrong_code(self) -> str:
        """Make up a code that is not good now, nor shortly before or after."""
        good = {self.code(steps_later=steps) for steps in range(-3, 4)}
        return next(code for code in map("{:06d}".format, range(10)) if code not in good)
