"""Every URL, one per line."""

from starlette.routing import BaseRoute, Mount, Route, Router

from idp import paths
from idp.endpoints import (
    authorization,
    backchannel_authentication,
    client_configuration,
    device_authorization,
    docs,
    end_session,
    health,
    introspection,
    key_rotation,
    pushed_authorization_request,
    registration,
    revocation,
    session_management,
    token,
    userinfo,
    well_known,
)
from idp.pages import (
    accent,
    check_mail,
    confirm,
    consent,
    conventions,
    device,
    done,
    email,
    email_code,
    enrol,
    login,
    logo,
    mail_link,
    password,
    recover,
    recovery_codes,
    register,
    request,
    select_account,
    setup,
    totp,
    verify,
)
from idp.pages.account import routes as account
from idp.pages.account.frame import alone, own
from idp.web.adapter import Handler, Prepared, for_people, for_programs, prepared, reading
from idp.web.multipart import MULTIPART
from idp.web.provider import Provider
from idp.web.request import FORM, JSON

GET = ("GET",)
POST = ("POST",)
GET_POST = ("GET", "POST")
GET_PUT_DELETE = ("GET", "PUT", "DELETE")

# Programs call these, and scripts in browsers: JSON, with CORS.
PROTOCOL: tuple[tuple[str, Handler, tuple[str, ...]], ...] = (
    (
        paths.PUSHED_AUTHORIZATION_REQUEST,
        pushed_authorization_request.pushed_authorization_request,
        POST,
    ),
    (paths.TOKEN, token.token, POST),
    (paths.REVOCATION, revocation.revocation, POST),
    (
        paths.BACKCHANNEL_AUTHENTICATION,
        backchannel_authentication.backchannel_authentication,
        POST,
    ),
    (paths.DEVICE_AUTHORIZATION, device_authorization.device_authorization, POST),
    (paths.ADMIN_KEYS_ROTATE, key_rotation.rotate_keys, POST),
)

# So they do these, which hardly ever write, and need not wait for who does.
QUESTIONS: tuple[tuple[str, Handler, tuple[str, ...]], ...] = (
    (paths.INTROSPECTION, introspection.introspection, POST),
    (paths.USERINFO, userinfo.userinfo, GET_POST),
    (paths.READY, health.ready, GET),
)

# Documents that need no database.
DOCUMENTS: tuple[tuple[str, Prepared], ...] = (
    (paths.JWKS, well_known.jwks),
    (paths.OPENID_CONFIGURATION, well_known.metadata),
    (paths.AUTHORIZATION_SERVER_METADATA, well_known.metadata),
    (paths.LIVE, health.live),
    (paths.HOME, conventions.home),
    (paths.FAVICON, conventions.favicon),
    (paths.ROBOTS, conventions.robots),
    (paths.CHANGE_PASSWORD, conventions.change_password),
    (paths.PASSKEY_ENDPOINTS, conventions.passkey_endpoints),
)

# Only unless `client_registration.mode` is "off". They take JSON.
CLIENTS: tuple[tuple[str, Handler, tuple[str, ...]], ...] = (
    (paths.REGISTRATION, registration.registration, POST),
    (paths.CLIENT_CONFIGURATION, client_configuration.client_configuration, GET_PUT_DELETE),
)

