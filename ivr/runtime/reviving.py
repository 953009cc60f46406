"""A call from its last snapshot and the events after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.domain.events import Event
from ivr.engine.state import State
from ivr.engine.step import step
from ivr.runtime.live import LiveCall

if TYPE_CHECKING:
    from ivr.runtime.ports import Books, SavedCall
    from ivr.runtime.sealing import CallCodec


async def revive(saved: SavedCall, epoch: int, codec: CallCodec, books: Books) -> LiveCall:
    """A call from its last snapshot and the events after it. An ended one comes without a state."""
    call = LiveCall(
        id=saved.call,
        trunk=saved.trunk,
        channel=saved.channel,
        provider_ref=saved.provider_ref,
        key=saved.sealed_key or b"",
        epoch=epoch,
        seq=saved.snapshot_seq,
        snapshot_seq=saved.snapshot_seq,
        revived=True,
    )
    if saved.ended:
        return call
    await books.pin(saved.flow_hash)
    if saved.snapshot is not None:
        call.state = codec.loads_as(State, saved.snapshot, call.key)
    for seq, text in saved.events:
        event = codec.loads_as(Event, text, call.key)
        call.state, _commands = step(call.state, event, books.current())
        call.seq = seq
    return call
