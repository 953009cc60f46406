"""Dialogs as text."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.channels.sip.wire import stored
from ivr.channels.sip.wire.words import DialogRecord, Flow

PLACES = st.tuples(st.text(max_size=9), st.integers(0, 65535))
FLOWS = st.builds(Flow, st.sampled_from(["udp", "tls"]), PLACES, PLACES, st.integers(0, 9))
WORDS = st.text(st.characters(codec="utf-8"), max_size=9)
RECORDS = st.builds(
    DialogRecord,
    *(WORDS,) * 7,
    routes=st.lists(WORDS, max_size=3).map(tuple),
    cseq=st.integers(0, 2**31),
    flow=FLOWS,
)


@given(RECORDS)
def test_what_is_written_is_read_the_same(record: DialogRecord) -> None:
    assert stored.read(stored.write(record)) == record


@pytest.mark.parametrize("text", ["", "[", "{}", "1", '{"flow": {}}', '{"flow": {"local": 1}}'])
def test_what_another_version_wrote_is_no_dialog(text: str) -> None:
    assert stored.read(text) is None


def test_a_dialog_with_a_word_that_we_do_not_know_is_no_dialog() -> None:
    flow = Flow("udp", ("a", 1), ("b", 2))
    text = stored.write(DialogRecord("c", "t", "", "i", "l", "r", "g", (), 1, flow))
    assert stored.read(json.dumps(json.loads(text) | {"new": 1})) is None
