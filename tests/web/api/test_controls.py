"""Doing things to calls: own calls for agents, the team's for supervisors, each with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.web.api.controls import PLAIN

if TYPE_CHECKING:
    from tests.fakes.door import Door

NUMBER = "+905321112233"


@pytest.fixture
def talking(door: Door) -> Door:
    """Each agent talks, and a caller waits for the cards."""
    door.floor.lines = {"cards": [{"call": "c-w"}], "loans": []}
    door.floor.put("ayse", state="talking", call="c-1", teams=["cards"], queues=["cards"])
    door.floor.put("ali", state="talking", call="c-2", teams=["loans"], queues=["loans"])
    return door


@pytest.mark.parametrize("action", PLAIN)
async def test_an_agent_handles_the_own_call(talking: Door, action: str) -> None:
    answer = await talking.send("POST", f"/calls/c-1/{action}", "ayse")
    assert (answer.status, answer.body) == (200, {"call": "c-1"})
    assert talking.floor.asked == [("control", "c-1", action, {}, "ayse")]


async def test_the_calls_of_others_are_not_there(talking: Door) -> None:
    assert (await talking.send("POST", "/calls/c-2/hold", "ayse")).status == 404
    assert (await talking.send("POST", "/calls/c-w/hold", "ayse")).status == 404
    assert (await talking.send("POST", "/calls/c-2/hold", "sule")).status == 404
    assert (await talking.send("POST", "/calls/c-1/hold", "sule")).status == 200
    assert (await talking.send("POST", "/calls/c-1/hold", "deniz")).status == 403


@pytest.mark.parametrize("to", ["agent:ali", "queue:loans", "place:branch", NUMBER])
async def test_a_caller_is_handed_over_to_whatever_is_named(talking: Door, to: str) -> None:
    answer = await talking.send("POST", "/calls/c-1/transfer", "ayse", {"to": to})
    assert answer.status == 200
    body = {"to": to, "kind": "blind"}
    assert talking.floor.asked == [("control", "c-1", "transfer", body, "ayse")]
    assert (await talking.send("POST", "/calls/c-1/consult", "ayse", {"to": to})).status == 200


@pytest.mark.parametrize(
    "to", ["", "ali", "agent:", "sip:x@evil.example", "+0900", "+90 532", "x:y"]
)
async def test_anything_else_is_no_target(talking: Door, to: str) -> None:
    assert (await talking.send("POST", "/calls/c-1/transfer", "ayse", {"to": to})).status == 422


@pytest.mark.parametrize("mode", ["listen", "whisper", "barge"])
async def test_a_supervisor_listens_with_a_reason_that_is_written_down(
    talking: Door, mode: str
) -> None:
    path = "/calls/c-1/monitor"
    assert (await talking.send("POST", path, "sule", {"mode": mode})).status == 422
    body = {"mode": mode, "reason": "training"}
    assert (await talking.send("POST", path, "sule", body)).status == 200
    assert talking.floor.asked == [("control", "c-1", "monitor", body, "sule")]
    [row] = [row for row in await talking.store.audit.recent() if row.what == "monitor"]
    assert (row.who, row.about, row.why, row.facts) == ("sule", "c-1", "training", {"mode": mode})
    assert (await talking.send("POST", "/calls/c-1/monitor-end", "sule")).status == 200


async def test_quality_listens_to_all_and_joins_none(talking: Door) -> None:
    await talking.add("kalite", "quality")
    await talking.sign_in("kalite")
    body = {"mode": "listen", "reason": "sample"}
    assert (await talking.send("POST", "/calls/c-2/monitor", "kalite", body)).status == 200
    for mode in ("whisper", "barge"):
        answer = await talking.send("POST", "/calls/c-2/monitor", "kalite", {**body, "mode": mode})
        assert (answer.status, answer.body["code"]) == (403, "not-allowed")


async def test_a_supervisor_moves_waiting_calls(talking: Door) -> None:
    body = {"queue": "loans", "reason": "wrong choice"}
    assert (await talking.send("POST", "/calls/c-w/move", "sule", body)).status == 200
    nowhere = {**body, "queue": "nowhere"}
    assert (await talking.send("POST", "/calls/c-w/move", "sule", nowhere)).status == 404
    wish = {"priority": "vip", "reason": "waited yesterday"}
    assert (await talking.send("POST", "/calls/c-w/priority", "sule", wish)).status == 204
    assert talking.floor.asked[-1] == ("priority", "c-w", "vip", "sule", "waited yesterday")
    answer = await talking.send("POST", "/calls/c-1/priority", "sule", wish)
    assert (answer.status, answer.body["code"]) == (409, "illegal-transition")


async def test_a_call_is_taken_over_with_a_reason(talking: Door) -> None:
    path = "/calls/c-1/take-over"
    assert (await talking.send("POST", path, "sule", {"reason": "hard case"})).status == 200
    assert talking.floor.asked[-1][2:] == ("take-over", {"reason": "hard case"}, "sule")


@pytest.mark.parametrize("action", ["pause-recording", "resume-recording"])
async def test_who_pauses_a_recording_is_written_down(talking: Door, action: str) -> None:
    assert (await talking.send("POST", f"/calls/c-1/{action}", "ayse")).status == 200
    assert talking.floor.asked == [("control", "c-1", action, {}, "ayse")]
    [row] = [row for row in await talking.store.audit.recent() if row.what == action]
    assert (row.who, row.about) == ("ayse", "c-1")
    assert (await talking.send("POST", f"/calls/c-2/{action}", "ayse")).status == 404


async def test_a_note_is_kept(talking: Door) -> None:
    answer = await talking.send("POST", "/calls/c-1/wrapup-note", "ayse", {"note": "çağrı notu"})
    assert answer.status == 200
    assert talking.floor.asked[-1][2:] == ("wrapup-note", {"note": "çağrı notu"}, "ayse")


async def test_what_cannot_be_written_down_is_not_done(
    talking: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_row: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(talking.store.audit, "append", away)
    body = {"mode": "listen", "reason": "training"}
    assert (await talking.send("POST", "/calls/c-1/monitor", "sule", body)).status == 500
    assert talking.floor.asked == []
