"""The settings of one queue, and of all of them.

    cards:
      need: {cards: {min: 60}}
      overflow: [{when: {waiting: 50}, to: {exit: full}}]

Source: acd-cti.md section 3.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, field_validator, model_validator

from ivr.config.fields import Flag, Name, PlainText, Strict, refuse, seconds, whole
from ivr.config.queues.alarms import AlarmOptions  # noqa: TC001 - pydantic reads it
from ivr.config.queues.monitoring import QueueMonitor
from ivr.config.queues.recording import QueueRecording  # noqa: TC001 - read at run time
from ivr.config.queues.serving import (
    Members,
    Needs,
    QueueMisses,
    QueueStep,
    QueueWrapup,
    StickyRule,
)
from ivr.config.queues.waits import (
    CallbackOffer,
    NobodyRule,
    OverflowRule,
    RejoinRule,
    ServiceLevel,
    Wait,
)
from ivr.config.queues.written import DAY_S, Speed, Title, between, listed

MOST_STEPS = 8
MOST_RANKS = 4


class QueueOptions(Strict):
    """One queue."""

    title: Title | None = Field(None, description="Its name for people, or one for each language.")
    hours: Name | None = Field(None, description="Opening hours; closed = nobody is there.")
    strategy: Literal[
        "longest_idle",
        "fewest_calls",
        "least_talk",
        "least_occupied",
        "best_skill",
        "least_skilled",
        "round_robin",
        "ordered",
        "random",
        "weighted_random",
        "ring_all",
        "ring_progressive",
        "expression",
    ] = Field("longest_idle", description="Which of the free agents gets the call.")
    rank: tuple[PlainText, ...] = Field(
        (),
        description="With strategy expression: what agents are compared by, one after the other; "
        "the smallest is first, as in [-agent.skills.cards, -agent.idle_s].",
    )
    need: Needs = Field(
        default_factory=dict,
        description="Skills an agent must have; `language` is the call's own.",
    )
    steps: tuple[QueueStep, ...] = Field((), description="How the needs change with the wait.")
    live_edit_steps: Literal["new_calls", "waiting_too"] = Field(
        "new_calls", description="Whether changed steps also hold for calls that wait already."
    )
    members: Members = Field(default_factory=Members, description="Who serves the queue.")
    priority: PlainText = Field(
        "normal", description="Priority of its calls: a class of acd.priorities, or 0 to 10."
    )
    ageing: Speed = Field(
        1.0, description="How fast its calls gain age against those of other queues."
    )
    ring_timeout: between(5, 60) = Field(20.0, description="How long an agent's phone rings.")  # type: ignore[valid-type]
    setup_timeout: between(1, 30) = Field(  # type: ignore[valid-type]
        4.0, description="How long it may take until the phone rings."
    )
    add_every: between(1, 60) = Field(  # type: ignore[valid-type]
        5.0, description="With ring_progressive: after which one more phone rings."
    )
    answer: Literal["manual", "auto"] = Field(
        "manual",
        description="`auto` = agents' telephones (simulated, or SIP phones that let themselves be "
        "asked) answer by themselves; a beep, then agent_whisper, then the caller.",
    )
    may_decline: Flag = Field(False, description="Whether agents may decline, with a reason.")
    misses: QueueMisses | None = Field(
        None,
        description="Agents who do not answer its calls; what is not written is as in acd.misses.",
    )
    agent_whisper: Name | None = Field(
        None, description="Prompt of the flow that the agent hears before the caller."
    )
    max_waiting: whole(1, 5000) = Field(  # type: ignore[valid-type]
        200, description="How many may wait; the next one takes the exit full."
    )
    longest: seconds(DAY_S) = Field(  # type: ignore[valid-type]
        900.0, description="The longest wait; then the exit timeout."
    )
    overflow: tuple[OverflowRule, ...] = Field((), description="Ways out; the first that holds.")
    nobody: NobodyRule = Field(
        default_factory=NobodyRule, description="When nobody counts as being there."
    )
    sticky: StickyRule = Field(
        default_factory=StickyRule, description="Giving callers back to an agent."
    )
    rejoin: RejoinRule | None = Field(
        None,
        description="Keeping the place of callers who are cut off and call again.",
    )
    service_level: ServiceLevel = Field(
        default_factory=ServiceLevel, description="What counts as served in time."
    )
    wait: Wait = Field(default_factory=Wait, description="What waiting callers hear.")
    callback: CallbackOffer | None = Field(None, description="Calling back instead of waiting.")
    wrapup: QueueWrapup = Field(default_factory=QueueWrapup, description="Work after a call.")
    recording: QueueRecording | None = Field(
        None, description="Recording talks, from the agent's first word on."
    )
    pop: Literal["on", "off"] = Field(
        "on",
        description="Whether agents see a screen pop for its calls; `off` = nothing is looked up, "
        "and telephones ring at once.",
    )
    monitor: QueueMonitor = Field(
        default_factory=QueueMonitor, description="What supervisors may do on its calls."
    )
    alarms: tuple[AlarmOptions, ...] = Field(
        (), description="Alarms on its figures, as under `alarms` but without `queue`."
    )

    @model_validator(mode="after")
    def _ranked(self) -> QueueOptions:
        if (self.strategy == "expression") != bool(self.rank):
            refuse("C130", "strategy: expression and rank belong together")
        if len(self.rank) > MOST_RANKS:
            refuse("C103", f"{len(self.rank)} ranks; at most {MOST_RANKS}")
        return self

    @model_validator(mode="after")
    def _one_answers(self) -> QueueOptions:
        """Of many telephones that answer by themselves, one would get the caller."""
        if self.answer == "auto" and self.strategy in ("ring_all", "ring_progressive"):
            refuse("C130", f"answer: auto rings one agent at a time; strategy {self.strategy} many")
        return self

    @field_validator("steps")
    @classmethod
    def _few(cls, steps: tuple[QueueStep, ...]) -> tuple[QueueStep, ...]:
        if len(steps) > MOST_STEPS:
            refuse("C103", f"{len(steps)} steps; at most {MOST_STEPS}")
        return steps


Queues = Annotated[Mapping[Name, QueueOptions], BeforeValidator(listed)]