# People see these.
PAGES: tuple[tuple[str, Handler, tuple[str, ...]], ...] = (
    (paths.AUTHORIZATION, authorization.authorization, GET_POST),
    (paths.INTERACTION, authorization.interaction, GET),
    (paths.LOGIN, login.login, GET_POST),
    (paths.LOGIN + "/{interaction}", login.login_for_request, GET_POST),
    (paths.VERIFY + "/{sign_in}", verify.verify, GET_POST),
    (paths.VERIFY + "/{sign_in}/{interaction}", verify.verify_for_request, GET_POST),
    (paths.CONFIRM + "/{task}", confirm.confirm, GET_POST),
    (paths.ENROL + "/{interaction}", enrol.enrol, GET_POST),
    (paths.CONSENT + "/{interaction}", consent.consent, GET_POST),
    (paths.SELECT_ACCOUNT, select_account.select_account, GET_POST),
    (
        paths.SELECT_ACCOUNT + "/{interaction}",
        select_account.select_account_for_request,
        GET_POST,
    ),
    (paths.REGISTER, register.register, GET_POST),
    (paths.REGISTER + "/{interaction}", register.register_for_request, GET_POST),
    (paths.SETUP + "/{token}", setup.setup, GET_POST),
    (paths.RECOVER, recover.recover, GET_POST),
    (paths.RECOVER + "/{interaction}", recover.recover_for_request, GET_POST),
    (paths.CHECK_MAIL + "/{flow}", check_mail.check_mail, GET_POST),
    (paths.CHECK_MAIL + "/{flow}/{interaction}", check_mail.check_mail, GET_POST),
    (paths.MAIL_LINK + "/{link}", mail_link.mail_link, GET_POST),
    (paths.MAIL_LINK + "/{link}/{interaction}", mail_link.mail_link, GET_POST),
    (paths.DEVICE, device.device, GET_POST),
    (paths.DEVICE + "/{outcome}", device.device_done, GET),
    (paths.REQUEST + "/{request}", request.request, GET),
    (paths.DONE + "/{what}", done.done, GET),
    (paths.DONE + "/{what}/{interaction}", done.done, GET),
    *account.PAGES,
    (paths.PASSWORD, alone(password.password), GET_POST),
    (paths.TOTP, own(totp.totp), GET_POST),
    (paths.RECOVERY_CODES, own(recovery_codes.recovery_codes), GET_POST),
    (paths.EMAIL, alone(email.email), GET_POST),
    (paths.ADD_ACCOUNT, login.add_account, GET_POST),
    (paths.END_SESSION, end_session.end_session, GET_POST),
)

# Only with `sign_in.email_code`.
EMAIL_CODE: tuple[tuple[str, Handler, tuple[str, ...]], ...] = (
    (paths.EMAIL_CODE, email_code.email_code, GET_POST),
    (paths.EMAIL_CODE + "/{interaction}", email_code.email_code_for_request, GET_POST),
)

# Browsers load these for pages; they hardly ever write either.
PICTURES: tuple[tuple[str, Handler, tuple[str, ...]], ...] = (
    (paths.LOGOS + "/{client_id}/{version}", logo.logo, GET),
    (paths.ACCENTS + "/{name}", accent.accent, GET),
    *account.PICTURES,
)

# Only with `protocol.session_management`.
SESSION_MANAGEMENT: tuple[tuple[str, Prepared], ...] = (
    (paths.CHECK_SESSION, session_management.check_session),
)

# Only with `docs.enabled`.
DOCS: tuple[tuple[str, Prepared], ...] = (
    (paths.DOCS, docs.reference),
    (paths.OPENAPI, docs.document),
)


def routes(provider: Provider) -> list[BaseRoute]:
    """Mount everything under the path of the issuer."""
    documents = DOCUMENTS + (DOCS if provider.config.docs.enabled else ())
    if provider.config.protocol.session_management:
        documents += SESSION_MANAGEMENT
    database = provider.database
    for_all_programs = ((PROTOCOL, database.run), (QUESTIONS, reading(database)))
    mounted: list[BaseRoute] = [
        *(
            Route(path, for_programs(provider, handler, run), methods=[*methods, "OPTIONS"])
            for endpoints, run in for_all_programs
            for path, handler, methods in endpoints
        ),
        *(Route(path, prepared(provider, handler), methods=GET) for path, handler in documents),
        *_for_all_people(provider),
        Mount(paths.STATIC, provider.templates.static),
    ]
    if provider.config.client_registration.mode != "off":
        mounted += [
            Route(
                path,
                for_programs(provider, handler, database.run, takes=JSON, methods=methods),
                methods=[*methods, "OPTIONS"],
            )
            for path, handler, methods in CLIENTS
        ]
    if provider.config.server.dev:
        from idp.pages import playground  # with an HTTP client: 40 ms and 5 MB for others

        mounted += playground.routes(provider)
    prefix = paths.prefix_of(provider.config.issuer)
    if not prefix:
        return mounted
    # RFC 8414 §3.1 puts the path of the issuer behind the well-known one.
    inserted = paths.AUTHORIZATION_SERVER_METADATA + prefix
    return [
        Route(inserted, prepared(provider, well_known.metadata), methods=GET),
        Mount(prefix, Router(mounted, redirect_slashes=False)),
    ]


def _for_all_people(provider: Provider) -> list[BaseRoute]:
    database = provider.database
    kinds = (
        (PAGES, database.run, FORM),
        (EMAIL_CODE if provider.config.sign_in.email_code else (), database.run, FORM),
        (account.UPLOADS, database.run, MULTIPART),
        (PICTURES, database.read, FORM),
    )
    return [
        Route(path, for_people(provider, handler, run, takes=takes), methods=methods)
        for pages, run, takes in kinds
        for path, handler, methods in pages
    ]
