"""Alarms on the figures of queues, as written: all under `alarms`, or with their queue.

    alarms:
      - {name: cards_sl, metric: service_level, queue: cards, variant: F3, window: 30m, min_n: 20,
         fire: {below: 70, for: 3m}, clear: {above: 75, for: 5m}}
    queues:
      loans:
        alarms: [{name: loans_wait, metric: oldest_wait, fire: {above: 5m}, clear: {below: 2m}}]

Source: acd-cti.md 13.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal, NamedTuple

from pydantic import Field, WithJsonSchema, model_validator

from ivr.config.fields import E164, Language, Name, Strict, refuse, text_field, whole
from ivr.config.mail import Email  # noqa: TC001 - pydantic reads it
from ivr.config.queues.written import DAY_S, HOUR_S, between, short_or_none
from ivr.domain.scalars import read_duration

DAY = "day"
LEAST_REPEAT_S = 60.0
LEAST_WINDOW_S, LONGEST_WINDOW_S = 300.0, 4 * HOUR_S
MEDIA = ("sms", "mail", "webhook")
"""Ways to tell of an alarm."""
_DECIMAL = re.compile(r"[0-9]{1,6}(\.[0-9]{1,3})?")
_TEXT = WithJsonSchema({"type": "string"})


class Target(NamedTuple):
    """Who is told. name: of a group of `alarm_groups`, or of a webhook."""

    medium: str
    name: str

    def __str__(self) -> str:
        """As it is written."""
        return f"{self.medium}:{self.name}"


def _target(text: str) -> Target:
    medium, _colon, name = text.partition(":")
    if medium not in MEDIA or not name:
        ways = " or ".join(f"{each}:NAME" for each in MEDIA)
        refuse("C103", f'"{text}" is nobody to be told; write {ways}')
    return Target(medium, name)


class Limit(NamedTuple):
    """What a figure is compared with; a length of time is in seconds."""

    value: float
    is_time: bool


def _limit(text: str) -> Limit:
    if _DECIMAL.fullmatch(text):
        return Limit(float(text), is_time=False)
    try:
        return Limit(read_duration(text).total_seconds(), is_time=True)
    except ValueError:
        refuse("C103", f'"{text}" is no limit; write a number, as in 70, or a time, as in 2m')


def _window(text: str) -> float:
    if text == DAY:
        return 0.0
    size = read_duration(text).total_seconds()
    if not LEAST_WINDOW_S <= size <= LONGEST_WINDOW_S:
        refuse("C103", f'"{text}" is out of range; write 5m to 4h, or {DAY}')
    return size


class AlarmSide(Strict):
    """When an alarm goes on, or off again."""

    below: Annotated[Limit, text_field(_limit), _TEXT] | None = Field(
        None, description="The figure is less than this: a number, a percentage or a time."
    )
    above: Annotated[Limit, text_field(_limit), _TEXT] | None = Field(
        None, description="The figure is more than this."
    )
    for_: short_or_none(DAY_S) = Field(  # type: ignore[valid-type]
        0.0, alias="for", description="So long without a break, or it does not count."
    )

    @model_validator(mode="after")
    def _one(self) -> AlarmSide:
        if (self.below is None) == (self.above is None):
            refuse("C130", "write either below or above")
        return self

    @property
    def key(self) -> str:
        """Which of the two is written."""
        return "above" if self.below is None else "below"

    @property
    def limit(self) -> Limit:
        """What is compared with."""
        limit: Limit = getattr(self, self.key)
        return limit


class AlarmOptions(Strict):
    """An alarm on a figure of a queue."""

    name: Name = Field(description="Its name, once in the whole configuration.")
    metric: Literal[
        "service_level",
        "abandoned_share",
        "waiting",
        "oldest_wait",
        "estimate",
        "agents_available",
        "agents_on_duty",
    ] = Field(description="The figure that is watched; shares are percent.")
    variant: Literal["F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8"] | None = Field(
        None,
        description="With service_level: its formula; that of the queue if not written. F8 counts "
        "what the queue says.",
    )
    window: Annotated[float, text_field(_window), _TEXT] | None = Field(
        None,
        description="Of shares: the waits of how long, 5m to 4h, or `day`; 30m if not written.",
    )
    min_n: whole(1, 10_000) | None = Field(  # type: ignore[valid-type]
        None, description="Of shares: of fewer waits nothing is known; 20 if not written."
    )
    fire: AlarmSide = Field(description="When it goes on.")
    clear: AlarmSide = Field(description="When it goes off again; must lie beyond `fire`.")
    notify: tuple[Annotated[Target, text_field(_target), _TEXT], ...] = Field(
        (), description="Who is told: `sms:GROUP` and `mail:GROUP` of alarm_groups, `webhook:NAME`."
    )
    repeat: between(LEAST_REPEAT_S, DAY_S) | None = Field(  # type: ignore[valid-type]
        None,
        description="How often they are told again while it is on and nobody has acknowledged it.",
    )


class QueueAlarmEntry(AlarmOptions):
    """An alarm that names its queue."""

    queue: Name = Field(description="The queue whose figure it is.")


class AlarmGroup(Strict):
    """People who are told of alarms."""

    sms: tuple[E164, ...] = Field(
        (), description="Their numbers for text messages, with country code, at any hour."
    )
    mail: tuple[Email, ...] = Field((), description="Their addresses; each gets a mail of its own.")
    account: Name | None = Field(None, description="The account under `mail` that writes to them.")
    language: Language | None = Field(
        None, description="Their language; the first of `languages` if not written."
    )
