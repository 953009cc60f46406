"""What is promised: hours, places, and why a try has failed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ivr.acd.settings import MINUTE
from ivr.domain.call import Cause
from ivr.domain.errors import NotValidError
from ivr.runtime.callbacks.promised import Booking, end_of, next_look, outgoing, row_of
from ivr.runtime.groups.times import to_ns

NOW = to_ns(datetime(2026, 11, 23, 10, tzinfo=UTC))
HOUR = 60 * MINUTE


def booking(**more: object) -> Booking:
    return Booking("+905321112233", "cards", "phones", NOW - 3 * MINUTE, **more)  # type: ignore[arg-type]


def test_who_wants_a_call_as_soon_as_possible_keeps_his_place() -> None:
    kept = row_of(booking(), ("p-1", "1"), NOW, lambda _at: False).promise
    assert (kept.from_ns, kept.until_ns) == (NOW, NOW + 2 * HOUR)
    assert kept.virtual_ns(0) == NOW - 3 * MINUTE


def test_who_asks_at_night_is_called_in_the_morning_in_his_old_place() -> None:
    morning = NOW + 9 * HOUR
    kept = row_of(booking(), ("p-1", "1"), NOW, lambda at: at < morning).promise
    assert (kept.from_ns, kept.next_ns, kept.until_ns) == (morning, morning, morning + 2 * HOUR)
    assert kept.virtual_ns(0) == NOW - 3 * MINUTE


def test_a_chosen_time_counts_the_wait_before_it() -> None:
    at = datetime(2026, 11, 24, 9, tzinfo=UTC)
    kept = row_of(booking(at=at), ("p-1", "1"), NOW, lambda _at: False).promise
    assert kept.virtual_ns(0) == to_ns(at) - 3 * MINUTE


def test_what_could_never_be_kept_is_not_promised() -> None:
    with pytest.raises(NotValidError, match="cards"):
        row_of(booking(), ("p-1", "1"), NOW, lambda _at: True)


def test_a_promise_is_looked_at_again_at_its_moments() -> None:
    kept = row_of(booking(), ("p-1", "1"), NOW, lambda _at: False).promise
    assert next_look(kept, NOW) == NOW + 105 * MINUTE
    assert next_look(kept, NOW + 106 * MINUTE) == NOW + 120 * MINUTE


@pytest.mark.parametrize(
    ("path", "cause", "reason"),
    [
        ((), Cause.BUSY, "busy"),
        ((), Cause.NO_ANSWER, "no_answer"),
        ((), Cause.UNREACHABLE, "unreachable"),
        (("confirm", "nobody_there"), Cause.NORMAL, "no_confirm"),
        (("confirm",), Cause.NORMAL, "no_confirm"),
        (("confirm", "wait"), Cause.NORMAL, "not_reached"),
        (("confirm", "wait"), Cause.SYSTEM_LOST, "system_lost"),
        (("confirm", "no_more"), Cause.NORMAL, "no_more"),
    ],
)
def test_why_a_try_has_failed(path: tuple[str, ...], cause: Cause, reason: str) -> None:
    assert end_of(path, cause) == reason


def test_the_call_carries_what_the_agent_is_shown() -> None:
    row = row_of(booking(pop={"reason": "card"}), ("p-1", "1"), NOW, lambda _at: False)
    call = outgoing(row)
    assert (call.walks, call.placed.queue, call.placed.pop) == (
        "@callback.cards",
        "cards",
        {"reason": "card", "callback_token": "1"},
    )
