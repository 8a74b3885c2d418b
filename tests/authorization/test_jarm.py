"""Responses in a JWT: what is never sent otherwise, and what is (JARM §2)."""

from dataclasses import replace

import pytest

from idp.authorization import response
from idp.authorization.jarm import secure
from idp.authorization.request import AddressedRequest
from idp.oauth2.encryption import NotEncrypted
from idp.oauth2.errors import SentToClient
from idp.signing.key_set import NoActiveKey
from idp.signing.signer import Signer
from idp.vocabulary import ErrorCode, KeyManagementAlgorithm, ResponseMode, SigningAlgorithm
from tests.authorization.conftest import MakeClient, MakeRequest, MakeRules
from tests.parties.relying_party import unverified_claims

REFUSAL = SentToClient(ErrorCode.INVALID_SCOPE, "Ask for less.")
ES256, PS256 = SigningAlgorithm.ES256, SigningAlgorithm.PS256


@pytest.fixture
def encrypted(make_client: MakeClient, make_request: MakeRequest) -> AddressedRequest:
    """Ask as a client that wants its answers encrypted, for which no key was found."""
    client = make_client(
        authorization_signed_response_alg=ES256,
        authorization_encrypted_response_alg=KeyManagementAlgorithm.ECDH_ES,
    )
    return replace(make_request(client), response_mode=ResponseMode.QUERY_JWT)


@pytest.fixture
def withdrawn(make_client: MakeClient, make_request: MakeRequest) -> AddressedRequest:
    """Ask as a client whose answers cannot be signed any more."""
    client = make_client(authorization_signed_response_alg=PS256)
    return replace(make_request(client), response_mode=ResponseMode.FORM_POST_JWT)


def test_code_is_never_sent_in_plain(
    encrypted: AddressedRequest, signer: Signer, make_rules: MakeRules
) -> None:
    """Whoever forgets to find a key gets nothing sent."""
    config = make_rules().config
    answer = response.success(encrypted, {"code": "c"}, config.issuer)

    with pytest.raises(NotEncrypted):
        secure(config, signer, answer)


def test_code_is_never_sent_unsigned(
    withdrawn: AddressedRequest, signer: Signer, make_rules: MakeRules
) -> None:
    """Not even if the check of the algorithm was forgotten."""
    config = make_rules().config
    answer = response.success(withdrawn, {"code": "c"}, config.issuer)

    with pytest.raises(NoActiveKey):
        secure(config, signer, answer)


def test_error_without_a_key_is_signed(
    encrypted: AddressedRequest, signer: Signer, make_rules: MakeRules
) -> None:
    """It has nothing in it that is worth more than to be told."""
    config = make_rules().config

    sent = secure(config, signer, response.error(encrypted, REFUSAL, config.issuer))

    [(name, token)] = sent.parameters
    assert (name, sent.response_mode) == ("response", ResponseMode.QUERY)
    assert unverified_claims(token)["error"] == "invalid_scope"


def test_error_without_an_algorithm_comes_as_it_is(
    withdrawn: AddressedRequest, signer: Signer, make_rules: MakeRules
) -> None:
    """In the same way, without a JWT that the client would refuse."""
    config = make_rules().config
    answer = response.error(withdrawn, REFUSAL, config.issuer)

    sent = secure(config, signer, answer)

    assert sent == replace(answer, response_mode=ResponseMode.FORM_POST)


@pytest.mark.parametrize("mode", ["query", "fragment", "form_post"])
def test_other_modes_are_left_alone(
    make_request: MakeRequest, signer: Signer, make_rules: MakeRules, mode: str
) -> None:
    """What nobody asked to be signed is as it was."""
    config = make_rules().config
    request = replace(make_request(), response_mode=ResponseMode(mode))
    answer = response.success(request, {"code": "c"}, config.issuer)

    assert secure(config, signer, answer) is answer
