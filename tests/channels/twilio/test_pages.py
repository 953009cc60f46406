"""Whole calls through the webhooks, with a provider that walks our documents."""

from __future__ import annotations

import asyncio
import logging
import random
from typing import TYPE_CHECKING

import pytest

from tests.fakes.twilio import ACCOUNT, FakeCall
from tests.fakes.twilio_rig import FLOW, NUMBER, Rig, shop_book

if TYPE_CHECKING:
    from ivr.runtime.ports import InteractionRow

HELLO = "Dükkâna hoş geldiniz."
MENU = "Müşteri kaydı için 1, şifre için 2, sipariş için 3, çıkmak için 4."
SHORT = "1, 2, 3 ya da 4."
BYE = "Hoşça kalın."
SORRY = "Bir sorun çıktı."


def notes_of(row: InteractionRow, what: str) -> list[str]:
    return [text for name, text in row.notes if name == what]


# --- calls as callers hear them -------------------------------------------------------------------


async def test_a_caller_presses_a_key_and_is_bid_goodbye(rig: Rig) -> None:
    call = await rig.in_menu()
    await call.press("4")
    await call.wait(10)
    assert call.words == [HELLO, MENU, BYE]
    assert call.ended == "hangup"
    row = await rig.only_row()
    assert (row.ani, row.dnis, row.channel) == ("+905321112233", NUMBER, "twilio")
    assert (row.ended_by, row.outcome, row.path) == ("hangup", "left_menu", ("welcome", "bye"))


async def test_silence_costs_a_try_and_the_last_try_gives_up(rig: Rig) -> None:
    call = rig.provider.call()
    await call.ring()
    await call.wait(60)
    assert call.words == [HELLO, MENU, SHORT, BYE]
    assert '"exit":"giveup"' in notes_of(await rig.only_row(), "exit")[0]


async def test_a_key_during_a_prompt_that_must_be_heard_is_lost(rig: Rig) -> None:
    call = rig.provider.call()
    await call.ring()
    await call.wait(0.5)
    await call.press("4")
    await call.wait(3)
    await call.press("1")
    await call.wait(30)
    assert call.words[-2:] == ["Merhaba Ayşe.", BYE]


async def test_a_wrong_key_and_a_spoken_word_are_understood(rig: Rig) -> None:
    call = await rig.in_menu()
    await call.press("7")
    await call.until_listening()
    await call.say("Müşteri.")
    await call.wait(30)
    assert call.words == [HELLO, MENU, MENU, "Merhaba Ayşe.", BYE]
    assert '"by":"word"' in notes_of(await rig.only_row(), "menu")[0]


async def test_a_full_entry_ends_at_the_provider_too(rig: Rig) -> None:
    call = await rig.in_menu()
    await call.press("3")
    await call.until_listening()
    await call.press("123456")
    assert call.words[-1] == BYE
    notes = notes_of(await rig.only_row(), "ask")
    assert notes == ['{"step":"order#ask:order_prompt","reasons":[],"length":6}']


@pytest.mark.parametrize(
    ("later_s", "tries"), [(0.3, '"reasons":[]'), (9.0, '"reasons":["short"]')]
)
async def test_the_end_key_of_a_full_entry_is_swallowed_by_the_next_listen(
    later_s: float, tries: str
) -> None:
    flow = FLOW.replace("secret: true", 'secret: true\n      end_key: "#"').replace(
        "first: 5s", "first: 9s"
    )
    rig = Rig(book=shop_book(flow))
    call = await rig.in_menu()
    await call.press("2")
    await call.until_listening()
    await call.press("1234")
    await call.wait(later_s)
    await call.press("#")
    await call.until_listening()
    await call.press("123#")
    await call.wait(20)
    assert call.words.count("Sipariş numarası, sonunda kare.") == 2
    assert tries in notes_of(await rig.only_row(), "ask")[1]
    await rig.close()


async def test_the_caller_hangs_up_and_is_told_late_and_twice(rig: Rig) -> None:
    call = await rig.in_menu()
    await call.hang_up(after_s=3, times=3)
    row = await rig.only_row()
    assert (row.ended_by, row.cause) == ("caller", "normal")
    assert rig.switch.calls == {}


@pytest.mark.parametrize(
    ("status", "cause", "by"),
    [("failed", "failed", "lost"), ("busy", "busy", "caller"), ("no-answer", "noanswer", "caller")],
)
async def test_other_ends_keep_their_cause(rig: Rig, status: str, cause: str, by: str) -> None:
    call = await rig.in_menu()
    await call.hang_up(status)
    row = await rig.only_row()
    assert (row.cause, row.ended_by) == (cause, by)


