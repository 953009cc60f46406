"""Codes of the queues in config.yaml, ACD-E01 to ACD-W01."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.flow.remedies.code import Code

if TYPE_CHECKING:
    from collections.abc import Mapping

CODES: Mapping[str, Code] = {
    "ACD-E01": Code(
        "a skill that is not declared",
        "A queue needs a skill that is not under acd.skills, so no agent can have it.",
        "Correct the name, or declare it: `acd: {skills: {cards: level}}`.",
    ),
    "ACD-E02": Code(
        "steps out of order",
        "Each step is an age of the call; one that is not later than the one before never holds.",
        "Sort the steps of the queue by `after`.",
    ),
    "ACD-E03": Code(
        "levels that nobody can have",
        "The least level of a skill is above the highest one.",
        "Correct `min` or `max`.",
    ),
    "ACD-E04": Code(
        "a queue that no agent can ever serve",
        "Whoever enters waits until the longest wait is over, whatever the steps allow.",
        "Give agents of its teams the skill, lower what it needs, or add a step that does.",
    ),
    "ACD-E05": Code(
        "overflow that goes in a circle",
        "A call keeps its age, so it could go from queue to queue without end in a single instant.",
        "Let one of the ways lead to an exit, or to a queue that is not in the circle.",
    ),
    "ACD-E06": Code(
        "too many telephones ring at once",
        "ring_all and ring_progressive are for teams of at most 30 agents, expression of 200.",
        "Use longest_idle, or make the teams of the queue smaller.",
    ),
    "ACD-E07": Code(
        "a rank that nobody can work out",
        "Each line of `rank` gives a number from facts of the agent and the caller.",
        "Use agent.number idle_s calls talk_s occupied_s tier skills.NAME and call.waited_s step "
        "offers priority language; the smallest value is first, so write -agent.idle_s.",
    ),
    "ACD-W01": Code(
        "nobody can serve before a later step",
        "No agent has what the first steps ask for, so every caller waits until the step named.",
        "Lower what the queue needs at first, or let the step come earlier.",
    ),
}
