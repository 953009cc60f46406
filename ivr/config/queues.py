"""The settings of a queue: who may serve it, how long callers wait and where they go then.

    cards:
      need: {cards: {min: 60}}
      steps: [{after: 45s, set: {cards: {min: 30}}}]
      members: {teams: {card_desk: {tier: 1}}}

Source: acd-cti.md section 3.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    Tag,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from ivr.config.fields import (
    Flag,
    Language,
    Name,
    PlainText,
    Strict,
    refuse,
    seconds,
    text_field,
    whole,
)
from ivr.domain.scalars import read_duration

DAY_S, HOUR_S = 86_400.0, 3600.0
LONGEST_OFFSET_S = 600.0
MOST_STEPS = 8
MOST_RANKS = 4
_DECIMAL = re.compile(r"[0-9]{1,2}(\.[0-9]{1,3})?")
_WRITTEN = WithJsonSchema({"type": "string"})
_REACHED = re.compile("[0-9]|10")


def listed(value: object) -> object:
    """A map of settings by name; a plain list of names means the defaults for each."""
    if not isinstance(value, list):
        return value
    names = [str(each) for each in value]
    twice = sorted({name for name in names if names.count(name) > 1})
    if any(not isinstance(each, str) for each in value):
        refuse("C104", "a list of names is wanted here, as in [cards, loans]")
    if twice:
        refuse("C131", f'"{twice[0]}" stands here twice')
    return {name: {} for name in names}


def short_or_none(most_s: float) -> Any:  # noqa: ANN401 - an annotation
    """The annotation of a length of time that may also be nothing, `0s`."""
    return Annotated[float, text_field(_time(0, most_s)), _WRITTEN]


def between(least_s: float, most_s: float) -> Any:  # noqa: ANN401 - an annotation
    """The annotation of a length of time within bounds, both included."""
    return Annotated[float, text_field(_time(least_s, most_s)), _WRITTEN]


def _time(least_s: float, most_s: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        size = read_duration(text.removeprefix("-")).total_seconds()
        value = -size if text.startswith("-") else size
        if not least_s <= value <= most_s:
            refuse("C103", f'"{text}" is out of range; {least_s:g}s to {most_s:g}s')
        return value

    return read


def _speed(text: str) -> float:
    value = float(text) if _DECIMAL.fullmatch(text) else 0.0
    if not 0.25 <= value <= 4:
        refuse("C103", f'"{text}" is no speed of ageing; write 0.25 to 4, as in 1.5')
    return value


def _most_level(text: str) -> int:
    if text == "null":
        return 100
    if not re.fullmatch("[0-9]{1,3}", text) or int(text) > 100:
        refuse("C103", f'"{text}" is not a level; write 0 to 100, or null for no upper bound')
    return int(text)


def is_numeric(priority: str) -> bool:
    """Whether a priority is one of the numbers 0 to 10, and no class."""
    return _REACHED.fullmatch(priority) is not None


Title = Annotated[
    Annotated[PlainText, Tag("<one>")] | Annotated[Mapping[Language, PlainText], Tag("<each>")],
    Discriminator(lambda value: "<each>" if isinstance(value, Mapping) else "<one>"),
]
"""What people see: one text, or one for each language."""


def titled(title: str | Mapping[str, str] | None, name: str) -> Mapping[str, str]:
    """Language -> title; "" stands for every language that has none of its own."""
    if title is None or isinstance(title, str):
        return {"": title or name}
    return {**title, "": next(iter(title.values()), name)}


class Levels(Strict):
    """Which levels of a skill will do."""

    min: whole(0, 100) = Field(1, description="The least level of the skill.")  # type: ignore[valid-type]
    max: Annotated[int, text_field(_most_level), _WRITTEN] = Field(
        100, description="The highest level, so that experts stay free; null = any."
    )


Needs = Mapping[Name, Levels]


class QueueStep(Strict):
    """What changes for a caller who has waited so long."""

    after: seconds(DAY_S) = Field(description="Age of the call at which this holds.")  # type: ignore[valid-type]
    set: Needs = Field(default_factory=dict, description="New levels of skills, each as a whole.")
    add: Needs = Field(default_factory=dict, description="Skills that are needed from now on.")
    drop: tuple[Name, ...] = Field((), description="Skills that are no longer needed.")
    max_tier: whole(1, 9) | None = Field(  # type: ignore[valid-type]
        None, description="The highest tier that may serve from now on."
    )
    also: tuple[Name, ...] = Field((), description="Queues whose members may serve too.")

    @model_validator(mode="after")
    def _once(self) -> QueueStep:
        written = [*self.set, *self.add, *self.drop]
        for name in written:
            if written.count(name) > 1:
                refuse("C130", f'"{name}" stands in more than one of set, add and drop')
        return self


class Membership(Strict):
    """How a team serves a queue."""

    tier: whole(1, 9) = Field(1, description="Lower tiers are asked first.")  # type: ignore[valid-type]
    offset: between(-LONGEST_OFFSET_S, LONGEST_OFFSET_S) = Field(  # type: ignore[valid-type]
        0.0, description="How much younger the calls of this queue count for this team."
    )
    weight: whole(1, 1000) = Field(  # type: ignore[valid-type]
        1, description="Share of the calls with the strategy weighted_random."
    )


class Members(Strict):
    """Who serves a queue."""

    teams: Annotated[Mapping[Name, Membership], BeforeValidator(listed)] = Field(
        default_factory=dict,
        description="Teams that serve the queue; that of the queue's own name if not written.",
    )


class OverflowWhen(Strict):
    """When a caller is sent elsewhere: everything that is written must hold."""

    waiting: whole(1, 100_000) | None = Field(  # type: ignore[valid-type]
        None, description="So many wait in the queue."
    )
    waited: seconds(DAY_S) | None = Field(  # type: ignore[valid-type]
        None, description="The caller has waited so long."
    )
    estimate: seconds(DAY_S) | None = Field(  # type: ignore[valid-type]
        None, description="The expected wait is at least so long."
    )
    free_in: Name | None = Field(None, description="This queue has a free agent for the call.")

    @model_validator(mode="after")
    def _something(self) -> OverflowWhen:
        if self.model_fields_set == set():
            refuse("C130", "when names no condition; write waiting, waited, estimate or free_in")
        return self


class OverflowTo(Strict):
    """Where a caller is sent."""

    exit: Literal["full", "timeout", "nobody"] | None = Field(
        None, description="The exit of the step `queue` that is taken."
    )
    queue: Name | None = Field(None, description="The queue in which the wait goes on.")

    @model_validator(mode="after")
    def _one(self) -> OverflowTo:
        if (self.exit is None) == (self.queue is None):
            refuse("C130", "to wants either exit or queue")
        return self


class OverflowRule(Strict):
    """One way out of a wait."""

    when: OverflowWhen = Field(description="When this way is taken.")
    to: OverflowTo = Field(description="Where it leads.")


Word = Literal["offline", "break", "not_responding", "talking", "ringing", "wrapup", "tier"]


class NobodyRule(Strict):
    """When a queue counts as empty of agents."""

    join: tuple[Word, ...] = Field(
        ("offline", "break", "not_responding"),
        description="Agents in these states do not count when a caller enters.",
    )
    leave: tuple[Word, ...] = Field(
        ("offline",), description="Agents in these states do not count for those who wait."
    )
    grace: short_or_none(HOUR_S) = Field(  # type: ignore[valid-type]
        60.0, description="How long nobody is there before those who wait are sent on."
    )


class StickyRule(Strict):
    """Giving callers back to an agent who knows them."""

    sources: tuple[Literal["last_agent"], ...] = Field(
        (), description="How that agent is found; last_agent = who talked with the caller last."
    )
    mode: Literal["wait", "if_free"] = Field(
        "wait", description="Whether the call waits for that agent, or only looks if he is free."
    )
    within: seconds(365 * DAY_S) = Field(  # type: ignore[valid-type]
        DAY_S, description="How long ago the talk may have been."
    )
    longest: seconds(HOUR_S) = Field(  # type: ignore[valid-type]
        60.0, description="How long the call waits for that agent alone."
    )


class RejoinRule(Strict):
    """Giving callers who were cut off their place back when they call again."""

    grace: seconds(DAY_S) = Field(  # type: ignore[valid-type]
        600.0, description="For how long the place is kept."
    )


class ServiceLevel(Strict):
    """What counts as served in time, and how many should be."""

    threshold: seconds(HOUR_S) = Field(  # type: ignore[valid-type]
        20.0, description="Answered within this time counts as in time."
    )
    short_abandon: short_or_none(HOUR_S) = Field(  # type: ignore[valid-type]
        5.0, description="Callers who hang up within this time count as short abandons."
    )
    variant: Literal["F1", "F2", "F3", "F4", "F5", "F6", "F7"] = Field(
        "F3", description="Formula of the service level; F3 = in time / (answered + abandoned)."
    )
    target: whole(1, 100) = Field(80, description="The percentage aimed at.")  # type: ignore[valid-type]


class Wait(Strict):
    """What waiting callers hear where the flow does not say it."""

    music: PlainText | None = Field(None, description="File of the music that is played.")
    position: Flag = Field(False, description="Whether callers are told their place.")
    estimate: Flag = Field(False, description="Whether callers are told the expected wait.")
    first: seconds(600) = Field(10.0, description="Time before the first announcement.")  # type: ignore[valid-type]
    every: seconds(600) = Field(40.0, description="Time between announcements.")  # type: ignore[valid-type]
    limit: whole(1, 100) = Field(  # type: ignore[valid-type]
        10, description="Behind this place callers only hear that more are before them."
    )


class CallbackOffer(Strict):
    """Calling back instead of waiting."""

    after: short_or_none(HOUR_S) = Field(  # type: ignore[valid-type]
        120.0, description="How long a caller waits before it is offered."
    )
    attempts: whole(1, 3) = Field(3, description="How often the caller is rung up.")  # type: ignore[valid-type]
    mode: Literal["caller_first", "agent_first"] = Field(
        "caller_first", description="Who is rung up first: the caller, or the agent."
    )


class QueueWrapup(Strict):
    """Work after a call."""

    mode: Literal["none", "requested", "skippable", "fixed", "until_done"] = Field(
        "skippable", description="Whether there is wrap-up time, and who ends it."
    )
    time: between(1, 900) = Field(30.0, description="How long it lasts.")  # type: ignore[valid-type]
    code: Literal["optional", "mandatory"] = Field(
        "optional", description="Whether agents must give one of wrapup.code."
    )


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
    ageing: Annotated[float, text_field(_speed), _WRITTEN] = Field(
        1.0, description="How fast its calls gain age against those of other queues."
    )
    ring_timeout: between(5, 60) = Field(20.0, description="How long an agent's phone rings.")  # type: ignore[valid-type]
    setup_timeout: between(1, 30) = Field(  # type: ignore[valid-type]
        4.0, description="How long it may take until the phone rings."
    )
    add_every: between(1, 60) = Field(  # type: ignore[valid-type]
        5.0, description="With ring_progressive: after which one more phone rings."
    )
    may_decline: Flag = Field(False, description="Whether agents may decline, with a reason.")
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
        description="Keeping the place of callers who are cut off; known by an `attested` number.",
    )
    service_level: ServiceLevel = Field(
        default_factory=ServiceLevel, description="What counts as served in time."
    )
    wait: Wait = Field(default_factory=Wait, description="What waiting callers hear.")
    callback: CallbackOffer | None = Field(None, description="Calling back instead of waiting.")
    wrapup: QueueWrapup = Field(default_factory=QueueWrapup, description="Work after a call.")

    @model_validator(mode="after")
    def _ranked(self) -> QueueOptions:
        if (self.strategy == "expression") != bool(self.rank):
            refuse("C130", "strategy: expression and rank belong together")
        if len(self.rank) > MOST_RANKS:
            refuse("C103", f"{len(self.rank)} ranks; at most {MOST_RANKS}")
        return self

    @field_validator("steps")
    @classmethod
    def _few(cls, steps: tuple[QueueStep, ...]) -> tuple[QueueStep, ...]:
        if len(steps) > MOST_STEPS:
            refuse("C103", f"{len(steps)} steps; at most {MOST_STEPS}")
        return steps


Queues = Annotated[Mapping[Name, QueueOptions], BeforeValidator(listed)]
