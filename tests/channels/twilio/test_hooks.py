"""Who is let in, and that everybody gets an answer in time whatever happens to us."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from ivr.channels.twilio.wire.signature import Secret, SignedRequest, sign
from tests.fakes.twilio import TOKEN
from tests.fakes.twilio_rig import BASE, FORM, NUMBER, Rig

if TYPE_CHECKING:
    from collections.abc import Sequence


BYE = "Hoşça kalın."


# --- trouble of our own ---------------------------------------------------------------------------


async def test_a_call_outlives_a_store_that_is_away(rig: Rig) -> None:
    call = await rig.in_menu()
    rig.store.is_away = True
    await call.press("4")
    assert b'<Pause length="2"' in call.documents[-1]
    await call.wait(5)
    rig.store.is_away = False
    await call.until_listening()
    await call.press("4")
    await call.wait(20)
    assert call.words[-1] == BYE
    assert (await rig.only_row()).path == ("welcome", "bye")


async def test_a_new_call_hears_an_apology_while_the_store_is_away(rig: Rig) -> None:
    rig.store.is_away = True
    call = rig.provider.call()
    await call.ring()
    await call.wait(20)
    assert len(call.words) == 2
    assert call.ended == "hangup"


async def test_the_other_host_takes_new_calls_while_the_store_is_away() -> None:
    rig = Rig()
    rig.settings = replace(rig.settings, fallback_url="https://sorry.example.com/x")
    rig.start()
    rig.store.is_away = True
    call = rig.provider.call()
    await call.ring()
    assert b">https://sorry.example.com/x</Redirect>" in call.documents[0]
    await rig.close()


@pytest.mark.parametrize("fallback", [None, "https://sorry.example.com/x"])
async def test_new_calls_are_shed_first_and_running_ones_never(fallback: str | None) -> None:
    rig = Rig()
    rig.settings = replace(rig.settings, fallback_url=fallback)
    rig.start()
    running = await rig.in_menu()
    rig.switch.draining = True
    late = rig.provider.call()
    await late.ring()
    assert (fallback or '<Reject reason="busy"').encode() in late.documents[0]
    url, form = running.requests[0]
    assert (await rig.provider.send(url, form)).body == running.documents[0]
    await running.press("4")
    await running.wait(10)
    assert running.words[-1] == BYE
    assert len(await rig.rows()) == 1
    await rig.close()


async def test_a_hang_up_told_while_the_store_is_away_is_not_lost(rig: Rig) -> None:
    call = await rig.in_menu()
    rig.store.is_away = True
    await call.hang_up()
    rig.store.is_away = False
    await rig.clock.advance(10)
    assert (await rig.only_row()).ended_by == "caller"


async def test_a_bug_of_ours_is_an_apology_and_no_error_of_the_provider(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_given: object) -> None:
        raise ValueError("a bug")

    monkeypatch.setattr(rig.switch, "offer", broken)
    call = rig.provider.call()
    await call.ring()
    assert call.documents[0] == rig.trunk.documents.sorry.body


async def test_work_that_takes_too_long_is_answered_in_time(rig: Rig) -> None:
    call = await rig.in_menu()
    rig.hooks._budget_s = 0.01
    live = next(iter(rig.switch.calls.values()))
    rig.provider.pass_time = None
    async with live.lock:
        await call.press("4")
    assert b'<Pause length="2"' in call.documents[-1]


async def test_the_fallback_needs_no_store_and_speaks_both_languages(rig: Rig) -> None:
    rig.store.is_away = True
    call = rig.provider.call()
    answer = await call.tell(
        f"{BASE}/hooks/main/fallback", "in-progress", (("ErrorCode", "11200"),)
    )
    assert answer.status == 200
    assert b'language="tr-TR"' in answer.body
    assert b'language="en-US"' in answer.body
    assert answer.body.endswith(b"<Hangup /></Response>")


# --- who may ask ----------------------------------------------------------------------------------


def _changed(form: Sequence[tuple[str, str]], **fields: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, fields.get(name, value)) for name, value in form)


async def test_a_request_of_one_call_cannot_steer_another(rig: Rig) -> None:
    call = await rig.in_menu()
    other = await rig.in_menu()
    url = call.documents[0].decode().split('action="')[1].split("#")[0].replace("&amp;", "&")
    form = (*_changed(other.requests[0][1]), ("Digits", "4"))
    assert (await rig.provider.send(url, form)).status == 403
    assert (await rig.provider.send(url.replace("l=1", "l=2"), call.requests[0][1])).status == 403


async def test_another_account_is_refused(rig: Rig) -> None:
    call = rig.provider.call()
    form = (("AccountSid", "AC1"), ("CallSid", call.sid), ("From", "+905321112233"), ("To", NUMBER))
    answer = await rig.provider.send(f"{rig.provider.hooks}/voice", form)
    assert (answer.status, answer.body) == (403, b"")


@pytest.mark.parametrize(
    "target",
    [
        "next?c=01UNKNOWN&l=1&t=2",
        "ask?c=01UNKNOWN&l=1&n=2",
        "next",
        "next?c=a&c=b&l=1&t=1",
        "status",
    ],
)
async def test_an_unknown_call_is_not_found(rig: Rig, target: str) -> None:
    call = rig.provider.call()
    assert (await call.tell(f"{rig.provider.hooks}/{target}", "completed")).status == 404


async def test_a_wrong_signature_is_refused_and_logged_once_a_minute(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    rig.provider.token = TOKEN + "x"
    for _time in range(3):
        answer = await rig.provider.call().tell(f"{rig.provider.hooks}/voice", "ringing")
        assert (answer.status, answer.body) == (403, b"")
    assert caplog.text.count("webhook_refused") == 1
    await rig.clock.advance(61)
    await rig.provider.call().tell(f"{rig.provider.hooks}/voice", "ringing")
    assert caplog.text.count("webhook_refused") == 2


async def test_the_next_token_is_good_already() -> None:
    rig = Rig()
    secrets = (Secret("auth_token", "old"), Secret("auth_token_next", TOKEN))
    rig.settings = replace(rig.settings, secrets=secrets)
    rig.start()
    call = rig.provider.call()
    await call.ring()
    assert len(call.documents) == 1
    await rig.close()


async def test_a_signed_json_post_is_no_form(rig: Rig) -> None:
    body = b"{}"
    target = f"/hooks/main/voice?bodySHA256={sha256(body).hexdigest()}"
    request = SignedRequest(target, [sign(BASE + target, (), TOKEN)], "application/json", body)
    assert (await rig.hooks.answer("voice", request)).status == 415
    form = replace(request, content_type=FORM, body=urlencode({"a": "b"}).encode())
    assert (await rig.hooks.answer("voice", form)).status == 403


async def test_a_number_of_another_trunk_is_not_answered_here() -> None:
    rig = Rig()
    rig.book = replace(rig.book, world=replace(rig.book.world, number_only_on={NUMBER: ("other",)}))
    rig.start()
    call = rig.provider.call()
    await call.ring()
    assert b"<Reject" in call.documents[0]
    await rig.close()
