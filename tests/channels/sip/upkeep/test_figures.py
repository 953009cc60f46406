"""Counts of the core and loads of the workers, as /metrics shows them."""

from __future__ import annotations

from prometheus_client.registry import REGISTRY

from ivr.channels.sip.upkeep.figures import (
    DROPPED,
    Growth,
    passed,
    worker_lost,
    worker_told,
)
from ivr.channels.sip.wire.control import Counters, Load


def shown(name: str, **labels: str) -> float:
    """A figure as it is now; 0 if it was never told."""
    return REGISTRY.get_sample_value(name, labels) or 0.0


def test_only_what_has_grown_since_the_last_look_is_added() -> None:
    before = shown("ivr_sip_dropped_total", kind="stray")
    growth = Growth(DROPPED)
    growth.look({"stray": 2})
    growth.look({"stray": 2})
    growth.look({"stray": 5, "garbled": 1})
    assert shown("ivr_sip_dropped_total", kind="stray") == before + 5


def test_a_second_address_adds_to_the_same_figure() -> None:
    before = shown("ivr_sip_dropped_total", kind="stray")
    for growth in (Growth(DROPPED), Growth(DROPPED)):
        growth.look({"stray": 1})
    assert shown("ivr_sip_dropped_total", kind="stray") == before + 2


def test_the_load_of_a_worker_is_shown_until_it_dies() -> None:
    worker_told(7, Load(3, 0.25, 1.5, 9, willing=True))
    names = ("legs", "cpu", "late_seconds", "willing")
    found = [shown(f"ivr_media_{name}", worker="7") for name in names]
    assert found == [3, 0.25, 0.0015, 1]
    worker_lost(7)
    assert [shown(f"ivr_media_{name}", worker="7") for name in names] == [0, 0, 0, 0]


def test_what_passed_on_a_leg_is_added_up() -> None:
    names = ("ivr_rtp_lost_total", "ivr_rtp_late_frames_total", "ivr_rtp_jitter_seconds_count")
    before = [shown(name) for name in names]
    came = shown("ivr_rtp_packets_total", direction="in")
    passed(Counters(packets_in=10, packets_out=12, lost=2, late_frames=1, jitter_ms=3.0))
    passed(Counters())
    assert [shown(name) for name in names] == [before[0] + 2, before[1] + 1, before[2] + 1]
    assert shown("ivr_rtp_packets_total", direction="in") == came + 10
