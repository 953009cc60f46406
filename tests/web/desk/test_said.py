"""What a page may say."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.web.desk.said import Ack, GarbledError, Hello, PopSeen, read_said

HELLO = {"ticket": "t", "device": "d", "last_seq": 7, "topics": ["me", "queues", "me"]}


def test_hello_acknowledgements_and_pops_are_understood() -> None:
    assert read_said(json.dumps({"hello": HELLO})) == Hello("t", "d", 7, ("me", "queues"))
    assert read_said('{"hello": {"ticket": "t"}}') == Hello("t", "", 0, ())
    assert read_said('{"ack": 9}') == Ack(9)
    seen = {"pop_id": "p1", "rev": 2, "stage": "rendered"}
    assert read_said(json.dumps({"pop": seen})) == PopSeen("p1", 2, "rendered")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"ack": -1}',
        '{"ack": true}',
        '{"ack": 1.5}',
        '{"ack": 99999999999999999999}',
        '{"ack": 1, "pop": {}}',
        '{"accept": "o1"}',
        '{"hello": "t"}',
        '{"hello": {}}',
        '{"hello": {"ticket": 7}}',
        json.dumps({"hello": {**HELLO, "topics": "me"}}),
        json.dumps({"hello": {**HELLO, "topics": ["x"] * 51}}),
        json.dumps({"hello": {**HELLO, "device": "x" * 257}}),
        '{"pop": {"pop_id": "p", "rev": 0, "stage": "liked"}}',
        '{"pop": {"rev": 0, "stage": "rendered"}}',
        "[" * 100_000,
    ],
)
def test_everything_else_is_refused(text: str) -> None:
    with pytest.raises(GarbledError):
        read_said(text)


@pytest.mark.unmeasured
@given(st.text(max_size=60) | st.binary(max_size=60).map(lambda raw: raw.decode("latin-1")))
def test_nothing_but_garbled_is_ever_raised(text: str) -> None:
    try:
        read_said(text)
    except GarbledError:
        return
