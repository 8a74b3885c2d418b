"""Probes for whoever watches over the server."""

from idp import paths
from idp.openapi.model import Answer, Operation
from idp.openapi.operations.refusals import NO_DATABASE
from idp.openapi.operations.tags import HEALTH

OPERATIONS = (
    Operation(
        "livez",
        "GET",
        paths.LIVE,
        HEALTH,
        "Does it live?",
        "Answers as long as the process does; restart it if it does not.",
        answers=(Answer("It does.", example={"status": "ok"}),),
    ),
    Operation(
        "readyz",
        "GET",
        paths.READY,
        HEALTH,
        "Can it work?",
        "Answers well if the database does; send no requests here if it does not.",
        answers=(Answer("It can.", example={"status": "ok"}),),
        refusals=(NO_DATABASE,),
    ),
)
