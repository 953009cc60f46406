"""Callers who are asked how it was, once the agent has hung up: the whole server."""

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.fakes.asked_callers import AskedCallers
from tests.fakes.call_centre import CallCentre

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[AskedCallers]:
    monkeypatch.chdir(tmp_path)
    made = await AskedCallers.open(tmp_path)
    yield made
    await made.close()


async def test_the_caller_is_asked_within_a_second_after_the_agent_has_hung_up(
    asked: AskedCallers,
) -> None:
    call = await asked.talking()
    assert await asked.state(call) == ("armed", "")
    asked.agent_leaves()
    await asked.clock.advance(0.5)
    assert await asked.state(call) == ("offered", "")
    assert "survey_support_offer" in asked.said(call)
    await asked.answers(call, "4", "10")
    assert await asked.scores(call) == {"csat": 4, "nps": 10}
    assert await asked.state(call) == ("completed", "")


async def test_a_caller_who_hangs_up_first_was_missed(asked: AskedCallers) -> None:
    call = await asked.talking()
    await asked.leaves(call)
    asked.agent_leaves()
    await asked.clock.advance(1)
    assert await asked.state(call) == ("missed", "caller_left_first")


async def test_keys_of_the_talk_and_of_the_offer_are_no_scores(asked: AskedCallers) -> None:
    call = await asked.talking()
    await asked.presses(call, "3")
    await asked.presses(call, "1")
    asked.agent_leaves()
    await asked.clock.advance(0.5)
    await asked.presses(call, "2")
    assert await asked.scores(call) == {}
    assert "survey_support_csat" in asked.said(call)
    await asked.presses(call, "4")
    assert await asked.scores(call) == {"csat": 4}


async def test_hanging_up_in_between_keeps_what_was_given(asked: AskedCallers) -> None:
    call = await asked.talking()
    asked.agent_leaves()
    await asked.answers(call, "2")
    await asked.leaves(call)
    assert await asked.state(call) == ("partial", "")
    assert await asked.scores(call) == {"csat": 2}


async def test_hanging_up_in_the_offer_is_missed_at_the_hand_off(asked: AskedCallers) -> None:
    call = await asked.talking()
    asked.agent_leaves()
    await asked.clock.advance(0.5)
    await asked.leaves(call)
    assert await asked.state(call) == ("missed", "caller_left_at_handoff")


async def test_nine_in_the_offer_is_never_again(asked: AskedCallers) -> None:
    call = await asked.talking()
    asked.agent_leaves()
    await asked.clock.advance(0.5)
    await asked.presses(call, "9")
    assert await asked.state(call) == ("opted_out", "")
    assert asked.wishes.out == {asked.number(call)}
    for _time in range(3):
        again = await asked.talking(same=True)
        assert await asked.state(again) == ("suppressed", "opted_out")
        asked.agent_leaves()
        await asked.clock.advance(31)
        assert "survey_support_offer" not in asked.said(again)


async def test_ten_with_a_pause_is_ten_and_one_alone_is_one(asked: AskedCallers) -> None:
    for pressed, score in ((("1", "0"), 10), (("1",), 1)):
        call = await asked.talking()
        asked.agent_leaves()
        await asked.answers(call, "5")
        for key in pressed:
            await asked.presses(call, key)
            await asked.clock.advance(0.15)
        await asked.clock.advance(5)
        assert (await asked.scores(call))["nps"] == score
        await asked.clock.advance(40)


async def test_silence_three_times_is_partial_without_a_score(asked: AskedCallers) -> None:
    call = await asked.talking()
    asked.agent_leaves()
    await asked.answers(call, "5")
    await asked.clock.advance(60)
    assert await asked.state(call) == ("partial", "")
    assert await asked.scores(call) == {"csat": 5}


async def test_a_restart_between_two_questions_asks_the_same_again_and_keeps_the_answer(
    asked: AskedCallers, tmp_path: Path
) -> None:
    call = await asked.talking()
    asked.agent_leaves()
    await asked.answers(call, "2")
    before, store = asked.said(call), asked.centre.served.server.switch.store
    await asked.centre.served.server.tasks.close()  # the process dies without a word
    again = await CallCentre.open(tmp_path, store=store, clock=asked.clock)  # type: ignore[arg-type]
    heard = again.heard[call] = []
    assert again.trunk.attach(call, heard.append)
    await asked.clock.advance(1)
    back = AskedCallers(again, numbers=asked.numbers)
    assert back.said(call) == before[-1:] == ["survey_support_nps"]
    await back.presses(call, "9")
    await asked.clock.advance(30)
    assert await back.state(call) == ("completed", "")
    assert await back.scores(call) == {"csat": 2, "nps": 9}
    await again.close()