@pytest.mark.parametrize("status", ["ringing", "in-progress", "something-new", ""])
async def test_no_end_is_no_news(rig: Rig, status: str) -> None:
    call = await rig.in_menu()
    answer = await call.tell(f"{rig.provider.hooks}/status", status)
    assert answer.status == 204
    assert len(rig.switch.calls) == 1


async def test_secret_digits_stand_nowhere(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    call = await rig.in_menu()
    await call.press("2")
    await call.until_listening()
    await call.press("7391")
    await call.wait(5)
    live = next(iter(rig.switch.calls.values()))
    saved = await rig.store.journal.load(live.id)
    assert saved is not None
    assert "7391" not in f"{saved} {await rig.only_row()} {caplog.text} {call.documents}"


@pytest.mark.parametrize("sender", ["", "anonymous", "Restricted", "+266696687", "+7378742833"])
async def test_a_hidden_number_is_no_number(rig: Rig, sender: str) -> None:
    call = rig.provider.call(sender)
    await call.ring()
    assert (await rig.only_row()).ani is None


async def test_numbers_are_brought_into_one_form(rig: Rig) -> None:
    call = rig.provider.call("05321112233", "0850 222 00 00")
    await call.ring()
    row = await rig.only_row()
    assert (row.ani, row.dnis) == ("+905321112233", NUMBER)


async def test_a_number_without_a_flow_is_refused_unanswered(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    call = rig.provider.call(to="+902120000000")
    await call.ring()
    await call.wait(0)
    assert b"<Reject" in call.documents[0]
    assert call.ended == "rejected"
    assert await rig.rows() == []
    assert "number_not_configured" in caplog.text


# --- retries, echoes, two at once -----------------------------------------------------------------


async def test_every_request_sent_three_times_has_one_effect_and_equal_answers(rig: Rig) -> None:
    rig.provider.repeats = 2
    rig.source.took_s = 4.0
    call = await rig.in_menu()
    await call.press("1")
    await call.wait(30)
    assert call.words == [HELLO, MENU, "Bir saniye.", "Merhaba Ayşe.", BYE]
    assert rig.source.asked == 1
    assert len(await rig.rows()) == 1


async def test_a_retried_call_has_the_same_journal_as_a_quiet_one() -> None:
    seen = []
    for repeats in (0, 2):
        rig = Rig()
        rig.provider.repeats = repeats
        call = await rig.in_menu()
        await call.press("3")
        await call.until_listening()
        await call.press("123#")
        await call.wait(20)
        row = await rig.only_row()
        seen.append((row.notes, row.path, row.outcome, call.words, row.ended_at))
        await rig.close()
    assert seen[0] == seen[1]


async def test_a_stale_turn_leads_to_the_question_of_now(rig: Rig) -> None:
    call = await rig.in_menu()
    await call.press("2")
    await call.until_listening()
    stale_url, stale_form = call.requests[1]  # the answer to the menu
    await call.press("1234")
    await call.until_listening()
    answer = await rig.provider.send(stale_url, stale_form)
    assert b"/ask?" in answer.body
    assert b"<Gather" not in answer.body
    words = list(call.words)
    await call.take(answer)
    await call.until_listening()
    assert call.words == [*words, "Sipariş numarası, sonunda kare."]
    await call.press("123#")
    await call.wait(20)
    assert call.words[-1] == BYE


async def test_a_repeated_voice_request_of_a_running_call_opens_no_second_one(rig: Rig) -> None:
    call = await rig.in_menu()
    await call.press("2")
    url, form = call.requests[0]
    answer = await rig.provider.send(url, form)
    assert b"/ask?" in answer.body
    assert len(await rig.rows()) == 1


async def test_two_requests_at_once_are_answered_once_and_alike(rig: Rig) -> None:
    rig.provider.pass_time = None
    call = rig.provider.call()
    form = (("AccountSid", ACCOUNT), ("CallSid", call.sid), ("From", call.sender), ("To", NUMBER))
    url = f"{rig.provider.hooks}/voice"
    answers = await asyncio.gather(*(rig.provider.send(url, form) for _ in range(5)))
    assert {answer.body for answer in answers} == {answers[0].body}
    assert len(await rig.rows()) == 1
    action = answers[0].body.decode().split('action="')[1].split("#")[0].replace("&amp;", "&")
    pressed = (*form, ("Digits", "2"))
    answers = await asyncio.gather(*(rig.provider.send(action, pressed) for _ in range(5)))
    assert {answer.body for answer in answers} == {answers[0].body}
    assert len(notes_of(await rig.only_row(), "menu")) == 1


async def test_after_the_end_every_request_hangs_up_and_the_last_one_repeats(rig: Rig) -> None:
    call = await rig.in_menu()
    await call.press("4")
    await call.wait(10)
    last_url, last_form = next(r for r in reversed(call.requests) if "/next" in r[0])
    again = await rig.provider.send(last_url, last_form)
    assert again.body == call.documents[-1]
    for url, form in call.requests[:2]:
        answer = await rig.provider.send(url, form)
        assert (answer.status, b"<Hangup" in answer.body) == (200, True)


# --- slow lookups ---------------------------------------------------------------------------------


async def test_a_slow_lookup_is_bridged_and_no_answer_takes_two_seconds(rig: Rig) -> None:
    rig.source.took_s = 7.0
    call = await rig.in_menu()
    await call.press("1")
    await call.wait(30)
    assert call.words == [HELLO, MENU, "Bir saniye.", "Merhaba Ayşe.", BYE]
    assert rig.provider.longest_answer_ms <= 2_000
    parts = [url for url, _form in call.requests if "p=" in url]
    assert len(parts) >= 2


async def test_a_repeat_while_the_first_is_held_waits_for_the_same_answer(rig: Rig) -> None:
    rig.source.took_s = 1.0
    call = await rig.in_menu()
    url = call.documents[0].decode().split('action="')[1].split("#")[0].replace("&amp;", "&")
    form = (*call.requests[0][1], ("Digits", "1"))
    rig.provider.pass_time = None
    async with asyncio.TaskGroup() as group:
        both = [group.create_task(rig.provider.send(url, form)) for _ in range(2)]
        await rig.clock.advance(0.5)
        assert not any(one.done() for one in both)
        await rig.clock.advance(1.0)
    assert both[0].result() == both[1].result()
    assert b"Bir saniye" in both[0].result().body  # said after 0.7 s of silence
    assert rig.source.asked == 1


async def test_a_lookup_that_never_ends_fails_in_time(rig: Rig) -> None:
    rig.source.took_s = 100.0
    call = await rig.in_menu()
    await call.press("1")
    await call.wait(30)
    assert call.words[-2:] == [SORRY, BYE]


async def test_an_older_part_of_a_wait_is_stale(rig: Rig) -> None:
    rig.source.took_s = 7.5
    call = await rig.in_menu()
    await call.press("1")
    await call.wait(6)
    waits = [request for request in call.requests if "p=" in request[0]]
    assert len(waits) >= 2
    assert b"/ask?" in (await rig.provider.send(*waits[0])).body


# --- restart --------------------------------------------------------------------------------------


@pytest.mark.parametrize("moment", ["listening", "looking up"])
async def test_a_call_goes_on_after_a_restart(rig: Rig, moment: str) -> None:
    call = await rig.in_menu()
    rig.source.took_s = 3.0
    if moment == "looking up":
        await call.press("1")
    await rig.restart()
    if moment == "listening":
        await call.press("1")
    await call.wait(30)
    assert call.words[-2:] == ["Merhaba Ayşe.", BYE]
    assert len(await rig.rows()) == 1


async def test_a_repeat_after_a_restart_gets_the_stored_bytes(rig: Rig) -> None:
    call = await rig.in_menu()
    await call.press("2")
    await rig.restart()
    url, form = call.requests[-1]
    assert (await rig.provider.send(url, form)).body == call.documents[-1]


async def test_a_call_that_was_not_picked_up_at_the_start_is_found_at_its_request(rig: Rig) -> None:
    call = await rig.in_menu()
    await rig.tasks.close()
    rig.start()
    rig.switch.epoch = await rig.store.calls.claim()
    await call.press("4")
    await call.wait(10)
    assert call.ended == "hangup"


async def _act(rig: Rig, call: FakeCall, chance: random.Random) -> None:
    """One thing that may happen during a call."""
    match chance.choice(("press", "press", "wait", "restart", "away", "back", "slow", "listen")):
        case "press":
            await call.press(chance.choice("1234579*#"))
        case "wait":
            await call.wait(chance.choice((0.1, 1, 4, 9)))
        case "listen":
            await call.press("123456#")
        case "restart":
            await rig.restart()
        case "slow":
            rig.source.took_s = chance.choice((0.0, 1.0, 3.0, 20.0))
        case state:
            rig.store.is_away = state == "away"


@pytest.mark.parametrize("seed", range(40))
async def test_whatever_happens_a_call_has_one_end_and_no_caller_waits_for_us(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same calls each time
    rig = Rig()
    rig.provider.repeats = chance.choice((0, 1))
    call = rig.provider.call()
    await call.ring()
    for _action in range(15):
        await _act(rig, call, chance)
    rig.store.is_away = False
    await call.wait(5)
    if not call.ended:
        await call.hang_up(times=2)
    await rig.clock.advance(120)
    row = await rig.only_row()
    assert row.outcome != "open"
    assert rig.switch.calls == {}
    assert rig.provider.longest_answer_ms <= 2_000
    assert not any(b"teknik bir sorun" in document for document in call.documents)
    await rig.close()
