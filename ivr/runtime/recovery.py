"""Going on after a restart: every call that had not ended is picked up where it stood."""

from __future__ import annotations

import logging

from ivr.domain.call import CALLER, CallId
from ivr.domain.errors import IvrError
from ivr.domain.events import CallRecovered
from ivr.runtime.live import LiveCall
from ivr.runtime.switch import Switch

_LOG = logging.getLogger(__name__)


async def take_over(switch: Switch) -> None:
    """Become the owner of all live calls and go on with each (flow-engine.md 5.6)."""
    switch.epoch = await switch.store.calls.claim()
    for call in await switch.store.calls.live():
        try:
            await go_on(switch, call)
        except IvrError:
            _LOG.exception("call_not_recovered", extra={"call": call})


async def go_on(switch: Switch, call: CallId) -> LiveCall | None:
    """Pick up one call that is not in memory; an ended one comes without a state, None: unknown."""
    live = await switch.find(call)
    if live is None or live.state is None:
        return live
    reply = await switch.store.journal.reply(call, CALLER)
    if reply is not None:
        live.replies[CALLER] = reply
    trunk = switch.trunks.get(live.trunk)
    alive = trunk is not None and await trunk.survived(live)
    await switch.deliver(call, CallRecovered(alive=(CALLER,) if alive else ()))
    return live
