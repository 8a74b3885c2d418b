"""Client metadata of any shape: refused in plain words, or read the same way again."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from idp.clients.errors import RegistrationRefused
from idp.clients.members import members
from idp.clients.metadata import UNSUPPORTED, validate
from idp.config import Config
from tests.parties.certificates import VERIFYING

URI = "https://rp.example/cb"
CODE = {"redirect_uris": [URI]}
CONFIG = Config(server=VERIFYING)

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.floats()
    | st.integers()
    | st.text()
    | st.sampled_from(["code", "none", "password", "refresh_token", "openid", "EC", URI]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text() | st.sampled_from(["keys", "kty", "n"]), inner, max_size=4)
    ),
    max_leaves=8,
)
names = st.sampled_from([*(member.name for member in members(CONFIG)), *UNSUPPORTED]) | st.text()


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(json_values | st.dictionaries(names, json_values, max_size=8), st.booleans())
def test_no_json_does_any_harm(untrusted: object, with_uris: bool):
    """Metadata is refused by one of the two errors, or accepted, and then again as it is."""
    if with_uris and isinstance(untrusted, dict):
        untrusted = {**CODE, **untrusted}
    try:
        metadata = validate(untrusted, CONFIG)
    except RegistrationRefused as refusal:
        assert_plain(refusal.description)
        return

    assert validate(json.loads(json.dumps(metadata, allow_nan=False)), CONFIG) == metadata


def assert_plain(description: str) -> None:
    """Check that RFC 6749 §5.2 would allow a text as error_description."""
    assert description.isascii()
    assert description.isprintable()
    assert not set(description) & {'"', "\\"}
    assert len(description) < 300
