"""The one loop of all work that is looked for now and then."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from ivr.domain.errors import PortError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import timedelta

    from ivr.runtime.ports import Clock

_LOG = logging.getLogger(__name__)


async def look_again(
    look: Callable[[], Awaitable[object]],
    pause: Callable[[], Awaitable[object]],
    waits: str,
    more: object = True,
) -> None:
    """For ever. A store or a system that is away is asked again at the next look.

    more: what `look` gives when it is to be called at once again. waits: what is logged when
    somebody is away.
    """
    while True:
        try:
            while await look() == more:
                pass
        except PortError as error:
            _LOG.warning(waits, extra={"facts": {"why": str(error)}})
        await pause()


def every(clock: Clock, span: timedelta) -> Callable[[], Awaitable[None]]:
    """A pause of so long."""
    return lambda: clock.sleep_until(clock.now() + span)
