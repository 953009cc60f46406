"""Which policies hold for a ticket, and how long it may take by priority and severity."""

from __future__ import annotations

import pytest

from ivr.flow.expressions import infer, parse
from ivr.flow.types import BOOL
from ivr.tickets.sla.facts import SCOPE
from ivr.tickets.sla.policies import Promise, Targets, applying, promises
from tests.tickets.sla.scene import facts, policy

VIP = "kind == 'complaint' and customer.vip_rank >= 1"


def test_the_condition_of_the_specification_passes_its_type_check() -> None:
    assert infer(parse(VIP), SCOPE, BOOL).problems == ()


def test_the_first_sla_by_position_holds_and_every_ola_and_uc() -> None:
    house = [
        policy("default", 90, resolution=1),
        policy("supplier", 30, kind="uc", resolution=1),
        policy("vip", 10, VIP, resolution=1),
        policy("second_line", 20, "team == 'second'", kind="ola", resolution=1),
        policy("repair", 25, kind="ola", resolution=1),
    ]
    plain = facts(kind="complaint")
    assert [each.name for each in applying(house, plain)] == ["repair", "supplier", "default"]
    known = facts(kind="complaint", vip=2, team="second")
    names = [each.name for each in applying(house, known)]
    assert names == ["vip", "second_line", "repair", "supplier"]


def test_a_condition_that_cannot_be_worked_out_does_not_hold() -> None:
    broken = policy("broken", 1, "1 / customer.vip_rank > 0", resolution=1)
    assert not broken.holds(facts())
    assert broken.holds(facts(vip=1))


@pytest.mark.parametrize(
    ("priority", "severity", "seconds"),
    [
        ("normal", "minor", 3600),
        ("urgent", "minor", 900),
        ("normal", "critical", 1200),
        ("urgent", "critical", 900),
        ("low", "critical", 1200),
    ],
)
def test_the_shorter_of_two_special_targets_holds(
    priority: str, severity: str, seconds: int
) -> None:
    targets = Targets(3600, {"urgent": 900, "low": 7200}, {"critical": 1200})
    assert targets.of(priority, severity) == seconds


def test_a_metric_may_be_promised_to_urgent_tickets_alone() -> None:
    house = [policy("default", 1, update=Targets(None, {"urgent": 600}), resolution=60)]
    assert [each.metric for each in promises(house, facts())] == ["resolution"]
    urgent = promises(house, facts(priority="urgent"))
    assert urgent == (
        Promise("default", "sla", "update", 600, "branch"),
        Promise("default", "sla", "resolution", 60, "branch"),
    )
