"""Going on after a restart: every call that had not ended is picked up where it stood."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from ivr.domain.call import CALLER, CallId, Cause, EndedBy, Outcome, Result
from ivr.domain.errors import IvrError, ReplayError, StoreError
from ivr.domain.events import CallRecovered, LegEnded
from ivr.runtime.ports import CallClosing, Entry

if TYPE_CHECKING:
    from ivr.runtime.live import LiveCall
    from ivr.runtime.switch import Switch

_LOG = logging.getLogger(__name__)


async def take_over(switch: Switch) -> None:
    """Become the owner of all live calls and go on with each (flow-engine.md 5.6)."""
    switch.epoch = await switch.store.calls.claim()
    for call in await switch.store.calls.live():
        try:
            await go_on(switch, call)
        except ReplayError:
            _LOG.exception("call_not_recovered", extra={"call": call})
            await _give_up(switch, call)
        except IvrError:
            _LOG.exception("call_not_recovered", extra={"call": call})


async def _give_up(switch: Switch, call: CallId) -> None:
    """A call that cannot be replayed is lost: its record is closed, with what is known of it."""
    saved = await switch.store.journal.load(call)
    if saved is None or saved.ended:
        return
    event = LegEnded(at=switch.ports.clock.now(), cause=Cause.SYSTEM_LOST, by=EndedBy.LOST)
    closing = CallClosing(
        outcome=str(Outcome.SYSTEM_LOST),
        result=str(Result.SERVER_ERROR),
        cause=str(Cause.SYSTEM_LOST),
        ended_by=str(EndedBy.LOST),
        note="",
        language="",
        path=(),
        segments=(),
    )
    seq = saved.events[-1][0] if saved.events else saved.snapshot_seq
    text = switch.codec.dumps(event, b"")
    entry = Entry(call, switch.epoch, seq + 1, event.at, text, closing=closing)
    await switch.store.journal.append(entry)


async def go_on(switch: Switch, call: CallId) -> LiveCall | None:
    """Pick up one call that is not in memory; an ended one comes without a state, None: unknown.

    Requests that come at the same time find the same call; it is told once that it was recovered.
    """
    live = await switch.find(call)
    if live is None or live.state is None or not live.revived:
        return live
    live.revived = False
    async with live.lock:
        await _recovered(switch, live)
    return live


async def _recovered(switch: Switch, live: LiveCall) -> None:
    try:
        reply = await switch.store.journal.reply(live.id, CALLER)
        if reply is not None:
            live.replies[CALLER] = reply
        trunk = switch.trunks.get(live.trunk)
        alive = () if trunk is None else await trunk.survived(live)
        await switch.apply(live, CallRecovered(alive=alive))
    except StoreError:
        live.revived = True
        raise
