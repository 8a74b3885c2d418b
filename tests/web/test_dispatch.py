"""Requests are handed to what is at their path, and everything else to the router."""

import httpx2
import pytest
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Mount, Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from idp.web.dispatch import Dispatch


def saying(text: str) -> ASGIApp:
    """Make an application that says its name, and below which path it is."""

    class Saying:
        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            answer = PlainTextResponse(f"{text} below {scope.get('root_path')!r}")
            await answer(scope, receive, send)

    return Saying()


ROUTES: list[BaseRoute] = [
    Route("/outside", saying("outside"), methods=["GET"]),
    Mount(
        "/tenant",
        Router(
            [
                Route("/token", saying("token"), methods=["POST", "OPTIONS"]),
                Route("/token", saying("another"), methods=["POST"]),
                Route("/page/{id}", saying("page"), methods=["GET"]),
                Mount("/static", saying("static")),
            ]
        ),
    ),
]


@pytest.fixture
def http() -> httpx2.AsyncClient:
    """Ask by way of the dispatcher; what it does not know is "elsewhere"."""
    transport = httpx2.ASGITransport(Dispatch(saying("elsewhere"), ROUTES))
    return httpx2.AsyncClient(transport=transport, base_url="https://idp.example")


@pytest.mark.parametrize(
    ("method", "path", "answer"),
    [
        ("GET", "/outside", "outside below ''"),
        ("HEAD", "/outside", ""),
        ("POST", "/tenant/token", "token below '/tenant'"),
        ("OPTIONS", "/tenant/token", "token below '/tenant'"),
        ("GET", "/tenant/token", "elsewhere below ''"),
        ("POST", "/token", "elsewhere below ''"),
        ("POST", "/tenant/token/", "elsewhere below ''"),
        ("POST", "/tenant//token", "elsewhere below ''"),
        ("GET", "/tenant/page/1", "elsewhere below ''"),
        ("GET", "/tenant/page/{id}", "elsewhere below ''"),
        ("GET", "/tenant/static", "elsewhere below ''"),
        ("GET", "/nothing", "elsewhere below ''"),
    ],
)
async def test_who_answers(http: httpx2.AsyncClient, method: str, path: str, answer: str) -> None:
    """A fixed path and an allowed method lead to the first endpoint there, anything else on."""
    response = await http.request(method, path)

    assert response.text == answer
