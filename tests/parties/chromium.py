"""Chromium, as the machine has it."""

import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest
from playwright.async_api import Browser, BrowserContext, async_playwright

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@asynccontextmanager
async def launched() -> AsyncIterator[Browser]:
    """Start Chromium, for as long as the context is open; its windows are private ones."""
    executable = _executable()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield browser
        await browser.close()


@asynccontextmanager
async def profile(directory: Path, **options: Any) -> AsyncIterator[BrowserContext]:
    """Start Chromium with a profile in a directory, and cookies for frames of other sites.

    Chromium as it is made gives them those; some distributions have changed that.
    """
    executable = _executable()
    preferences = anyio.Path(directory, "Default", "Preferences")
    await preferences.parent.mkdir(parents=True)
    await preferences.write_text(json.dumps({"profile": {"cookie_controls_mode": 0}}))
    async with async_playwright() as playwright:
        context = await playwright.chromium.launch_persistent_context(
            directory, executable_path=executable, args=ARGUMENTS, **options
        )
        yield context
        await context.close()


def _executable() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("no chromium in PATH")
    return found
