"""What refusals mean."""

from __future__ import annotations

import pytest

from ivr.channels.sip.wire.calls.reason import cause_of, is_elsewhere, q850_of, retry_after_of
from ivr.channels.sip.wire.messages.message import Headers


@pytest.mark.parametrize(
    ("statuses", "cause"),
    [
        ((486, 600), "busy"),
        ((408, 480, 487), "noanswer"),
        ((401, 407, 403, 488, 603, 607, 608), "rejected"),
        ((404, 410, 484, 604, 500, 502, 503, 504, 302, 301, 400, 606), "unreachable"),
    ],
)
def test_a_status_has_its_cause(statuses: tuple[int, ...], cause: str) -> None:
    assert {cause_of(status, 0) for status in statuses} == {cause}


@pytest.mark.parametrize(
    ("q850", "cause"),
    [(17, "busy"), (18, "noanswer"), (19, "noanswer"), (21, "rejected")]
    + [(n, "unreachable") for n in (1, 3, 27)],
)
def test_q850_beats_the_status(q850: int, cause: str) -> None:
    assert cause_of(200, q850) == cause
    assert cause_of(486, 16) == "busy"


@pytest.mark.parametrize(
    ("value", "q850"),
    [
        ('Q.850;cause=17;text="User busy"', 17),
        ('SIP;cause=486, q.850 ; cause=19 ;text="a,b;cause=3"', 19),
        ("Q.850;cause=x", 0),
        ("Q.850;cause=99999", 0),
        ("Q.850", 0),
        ("SIP;cause=200", 0),
        ('Q.850;cause="16"', 16),
        ('Q.850;text="open', 0),
    ],
)
def test_reason_is_read(value: str, q850: int) -> None:
    assert q850_of(Headers([("Reason", value)])) == q850


def test_completed_elsewhere() -> None:
    told = Headers([("Reason", 'SIP;cause=200;text="Call completed elsewhere"')])
    assert is_elsewhere(told)
    assert not is_elsewhere(Headers([("Reason", "SIP;cause=487")]))
    assert not is_elsewhere(Headers())


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("120", 120), ("5 (soon)", 5), ("18;duration=3600", 18), ("x", 0), ("9999999", 0), ("", 0)],
)
def test_retry_after_is_read(value: str, seconds: int) -> None:
    assert retry_after_of(Headers([("Retry-After", value)])) == seconds
