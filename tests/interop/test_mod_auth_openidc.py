"""mod_auth_openidc, in an Apache HTTP Server that protects a page."""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page

from idp.clients.registration import Registered
from idp.storage.users import User
from tests.interop.apps import (
    App,
    add_web_client,
    new_app,
    running,
    shown,
    sign_in,
    sign_out_at,
    until_signed_out,
)
from tests.parties.server import Server

MODULES = Path("/usr/lib/apache2/modules")
CONFIGURATION = """
ServerRoot {directory}
ServerName localhost
DefaultRuntimeDir {directory}
PidFile {directory}/apache.pid
Mutex file:{directory} default
ErrorLog /dev/stderr
LogLevel warn
Listen 127.0.0.1:{port}
User www-data
Group www-data

LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authn_core_module {modules}/mod_authn_core.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule authz_user_module {modules}/mod_authz_user.so
LoadModule dir_module {modules}/mod_dir.so
LoadModule mime_module {modules}/mod_mime.so
LoadModule auth_openidc_module {modules}/mod_auth_openidc.so
TypesConfig /dev/null
AddType text/html .html

OIDCProviderMetadataURL {issuer}/.well-known/openid-configuration
OIDCClientID {client_id}
OIDCClientSecret {client_secret}
OIDCRedirectURI {origin}/callback
OIDCCryptoPassphrase only-for-tests
OIDCPKCEMethod S256
OIDCScope "openid email offline_access"
OIDCInfoHook userinfo access_token refresh_token session

DocumentRoot {directory}/site
<Location />
    AuthType openid-connect
    Require valid-user
</Location>
<Location /signed-out.html>
    AuthType None
    Require all granted
</Location>
"""


@pytest.fixture(scope="module")
async def app(server: Server) -> AsyncIterator[App]:
    """Run Apache."""
    apache = shutil.which("apache2", path=f"{os.environ['PATH']}:/usr/sbin")
    if apache is None or not (MODULES / "mod_auth_openidc.so").is_file():
        pytest.skip("no Apache with mod_auth_openidc")
    app = new_app()
    registered = await add_web_client(
        server,
        app,
        "/callback",
        post_logout_redirect_uris=[app.url("/signed-out.html")],
        backchannel_logout_uri=app.url("/callback?logout=backchannel"),
    )
    # Not below pytest's own directory, which only its owner may read.
    with tempfile.TemporaryDirectory(prefix="idp-apache-") as directory:
        configuration = write_site(Path(directory), server, app, registered)
        async with running(app, [apache, "-D", "FOREGROUND", "-f", configuration]):
            yield app


def write_site(directory: Path, server: Server, app: App, registered: Registered) -> Path:
    """Write a site and its configuration."""
    assert registered.client_secret is not None
    directory.chmod(0o755)
    site, configuration = directory / "site", directory / "apache.conf"
    site.mkdir()
    (site / "index.html").write_text("<title>Notes</title><h1>Notes</h1>")
    (site / "signed-out.html").write_text("<title>Signed out</title>")
    configuration.write_text(
        CONFIGURATION.format(
            directory=directory,
            modules=MODULES,
            port=app.port,
            origin=app.origin,
            issuer=server.issuer,
            client_id=registered.client.client_id,
            client_secret=registered.client_secret.reveal(),
        )
    )
    return configuration


async def test_mod_auth_openidc(app: App, page: Page, person: User) -> None:
    """It signs a person in, refreshes and signs out."""
    info, signed_out = "/callback?info=json", app.url("/signed-out.html")

    await page.goto(app.url("/"))
    await sign_in(page, person)
    await page.wait_for_url(app.url("/"))
    title = await page.title()
    await page.goto(app.url(info))
    first = await shown(page, app, "/callback?*")
    token = first["access_token"]
    await page.goto(app.url(f"/callback?refresh={app.url('/')}&access_token={token}"))
    refreshed_at = page.url
    await page.goto(app.url(info))
    second = await shown(page, app, "/callback?*")
    await page.goto(app.url(f"/callback?logout={signed_out}"))

    assert title == "Notes"
    assert first["userinfo"]["sub"] == person.user_id
    assert refreshed_at == app.url("/")
    assert first["access_token"] != second["access_token"]
    assert first["refresh_token"] != second["refresh_token"]
    assert page.url == signed_out
    await page.goto(app.url("/"))
    await page.wait_for_selector("#login-page")


async def test_backchannel_logout(server: Server, app: App, page: Page, person: User) -> None:
    """Who signs out at the server is signed out of the protected page, too."""
    await page.goto(app.url("/"))
    await sign_in(page, person)
    await page.wait_for_url(app.url("/"))
    await page.reload()
    title = await page.title()

    await sign_out_at(server, page)

    assert title == "Notes"
    await until_signed_out(page, app)
