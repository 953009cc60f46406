"""Webhook calls: the table of flow-engine.md 5.4, row by row."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from ivr.domain.call import CALLER
from ivr.domain.errors import StoreError
from ivr.domain.events import Fetched, KeysCollected, LegEnded
from ivr.domain.values import Sealed
from ivr.runtime.conversation import HOLD_S, VOICE, Conversation
from ivr.runtime.memory.clock import settle
from ivr.runtime.recovery import go_on
from ivr.runtime.replies import Reply, ReplyKey
from tests.fakes.house import House, keyed, listening_turn, reply_to

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from ivr.runtime.live import LiveCall


class Talk:
    """One webhook call in a house."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.conversation = Conversation(house.switch, self.again)

    def again(self, _call: LiveCall, key: ReplyKey) -> Reply:
        return reply_to(key, "again")

    async def ring(self) -> tuple[LiveCall, Reply]:
        call = await self.house.ring(key=VOICE)
        return call, await self.conversation.back(call, VOICE)

    async def press(self, call: LiveCall, pressed: str, turn: int | None = None) -> Reply:
        event = keyed(call, pressed) if turn is None else _keys(turn, pressed)
        return await self.conversation.answered(call, ReplyKey(CALLER, event.turn, 0), event)

    def begin_back(self, call: LiveCall, key: ReplyKey) -> asyncio.Task[Reply]:
        return self.house.tasks.start(self.conversation.back(call, key), "back")

    async def while_time_passes(self, work: Coroutine[Any, Any, Reply], seconds: float) -> Reply:
        task = self.house.tasks.start(work, "work")
        await self.house.clock.advance(seconds)
        assert task.done()
        reply: Reply = task.result()
        return reply

    @property
    def rows(self) -> int:
        return len(self.house.store.entries)


def _keys(turn: int, pressed: str) -> KeysCollected:
    return KeysCollected(turn=turn, keys=Sealed(pressed), reason="match")  # type: ignore[arg-type]


@pytest.fixture
def talk(house: House) -> Talk:
    return Talk(house)


async def test_the_first_request_gets_the_first_document_and_its_repeat_the_same(
    talk: Talk,
) -> None:
    call, first = await talk.ring()
    assert first.body.endswith(b"main_menu")
    again = await talk.ring()
    assert again == (call, first)
    assert talk.rows == 1


async def test_a_repeat_of_the_last_answer_gets_the_same_bytes_and_does_nothing(
    talk: Talk,
) -> None:
    call, _first = await talk.ring()
    turn = listening_turn(call)
    reply = await talk.press(call, "2")
    state, rows = call.known, talk.rows
    for _n in range(3):
        assert await talk.press(call, "2", turn) == reply
    assert (call.known, talk.rows) == (state, rows)


async def test_the_same_keys_at_the_next_question_are_no_repeat(talk: Talk) -> None:
    call, _first = await talk.ring()
    one = await talk.press(call, "7")
    two = await talk.press(call, "7")
    assert (one.turn, two.turn) == (one.turn, one.turn + 1) or one.turn < two.turn
    assert talk.rows == 3


async def test_equal_requests_at_once_are_answered_once(talk: Talk) -> None:
    call, _first = await talk.ring()
    turn = listening_turn(call)
    replies = await asyncio.gather(*(talk.press(call, "2", turn) for _n in range(20)))
    assert len(set(replies)) == 1
    assert talk.rows == 2


async def test_two_different_answers_to_one_question_count_once(talk: Talk) -> None:
    call, _first = await talk.ring()
    turn = listening_turn(call)
    one, other = await asyncio.gather(talk.press(call, "2", turn), talk.press(call, "3", turn))
    assert one == other
    assert call.known.path[-1].endswith("secret")
    assert talk.rows == 2


async def test_an_older_request_is_sent_on_and_costs_nothing(talk: Talk) -> None:
    call, _first = await talk.ring()
    old = listening_turn(call)
    await talk.press(call, "2")
    await talk.press(call, "1234")
    rows, state = talk.rows, call.known
    assert (await talk.press(call, "3", old)).body == b"again"
    assert (await talk.conversation.back(call, VOICE)).body == b"again"
    assert (talk.rows, call.known) == (rows, state)


async def test_a_turn_that_was_never_asked_is_sent_on(talk: Talk) -> None:
    call, _first = await talk.ring()
    assert (await talk.press(call, "3", 999)).body == b"again"
    assert talk.rows == 1


async def test_who_asks_what_to_do_hears_the_question_again_without_a_try(talk: Talk) -> None:
    call, first = await talk.ring()
    asked = await talk.conversation.back(call, ReplyKey(CALLER, -2, 0))
    assert asked.body == first.body
    assert talk.rows == 1
    assert await talk.conversation.back(call, ReplyKey(CALLER, -2, 0)) == asked


async def test_a_slow_lookup_is_bridged_by_a_filler_within_the_hold(talk: Talk) -> None:
    call, _first = await talk.ring()
    talk.house.source.took_s = 5.0
    turn = listening_turn(call)
    work = talk.house.tasks.start(talk.press(call, "1"), "press")
    await talk.house.clock.advance(0.6)
    assert not work.done()
    await talk.house.clock.advance(HOLD_S)
    reply = work.result()
    assert (reply.turn, reply.part) == (turn, 0)
    assert reply.body == f"wait {turn} part 0".encode()


