"""Codes of the queues in config.yaml, ACD-E01 to ACD-W05, and of their alarms, ALM-E01."""

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
    "ACD-E08": Code(
        "shares that do not make 100",
        "What a team is promised of its queues is all of its calls, 100 percent.",
        "Change the numbers of the team under acd.share so that they make 100 together.",
    ),
    "ACD-E09": Code(
        "shares that do not fit the team's queues",
        "A share is of a queue that the team does not serve, or one that it serves has none.",
        "Give each queue whose members.teams names the team a share of 1 or more, and no other.",
    ),
    "ACD-E10": Code(
        "overflow to a flow that callers cannot be sent to",
        "A queue hands a flow nothing, and a step `queue` has no exits but its own.",
        "Let the flow do without inputs, or give them defaults, and leave by `exit.done`, "
        "`exit.failed`, or exits called full, timeout or nobody.",
    ),
    "ACD-E11": Code(
        "overflow to a place that takes inputs",
        "Nothing is known to a queue that could be written into the address of the place.",
        "Name a place without `takes`, or let the flow transfer callers who time out.",
    ),
    "ACD-W01": Code(
        "nobody can serve before a later step",
        "No agent has what the first steps ask for, so every caller waits until the step named.",
        "Lower what the queue needs at first, or let the step come earlier.",
    ),
    "ACD-W04": Code(
        "agents for whom several shares might hold",
        "Who is in several teams with shares works, and is counted, by the first in the alphabet.",
        "Put the agents into one of these teams, or share out the calls of one of them only.",
    ),
    "ACD-W05": Code(
        "telephones that must be answered by hand",
        "The queue says `answer: auto`, but a number or a telephone on Twilio rings until somebody "
        "answers.",
        "Give the agents a SIP phone that is registered here, or leave it: a miss is a miss.",
    ),
    "ALM-E01": Code(
        "an alarm that goes off where it goes on",
        "`clear` does not lie beyond `fire`, so the alarm would come and go with each call.",
        "Write the other side with some room between: `fire: {below: 70}`, `clear: {above: 75}`.",
    ),
}
