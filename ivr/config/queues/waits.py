"""How callers wait in a queue: what they hear, when they leave it and where to, and what counts.

    overflow: [{when: {waiting: 50}, to: {exit: full}}]
    nobody: {leave: [offline, break], grace: 60s}
    callback: {after: 2m}

Source: acd-cti.md sections 3 and 7.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from ivr.config.fields import Flag, Name, PlainText, Strict, refuse, seconds, whole
from ivr.config.queues.written import DAY_S, HOUR_S, short_or_none
from ivr.domain.queue import WAYS


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
    flow: Name | None = Field(
        None,
        description="The flow that is walked instead of waiting; `exit.done` leads to the exit "
        "done of the step, exits called full, timeout or nobody to those, `exit.failed` to the "
        "next way.",
    )
    callback: Name | None = Field(
        None,
        description="The queue whose agents call back; offered, once, to the caller, who waits on.",
    )
    number: PlainText | None = Field(
        None,
        description="The place that is rung up: its name under `places`, or its number. If nobody "
        "answers, the next way that is open counts.",
    )

    @model_validator(mode="after")
    def _one(self) -> OverflowTo:
        if len([name for name in WAYS if getattr(self, name) is not None]) != 1:
            refuse("C130", f"to wants one of {', '.join(WAYS)}")
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


class RejoinRule(Strict):
    """Giving callers who were cut off their place back when they call again."""

    grace: seconds(DAY_S) = Field(  # type: ignore[valid-type]
        600.0, description="For how long the place is kept."
    )
    identity: tuple[Literal["attested_ani", "pin"], ...] = Field(
        ("attested_ani",),
        description="How they are known again: by a number for which the carrier vouches, or as "
        "the customer of `customer` while the variable pin_ok of the step's `pop` is true.",
    )
    customer: Name | None = Field(
        None,
        description="With pin: the variable of the step's `pop` with the customer's number.",
    )

    @model_validator(mode="after")
    def _can_be_known(self) -> RejoinRule:
        if not self.identity:
            refuse("C130", "identity names no way to know callers again")
        if ("pin" in self.identity) != (self.customer is not None):
            refuse("C130", "identity: [pin] and customer belong together")
        return self


class ServiceLevel(Strict):
    """What counts as served in time, and how many should be."""

    threshold: seconds(HOUR_S) = Field(  # type: ignore[valid-type]
        20.0, description="Answered within this time counts as in time."
    )
    short_abandon: short_or_none(HOUR_S) = Field(  # type: ignore[valid-type]
        5.0, description="Callers who hang up within this time count as short abandons."
    )
    variant: Literal["F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8"] = Field(
        "F3",
        description="Formula of the service level; F3 = in time / (answered + abandoned), F8 = in "
        "time / (answered + what is counted beside them).",
    )
    count_abandoned: Flag | None = Field(
        None, description="With F8: whether callers who hang up count; true if not written."
    )
    count_short: Flag | None = Field(
        None, description="With F8: whether short abandons are among them; false if not written."
    )
    count_overflowed: Flag | None = Field(
        None, description="With F8: whether callers who overflow count; true if not written."
    )
    target: whole(1, 100) = Field(80, description="The percentage aimed at.")  # type: ignore[valid-type]

    @model_validator(mode="after")
    def _only_f8_counts(self) -> ServiceLevel:
        written = [name for name in self.model_fields_set if name.startswith("count_")]
        if written and self.variant != "F8":
            refuse("C130", f"{min(written)} is for variant: F8; {self.variant} counts its own way")
        if self.count_short and self.count_abandoned is False:
            refuse("C130", "count_short needs count_abandoned: short abandons are some of them")
        return self


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
    window: Literal["now", "choose"] = Field(
        "now",
        description="When callers are called: `now` = as soon as it is their turn; `choose` = they "
        "are asked, that or one of up to three times of today and tomorrow while it is open.",
    )
    mode: Literal["caller_first", "agent_first"] = Field(
        "caller_first", description="Who is rung up first: the caller, or the agent."
    )