async def test_a_lookup_in_time_answers_the_request_that_waits(talk: Talk) -> None:
    call, _first = await talk.ring()
    talk.house.source.took_s = 0.5
    reply = await talk.while_time_passes(talk.press(call, "1"), 0.6)
    assert reply.body.endswith(b"main_menu")
    assert await talk.house.store.journal.reply(call.id, CALLER) == reply


async def test_a_repeat_of_a_held_request_waits_for_the_same_answer(talk: Talk) -> None:
    call, _first = await talk.ring()
    talk.house.source.took_s = 0.5
    turn = listening_turn(call)
    works = [talk.house.tasks.start(talk.press(call, "1", turn), "press") for _n in range(5)]
    await talk.house.clock.advance(0.6)
    replies = {work.result() for work in works}
    assert len(replies) == 1
    assert len(talk.house.source.asked) == 1


async def held(talk: Talk) -> tuple[LiveCall, ReplyKey]:
    """A call in a long lookup whose caller has been told to come back."""
    call, _first = await talk.ring()
    talk.house.source.took_s = 7.5
    turn = listening_turn(call)
    await talk.while_time_passes(talk.press(call, "1"), HOLD_S + 0.1)
    return call, ReplyKey(CALLER, turn, 0)


async def waiting_only(talk: Talk) -> tuple[LiveCall, int]:
    """A call that waits for a lookup and nothing else, and the turn its caller comes back to."""
    call, key = await held(talk)
    return call, key.turn


async def test_the_next_part_of_a_wait_is_held_again_and_repeated_alike(talk: Talk) -> None:
    call, turn = await waiting_only(talk)
    part = ReplyKey(CALLER, turn, 1)
    reply = await talk.while_time_passes(talk.conversation.back(call, part), HOLD_S + 0.1)
    assert reply.body == f"wait {turn} part 1".encode()
    rows = talk.rows
    assert await talk.conversation.back(call, part) == reply
    assert talk.rows == rows


async def test_the_result_comes_to_the_part_that_waits(talk: Talk) -> None:
    call, turn = await waiting_only(talk)
    part = ReplyKey(CALLER, turn, 1)
    for number in range(1, 5):
        part = ReplyKey(CALLER, turn, number)
        reply = await talk.while_time_passes(talk.conversation.back(call, part), HOLD_S + 0.1)
        if b"wait" not in reply.body:
            break
    assert reply.body.endswith(b"main_menu")
    assert (reply.turn, reply.part) == (turn, 4)


async def test_a_part_that_skips_one_is_sent_on(talk: Talk) -> None:
    call, turn = await waiting_only(talk)
    assert (await talk.conversation.back(call, ReplyKey(CALLER, turn, 5))).body == b"again"


async def test_another_request_frees_the_one_that_is_held(talk: Talk) -> None:
    call, turn = await waiting_only(talk)
    first = talk.begin_back(call, ReplyKey(CALLER, turn, 1))
    await settle()
    asked = talk.begin_back(call, ReplyKey(CALLER, -5, 0))
    await settle()
    assert first.result().body == b"again"
    await talk.house.clock.advance(HOLD_S + 0.1)
    assert asked.result().part == 0


async def test_a_hang_up_frees_the_request_that_is_held(talk: Talk) -> None:
    call, turn = await waiting_only(talk)
    work = talk.begin_back(call, ReplyKey(CALLER, turn, 1))
    await settle()
    await talk.house.switch.deliver(call.id, LegEnded())
    await settle()
    assert work.result().body == b"hangup"


async def test_an_ended_call_is_sent_to_its_end(talk: Talk) -> None:
    call, _first = await talk.ring()
    await talk.house.switch.deliver(call.id, LegEnded())
    found = await go_on(talk.house.switch, call.id)
    assert found is not None
    assert (await talk.conversation.back(found, ReplyKey(CALLER, -9, 0))).body == b"again"
    assert (await talk.press(found, "1", 2)).body == b"again"


async def test_the_last_reply_survives_a_restart(talk: Talk) -> None:
    call, _first = await talk.ring()
    turn = listening_turn(call)
    reply = await talk.press(call, "2")
    rows = talk.rows
    await talk.house.restart()
    again = Talk(talk.house)
    found = await go_on(talk.house.switch, call.id)
    assert found is not None
    assert await again.press(found, "2", turn) == reply
    assert again.rows == rows + 1  # the recovery itself
    assert (await again.press(found, "1234")).body.endswith(b"main_menu")


async def test_a_store_that_is_away_answers_nothing_and_the_repeat_works(talk: Talk) -> None:
    call, _first = await talk.ring()
    turn = listening_turn(call)
    talk.house.store.away = 1
    with pytest.raises(StoreError):
        await talk.press(call, "2", turn)
    reply = await talk.press(call, "2", turn)
    assert reply.body.endswith(b"pin_prompt")
    assert talk.rows == 2


async def test_a_late_answer_of_a_lookup_does_not_wake_a_caller_elsewhere(talk: Talk) -> None:
    call, _first = await talk.ring()
    late = Fetched(turn=listening_turn(call), result="found")
    await talk.house.switch.deliver(call.id, late)
    assert call.known.path[-1].endswith("welcome")
