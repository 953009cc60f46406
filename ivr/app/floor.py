"""Puts the floor of the call centre together: queues, agents, desks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

from ivr.channels.simulator.desk import PREFIX
from ivr.config.calendars import find_zone
from ivr.config.queues.written import titled
from ivr.config.routing import to_rules
from ivr.domain.agent import Reach
from ivr.runtime.groups.board import Settings
from ivr.runtime.groups.floor import Floor
from ivr.runtime.streams import Streams

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.acd.settings import Rules
    from ivr.channels.simulator.trunk import SimulatorTrunk
    from ivr.config.live import LiveConfig
    from ivr.config.model import Config
    from ivr.runtime.switch import Switch


class Rulebook:
    """The rules of routing, made once for each configuration."""

    def __init__(self, live: LiveConfig) -> None:
        self._live = live
        self._made: tuple[Config, Rules] | None = None

    def __call__(self) -> Rules:
        """Those in force."""
        if self._made is None or self._made[0] is not self._live.now:
            self._made = (self._live.now, to_rules(self._live.now))
        return self._made[1]


def open_floor(switch: Switch, live: LiveConfig) -> tuple[Floor, Streams]:
    """The floor, and the news that desks read; nothing runs yet."""
    ports = switch.ports
    streams = Streams(ports.store.pops, ports.clock, ports.tasks)
    settings = Settings(
        rules=Rulebook(live),
        zone=lambda: find_zone(live.now.zone),
        title=lambda queue: _title(live.now, queue),
        codes=lambda: live.now.wrapup.code,
        place=lambda name, language: _place(live.now, name, language),
        is_attested=lambda trunk: bool(getattr(live.now.trunks.get(trunk), "attested", False)),
    )
    return Floor(switch, settings, streams), streams


def _title(config: Config, queue: str) -> str:
    """In the first language of the call centre."""
    options = config.queues.get(queue)
    titles = titled(options.title if options is not None else None, queue)
    return next((titles[one] for one in config.languages if one in titles), titles[""])


def _place(config: Config, name: str, language: str) -> str:
    """The number of a place by its name, or a number that some place has."""
    place = config.places.get(name)
    if place is not None:
        number = place.number
        return number if isinstance(number, str) else (number or {}).get(language, "")
    owned = [one.number for one in config.places.values()]
    numbers = {n for one in owned if one for n in ([one] if isinstance(one, str) else one.values())}
    return name if name in numbers else ""


class Telephones(Protocol):
    """Who can ring telephones up, and hears which of them come and go."""

    def reachable(self, endpoint: str) -> bool:
        """Whether the telephone at this address can be rung up now."""


def watch_sip(floor: Floor, house: object) -> None:
    """Phones that register here, and servers that lead to others."""
    watchers = getattr(house, "phone_watchers", None)
    if watchers is None:
        return

    def seen(user: str, trunk: str, there: bool) -> None:
        floor.present(Reach.SIP, f"sip:{user}@{trunk}", there=there)

    watchers.append(seen)
    floor.reaches[Reach.SIP] = cast("Telephones", house).reachable


def watch_simulator(floor: Floor, trunk: SimulatorTrunk) -> None:
    """The simulated telephones of a trunk."""

    def seen(name: str, _trunk: str, there: bool) -> None:
        floor.present(Reach.SIMULATOR, f"{PREFIX}{name}", there=there)

    trunk.desk.watchers.append(seen)
    floor.reaches[Reach.SIMULATOR] = trunk.reachable


def watch_provider(floor: Floor, trunks: Mapping[str, object]) -> None:
    """Whoever a provider can ring up; whether it rings there, nobody knows."""
    checks = [cast("Telephones", trunk).reachable for trunk in trunks.values()]
    floor.reaches[Reach.TWILIO] = lambda address: any(check(address) for check in checks)
