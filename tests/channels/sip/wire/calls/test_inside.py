"""Requests inside a call."""

from __future__ import annotations

import pytest

from ivr.channels.sip.wire.calls.inside import read_key
from ivr.channels.sip.wire.words import Ended, KeyInfo
from tests.channels.sip.wire.ends import End, methods

RELAY = "application/dtmf-relay"


@pytest.mark.parametrize(
    ("kind", "body", "key"),
    [
        (RELAY, b"Signal=5\r\nDuration=160\r\n", ("5", 160)),
        (RELAY, b"Signal= #\r\nDuration= 250", ("#", 250)),
        (RELAY, b"signal=*\nduration=x", ("*", 100)),
        (RELAY, b"Signal=10", ("*", 100)),
        (RELAY, b"Signal=11", ("#", 100)),
        (RELAY, b"Signal=12\rDuration=99999999", ("A", 60000)),
        (RELAY, b"Signal=d", ("D", 100)),
        (RELAY, b"Signal=55", ("", 100)),
        (RELAY, b"", ("", 100)),
        ("application/dtmf", b" 7\r\n", ("7", 100)),
        ("application/dtmf", b"\xff", ("", 100)),
        ("text/plain", b"7", None),
    ],
)
def test_a_key_is_read(kind: str, body: bytes, key: tuple[str, int] | None) -> None:
    assert read_key(kind, body) == key


@pytest.mark.parametrize(("row", "key"), [(35, "5"), (36, "#")])
def test_rows_35_and_36_an_info_brings_a_key(row: int, key: str) -> None:
    end = End()
    name = end.answered()
    body = f"Signal={key}\r\nDuration=100\r\n".encode()
    assert methods(end.asks("INFO", cseq=2, to_tag=name, body=body, kind=RELAY)) == ["200 INFO"]
    assert end.event(KeyInfo) == KeyInfo(name, key, 100), row


def test_a_repeated_info_is_one_key() -> None:
    end = End()
    name = end.answered()
    for _ in range(3):
        end.asks("INFO", cseq=2, to_tag=name, body=b"1", kind="application/dtmf", branch="z9hG4bKk")
    assert len(end.events(KeyInfo)) == 1


@pytest.mark.parametrize(
    ("method", "body", "status"),
    [
        ("INFO", b"", 200),
        ("INFO", b"<x/>", 415),
        ("OPTIONS", b"", 200),
        ("MESSAGE", b"hi", 405),
        ("SUBSCRIBE", b"", 405),
        ("FOO", b"", 501),
        ("PRACK", b"", 481),
        ("NOTIFY", b"", 489),
    ],
)
def test_each_method_has_its_answer(method: str, body: bytes, status: int) -> None:
    end = End()
    name = end.answered()
    said = end.asks(method, cseq=2, to_tag=name, body=body, kind="text/plain")
    assert methods(said) == [f"{status} {method}"]
    assert end.events(Ended) == []


@pytest.mark.parametrize(("cseq", "status"), [(1, 500), (0, 500), (2, 200), (900, 200)])
def test_numbers_must_rise_and_may_have_holes(cseq: int, status: int) -> None:
    end = End()
    name = end.answered()
    assert methods(end.asks("OPTIONS", cseq=cseq, to_tag=name)) == [f"{status} OPTIONS"]


def test_a_bye_says_why() -> None:
    end = End()
    name = end.answered()
    end.asks("BYE", ("Reason", "Q.850;cause=16"), cseq=2, to_tag=name)
    assert end.event(Ended) == Ended(name, "normal", far=True, q850=16)


def test_before_they_answered_they_may_not_end_our_call_with_a_bye() -> None:
    end = End()
    invite = end.calling()
    end.replies(invite, 180)
    for cseq, method, status in ((1, "BYE", 481), (2, "OPTIONS", 200), (3, "UPDATE", 200)):
        said = end.asks(method, cseq=cseq, to_tag=invite.from_.tag, call_id=invite.call_id)
        assert methods(said) == [f"{status} {method}"]
