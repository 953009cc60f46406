"""What desks show of calls and offers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from ivr.domain.agent import AgentId
from ivr.domain.call import CALLER, BridgeId, CallId, Cause, LegId, Mode, Turn
from ivr.domain.outbound import Placed
from ivr.domain.queue import OfferId
from ivr.engine.party import Leg, Phase, Purpose, Tape
from ivr.engine.state import State
from ivr.runtime.groups.seen import Seen, offer_row

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CALL = CallId("c1")


class Desk:
    """What one agent's desk was told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str, Any]] = []
        self.seen = Seen(self._tell, lambda _offer: "cards")

    def _tell(self, agent: str, kind: str, data: Any) -> None:  # noqa: ANN401 - any JSON
        self.told.append((agent, kind, data))


def caller(mode: Mode = Mode.TALK) -> Leg:
    return Leg(CALLER, Phase.UP, Purpose.CALLER, bridge=BridgeId(1), mode=mode)


def agent(*, won: bool = True, **more: Any) -> Leg:  # noqa: ANN401 - fields of a leg
    return Leg(
        LegId(2),
        Phase.UP,
        bridge=BridgeId(1),
        agent=AgentId("ayse"),
        offer=OfferId("o-1"),
        won=won,
        joined_at=AT,
        **more,
    )


def state(*legs: Leg) -> State:
    return State(CALL, "hash", "+90850", AT, ani="+905321112233", legs=legs)


def test_an_agent_who_only_rings_has_no_call_yet() -> None:
    desk = Desk()
    desk.seen.look(state(caller(), agent(won=False)))
    assert desk.told == []


def test_who_talks_is_told_with_whom_and_what_he_can_do() -> None:
    desk = Desk()
    desk.seen.look(state(caller(), agent()))
    (who, kind, told) = desk.told[0]
    assert (who, kind) == ("ayse", "call.changed")
    row = told
    assert (row["caller"], row["queue"], row["state"]) == ("+905321112233", "cards", "talking")
    assert "consult" in row["can"]
    assert desk.seen.call_of("ayse") == row


def test_whether_it_is_recorded_is_told_and_what_the_agent_can_do_about_it() -> None:
    desk, tape = Desk(), Tape(Turn(5), AT)
    talk = state(caller(), agent())
    desk.seen.look(talk)
    assert desk.told[-1][2]["recording"] == {"state": "none"}
    until = AT + timedelta(seconds=180)
    for changed, shown, may in (
        (tape, ("on", "", None), "pause-recording"),
        (replace(tape, asked=Turn(6), until=until), ("paused", "agent", until), "resume-recording"),
        (replace(tape, secret=True), ("paused", "secret", None), "pause-recording"),
    ):
        desk.told.clear()
        desk.seen.look(replace(talk, tape=changed))
        (_call, (who, kind, told)) = desk.told
        assert (who, kind, told["call"], told["since"]) == (
            *("ayse", "recording.changed", CALL),
            AT.isoformat(),
        )
        ends = None if shown[2] is None else shown[2].isoformat()
        assert (told["state"], told["why"], told["until"]) == (*shown[:2], ends)
        assert [each for each in desk.told[0][2]["can"] if "recording" in each] == [may]
    desk.told.clear()
    desk.seen.look(replace(talk, tape=replace(tape, failed=True)))
    assert desk.told[-1][1:] == ("recording.changed", {"call": CALL, "state": "none"})
    assert not [each for each in desk.told[0][2]["can"] if "recording" in each]
    desk.told.clear()
    desk.seen.look(state(caller()))
    assert [kind for _who, kind, _told in desk.told] == ["call.changed"]


def test_who_asks_a_colleague_cannot_pause_what_the_caller_says() -> None:
    desk = Desk()
    asked = Leg(LegId(3), Phase.UP, Purpose.ASKED, detail="can", partner=LegId(2))
    talk = state(caller(Mode.HELD), agent(), asked)
    desk.seen.look(replace(talk, tape=Tape(Turn(5), AT)))
    assert not [each for each in desk.told[0][2]["can"] if "recording" in each]


def test_the_same_again_is_not_told_twice() -> None:
    desk = Desk()
    for _time in range(2):
        desk.seen.look(state(caller(), agent()))
    assert len(desk.told) == 1


def test_a_held_caller_can_only_be_taken_back_or_given_away() -> None:
    desk = Desk()
    desk.seen.look(state(caller(Mode.HELD), agent(holds=True)))
    row = desk.told[0][2]
    assert (row["state"], row["held"], "resume" in row["can"]) == ("holding", True, True)
    assert "hold" not in row["can"]


def test_whom_he_asks_is_shown_ringing_and_then_talking() -> None:
    desk = Desk()
    for phase, shown, able in (
        (Phase.RINGING, "ringing", "cancel"),
        (Phase.UP, "talking", "complete"),
    ):
        asked = Leg(LegId(3), phase, Purpose.ASKED, detail="can", partner=LegId(2))
        desk.seen.look(state(caller(Mode.HELD), agent(), asked))
        row = desk.told[-1][2]
        assert (row["state"], row["consult"]["state"]) == ("consulting", shown)
        assert able in row["can"]


def test_three_who_talk_are_a_conference_a_listener_does_not_count() -> None:
    desk = Desk()
    listener = Leg(LegId(3), Phase.UP, Purpose.MONITOR, bridge=BridgeId(1), mode=Mode.LISTEN)
    desk.seen.look(state(caller(), agent(), listener))
    assert desk.told[-1][2]["state"] == "talking"
    third = Leg(LegId(4), Phase.UP, bridge=BridgeId(1))
    desk.seen.look(state(caller(), agent(), third))
    assert desk.told[-1][2]["state"] == "conference"


def test_when_his_leg_is_gone_the_call_is_off_his_desk() -> None:
    desk = Desk()
    desk.seen.look(state(caller(), agent()))
    desk.seen.look(state(caller()))
    assert desk.told[-1] == ("ayse", "call.changed", {})
    assert desk.seen.calls == {}


def test_an_offer_is_new_then_rings_then_is_over() -> None:
    desk = Desk()
    columns = {"made_at": 0, "ring_ns": 10**9, "call": "c1", "queue": "cards", "end": None}
    for state_, end in (("created", None), ("ringing", None), ("accepted", "accepted")):
        row = offer_row("o-1", {**columns, "state": state_, "end": end}, None, "Cards")
        desk.seen.offered("ayse", row)
    assert [kind for _who, kind, _row in desk.told] == [
        "offer.created",
        "offer.changed",
        "offer.ended",
    ]
    assert desk.seen.offers_of("ayse") == []


def test_an_agent_who_dials_sees_whom_and_may_only_hang_up() -> None:
    desk = Desk()
    desk.seen.look(state(caller(), agent(dials=True)))
    row = desk.told[0][2]
    assert (row["state"], row["caller"], row["can"]) == ("dialing", "+905321112233", ["hangup"])


def test_an_agent_whose_customer_was_not_reached_hears_why() -> None:
    desk = Desk()
    desk.seen.look(state(caller(), agent(dials=True)))
    over = state(caller())
    over.cause = Cause.BUSY
    desk.seen.look(over)
    assert desk.told[1:] == [
        ("ayse", "dial.failed", {"call": "c1", "cause": "busy"}),
        ("ayse", "call.changed", {}),
    ]


def test_whom_an_agent_has_called_himself_is_not_transferred() -> None:
    desk, talk = Desk(), state(caller(), agent())
    talk.placed = Placed(agent="ayse")
    desk.seen.look(talk)
    assert desk.told[0][2]["can"] == ["hold", "mute", "consult", "hangup"]
