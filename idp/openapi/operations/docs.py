"""The reference itself, where the operator enabled it."""

from idp import paths
from idp.openapi.model import Answer, MediaType, Operation
from idp.openapi.operations.tags import DISCOVERY

OPERATIONS = (
    Operation(
        "openapi",
        "GET",
        paths.OPENAPI,
        DISCOVERY,
        "Read this description",
        "The HTTP interface as OpenAPI 3.1, for tools. Only where the operator enabled it.",
        answers=(Answer("The document.", example={"openapi": "3.1.0"}),),
    ),
    Operation(
        "docs",
        "GET",
        paths.DOCS,
        DISCOVERY,
        "Read this page",
        "The same for people.",
        answers=(Answer("The page.", media_type=MediaType.HTML),),
    ),
)
