"""The CIBA grant, at the token endpoint (CIBA Core §10.1)."""

from idp.grant_types.device_code import DeviceCodeGrant
from idp.vocabulary import CONFIDENTIAL, GrantType


class CibaGrant(DeviceCodeGrant):
    """Redeems an `auth_req_id`, for which is polled by the same rules as for a device's code."""

    GRANT_TYPE = GrantType.CIBA
    PARAMETER = "auth_req_id"
    TOKEN_ENDPOINT_AUTH_METHODS = CONFIDENTIAL
