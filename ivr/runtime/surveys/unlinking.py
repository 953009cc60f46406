"""Cuts anonymous answers off from the people who gave them, soon after their survey is over."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.domain.errors import PortError
from ivr.runtime.ports.opinions import MOST

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.opinions import Opinions

_LOG = logging.getLogger(__name__)
EVERY = timedelta(minutes=10)
AFTER = timedelta(hours=1)
"""A call that is carried out again after a fault still finds its invitation for so long."""


async def unlink_for_ever(opinions: Opinions, clock: Clock, new_id: Callable[[], str]) -> None:
    """At the start and then every ten minutes; a store that fails is asked again."""
    while True:
        try:
            await unlink_now(opinions, clock, new_id)
        except PortError as error:
            _LOG.warning("answers_still_linked", extra={"facts": {"why": str(error)}})
        await clock.sleep_until(clock.now() + EVERY)


async def unlink_now(opinions: Opinions, clock: Clock, new_id: Callable[[], str]) -> None:
    """All that is due."""
    while await opinions.unlink(clock.now() - AFTER, new_id) == MOST:
        pass
