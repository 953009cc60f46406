"""The part of the configuration that flows may know: names, shapes and calendars, no addresses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.config.calendars import find_zone
from ivr.config.hours import config_code, open_calendars
from ivr.config.sources import Source, Takes, priced
from ivr.config.texting.kannel import KannelTrunk
from ivr.domain.errors import ConfigError
from ivr.domain.problem import Problem, Severity
from ivr.flow.own.own_sources import OWN_SOURCES
from ivr.flow.world import QueueShape, QueueTaping, SourceShape, TrunkShape, World

if TYPE_CHECKING:
    from datetime import datetime

    from ivr.config.model import Config, Place
    from ivr.config.queues.options import QueueOptions
    from ivr.flow.types import Type


def to_world(config: Config, now: datetime) -> World:
    """The world of the flows, seen from `now`. Raises ConfigError (F801) for hours that never open.

    Public holidays reach from last year to three years ahead: make it anew now and then.
    """
    calendars, wrong = open_calendars(config.hours, config.zone, now)
    if wrong:
        raise ConfigError(
            [
                Problem(
                    config_code(mistake.code),
                    Severity.ERROR,
                    config.where("hours", name, *mistake.path),
                    mistake.message,
                )
                for name, mistake in wrong
            ]
        )
    return World(
        zone=find_zone(config.zone),
        country=config.country,
        currency=config.currency,
        calendars=calendars,
        sources={**OWN_SOURCES, **_sources(config)},
        queues=config.queue_names,
        queue_shapes={name: _queue(name, each) for name, each in config.queues.items()},
        places={name: _languages(place) for name, place in config.places.items()},
        place_takes={name: _taken(p.takes, config) for name, p in config.places.items()},
        surveys=config.surveys,
        payments=config.payments,
        outcomes=config.outcomes,
        switches=_switches(config),
        trunks=_trunks(config),
        numbers={called: number.flow for called, number in config.numbers.items()},
        number_trunks=_number_trunks(config),
        number_only_on={
            called: number.trunks
            for called, number in config.numbers.items()
            if number.trunks is not None
        },
    )


def _sources(config: Config) -> Mapping[str, SourceShape]:
    return {name: _source(name, each, config) for name, each in config.sources.items()}


def _source(name: str, source: Source, config: Config) -> SourceShape:
    return SourceShape(
        name,
        takes=_taken(source.takes, config),
        gives={field: priced(given.type, config.currency) for field, given in source.gives.items()},
        limit_s=source.limit,
        not_found=source.can_miss,
        takes_sealed=source.takes_sealed,
        repeatable=source.repeatable,
    )


def _queue(name: str, queue: QueueOptions) -> QueueShape:
    wait, offer, recording = queue.wait, queue.callback, queue.recording
    taping = None
    if recording is not None:
        taping = QueueTaping(recording.notice or "", follows=recording.transfers == "follow")
    plain = QueueShape(
        name,
        hours=queue.hours or "",
        music=wait.music or "",
        position=wait.position,
        estimate=wait.estimate,
        first_s=wait.first,
        every_s=wait.every,
        limit=wait.limit,
        taping=taping,
        monitored=queue.monitor.notice or "",
        leads_to=tuple(one.to.queue for one in queue.overflow if one.to.queue is not None),
        flows=tuple(one.to.flow for one in queue.overflow if one.to.flow is not None),
        customer_in="" if queue.rejoin is None else queue.rejoin.customer or "",
        by_pin_alone=queue.rejoin is not None and queue.rejoin.identity == ("pin",),
    )
    if offer is None:
        return plain
    return replace(
        plain,
        callback_after_s=offer.after,
        callback_attempts=offer.attempts,
        callback_agent_first=offer.mode == "agent_first",
        callback_chooses=offer.window == "choose",
    )


def _taken(takes: Takes, config: Config) -> Mapping[str, Type]:
    return {name: priced(kind, config.currency) for name, kind in takes.items()}


def _languages(place: Place) -> tuple[str, ...]:
    return tuple(place.number) if isinstance(place.number, Mapping) else ()


def _switches(config: Config) -> Mapping[str, str]:
    return {name: str(hours["switch"]) for name, hours in config.hours.items() if "switch" in hours}


def _trunks(config: Config) -> Mapping[str, TrunkShape]:
    return {
        name: trunk.shape(name, config.languages)
        for name, trunk in config.trunks.items()
        if not isinstance(trunk, KannelTrunk)
    }


def _number_trunks(config: Config) -> Mapping[str, tuple[str, ...]]:
    """Flow -> trunks, in the order of the configuration."""
    found: dict[str, list[str]] = {}
    for number in config.numbers.values():
        names = found.setdefault(number.flow, [])
        written = tuple(_trunks(config)) if number.trunks is None else number.trunks
        names += [name for name in written if name not in names]
    return {flow: tuple(names) for flow, names in found.items()}
