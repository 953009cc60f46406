"""Calling back, put together: promises, the queues they wait for, and the calls that keep them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.config.calendars import find_zone
from ivr.runtime.callbacks.chances import Chances
from ivr.runtime.callbacks.keeper import Keeper

if TYPE_CHECKING:
    from ivr.app.server import Server


def open_keeper(server: Server) -> Keeper:
    """Who keeps the promises of a server; nothing runs yet."""
    floor, live = server.floor, server.live
    chances = Chances(
        group=lambda: floor.host.group,
        world=lambda: server.library.current().world,
        zone=lambda: find_zone(live.now.zone),
    )
    keeper = Keeper(
        server.switch, floor.host, floor.dispatch, chances, lambda: frozenset(live.now.queues)
    )
    floor.watchers.append(keeper.heard)
    return keeper
