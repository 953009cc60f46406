"""An alarm on a queue in words, short enough for one text message in letters of GSM-7."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.acd.alarms.course import FIRING, OK, REPEAT
from ivr.acd.alarms.rule import METRICS, PERCENT, SHARES, TIME
from ivr.runtime.groups.times import from_ns

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

    from ivr.acd.alarms.rule import QueueAlarm
    from ivr.runtime.ports.supervision.queue_alarms import Notice

MOST = 160
"""Letters of one part."""
_KINDS: Mapping[str, Mapping[str, str]] = {
    "tr": {FIRING: "ALARM", REPEAT: "ALARM SÜRÜYOR", OK: "DÜZELDİ"},
    "en": {FIRING: "ALARM", REPEAT: "ALARM STILL ON", OK: "OK AGAIN"},
}
_METRICS: Mapping[str, Mapping[str, str]] = {
    "tr": {
        "service_level": "hizmet düzeyi",
        "abandoned_share": "vazgeçen",
        "waiting": "bekleyen",
        "oldest_wait": "en uzun bekleme",
        "estimate": "tahmini bekleme",
        "agents_available": "hazır temsilci",
        "agents_on_duty": "görevdeki temsilci",
    },
    "en": {
        "service_level": "service level",
        "abandoned_share": "abandoned",
        "waiting": "waiting",
        "oldest_wait": "longest wait",
        "estimate": "estimated wait",
        "agents_available": "agents available",
        "agents_on_duty": "agents on duty",
    },
}
_LIMITS: Mapping[str, Mapping[bool, str]] = {
    "tr": {True: "sınır {limit} altı", False: "sınır {limit} üstü"},
    "en": {True: "limit below {limit}", False: "limit above {limit}"},
}
_SINCE = {"tr": "{at} itibarıyla", "en": "since {at}"}


def text_of(rule: QueueAlarm, notice: Notice, title: str, language: str, zone: tzinfo) -> str:
    """One notice: queue, figure, n, limit and since when, at most `MOST` letters: the title of the
    queue is cut where that is too long. Any language but Turkish is English."""
    language = language if language in _KINDS else "en"
    since = _SINCE[language].format(at=f"{from_ns(notice.fired_at).astimezone(zone):%d.%m. %H:%M}")
    limit = _LIMITS[language][rule.fire.below]
    limit = limit.format(limit=_amount(rule.metric, rule.fire.limit, language))
    rest = f"{_figure(rule, notice, language)}, {limit}, {since}"
    begin = f"{_KINDS[language][notice.kind]} {rule.name}: "
    return f"{begin}{title[: MOST - len(begin) - len(rest) - 1].rstrip()} {rest}"


def _figure(rule: QueueAlarm, notice: Notice, language: str) -> str:
    words = f"{_METRICS[language][rule.metric]} {_amount(rule.metric, notice.value, language)}"
    if rule.metric not in SHARES:
        return words
    of = [rule.variant, f"n={notice.n or 0}"]
    return f"{words} ({', '.join(filter(None, of))})"


def _amount(metric: str, value: float | None, language: str) -> str:
    if value is None:
        return "?"
    if METRICS[metric] == TIME:
        minutes, seconds = divmod(round(value), 60)
        return f"{minutes}:{seconds:02}"
    shown = f"{round(value, 1):g}"
    if language == "tr":
        shown = shown.replace(".", ",")
    if METRICS[metric] != PERCENT:
        return shown
    return f"%{shown}" if language == "tr" else f"{shown}%"
