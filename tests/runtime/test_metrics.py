"""Figures: labels only from configuration or a closed list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import REGISTRY

from ivr.domain.events import LegEnded
from ivr.runtime import metrics
from tests.fakes.house import House, listening_turn

if TYPE_CHECKING:
    from collections.abc import Mapping


def value(name: str, labels: Mapping[str, str]) -> float:
    return REGISTRY.get_sample_value(name, dict(labels)) or 0.0


async def test_a_call_is_counted_while_it_lives_and_when_it_ends(house: House) -> None:
    trunk, ended = {"trunk": "main"}, {"trunk": "main", "outcome": "left_menu"}
    live, over = value("ivr_calls_live", trunk), value("ivr_calls_total", ended)
    steps = value("ivr_step_seconds_count", {"event": "LegEnded"})
    rows = value("ivr_journal_append_seconds_count", {})
    call = await house.ring()
    assert value("ivr_calls_live", trunk) == live + 1
    await house.switch.deliver(call.id, LegEnded())
    assert value("ivr_calls_live", trunk) == live
    assert value("ivr_calls_total", ended) == over + 1
    assert value("ivr_step_seconds_count", {"event": "LegEnded"}) == steps + 1
    assert value("ivr_journal_append_seconds_count", {}) == rows + 2


async def test_lookups_are_counted_by_source_and_result(house: House) -> None:
    labels = {"source": "customer", "result": "found"}
    before = value("ivr_fetch_seconds_count", labels)
    call = await house.ring()
    await house.press(call, "1")
    await house.clock.advance(1)
    assert listening_turn(call)
    assert value("ivr_fetch_seconds_count", labels) == before + 1


def test_the_page_is_what_prometheus_reads_and_names_units() -> None:
    families = list(text_string_to_metric_families(metrics.page().decode()))
    ours = {family.name: family for family in families if family.name.startswith("ivr_")}
    assert {"ivr_calls_live", "ivr_calls", "ivr_step_seconds", "ivr_draining"} <= set(ours)
    assert all(family.documentation for family in ours.values())
    histograms = [name for name, family in ours.items() if family.type == "histogram"]
    assert [name for name in histograms if not name.endswith("_seconds")] == []


@given(st.lists(st.floats(0, 20), max_size=600))
def test_a_gathering_histogram_shows_what_an_ordinary_one_would(values: list[float]) -> None:
    shown = []
    for kind in (metrics.Gathering, Histogram):
        registry = CollectorRegistry()
        made = kind("x_seconds", "X", ["a"], buckets=(0.5, 1, 2.5), registry=registry)
        for amount in values:
            made.labels("b").observe(amount)
        shown.append([(s.name, s.labels, s.value) for m in registry.collect() for s in m.samples])
    for ours, theirs in zip(*shown, strict=True):
        assert ours[:2] == theirs[:2]
        assert ours[0] == "x_seconds_created" or ours[2] == pytest.approx(theirs[2])


def test_an_exemplar_is_kept() -> None:
    made = metrics.Gathering("y_seconds", "Y", registry=CollectorRegistry())
    made.observe(0.1)
    made.observe(0.2, {"call": "c1"})
    (family,) = made.collect()
    assert [s.exemplar.labels for s in family.samples if s.exemplar] == [{"call": "c1"}]
    assert [s.value for s in family.samples if s.name == "y_seconds_count"] == [2.0]
