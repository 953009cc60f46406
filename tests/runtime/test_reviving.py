"""A call from its last snapshot and the events after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import ReplayError
from ivr.domain.events import LegEnded
from ivr.domain.values import Sealed
from ivr.runtime.entries import SNAPSHOT_EVERY
from ivr.runtime.reviving import revive
from ivr.runtime.sealing import CallCodec, MasterKeys

if TYPE_CHECKING:
    from ivr.runtime.live import LiveCall
    from tests.fakes.house import House


async def revived(house: House, call: LiveCall) -> LiveCall:
    saved = await house.store.journal.load(call.id)
    assert saved is not None
    switch = house.switch
    return await revive(saved, switch.epoch, switch.codec, switch.ports.books)


@pytest.mark.parametrize("more", [0, 1, SNAPSHOT_EVERY - 2, SNAPSHOT_EVERY, SNAPSHOT_EVERY + 7])
async def test_a_replay_gives_the_very_state_that_was(house: House, more: int) -> None:
    call = await house.ring()
    for n in range(more):
        await house.clock.advance(1)
        await house.press(call, "2" if call.known.path[-1].endswith("welcome") else f"{n:04d}")
    again = await revived(house, call)
    assert again.known == call.known
    assert (again.seq, again.snapshot_seq) == (call.seq, call.snapshot_seq)
    assert (again.provider_ref, again.trunk, again.key) == ("ref-1", "main", call.key)
    assert again.revived


async def test_a_secret_survives_in_memory_alone(house: House) -> None:
    call = await house.ring()
    await house.press(call, "2")
    await house.press(call, "9753")
    again = await revived(house, call)
    assert again.known == call.known
    assert again.known.top.variables["pin"] in {None, Sealed("9753")}


async def test_a_long_call_replays_only_what_follows_its_snapshot(house: House) -> None:
    call = await house.ring()
    for n in range(2 * SNAPSHOT_EVERY):
        await house.press(call, "2" if call.known.path[-1].endswith("welcome") else f"{n:04d}")
    saved = await house.store.journal.load(call.id)
    assert saved is not None
    assert len(saved.events) < SNAPSHOT_EVERY


async def test_an_ended_call_comes_without_a_state_and_without_a_key(house: House) -> None:
    call = await house.ring()
    await house.switch.deliver(call.id, LegEnded())
    again = await revived(house, call)
    assert (again.state, again.key) == (None, b"")


async def test_another_key_file_cannot_read_the_secrets_of_a_call(house: House) -> None:
    call = await house.ring()
    await house.press(call, "2")
    saved = await house.store.journal.load(call.id)
    assert saved is not None
    codec = CallCodec(MasterKeys(b"x" * 32))
    with pytest.raises(ReplayError):
        await revive(saved, 1, codec, house.switch.ports.books)
