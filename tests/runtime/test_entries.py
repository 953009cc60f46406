"""A step as a journal row."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from ivr.domain.call import CallId, Segment, Turn
from ivr.domain.commands import CloseInteraction, HangUp, Note
from ivr.domain.events import LegEnded, TimerFired
from ivr.domain.values import HIDDEN, Money, Sealed
from ivr.engine.state import Frame, State
from ivr.runtime.entries import SNAPSHOT_EVERY, entry_of, json_text, plain
from ivr.runtime.live import LiveCall
from ivr.runtime.memory.clock import START
from ivr.runtime.memory.keys import PlainKeys
from ivr.runtime.sealing import CallCodec

CODEC = CallCodec(PlainKeys())
EVENT = TimerFired(at=START, turn=Turn(2))


def live(seq: int = 4, snapshot_seq: int = 0) -> LiveCall:
    call = LiveCall(CallId("c1"), "main", "desk", "ref", b"key", 3)
    call.seq, call.snapshot_seq = seq, snapshot_seq
    return call


def state(**more: object) -> State:
    return State(CallId("c1"), "hash", "1", START, **more)  # type: ignore[arg-type]


def test_a_row_follows_the_last_one_and_carries_our_epoch() -> None:
    entry = entry_of(live(), EVENT, state(), (), CODEC)
    assert (entry.call, entry.epoch, entry.seq, entry.at) == ("c1", 3, 5, START)
    assert CODEC.loads(entry.event, b"key") == EVENT
    assert (entry.snapshot, entry.closing, entry.notes, entry.effects) == (None, None, (), ())


@pytest.mark.parametrize(
    ("seq", "snapshot_seq", "due"),
    [
        (SNAPSHOT_EVERY - 2, 0, False),
        (SNAPSHOT_EVERY - 1, 0, True),
        (40, 40, False),
        (59, 40, True),
        (75, 40, True),
    ],
)
def test_every_so_many_rows_carry_the_whole_state(seq: int, snapshot_seq: int, due: bool) -> None:
    entry = entry_of(live(seq, snapshot_seq), EVENT, state(), (), CODEC)
    assert (entry.snapshot is not None) is due
    if entry.snapshot is not None:
        assert CODEC.loads(entry.snapshot, b"key") == state()


def test_answers_of_a_survey_are_in_no_snapshot() -> None:
    asked = state(frames=(Frame("main", "over"), Frame("survey_support", "ask_csat")))
    assert entry_of(live(99), EVENT, asked, (), CODEC).snapshot is None
    after = state(frames=asked.frames[:1])
    assert entry_of(live(100), EVENT, after, (), CODEC).snapshot is not None


def test_a_call_that_has_ended_needs_no_snapshot() -> None:
    assert entry_of(live(99), EVENT, state(ended=True), (), CODEC).snapshot is None


def test_the_end_of_a_call_is_written_as_it_was_decided() -> None:
    part = Segment("ivr", START, START + timedelta(seconds=4), "desk")
    close = CloseInteraction(
        outcome="self_served", note="n", language="tr", path=("a", "b"), segments=(part,)
    )
    over = LegEnded(at=START + timedelta(seconds=4))
    entry = entry_of(live(), over, state(ended=True), (HangUp(), close), CODEC)
    assert entry.closing is not None
    assert (entry.closing.outcome, entry.closing.path) == ("self_served", ("a", "b"))
    assert [row.detail for row in entry.closing.segments] == ["desk"]
    assert entry.effects == ()


def test_notes_are_kept_in_order_and_never_show_a_secret() -> None:
    notes = (
        Note(what="set", facts={"name": "pin", "value": Sealed("1234")}),
        Note(what="node", facts={"node": "bye"}),
    )
    entry = entry_of(live(), EVENT, state(), notes, CODEC)
    assert [what for what, _text in entry.notes] == ["set", "node"]
    assert json.loads(entry.notes[0][1]) == {"name": "pin", "value": HIDDEN}


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Sealed("1"), HIDDEN),
        (Money(Decimal("12.50"), "TRY"), "12.50 TRY"),
        (Decimal("3.10"), "3.10"),
        (date(2026, 11, 23), "2026-11-23"),
        (time(9, 30), "09:30:00"),
        (datetime(2026, 11, 23, 7, tzinfo=UTC), "2026-11-23T07:00:00+00:00"),
        (timedelta(seconds=90), 90.0),
    ],
)
def test_values_of_ours_are_plain_in_json(value: object, shown: object) -> None:
    assert plain(value) == shown


def test_records_in_notes_are_plain_too_and_letters_stay_letters() -> None:
    text = json_text({"customer": {"name": "Ayşe", "card": Sealed("45")}})
    assert text == '{"customer":{"name":"Ayşe","card":"' + HIDDEN + '"}}'


def test_what_is_no_value_of_a_flow_cannot_be_noted() -> None:
    with pytest.raises(TypeError):
        plain(object())
