"""Security events: recorded with their circumstances, logged, and collected for storage."""

from collections.abc import Iterator

import pytest

from idp.audit import AuditEvent, EventName, collecting, record
from idp.config import LogConfig
from idp.log import bind_request, clear_request, configure
from tests.conftest import Clock


@pytest.fixture(autouse=True)
def _log_to_the_console(restored_log: None) -> Iterator[None]:
    configure(LogConfig())
    yield
    clear_request()


def test_what_an_event_knows(clock: Clock) -> None:
    """An event holds who, what, when, from where and in which request."""
    bind_request("r1", "192.0.2.1")

    event = record(
        EventName.CONSENT_GRANTED,
        user_id="u1",
        client_id="c1",
        sid="s1",
        grant_id="g1",
        scope="openid profile",
    )

    assert event == AuditEvent(
        event_id=event.event_id,
        name=EventName.CONSENT_GRANTED,
        occurred_at=clock.now() - Clock.TICK,
        request_id="r1",
        address="192.0.2.1",
        user_id="u1",
        client_id="c1",
        sid="s1",
        grant_id="g1",
        detail={"scope": "openid profile"},
    )


def test_outside_of_a_request() -> None:
    """An event of the command line has neither request nor address."""
    event = record(EventName.USER_ADDED, user_id="u1")

    assert (event.request_id, event.address, event.client_id) == (None, None, None)


def test_events_differ() -> None:
    """Two events of the same kind are two events."""
    first, second = record(EventName.LOGIN_FAILED), record(EventName.LOGIN_FAILED)

    assert first.event_id != second.event_id


def test_events_are_logged(capsys: pytest.CaptureFixture[str]) -> None:
    """An event is one line of the log, with what is known and nothing else."""
    bind_request("r1", "192.0.2.1")

    event = record(EventName.LOGIN_SUCCEEDED, user_id="u1", amr="pwd")

    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith(
        f" info    login_succeeded event_id={event.event_id} user_id=u1 detail_amr=pwd"
        " request_id=r1 address=192.0.2.1"
    )


@pytest.mark.parametrize(
    "name", [EventName.CODE_REPLAYED, EventName.REFRESH_TOKEN_REUSED, EventName.LOGIN_THROTTLED]
)
def test_alarming_events(name: EventName, capsys: pytest.CaptureFixture[str]) -> None:
    """Signs of an attack are warnings."""
    record(name)

    assert f" warning {name} " in capsys.readouterr().err


def test_details_hold_no_secrets(capsys: pytest.CaptureFixture[str]) -> None:
    """A secret among the details is masked in the event and in the log."""
    event = record(EventName.TOKEN_REVOKED, refresh_token="hunter2", error="code=hunter2")

    assert event.detail == {"refresh_token": "***", "error": "code=***"}
    assert "hunter2" not in capsys.readouterr().err


def test_events_are_collected() -> None:
    """The events of a block are collected in their order, and none from before or after."""
    record(EventName.LOGIN_FAILED)
    with collecting() as events:
        first = record(EventName.LOGIN_SUCCEEDED)
        second = record(EventName.CODE_ISSUED)
    record(EventName.LOGGED_OUT)

    assert events == [first, second]


def test_events_survive_a_failure() -> None:
    """What was collected before an exception is still there after it."""
    try:
        with collecting() as events:
            record(EventName.CODE_REPLAYED)
            raise RuntimeError
    except RuntimeError:
        pass

    assert [event.name for event in events] == [EventName.CODE_REPLAYED]


def test_collectors_nest() -> None:
    """An inner collector keeps its events from the outer one."""
    with collecting() as outer:
        with collecting() as inner:
            record(EventName.LOGIN_FAILED)
        record(EventName.LOGGED_OUT)

    assert [event.name for event in inner] == [EventName.LOGIN_FAILED]
    assert [event.name for event in outer] == [EventName.LOGGED_OUT]
