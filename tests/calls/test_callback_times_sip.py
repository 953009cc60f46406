"""Callers at SIP telephones who choose when they are called back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.acd.callbacks import CallbackState
from tests.fakes import sip_agents
from tests.fakes.sip_agents import is_over
from tests.fakes.sip_surveyed import sounds

if TYPE_CHECKING:
    from ivr.runtime.live import LiveCall
    from tests.fakes.sip_agents import SipDesk

TITLE = "    title: {tr: Genel, en: General}\n"
CHOOSES = "    nobody: {join: [], leave: []}\n    callback: {window: choose}\n"
NUMBER = "+905321112233"
OFFER = (
    f'      callback: {{key: "1", after: 300ms, say: shall_we, done: after, number: "{NUMBER}"}}\n'
)
ASKED = {
    "      longest: 5m\n": f"      longest: 5m\n{OFFER}",
    "bye: {tr:": 'shall_we: {tr: "Arayalım mı?", en: "Call back?"}\nbye: {tr:',
}


@pytest.fixture
def options(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Who waits is offered a call at once, and may choose when."""
    for name in ("LINE", "PROMPTS"):
        text = getattr(sip_agents, name)
        for old, new in ASKED.items():
            text = text.replace(old, new)
        monkeypatch.setattr(sip_agents, name, text)
    return {TITLE: f"{TITLE}{CHOOSES}"}


async def listens(desk: SipDesk, name: str) -> LiveCall:
    """The call, once it listens for what the caller is to press."""
    calls = desk.sip.served.server.switch.calls
    await desk.soon(lambda: any(name in one.known.top.open for one in calls.values()))
    return next(iter(calls.values()))


async def test_the_keys_of_a_sip_telephone_choose_a_time(desk: SipDesk) -> None:
    async with desk.sip.phone() as caller:
        line = await caller.call("line")
        live = await listens(desk, "offer")
        await desk.soon(lambda: live.known.top.data.get("asked"))
        caller.press(line, "1")
        await listens(desk, "choose")
        await sounds(caller)
        caller.press(line, "2")
        await is_over(caller, line)
    (row,) = await desk.sip.served.server.switch.store.callbacks.recent()
    assert (row.promise.number, row.promise.state) == (NUMBER, CallbackState.PROMISED)
    assert row.promise.waited_ns is not None
    assert row.promise.from_ns > row.promise.enqueued_ns + row.promise.waited_ns
    assert (await desk.sip.ended()).outcome == "callback"


async def test_who_hangs_up_before_he_has_chosen_keeps_his_place(desk: SipDesk) -> None:
    async with desk.sip.phone() as caller:
        line = await caller.call("line")
        live = await listens(desk, "offer")
        await desk.soon(lambda: live.known.top.data.get("asked"))
        caller.press(line, "1")
        await listens(desk, "choose")
        await caller.bye(line)
        await desk.soon(lambda: live.known.ended, lambda: live.known.top)
    record = await desk.sip.ended()
    (row,) = await desk.sip.served.server.switch.store.callbacks.recent()
    assert (row.promise.number, row.promise.waited_ns) == (NUMBER, None)
    assert (record.outcome, record.ended_by) == ("callback", "caller")
