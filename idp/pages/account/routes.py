"""Every URL of a person's own pages."""

from idp import paths
from idp.pages.account import (
    activity,
    connections,
    data,
    devices,
    overview,
    passkeys,
    picture,
    profile,
    requests,
    security,
)
from idp.pages.account.frame import own
from idp.web.adapter import Handler

GET = ("GET",)
POST = ("POST",)
GET_POST = ("GET", "POST")

PAGES: tuple[tuple[str, Handler, tuple[str, ...]], ...] = (
    (paths.ACCOUNT, own(overview.overview), GET),
    (paths.PROFILE, own(profile.profile), GET_POST),
    (paths.REMOVE_PICTURE, own(picture.take_away), POST),
    (paths.SECURITY, own(security.security), GET),
    (paths.PASSKEYS, own(passkeys.passkeys), GET_POST),
    (paths.DEVICES, own(devices.devices), GET),
    (paths.SIGN_OUT, own(devices.sign_out), POST),
    (paths.SIGN_OUT_OTHERS, own(devices.sign_out_others), POST),
    (paths.CONNECTIONS, own(connections.connections), GET),
    (paths.DISCONNECT, own(connections.disconnect), POST),
    (paths.REQUESTS, own(requests.requests), GET_POST),
    (paths.REMOVE_USER_CODE, own(requests.remove_code), POST),
    (paths.ACTIVITY, own(activity.activity), GET),
    (paths.ACCOUNT_DATA, own(data.data), GET),
    (paths.EXPORT_ACCOUNT, own(data.export_account), POST),
    (paths.DELETE_ACCOUNT, own(data.delete_account), POST),
)

# With a file in the form.
UPLOADS: tuple[tuple[str, Handler, tuple[str, ...]], ...] = (
    (paths.PICTURE, own(picture.give), POST),
)

# Browsers load these for pages.
PICTURES: tuple[tuple[str, Handler, tuple[str, ...]], ...] = (
    (paths.PICTURES + "/{picture_id}", picture.picture, GET),
)
