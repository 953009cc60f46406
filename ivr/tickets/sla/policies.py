"""The promises of the house: targets per metric, working hours, and whom a late ticket is told to.

A policy is read from `flows/tickets/sla.yaml`. Of the policies of kind `sla` the one with the
lowest position whose condition holds applies; of `ola` (between our teams) and `uc` (with our
suppliers) every one whose condition holds. Source: tickets.md sections 9 and 10.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from ivr.flow.expressions import EvaluationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ivr.domain.values import Value
    from ivr.flow.expressions import Expression
    from ivr.tickets.sla.facts import Facts

Kind: TypeAlias = Literal["sla", "ola", "uc"]
KINDS: tuple[Kind, ...] = ("sla", "ola", "uc")

ACCEPT = "accept"
FIRST_RESPONSE = "first_response"
NEXT_RESPONSE = "next_response"
UPDATE = "update"
FIRST_RESOLUTION = "first_resolution"
RESOLUTION = "resolution"
CALLBACK = "callback"
METRICS = (
    *(ACCEPT, FIRST_RESPONSE, NEXT_RESPONSE, UPDATE),
    *(FIRST_RESOLUTION, RESOLUTION, CALLBACK),
)

CUSTOMER = "customer"
RECIPIENTS = ("assignee", "lead", "manager", CUSTOMER)
"""Whom a rule may tell; also `role:NAME`."""
ROLE = "role:"
BUILT_WAYS = ("desk", "webhook")
WAYS = (*BUILT_WAYS, "email", "sms", "call")
"""How a rule may tell it, first those that are carried out."""


@dataclass(frozen=True, slots=True)
class Targets:
    """How long one metric may take, in business seconds.

    seconds: for every ticket, None = only where a priority or severity below says so.
    by_priority: by name (low normal high urgent); by_severity: by name (minor major critical).
    """

    seconds: int | None
    by_priority: Mapping[str, int] = field(default_factory=dict)
    by_severity: Mapping[str, int] = field(default_factory=dict)

    def of(self, priority: str, severity: str) -> int | None:
        """The target of such a ticket; the shorter where both priority and severity have one."""
        special = [
            table[name]
            for table, name in ((self.by_priority, priority), (self.by_severity, severity))
            if name in table
        ]
        return min(special) if special else self.seconds


@dataclass(frozen=True, slots=True)
class Rule:
    """One step of an escalation: when it comes, who is told how, and what is set.

    at_percent: of the target, 100 = when it is due. plus_s: business seconds after that.
    tell: of RECIPIENTS or `role:NAME`; by: of WAYS; set: fields of the ticket (priority: urgent).
    repeat_s: business seconds between repeats, None = once. most: how often in all, None = without
    end, until the clock ends. any_hour: also outside the recipient's hours.
    """

    at_percent: int
    plus_s: int = 0
    tell: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    set: Mapping[str, str] = field(default_factory=dict)
    repeat_s: int | None = None
    most: int | None = None
    any_hour: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """One promise. `when` None = for every ticket; `hours` names the calendar that counts.

    targets and escalate are by metric; rules stand in the order in which they are written.
    """

    name: str
    position: int
    kind: Kind
    when: Expression | None
    hours: str
    targets: Mapping[str, Targets]
    escalate: Mapping[str, tuple[Rule, ...]] = field(default_factory=dict)

    def holds(self, facts: Facts) -> bool:
        """Whether the condition is true; one that cannot be worked out (E201...) is not."""
        if self.when is None:
            return True
        try:
            found: Value = self.when.evaluate(facts)
        except EvaluationError:
            return False
        return found is True


@dataclass(frozen=True, slots=True)
class Promise:
    """What one policy says about one metric of one ticket: so long, counted in these hours."""

    policy: str
    kind: Kind
    metric: str
    target_s: int
    hours: str


def applying(policies: Iterable[Policy], facts: Facts) -> tuple[Policy, ...]:
    """The policies that hold for a ticket by position: the first SLA, and every OLA and UC."""
    found: list[Policy] = []
    for policy in sorted(policies, key=lambda each: (each.position, each.name)):
        taken = policy.kind == "sla" and any(each.kind == "sla" for each in found)
        if not taken and policy.holds(facts):
            found.append(policy)
    return tuple(found)


def promises(policies: Iterable[Policy], facts: Facts) -> tuple[Promise, ...]:
    """Every (policy, metric) with a target for this ticket, by position, then order of METRICS."""
    return tuple(
        Promise(policy.name, policy.kind, metric, seconds, policy.hours)
        for policy in applying(policies, facts)
        for metric in METRICS
        if metric in policy.targets
        if (seconds := policy.targets[metric].of(facts.priority, facts.severity)) is not None
    )
