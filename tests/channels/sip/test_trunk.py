"""The trunk as the switch sees it: commands of its calls, a crash, news of the core."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ivr.channels.sip.trunk import SipTrunk
from ivr.channels.sip.wire.orders import Accept, EndStored
from ivr.channels.sip.wire.words import Acked, KeyInfo, Replied
from ivr.domain.commands import CloseInteraction
from ivr.domain.events import LegEnded
from ivr.runtime.memory.clock import settle
from ivr.runtime.replies import ReplyKey
from tests.fakes.sip_rig import FLOW, Rig, record

if TYPE_CHECKING:
    from ivr.domain.call import CallId
    from ivr.runtime.live import LiveCall


def live(rig: Rig, number: CallId) -> LiveCall:
    return rig.desk.switch.calls[number]


async def test_a_call_is_known_by_its_id_from_its_first_commands_on(rig: Rig) -> None:
    talk = await rig.call()
    assert talk.id is not None
    assert rig.works.calls == {talk.id: talk}
    assert live(rig, talk.id).provider_ref == talk.ref
    assert talk.ref.startswith("call-caller;f1")


async def test_what_happened_before_the_call_was_known_is_told_then(rig: Rig) -> None:
    offer = rig.offered()
    told = LegEnded()

    def tell_early() -> None:
        (talk,) = rig.works.by_ref.values()
        rig.works.tell(talk, told)

    opened = rig.sound.open

    async def opens(*words: object, **more: object) -> object:
        tell_early()
        return await opened(*words, **more)  # type: ignore[arg-type]

    rig.sound.open = opens  # type: ignore[method-assign, assignment]
    rig.trunk.heard(offer)
    await settle(60)
    assert not rig.desk.switch.calls


async def test_commands_for_a_call_that_is_not_here_do_nothing(rig: Rig) -> None:
    talk = await rig.call()
    assert talk.id is not None
    stranger = replace(live(rig, talk.id), provider_ref="other")
    rig.works.calls.clear()
    before = list(rig.stack.orders)
    await rig.trunk.execute(stranger, [CloseInteraction(outcome="left_menu")])
    assert rig.stack.orders == before


async def test_after_a_crash_the_far_ends_are_told_once_the_sockets_are_open(rig: Rig) -> None:
    talk = await rig.call()
    assert talk.id is not None
    call = live(rig, talk.id)
    fresh = SipTrunk("phones")
    fresh.begin(rig.works)
    assert not await fresh.survived(call)
    assert not rig.ordered(EndStored)
    await fresh.start()
    await fresh.start()
    (goodbye,) = rig.ordered(EndStored)
    assert goodbye.record == record("in-caller")
    assert goodbye.record.flow == FLOW


async def test_answers_to_requests_of_nobody_are_ignored(rig: Rig) -> None:
    before = list(rig.stack.orders)
    rig.trunk.heard(Replied("x", "BYE", 200, None))
    rig.trunk.heard(KeyInfo("nobody", "5", 100))
    rig.trunk.heard(Acked("nobody", None, record("nobody")))
    assert rig.stack.orders == before


async def test_a_phone_is_no_webhook(rig: Rig) -> None:
    talk = await rig.call()
    assert talk.id is not None
    call = live(rig, talk.id)
    key = ReplyKey(1, 1, 0)  # type: ignore[arg-type]
    assert rig.trunk.render(call, call.known, key) is None
    with pytest.raises(NotImplementedError):
        rig.trunk.filler(call, call.known, key)
    assert rig.ordered(Accept)