async def test_who_was_not_sampled_has_a_reason_and_is_not_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    asked = await AskedCallers.open(tmp_path, rate="0%")
    call = await asked.talking()
    assert await asked.state(call) == ("suppressed", "not_sampled")
    asked.agent_leaves()
    await asked.clock.advance(2)
    assert "survey_support_offer" not in asked.said(call)
    await asked.close()


async def test_a_short_talk_is_not_asked_about(asked: AskedCallers) -> None:
    call = await asked.talking(for_s=3)
    asked.agent_leaves()
    await asked.clock.advance(2)
    assert await asked.state(call) == ("suppressed", "too_short")


async def test_a_caller_who_gave_up_waiting_had_no_agent(asked: AskedCallers) -> None:
    call = await asked.waits()
    await asked.leaves(call)
    assert await asked.state(call) == ("missed", "no_agent_leg")


async def test_the_agent_wraps_up_while_the_caller_answers(asked: AskedCallers) -> None:
    call = await asked.talking()
    asked.agent_leaves()
    await asked.clock.advance(0.5)
    assert asked.centre.state("ayse") == "wrapup"
    assert await asked.state(call) == ("offered", "")


async def test_a_second_caller_of_the_same_number_is_not_asked_within_the_gap(
    asked: AskedCallers,
) -> None:
    call = await asked.talking()
    asked.agent_leaves()
    await asked.answers(call, "5", "10")
    await asked.clock.advance(60)
    again = await asked.talking(same=True)
    assert await asked.state(again) == ("suppressed", "gap")


async def test_whoever_hangs_up_first_there_is_one_result_and_never_two(
    asked: AskedCallers,
) -> None:
    """The ends in any order, with keys in between; a thousand of them: tests/runtime/surveys."""
    dice = random.Random(20261122)  # noqa: S311 - no secret
    found: Counter[tuple[str, str]] = Counter()
    for _number in range(40):
        call = await asked.talking(for_s=11, pause_s=0)
        doings = ["agent", "caller", *dice.choices(["key", "wait"], weights=[3, 1], k=4)]
        dice.shuffle(doings)
        for doing in doings:
            if doing == "agent":
                asked.agent_leaves()
            elif doing == "caller":
                await asked.leaves(call)
            elif doing == "key":
                await asked.presses(call, dice.choice("1239"))
            await asked.clock.advance(dice.choice([0, 0, 0.05, 2]))
        await asked.ready()
        state, reason = await asked.state(call)
        given = await asked.scores(call)
        assert (state in {"partial", "completed"}) is bool(given)
        found[state, reason] += 1
    ends = {("missed", "caller_left_first"), ("missed", "caller_left_at_handoff")}
    assert ends < set(found) <= {*ends, ("partial", ""), ("opted_out", ""), ("completed", "")}


@pytest.mark.parametrize("rates", [("100%", "0%")])
async def test_nothing_that_the_agent_is_sent_tells_who_was_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rates: tuple[str, str]
) -> None:
    sent = []
    for place, rate in enumerate(rates):
        folder = tmp_path / str(place)
        folder.mkdir()
        monkeypatch.chdir(folder)
        asked = await AskedCallers.open(folder, rate=rate)
        call = await asked.talking()
        told = asked.told_the_agent()
        await asked.leaves(call)
        state, _reason = await asked.state(call)
        sent.append((state, told.replace(call, "CALL")))
        await asked.close()
    (armed, to_armed), (unarmed, to_unarmed) = sent
    assert (armed, unarmed) == ("missed", "suppressed")
    assert to_armed == to_unarmed
    assert "armed" not in to_armed
    assert len(to_armed) > 500


@pytest.mark.parametrize("first", ["agent", "caller"])
async def test_a_plan_for_texts_alone_asks_nobody_on_the_line_and_blames_no_agent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    monkeypatch.chdir(tmp_path)
    asked = await AskedCallers.open(tmp_path, media="[sms]")
    call = await asked.talking()
    assert await asked.state(call) == ("armed", "")
    if first == "agent":
        asked.agent_leaves()  # the flow says goodbye and hangs up
        await asked.clock.advance(30)
    else:
        await asked.leaves(call)
    assert await asked.state(call) == ("scheduled", "")
    assert "survey_support_offer" not in asked.said(call)
    await asked.close()
