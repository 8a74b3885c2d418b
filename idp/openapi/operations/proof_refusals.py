"""What may be wrong with a DPoP proof, at the token endpoint and at resources (RFC 9449 §5, §7)."""

from dataclasses import replace

from idp.oauth2 import dpop
from idp.openapi.model import Refusal
from idp.openapi.operations.refusals import CHALLENGE
from idp.vocabulary import ErrorCode

NONCE = ("DPoP-Nonce", "The nonce for the next proof (RFC 9449 §8).")


def _invalid(when: str, text: str) -> Refusal:
    return Refusal(when, text, ErrorCode.INVALID_DPOP_PROOF)


def _at_resource(refusal: Refusal) -> Refusal:
    return replace(refusal, status=401, headers=(CHALLENGE, *refusal.headers))


OF_ALL_PROOFS = (
    _invalid("There are several proofs.", dpop.SEVERAL),
    _invalid("The proof is no JWT, is too long, or of another type.", dpop.NO_PROOF),
    _invalid("The header of the proof has no public key that this server knows.", dpop.NO_KEY),
    _invalid("The signature is by another key, or by another alg.", dpop.NOT_SIGNED),
    _invalid("The proof was made for another request.", dpop.FOR_ANOTHER_REQUEST),
    _invalid(
        "The proof is more than a minute old, from the future, or not good now by its exp or nbf.",
        dpop.NOT_NOW,
    ),
    _invalid("The proof has no jti.", dpop.NO_JTI),
    _invalid("The proof was sent before (RFC 9449 §11.1).", dpop.USED),
    Refusal(
        "protocol.dpop_nonce: the proof has no nonce of this server, or an old one.",
        dpop.NO_NONCE,
        ErrorCode.USE_DPOP_NONCE,
        headers=(NONCE,),
    ),
)

# The token endpoint
OF_PROOFS = (
    *OF_ALL_PROOFS,
    Refusal(
        "A client with dpop_bound_access_tokens sends no proof (RFC 9449 §5.2).",
        dpop.NEEDED_BY_CLIENT,
        ErrorCode.INVALID_REQUEST,
    ),
    Refusal(
        "The code was asked for with the dpop_jkt of another key (RFC 9449 §10).",
        "The code is bound to another key: send a DPoP proof of the key of dpop_jkt.",
        ErrorCode.INVALID_GRANT,
    ),
    Refusal(
        "The refresh token of a public client comes without proof of its key (RFC 9449 §5).",
        "The refresh_token is bound to a key or certificate, which was not proven.",
        ErrorCode.INVALID_GRANT,
    ),
)

# Every resource for which an access token is needed
OF_BOUND_TOKENS = tuple(
    _at_resource(each)
    for each in (
        *OF_ALL_PROOFS,
        _invalid("A token that is bound to a key comes without a proof.", dpop.NEEDED_BY_TOKEN),
        _invalid("The proof is not for this access token.", dpop.FOR_ANOTHER_TOKEN),
    )
)
