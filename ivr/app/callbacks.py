"""Calls that we begin, put together: promises and their queues, and what agents dial."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.config.calendars import find_zone
from ivr.runtime.callbacks.chances import Chances
from ivr.runtime.callbacks.keeper import Keeper
from ivr.runtime.dialer import Dialer, DialSettings

if TYPE_CHECKING:
    from ivr.app.server import Server


def open_dialer(server: Server) -> Dialer:
    """Who begins the calls that agents dial at the desk."""
    live = server.live

    def settings() -> DialSettings | None:
        dial = live.now.dial
        if dial is None:
            return None
        return DialSettings(dial.trunk, dial.number or "", find_zone(live.now.zone))

    return Dialer(server.switch, server.floor, settings)


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
    floor.board.promised = keeper.open
    return keeper
