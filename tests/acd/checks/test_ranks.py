"""What a queue may compare its agents by."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivr.acd.checks import ranks
from ivr.acd.checks.finding import Finding, dotted
from ivr.acd.checks.queues import judge
from ivr.acd.settings import Queue, Rules

SKILLS = {"cards": "level"}
PLAIN = Queue("q", strategy="expression")


def found(*rank: str) -> list[Finding]:
    return judge(Rules(queues={"q": replace(PLAIN, rank=rank)}, skills=SKILLS))


@pytest.mark.parametrize("name", [*ranks.OF_AGENT, "skills.cards"])
def test_every_fact_of_an_agent_can_be_compared(name: str) -> None:
    assert found(f"-agent.{name}") == []


def test_every_fact_of_a_caller_can_be_used() -> None:
    assert found(" + ".join(f"call.{name}" for name in ranks.OF_CALL)) == []
    assert found("agent.tier if call.language == 'tr' and call.priority != '5' else 0") == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("agent.skills.card", "card"),
        ("agent.idle", "idle_s"),
        ("1 if hours.branch.open else 2", "hours"),
        ("call.language", "number"),
        ("1 +", ""),
        ("agent.tier ==", ""),
    ],
)
def test_what_nobody_can_work_out_is_told_at_its_place(text: str, why: str) -> None:
    (finding,) = found("agent.tier", text)
    assert (finding.code, dotted(finding.path)) == ("ACD-E07", "queues.q.rank[1]")
    assert finding.message.startswith("queues.q.rank[1]: ")
    assert why in finding.message
