"""Once a day what is no longer needed is removed from the store."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.domain.errors import StoreError

if TYPE_CHECKING:
    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.desk import Pops

_LOG = logging.getLogger(__name__)
EVERY = timedelta(days=1)
POPS_KEPT = timedelta(days=7)
"""How long it is kept what agents' desks have shown."""


async def tidy(pops: Pops, clock: Clock) -> None:
    """At the start and then once a day, for ever. A store that fails is asked again next day."""
    while True:
        now = clock.now()
        try:
            await pops.forget(now - POPS_KEPT)
        except StoreError:
            _LOG.warning("tidying_failed")
        await clock.sleep_until(now + EVERY)
