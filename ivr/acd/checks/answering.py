"""Agents whose telephones cannot be asked to answer by themselves, where a queue wants that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.acd.checks.finding import Finding, dotted
from ivr.domain.agent import may_answer_itself
from ivr.domain.problem import Severity

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from ivr.acd.checks.finding import Path
    from ivr.acd.settings import Queue
    from ivr.acd.words import AgentCard


def by_hand(queue: Queue, teams: Collection[str], cards: Sequence[AgentCard]) -> Iterator[Finding]:
    """A warning (ACD-W05) if some of these teams answer by hand. teams: all that may serve."""
    if not queue.answers_itself:
        return
    names = sorted(
        card.agent
        for card in cards
        if any(team in teams for team in card.teams) and _has_deaf(card)
    )
    if names:
        path: Path = ("queues", queue.name, "answer")
        message = (
            f"{dotted(path)}: agents answer by hand ({len(names)}, {names[0]} for one) whose "
            "telephone is on Twilio or a number: only SIP phones can be asked to answer"
        )
        yield Finding("ACD-W05", path, message, Severity.WARNING)


def _has_deaf(card: AgentCard) -> bool:
    """Whether one of his telephones cannot be asked."""
    return not all(may_answer_itself(*endpoint) for endpoint in card.endpoints.items())
