"""Alarms in one text message, in Turkish and English."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from ivr.acd.alarms.rule import METRICS, SHARES, Bound, QueueAlarm
from ivr.domain.texting.segments import count, plain
from ivr.runtime.ports.supervision.queue_alarms import Notice
from ivr.runtime.queue_alarms.wording import MOST, text_of

ISTANBUL = ZoneInfo("Europe/Istanbul")
AT = 1_795_431_900_000_000_000
RULE = QueueAlarm(
    *("cards_sl", "service_level", "cards", Bound(70, below=True), Bound(75, below=False)),
    variant="F3",
)
WAIT = QueueAlarm("cards_wait", "oldest_wait", "cards", Bound(300, False), Bound(120, True))


def firing(kind: str = "firing", value: float | None = 63.46, n: int | None = 52) -> Notice:
    return Notice(kind, AT, AT, value, n)


@pytest.mark.parametrize(
    ("language", "kind", "text"),
    [
        (
            *("tr", "firing"),
            "ALARM cards_sl: Kartlar hizmet düzeyi %63,5 (F3, n=52), sınır %70 altı, "
            "23.11. 14:05 itibarıyla",
        ),
        (
            *("en", "repeat"),
            "ALARM STILL ON cards_sl: Kartlar service level 63.5% (F3, n=52), limit below 70%, "
            "since 23.11. 14:05",
        ),
        (
            *("de", "ok"),
            "OK AGAIN cards_sl: Kartlar service level 63.5% (F3, n=52), limit below 70%, "
            "since 23.11. 14:05",
        ),
    ],
)
def test_a_notice_names_queue_figure_n_limit_and_since_when(
    language: str, kind: str, text: str
) -> None:
    assert text_of(RULE, firing(kind), "Kartlar", language, ISTANBUL) == text


def test_times_are_minutes_and_seconds_and_have_no_n() -> None:
    text = text_of(WAIT, firing(value=320, n=None), "Cards", "en", ISTANBUL)
    assert text == (
        "ALARM cards_wait: Cards longest wait 5:20, limit above 5:00, since 23.11. 14:05"
    )


@pytest.mark.parametrize("language", ["tr", "en"])
@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("kind", ["firing", "repeat", "ok"])
def test_it_is_one_part_however_long_the_names_are(metric: str, kind: str, language: str) -> None:
    bounds = (Bound(33.333, below=True), Bound(44.444, below=False))
    rule = QueueAlarm("n" * 40, metric, "q", *bounds, variant="F3")
    notice = firing(kind, 99.999, 10_000 if metric in SHARES else None)
    text = plain(text_of(rule, notice, "Müşteri Hizmetleri Şikâyet Hattı" * 5, language, ISTANBUL))
    assert MOST - 1 <= len(text) <= MOST
    assert count(text).parts == 1
    assert ": Mü" in text
