"""Settings that all queues share: priorities, skills, breaks, wrap-up codes and screen pops.

Source: acd-cti.md sections 2, 3 and 10.4.
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - pydantic reads it
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from ivr.config.fields import Called, Flag, Name, PlainText, Strict, refuse, seconds, whole
from ivr.config.queues.serving import QueueWrapup
from ivr.config.queues.written import DAY_S, HOUR_S, Title, between, listed, short_or_none


def _head_start(value: object) -> object:
    return {"head_start": value} if isinstance(value, str) else value


class PriorityClass(Strict):
    """How urgent a class of calls is; `90s` alone is its head start."""

    head_start: short_or_none(DAY_S) = Field(  # type: ignore[valid-type]
        0.0, description="How much older its calls count than they are."
    )
    strict: Flag = Field(False, description="Whether its calls come before all others.")
    max_waiting: whole(1, 1000) = Field(  # type: ignore[valid-type]
        5, description="How many strict calls may wait before the rule is given up for the next."
    )


class MissRule(Strict):
    """When an agent who does not answer gets no more calls."""

    allow: whole(1, 20) = Field(2, description="So many misses take an agent out.")  # type: ignore[valid-type]
    of: whole(1, 100) = Field(5, description="Among so many of the last offers.")  # type: ignore[valid-type]
    cooldown: short_or_none(600) = Field(  # type: ignore[valid-type]
        10.0, description="Time without offers after a miss."
    )
    same_call: short_or_none(600) = Field(  # type: ignore[valid-type]
        30.0, description="Time in which a missed call goes to others first."
    )
    max_offers_per_minute: whole(1, 60) = Field(  # type: ignore[valid-type]
        6, description="The most offers an agent gets in a minute."
    )

    @model_validator(mode="after")
    def _can_happen(self) -> MissRule:
        if self.of < self.allow:
            refuse("C130", f"allow is {self.allow}, but only the last {self.of} offers are seen")
        return self


class BreakOptions(Strict):
    """A reason to pause."""

    longest: seconds(12 * HOUR_S) = Field(  # type: ignore[valid-type]
        HOUR_S, description="After this time an alarm says that the break lasts too long."
    )
    title: Title | None = Field(None, description="Its name for people.")


def _priorities() -> dict[str, PriorityClass]:
    return {"normal": PriorityClass()}


def _breaks() -> dict[str, BreakOptions]:
    return {"break": BreakOptions()}


class Acd(Strict):
    """What all queues share."""

    priorities: Mapping[Name, Annotated[PriorityClass, BeforeValidator(_head_start)]] = Field(
        default_factory=_priorities, description="Classes of priority; normal is always there."
    )
    priority_step: short_or_none(HOUR_S) = Field(  # type: ignore[valid-type]
        30.0, description="Head start of each step of the priorities 0 to 10; 5 has none."
    )
    skills: Mapping[Name, Literal["level", "language", "certificate"]] = Field(
        default_factory=dict, description="Skills that queues may need, and of what kind each is."
    )
    share: Mapping[Name, Mapping[Name, whole(1, 100)]] = Field(  # type: ignore[valid-type]
        default_factory=dict,
        description="Team -> queue -> percent of the team's calls since midnight, as in "
        "{desk: {cards: 70, loans: 30}}. While the first callers of its queues are all within "
        "service_level.threshold, the queue furthest behind is first; else as without shares.",
    )
    misses: MissRule = Field(default_factory=MissRule, description="Agents who do not answer.")
    breaks: Annotated[Mapping[Name, BreakOptions], BeforeValidator(listed)] = Field(
        default_factory=_breaks, description="Reasons for a break."
    )
    idle_basis: Literal["any_contact", "queue_contact", "inbound"] = Field(
        "any_contact", description="The end of what begins an agent's idle time."
    )
    break_resets_idle: Flag = Field(True, description="Whether a break begins it anew.")
    wrapup_most: between(1, 900) = Field(  # type: ignore[valid-type]
        900.0, description="The longest wrap-up, with all extensions."
    )
    max_waiting: whole(1, 100_000) = Field(  # type: ignore[valid-type]
        5000, description="How many may wait in all queues together."
    )


class WrapupCode(Strict):
    """One wrap-up code."""

    title: Title | None = Field(None, description="Its name for people, or one for each language.")


class WrapupCodes(Strict):
    """What agents say of a call afterwards."""

    code: Annotated[Mapping[Name, WrapupCode], BeforeValidator(listed)] = Field(
        default_factory=dict, description="The codes to choose from."
    )


OWN_RECORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "contacts": (*("name", "segment", "vip_rank", "pref_medium", "product", "warranty_until"),),
        "tickets": ("subject", "status", "due", "category"),
    }
)
"""What pops ask of our own store, with the fields that agents are shown of it."""
By = Literal["callback_token", "ticket_number", "entered_id", "ani", "ani_last9", "previous_call"]


def _some(value: object) -> object:
    return [value] if isinstance(value, str) else value


class MatchRule(Strict):
    """One way to find out who calls."""

    by: Annotated[tuple[By, ...], BeforeValidator(_some)] = Field(
        description="What is compared, such as entered_id or ani; one or a list."
    )
    level: whole(0, 4) = Field(  # type: ignore[valid-type]
        0, description="How sure the identity must be, 0 to 4."
    )
    one: Literal["open", "open_ticket", "suggest"] = Field(
        "suggest", description="What is done with a single hit."
    )
    many: Literal["choose"] = Field("choose", description="What is done with several hits.")
    within: seconds(365 * DAY_S) | None = Field(  # type: ignore[valid-type]
        None, description="With previous_call: how long ago that may be."
    )

    @model_validator(mode="after")
    def _only_for_calls(self) -> MatchRule:
        if self.within is not None and "previous_call" not in self.by:
            refuse("C130", "within is for the rule by: previous_call")
        return self


class PopLookups(Strict):
    """What is looked up for a screen pop."""

    deadline: between(0.05, 10) = Field(  # type: ignore[valid-type]
        0.8, description="How long the lookups may take; what comes later is added."
    )
    sources: tuple[Name, ...] = Field(
        (*OWN_RECORDS, "last_contacts"),
        description="What is asked: contacts = our own customers, tickets = their open tickets, "
        "last_contacts = earlier calls, or names of `sources`.",
    )


def _matches() -> tuple[MatchRule, ...]:
    return (
        MatchRule(by=("callback_token",), one="open"),
        MatchRule(by=("ticket_number",), one="open_ticket"),
        MatchRule(by=("entered_id",), level="3", one="open"),
        MatchRule(by=("ani",), level="2", one="open"),
        MatchRule(by=("ani", "ani_last9"), level="1"),
        MatchRule(by=("previous_call",), within="24h"),
    )


Hideable = Literal[
    "ani", "dnis", "entered", "facts", "last_contacts", "open_tickets", "path", "reason"
]


class Dialling(Strict):
    """Agents who call somebody from the desk."""

    trunk: Name = Field(description="The trunk by which agent and customer are rung up.")
    number: Called | None = Field(
        None, description="Number of ours that the customer sees; the first of the trunk's."
    )
    wrapup: QueueWrapup = Field(default_factory=QueueWrapup, description="Work after a call.")


class SurveyCallOptions(Strict):
    """By which trunk planned surveys call people, how many at a time, and at which hours."""

    trunk: Name = Field(description="The trunk by which people are called.")
    number: Called | None = Field(
        None, description="Number of ours that they see; the first of the trunk's."
    )
    at_once: whole(1, 500) = Field(  # type: ignore[valid-type]
        3, description="So many people are called at a time."
    )
    hours: Name | None = Field(
        None,
        description="Calendar outside of which nobody is called, read on the clock of whom we "
        "call; the quiet hours hold beside it.",
    )


class Pop(Strict):
    """What agents see of a caller before they answer."""

    lookups: PopLookups = Field(default_factory=PopLookups, description="What is looked up.")
    match: tuple[MatchRule, ...] = Field(
        default_factory=_matches, description="How callers are recognised; the first hit decides."
    )
    unknown: Literal["draft", "nothing"] = Field(
        "draft", description="What is shown for a caller nobody knows."
    )
    hold: short_or_none(2) = Field(  # type: ignore[valid-type]
        0.3, description="How long the phone waits with ringing for the pop to be seen."
    )
    url: PlainText = Field(
        "",
        description="Page of another system that the desk offers with a pop, https; {call}, "
        "{queue}, {record} and {kind} stand for the call's, and the record's that was found.",
    )
    url_personal: Flag = Field(
        False, description="Whether {ani}, the caller's number, may stand in that address."
    )
    hidden: tuple[Hideable, ...] = Field(
        (), description="What agents are not shown of a pop; of `ani` they see the end."
    )
    sensitive: Mapping[Name, tuple[Name, ...]] = Field(
        default_factory=dict,
        description="Fields of a source, of contacts or of tickets that are masked until it is "
        "sure who calls.",
    )
