"""Who serves a queue: skills and how they change with the wait, teams, agents of before, wrap-up.

    need: {cards: {min: 60}}
    steps: [{after: 45s, set: {cards: {min: 30}}}]
    members: {teams: {card_desk: {tier: 1}}}
    misses: {allow: 1, cooldown: 30s}

Source: acd-cti.md sections 2.5, 3.2 and 4.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from ivr.config.fields import Name, Strict, refuse, seconds, whole
from ivr.config.queues.written import DAY_S, HOUR_S, MostLevel, between, listed, short_or_none

LONGEST_OFFSET_S = 600.0


class Levels(Strict):
    """Which levels of a skill will do."""

    min: whole(0, 100) = Field(1, description="The least level of the skill.")  # type: ignore[valid-type]
    max: MostLevel = Field(
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


class StickyRule(Strict):
    """Giving callers back to an agent who knows them. Source: acd-cti.md 4.5, but for `list`."""

    sources: tuple[Literal["ticket_owner", "account_owner", "last_agent"], ...] = Field(
        (),
        description="How that agent is found, the best way first: ticket_owner = who has the open "
        "ticket whose number `pop` names (ticket_number), or without one the caller's newest open "
        "ticket; account_owner = whom attrs.owner of the customer names; last_agent = who talked "
        "with the caller last. Owners count only if they serve the queue.",
    )
    mode: Literal["wait", "if_free"] = Field(
        "wait", description="Whether the call waits for that agent, or only looks if he is free."
    )
    within: seconds(365 * DAY_S) = Field(  # type: ignore[valid-type]
        DAY_S, description="How long ago the talk of last_agent may have been."
    )
    longest: seconds(HOUR_S) = Field(  # type: ignore[valid-type]
        60.0, description="How long the call waits for that agent alone."
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


class QueueMisses(Strict):
    """When an agent who misses offers of this queue gets no more calls, where `acd.misses` would
    say something else."""

    allow: whole(1, 20) | None = Field(  # type: ignore[valid-type]
        None, description="So many misses, of whatever queues, take an agent out."
    )
    of: whole(1, 100) | None = Field(  # type: ignore[valid-type]
        None, description="Among so many of the last offers, of whatever queues."
    )
    cooldown: short_or_none(600) | None = Field(  # type: ignore[valid-type]
        None, description="Time without offers of any queue after a miss."
    )
    same_call: short_or_none(600) | None = Field(  # type: ignore[valid-type]
        None, description="Time in which a missed call goes to others first."
    )

    @model_validator(mode="before")
    @classmethod
    def _no_rate(cls, value: object) -> object:
        """An agent is free for all of his queues or for none, so one limit holds for all."""
        if isinstance(value, Mapping) and "max_offers_per_minute" in value:
            refuse("C130", "max_offers_per_minute holds for all queues: it stands in acd.misses")
        return value
