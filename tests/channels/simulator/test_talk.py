"""A talk of words: who reads what whom types, and what each is told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ivr.channels.simulator.phone import Phone
from ivr.channels.simulator.talk import Talk
from ivr.domain.call import CALLER, BridgeId, CallId, LegId, Mode, Turn
from ivr.domain.commands import Collect, Join, Part, SetMode

if TYPE_CHECKING:
    from ivr.channels.simulator.phone import Message

HERE, THERE = BridgeId(1), BridgeId(2)
AGENT, BOSS = LegId(2), LegId(3)


class Room:
    """A caller, an agent and a supervisor; notes: what each was told."""

    def __init__(self) -> None:
        self.notes: dict[int, list[Message]] = {leg: [] for leg in (1, 2, 3)}
        call, names = CallId("c"), {1: "caller", 2: "ann", 3: "boss"}
        phones = [Phone(call, self.notes[n].append, LegId(n), names[n]) for n in names]
        self.talk = Talk(phones[0])
        self.talk.legs.update({phone.leg: phone for phone in phones})

    def move(self, *commands: Join | SetMode | Part) -> None:
        for command in commands:
            self.talk.move(command)
        self.talk.look()

    def read(self, speaker: int) -> set[int]:
        """Who reads what one types."""
        for notes in self.notes.values():
            notes.clear()
        assert self.talk.say(LegId(speaker), "Hello there", 0) == []
        said: Message = {"says": "Hello there", "by": self.talk.legs[LegId(speaker)].name}
        return {leg for leg, notes in self.notes.items() if notes == [said]}

    def last(self, leg: int) -> Any:  # noqa: ANN401 - any message
        return self.notes[leg][-1]


@pytest.fixture
def room() -> Room:
    """Caller and agent talk."""
    made = Room()
    made.move(Join(bridge=HERE), Join(leg=AGENT, bridge=HERE))
    return made


def test_the_two_read_each_other_and_nobody_himself(room: Room) -> None:
    assert (room.read(1), room.read(2)) == ({2}, {1})


def test_news_of_a_talk_are_told_once(room: Room) -> None:
    room.move()
    assert room.notes[1] == [{"talk": "connected", "with": ["ann"]}]
    assert room.notes[3] == []


def test_who_is_held_reads_nothing_and_is_read_by_nobody(room: Room) -> None:
    room.move(SetMode(mode=Mode.HELD))
    assert (room.last(1), room.notes[2]) == (
        {"talk": "on hold", "with": ["ann"]},
        [{"talk": "connected", "with": ["caller"]}],
    )
    assert (room.read(1), room.read(2)) == (set(), set())


def test_who_is_muted_reads_and_is_not_read(room: Room) -> None:
    room.move(SetMode(leg=AGENT, mode=Mode.MUTE))
    assert room.last(2)["talk"] == "muted"
    assert (room.read(1), room.read(2)) == ({2}, set())


def test_who_listens_in_reads_both_and_nobody_learns_of_him(room: Room) -> None:
    room.move(Join(leg=BOSS, bridge=HERE, mode=Mode.LISTEN))
    assert room.last(3) == {"talk": "listening", "with": ["caller", "ann"]}
    assert len(room.notes[1]) == len(room.notes[2]) == 1
    assert (room.read(1), room.read(2), room.read(3)) == ({2, 3}, {1, 3}, set())


def test_a_whisper_is_for_one_alone(room: Room) -> None:
    room.move(Join(leg=BOSS, bridge=HERE, mode=Mode.WHISPER, to=AGENT))
    assert room.last(3)["talk"] == "whispering"
    assert room.last(2) == {"talk": "connected", "with": ["caller", "boss"]}
    assert len(room.notes[1]) == 1
    assert room.read(3) == {2}


def test_who_barges_in_is_read_by_all(room: Room) -> None:
    room.move(Join(leg=BOSS, bridge=HERE))
    assert room.last(1) == {"talk": "connected", "with": ["ann", "boss"]}
    assert room.read(3) == {1, 2}


def test_bridges_do_not_read_each_other(room: Room) -> None:
    room.move(
        SetMode(mode=Mode.HELD),
        Join(leg=AGENT, bridge=THERE),
        Join(leg=BOSS, bridge=THERE),
    )
    assert (room.read(2), room.read(3), room.read(1)) == ({3}, {2}, set())


def test_who_leaves_is_told_so_and_who_stays_is_alone(room: Room) -> None:
    room.move(Part(leg=AGENT))
    assert room.last(2) == {"talk": "ended"}
    assert room.last(1) == {"talk": "alone", "with": []}


def test_legs_that_are_not_there_join_nothing(room: Room) -> None:
    room.move(Join(leg=LegId(9), bridge=HERE), SetMode(leg=BOSS, mode=Mode.HELD), Part(leg=BOSS))
    assert sorted(room.talk.seats) == [1, 2]
    room.talk.drop(AGENT)
    assert sorted(room.talk.legs) == [1, 3]


def test_a_question_that_is_open_gets_the_keys_also_in_a_talk(room: Room) -> None:
    ask = Collect(turn=Turn(4), prompts=(), language="en", keys=("1",))
    room.talk.caller.carry_out(ask, 0)
    (event,) = room.talk.press(CALLER, "1", 0)
    assert event.turn == 4
    assert not [note for note in room.notes[2] if "presses" in note]


def test_words_are_folded_for_questions_alone(room: Room) -> None:
    ask = Collect(turn=Turn(4), prompts=(), language="tr", keys=("1",), words=("kayip kart",))
    room.talk.caller.carry_out(ask, 0)
    (event,) = room.talk.say(CALLER, "KAYIP kart", 0)
    assert getattr(event, "words", "") == "kayip kart"
