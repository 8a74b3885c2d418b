"""The request that is being answered, for every line and every event."""

from contextvars import ContextVar
from typing import NamedTuple


class CurrentRequest(NamedTuple):
    """Its id, and the address from which it came: neither is text of the client's making."""

    request_id: str | None
    address: str | None


NO_REQUEST = CurrentRequest(None, None)

_request: ContextVar[CurrentRequest] = ContextVar("request", default=NO_REQUEST)


def bind_request(request_id: str, address: str | None) -> None:
    """Put the request's id and the client's address on every line from here on."""
    _request.set(CurrentRequest(request_id, address))


def clear_request() -> None:
    """Forget the request."""
    _request.set(NO_REQUEST)


def current_request() -> CurrentRequest:
    """Tell which request is being answered; NO_REQUEST outside of one."""
    return _request.get()


def request_id() -> str | None:
    """Name the request that is being answered; None outside of one."""
    return _request.get().request_id


def client_address() -> str | None:
    """Name the address from which the request came; None outside of one."""
    return _request.get().address
