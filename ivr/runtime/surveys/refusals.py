"""Sees to it that who said "never again" on the line stands in the ledger of consents.

The word is durable with the step that heard it, as the state of the invitation; the ledger is
written right after. A server that dies in between, or whose database is away for long, finds what
is missing here.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.domain.errors import PortError

if TYPE_CHECKING:
    from ivr.domain.call import CallId
    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.asking.surveys import Surveys
    from ivr.runtime.surveys.knowing import Wishes

_LOG = logging.getLogger(__name__)
EVERY = timedelta(minutes=5)
BACK = timedelta(days=7)
"""No server stays off for longer without somebody who looks after it."""


async def keep_refusals(surveys: Surveys, wishes: Wishes, clock: Clock) -> None:
    """At the start and then every five minutes; what was found kept is not looked at again."""
    kept: set[CallId] = set()
    while True:
        try:
            await keep_once(surveys, wishes, clock, kept)
        except PortError as error:
            _LOG.warning("opt_outs_wait_for_store", extra={"facts": {"why": str(error)}})
        await clock.sleep_until(clock.now() + EVERY)


async def keep_once(surveys: Surveys, wishes: Wishes, clock: Clock, kept: set[CallId]) -> None:
    """Whatever is not kept yet. Raises StoreError."""
    found = await surveys.refused(clock.now() - BACK)
    kept.intersection_update({call for call, _number in found})
    for call, number in found:
        if call not in kept:
            await wishes.opt_out(number, call)
            kept.add(call)
