"""The pop first, then the ring: but neither a slow desk nor a slow store makes the phone wait."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.domain.errors import StoreError

if TYPE_CHECKING:
    from datetime import datetime

    from ivr.cti.asking import Desk
    from ivr.cti.payload import PopOffer
    from ivr.cti.pop_call import PopCall
    from ivr.cti.pops import Popper
    from ivr.domain.queue import OfferId

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Offering:
    """An agent who shall be rung up. reserved_at: when he was reserved, for the figures."""

    offer: OfferId
    agent: str
    call: PopCall
    more: PopOffer
    reserved_at: datetime | None = None


async def pop_before_ring(popper: Popper, desk: Desk, offering: Offering) -> bool:
    """Show the pop and wait until it stands on the screen, at most `hold_s` in all.

    Whether it does. It goes on being shown when the time is over; the phone may ring then.
    """
    seen: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
    desk.tasks.start(_show(popper, offering, seen), "pop")
    due = desk.clock.now() + timedelta(seconds=desk.rules.hold_s)
    timer = desk.tasks.start(_until(desk, due, seen), "pop hold")
    try:
        return await seen
    finally:
        timer.cancel()


async def _show(popper: Popper, offering: Offering, seen: asyncio.Future[bool]) -> None:
    rendered = False
    try:
        one = offering
        await popper.open(one.offer, one.agent, one.call, one.more, one.reserved_at)
        rendered = await popper.rendered(one.offer)
    except StoreError:
        _LOG.warning("pop_not_shown", extra={"facts": {"offer": offering.offer}})
    finally:
        _settle(seen, result=rendered)


async def _until(desk: Desk, due: datetime, seen: asyncio.Future[bool]) -> None:
    await desk.clock.sleep_until(due)
    _settle(seen, result=False)


def _settle(seen: asyncio.Future[bool], *, result: bool) -> None:
    if not seen.done():
        seen.set_result(result)
