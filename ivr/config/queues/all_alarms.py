"""All alarms of a configuration, wherever they are written, and as they are evaluated."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ivr.acd.alarms.rule import SERVICE_LEVEL, SHARES, Bound, QueueAlarm

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ivr.config.queues.alarms import AlarmOptions, QueueAlarmEntry
    from ivr.config.queues.options import QueueOptions

USUAL_WINDOW_S, USUAL_MIN_N = 1800.0, 20


class Written(NamedTuple):
    """An alarm and where it stands. path: in the configuration, as in ("alarms", 0)."""

    path: tuple[str | int, ...]
    queue: str
    options: AlarmOptions


def written(
    entries: Sequence[QueueAlarmEntry], queues: Mapping[str, QueueOptions]
) -> tuple[Written, ...]:
    """All alarms, those of `alarms` first."""
    named = [Written(("alarms", place), one.queue, one) for place, one in enumerate(entries)]
    of_queues = [
        Written(("queues", queue, "alarms", place), queue, one)
        for queue, options in queues.items()
        for place, one in enumerate(options.alarms)
    ]
    return (*named, *of_queues)


def to_alarms(
    entries: Sequence[QueueAlarmEntry], queues: Mapping[str, QueueOptions]
) -> tuple[QueueAlarm, ...]:
    """All alarms as they are evaluated."""
    return tuple(_alarm(one.options, one.queue, queues) for one in written(entries, queues))


def _alarm(one: AlarmOptions, queue: str, queues: Mapping[str, QueueOptions]) -> QueueAlarm:
    shares = one.metric in SHARES
    window = USUAL_WINDOW_S if one.window is None else one.window
    usual = queues[queue].service_level.variant
    return QueueAlarm(
        name=one.name,
        metric=one.metric,
        queue=queue,
        fire=Bound(one.fire.limit.value, below=one.fire.key == "below"),
        clear=Bound(one.clear.limit.value, below=one.clear.key == "below"),
        fire_for_ns=_ns(one.fire.for_),
        clear_for_ns=_ns(one.clear.for_),
        variant=(one.variant or usual) if one.metric == SERVICE_LEVEL else "",
        window_ns=_ns(window) if shares else 0,
        min_n=(one.min_n or USUAL_MIN_N) if shares else 0,
        repeat_ns=_ns(one.repeat or 0.0),
        notify=tuple(map(str, one.notify)),
    )


def _ns(length_s: float) -> int:
    """Lengths of the configuration are whole milliseconds."""
    return round(length_s * 1000) * 1_000_000
