"""A device for passkeys in Chromium, by the DevTools protocol (WebAuthn L3 §11)."""

from dataclasses import dataclass
from typing import Any

from playwright.async_api import CDPSession, Page

OPTIONS = {
    "protocol": "ctap2",
    "ctap2Version": "ctap2_1",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
    "defaultBackupEligibility": True,
    "defaultBackupState": True,
}


@dataclass(frozen=True)
class VirtualAuthenticator:
    """A device that is plugged in to one browser window."""

    session: CDPSession
    authenticator_id: str

    async def credentials(self) -> list[dict[str, Any]]:
        """List the passkeys that it keeps."""
        answer = await self._send("getCredentials")
        found: list[dict[str, Any]] = answer["credentials"]
        return found

    async def add_credential(self, credential: dict[str, Any]) -> None:
        """Copy a passkey to it."""
        await self._send("addCredential", credential=credential)

    async def touch_by_itself(self, enabled: bool) -> None:
        """Say whether its owner confirms at once whatever is asked, or not at all."""
        await self._send("setAutomaticPresenceSimulation", enabled=enabled)

    async def recognise(self, is_verified: bool) -> None:
        """Say whether it knows its owner's finger."""
        await self._send("setUserVerified", isUserVerified=is_verified)

    async def unplug(self) -> None:
        """Take it away."""
        await self._send("removeVirtualAuthenticator")

    async def _send(self, method: str, **parameters: Any) -> dict[str, Any]:
        parameters |= {"authenticatorId": self.authenticator_id}
        answer: dict[str, Any] = await self.session.send(f"WebAuthn.{method}", parameters)
        return answer


async def plug_in(page: Page, **options: Any) -> VirtualAuthenticator:
    """Give a browser window a device."""
    session = await page.context.new_cdp_session(page)
    await session.send("WebAuthn.enable", {})
    answer = await session.send("WebAuthn.addVirtualAuthenticator", {"options": OPTIONS | options})
    return VirtualAuthenticator(session, answer["authenticatorId"])
