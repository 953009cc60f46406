"""Goals are about figures and queues that are there, and each figure has one at a time."""

from __future__ import annotations

import pytest

from ivr.config.load import load_config
from ivr.domain.errors import ConfigError
from ivr.runtime.memory.clock import START

QUEUES = "zone: Europe/Istanbul\nqueues: [cards]\n"


def load(*goals: str) -> object:
    """The configuration with these goals."""
    text = "".join(f"  g{place}: {{{goal}}}\n" for place, goal in enumerate(goals))
    return load_config({"config.yaml": f"{QUEUES}goals:\n{text}".encode()}, {}, now=START)


def test_goals_that_fit_are_good() -> None:
    load(
        "kpi: R2.f3, target: 85, queue: cards, until: 2026-06-30",
        "kpi: R2.f3, target: 90, queue: cards, from: 2026-07-01",
        "kpi: R2.f3, target: 80",
        "kpi: R17.nps, target: -10, category: card.lost",
        "kpi: R1.abandonment, target: 2.5, is: at_most",
        "kpi: R4.aht, target: 240, is: at_most",
    )


@pytest.mark.parametrize(
    ("goal", "words"),
    [
        ("kpi: R99.f3, target: 80", "C120 error no report R99"),
        ("kpi: R2.f9, target: 80", 'C120 error no figure "f9" with a goal in R2; did you mean'),
        ("kpi: R2.offered, target: 80", 'no figure "offered" with a goal in R2'),
        ("kpi: R2.goal, target: 80", 'no figure "goal" with a goal in R2'),
        ("kpi: R2, target: 80", 'C103 error "R2" names no figure'),
        ("kpi: R2.f3, target: 80%", 'C103 error "80%" is not a number'),
        ("kpi: R2.f3, target: 180", "C103 error 180 is out of range; 0 to 100"),
        ("kpi: R17.nps, target: -180", "C103 error -180 is out of range; -100 to 100"),
        ("kpi: R4.aht, target: -1", "C103 error -1 is out of range"),
        ("kpi: R2.f3, target: 80, queue: card", 'C120 error no queue "card"; did you mean'),
        ("kpi: R11.attainment, target: 80, queue: cards", "C130 error R11 does not tell figures"),
        ("kpi: R2.f3, target: 80, from: 1.7.2026", 'C103 error "1.7.2026" is not a day'),
        ("kpi: R2.f3, target: 80, from: 2026-07-02, until: 2026-07-01", "C130 error a goal ends"),
        ("kpi: R2.f3, target: 80, is: more", "is"),
    ],
)
def test_what_cannot_be_is_told(goal: str, words: str) -> None:
    with pytest.raises(ConfigError) as raised:
        load(goal)
    assert words in str(raised.value)


def test_two_goals_of_one_figure_at_the_same_time_are_a_mistake() -> None:
    with pytest.raises(ConfigError) as raised:
        load("kpi: R2.f3, target: 80, until: 2026-07-01", "kpi: R2.f3, target: 90")
    assert 'C131 error "g0" is a goal for the same figure' in str(raised.value)
