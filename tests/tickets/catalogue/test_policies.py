"""Promises: conditions, targets, escalation, and every mistake at its place."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from ivr.tickets.sla.facts import Facts
from ivr.tickets.sla.policies import Rule, Targets
from tests.tickets.catalogue.house import check, loaded, problems

if TYPE_CHECKING:
    from ivr.domain.values import Value

POLICY = """
policies:
  complaints_vip:
    kind: sla
    when: kind == 'complaint' and customer.vip_rank >= 1
    hours: branch
    targets:
      first_response: 1h
      first_resolution: 8h
      urgent: {first_response: 15m, resolution: 4h}
      critical: {first_response: 5m}
    escalate:
      first_resolution:
        - {at: 75%, tell: [assignee], by: [desk, email]}
        - {at: 100%, tell: [lead], by: [desk, sms], set: {priority: urgent}}
        - {at: 100%, plus: 2h, tell: [manager], by: [call], repeat: 4h, most: 3, any_hour: true}
  all: {hours: branch, targets: {accept: 30m}}
  supplier: {kind: uc, hours: branch, targets: {update: 400h}}
"""


def policy(settings: str = "", targets: str = "accept: 1h") -> str:
    return f"policies: {{p: {{hours: branch, targets: {{{targets}}}{settings}}}}}"


def block(when: str) -> str:
    return f"policies:\n  p:\n    hours: branch\n    when: {when}\n    targets: {{accept: 1h}}\n"


def rule(settings: str) -> str:
    return policy(f", escalate: {{accept: [{{{settings}}}]}}")


def test_a_policy_has_all_that_is_written() -> None:
    found = loaded(sla=POLICY).policies
    assert [(each.name, each.position, each.kind) for each in found] == [
        *(("complaints_vip", 1, "sla"), ("all", 2, "sla"), ("supplier", 3, "uc")),
    ]
    assert found[0].hours == "branch"
    assert found[0].targets == {
        "first_response": Targets(3600, {"urgent": 900}, {"critical": 300}),
        "first_resolution": Targets(28800),
        "resolution": Targets(None, {"urgent": 14400}),
    }
    assert found[0].escalate == {
        "first_resolution": (
            Rule(75, 0, ("assignee",), ("desk", "email")),
            Rule(100, 0, ("lead",), ("desk", "sms"), {"priority": "urgent"}),
            Rule(100, 7200, ("manager",), ("call",), {}, 14400, 3, any_hour=True),
        )
    }
    assert found[2].targets["update"].seconds == 400 * 3600


@pytest.mark.parametrize(("rank", "holds"), [(0, False), (1, True)])
def test_the_condition_decides_whether_a_policy_holds(rank: int, holds: bool) -> None:
    vip, every, _supplier = loaded(sla=POLICY).policies
    values: dict[str, Value] = {"kind": "complaint", "customer.vip_rank": Decimal(rank)}
    facts = Facts(values, datetime(2026, 11, 23, tzinfo=UTC))
    assert vip.holds(facts) is holds
    assert every.when is None
    assert every.holds(facts)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "policies: {p: {hours: §branhc, targets: {accept: 1h}}}",
            'F920 error no calendar "branhc"; did you mean "branch"?',
        ),
        ("policies: {p: §{targets: {accept: 1h}}}", 'F102 error policy p needs "hours"'),
        ("policies: {p: §{hours: branch}}", 'F102 error policy p needs "targets"'),
        (
            "policies: {p: {hours: branch, targets: §8h}}",
            "F103 error targets wants a map, as in {first_response: 1h}",
        ),
        (
            "policies: {p: {hours: branch, targets: §{high: {}}}}",
            "F926 error policy p promises nothing",
        ),
        (
            policy(targets="accept: 1h, urgent: §5m"),
            "F103 error urgent wants a map, as in {first_response: 15m}",
        ),
        (
            policy(targets="§acept: 1h, update: 1h"),
            'F101 error targets has no field "acept"; did you mean "accept"?',
        ),
        (
            policy(targets="accept: §90"),
            'F103 error "90" is not a duration; write 90s or 90m',
        ),
        (
            policy(targets="accept: §1s500ms"),
            'F103 error "1s500ms" is not a number of whole seconds above 0s',
        ),
        (
            policy(targets="accept: §0s"),
            'F103 error "0s" is not a number of whole seconds above 0s',
        ),
        (
            policy(targets="accept: §[1h]"),
            "F103 error one length of time is wanted here, such as 8h",
        ),
        (
            policy(", kind: §slo"),
            'F103 error kind is "slo"; write sla, ola or uc; did you mean "sla"?',
        ),
        (
            policy(", when: kind == 'task' and §vip"),
            'F204 error no variable "vip"',
        ),
        (
            policy(", when: kind == §'complain'"),
            'F920 error no kind "complain"; did you mean "complaint"?',
        ),
        (
            block("team in ['billing', §'pilots']"),
            'F920 error no team "pilots"; there is billing, card_desk',
        ),
        (
            block("starts_with(category, §'cards')"),
            'F920 error no category "cards"; the house has none',
        ),
        (policy(", when: §team"), "F305 error a condition must be true or false; team is text"),
        (policy(", when: 'kind = §1'"), None),
        (
            policy(", escalate: {§resolution: [{at: 100%, tell: [lead], by: [desk]}]}"),
            "F926 error policy p promises no resolution, so nothing can be late; "
            "write resolution under targets",
        ),
        (
            policy(", escalate: {§resolutoin: []}"),
            'F920 error no metric "resolutoin"; did you mean "resolution"?',
        ),
        (
            policy(", escalate: {accept: [§lead]}"),
            "F103 error a list of rules is wanted here, each as {at: 75%, tell: [assignee]}",
        ),
        (
            rule("at: §75, tell: [lead], by: [desk]"),
            'F103 error "75" is not a share of the target; write 1% to 1000%',
        ),
        (
            rule("at: §0%, tell: [lead], by: [desk]"),
            'F103 error "0%" is not a share of the target; write 1% to 1000%',
        ),
        (
            rule("at: 75%, tell: [§boss], by: [desk]"),
            'F920 error no recipient "boss"; there is assignee, customer, lead, manager',
        ),
        (
            rule("at: 75%, tell: [§'role:'], by: [desk]"),
            'F920 error no recipient "role:"; there is assignee, customer, lead, manager',
        ),
        (
            rule("at: 75%, tell: [lead], by: [§fax]"),
            'F103 error by is "fax"; write desk, email, sms, call or webhook',
        ),
        (
            policy(", escalate: {accept: [§{at: 75%, tell: [lead]}]}"),
            "F926 error tell and by go together: who is told, and how",
        ),
        (
            policy(", escalate: {accept: [§{at: 75%}]}"),
            "F926 error the rule does nothing; write tell or set",
        ),
        (
            rule("at: 75%, tell: [lead], by: [desk], most: §3"),
            "F926 error most without repeat says nothing",
        ),
        (
            rule("at: 75%, tell: [lead], by: [desk], repeat: 1h, most: §0"),
            "F926 error a rule that never fires; write 1 or more",
        ),
        (
            rule("at: 75%, set: §urgent"),
            "F103 error set wants a map, as in {priority: urgent}",
        ),
        (
            rule("at: 75%, set: {team: §pilots}"),
            'F920 error no team "pilots"; there is billing, card_desk',
        ),
        (
            rule("at: 75%, set: {priority: §top}"),
            'F103 error priority is "top"; write low, normal, high or urgent; did you mean "low"?',
        ),
    ],
)
def test_a_mistake_is_told_at_its_place(text: str, told: str | None) -> None:
    if told is not None:
        check(told, sla=text)
    else:
        assert {each.code for each in problems(sla=text.replace("§", ""))} == {"F301"}


def test_a_role_can_be_told_and_a_change_needs_nobody_to_hear_of_it() -> None:
    found = loaded(sla=rule("at: 50%, tell: ['role:supervisor'], by: [email]")).policies[0]
    assert found.escalate["accept"][0].tell == ("role:supervisor",)
    quiet = loaded(sla=rule("at: 50%, set: {severity: critical, team: billing}")).policies[0]
    assert quiet.escalate["accept"][0].set == {"severity": "critical", "team": "billing"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            rule("at: 75%, tell: [lead], by: §[desk, sms]"),
            "F929 warning nobody is told by sms yet; write desk or webhook",
        ),
        (
            rule("at: 75%, tell: §[customer], by: [desk]"),
            "F929 warning escalations do not reach the customer yet; take it out",
        ),
    ],
)
def test_what_is_not_carried_out_yet_is_told(text: str, told: str) -> None:
    assert loaded(sla=text.replace("§", "")).policies
    check(told, sla=text)


def test_mistakes_in_one_policy_hide_none_in_the_next() -> None:
    text = """
policies:
  a: {targets: {accept: 1x}, escalate: {accept: [{at: 5}, {at: 100%, tell: [boss], by: [desk]}]}}
  b: {hours: never, when: x, targets: {low: {acept: 1h}, accept: 1h}}
"""
    assert sorted(each.code for each in problems(sla=text)) == [
        *("F101", "F102", "F103", "F103", "F204", "F920", "F920", "F926"),
    ]
