"""Callers who want a person, and the agents who are given to them: the whole server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.call_centre import CallCentre

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def centre(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[CallCentre]:
    monkeypatch.chdir(tmp_path)
    made = await CallCentre.open(tmp_path)
    yield made
    await made.close()


async def test_a_caller_talks_to_an_agent_and_every_part_of_it_is_written(
    centre: CallCentre,
) -> None:
    await centre.works("ayse")
    call = await centre.waits()
    phone = centre.phones["ayse"]
    assert phone.rings
    await centre.clock.advance(3)
    phone.answer()
    await centre.clock.advance(5)
    assert (centre.state("ayse"), phone.talks) == ("talking", True)
    await centre.floor.control(call, "hold", {}, "ayse")
    await centre.clock.advance(7)
    assert centre.state("ayse") == "holding"
    await centre.floor.control(call, "resume", {}, "ayse")
    await centre.clock.advance(2)
    phone.hang_up()
    await centre.clock.advance(5)
    row = await centre.record(call)
    took = [(one.kind, (one.ended_at - one.started_at).total_seconds()) for one in row.segments]
    assert row.outcome == "handled"
    parts = [("offer", 3), ("queue", 3), ("talk", 5), ("hold", 7), ("talk", 2)]
    assert [one for one in took if one[0] != "ivr"] == parts
    assert centre.state("ayse") == "wrapup"


async def test_who_does_not_answer_is_asked_once_and_the_caller_keeps_the_place(
    centre: CallCentre,
) -> None:
    await centre.works("ayse", "can")
    first = await centre.waits()
    assert centre.phones["ayse"].rings
    await centre.clock.advance(21)
    assert not centre.phones["ayse"].rings
    assert centre.phones["can"].rings
    centre.phones["can"].answer()
    await centre.clock.advance(1)
    assert (centre.phones["ayse"].rang, centre.state("can")) == (1, "talking")
    assert centre.floor.call("can") is not None
    assert centre.floor.call("can")["call"] == first


async def test_nobody_is_rung_for_a_caller_who_has_gone(centre: CallCentre) -> None:
    await centre.works("ayse")
    call = await centre.waits()
    await centre.leaves(call)
    assert not centre.phones["ayse"].rings
    assert centre.state("ayse") == "available"
    assert (await centre.record(call)).outcome == "abandoned"


async def test_callers_are_served_in_the_order_they_came(centre: CallCentre) -> None:
    await centre.works("ayse")
    calls = []
    for _caller in range(4):
        calls.append(await centre.waits())
        await centre.clock.advance(1)
    served = []
    for _caller in range(4):
        centre.phones["ayse"].answer()
        await centre.clock.advance(1)
        now = centre.floor.call("ayse")
        assert now is not None
        served.append(now["call"])
        centre.phones["ayse"].hang_up()
        await centre.clock.advance(1)
        await centre.floor.ask("ayse", "wrapup_done", code="solved", by="ayse")
        await centre.clock.advance(1)
    assert served == calls


async def test_a_telephone_that_goes_dead_while_it_rings_gives_the_caller_to_another(
    centre: CallCentre,
) -> None:
    await centre.works("ayse", "can")
    await centre.waits()
    centre.phones["ayse"].pull_the_plug()
    await centre.clock.advance(1)
    assert centre.state("ayse") == "not_responding"
    assert centre.phones["can"].rings


async def test_a_telephone_that_goes_dead_in_the_talk_gives_the_caller_to_another(
    centre: CallCentre,
) -> None:
    await centre.works("ayse")
    call = await centre.waits()
    centre.phones["ayse"].answer()
    await centre.clock.advance(5)
    await centre.waits("+905321112244")
    centre.phones["ayse"].pull_the_plug()
    await centre.clock.advance(1)
    assert any(
        one["name"] == "cut_off" for each in centre.heard[call] for one in each.get("hears", ())
    )
    await centre.works("can")
    centre.phones["can"].answer()
    await centre.clock.advance(20)
    centre.phones["can"].hang_up()
    await centre.clock.advance(120)
    assert centre.state("ayse") in ("available", "not_responding", "offline")
    record = await centre.record(call)
    assert record.outcome == "handled"
    talks = [one.detail for one in record.segments if one.kind == "talk"]
    assert talks == ["ayse", "can"], "who has talked already comes before who came later"


async def test_who_asks_for_a_break_while_talking_gets_it_afterwards(centre: CallCentre) -> None:
    await centre.works("ayse")
    await centre.waits()
    centre.phones["ayse"].answer()
    await centre.clock.advance(1)
    await centre.floor.ask("ayse", "set_break", reason="lunch", by="ayse")
    assert centre.state("ayse") == "talking"
    centre.phones["ayse"].hang_up()
    await centre.clock.advance(61)
    assert centre.state("ayse") == "break"


async def test_a_caller_is_handed_to_another_agent_who_was_asked_before(
    centre: CallCentre,
) -> None:
    await centre.works("ayse", "can")
    call = await centre.waits()
    centre.phones["ayse"].answer()
    await centre.clock.advance(2)
    await centre.floor.control(call, "consult", {"to": "agent:can"}, "ayse")
    await centre.clock.advance(1)
    assert (centre.phones["can"].rings, centre.state("ayse")) == (True, "consulting")
    assert centre.state("can") == "direct"
    centre.phones["can"].answer()
    await centre.clock.advance(2)
    shown = centre.floor.call("can")
    assert shown is not None
    assert shown["call"] == call
    await centre.floor.control(call, "consult-complete", {}, "ayse")
    await centre.clock.advance(1)
    assert centre.state("ayse") == "wrapup"
    assert (centre.phones["can"].talks, centre.state("can")) == (True, "direct")
    await centre.floor.control(call, "hangup", {}, "can")
    await centre.clock.advance(5)
    assert centre.state("can") == "available"
    assert (await centre.record(call)).outcome == "handled"


async def test_a_caller_who_is_sent_to_another_queue_waits_there(centre: CallCentre) -> None:
    await centre.works("ayse", "can")
    call = await centre.waits()
    centre.phones["ayse"].answer()
    await centre.clock.advance(2)
    body = {"to": "queue:loans", "kind": "blind"}
    await centre.floor.control(call, "transfer", body, "ayse")
    await centre.clock.advance(1)
    assert centre.state("ayse") == "wrapup"
    assert centre.phones["can"].rings
    (offer,) = centre.floor.offers("can")
    assert offer["queue"] == "loans"


async def test_a_server_that_dies_with_callers_waiting_knows_their_order_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    first = await CallCentre.open(tmp_path)
    await first.works("ayse")
    calls = []
    for _caller in range(5):
        calls.append(await first.waits())
        await first.clock.advance(1)
    assert first.phones["ayse"].rings
    second = await first.killed(tmp_path)
    for call in calls:
        assert second.trunk.attach(call, lambda _message: None)
    assert [row["call"] for row in second.floor.waiting("general")] == calls
    second.phones["ayse"].plug_in()
    await second.clock.advance(12)
    (offer,) = second.floor.offers("ayse")
    assert offer["call"] == calls[0]
    assert [row["call"] for row in second.floor.waiting("general")] == calls
    await second.close()
    await first.close()
