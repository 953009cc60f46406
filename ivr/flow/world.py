"""What a flow may know of everything outside it: names, shapes and calendars, but no addresses."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING

from ivr.flow.types import Type

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.domain.calendar import Calendar


@dataclass(frozen=True, slots=True)
class SourceShape:
    """A source as flows see it. `limit_s` is the time one try may take.

    not_found: whether the source can say "no such record" (exit `missing`).
    takes_sealed: whether it is a POST over https, the only way a sealed value may travel.
    repeatable: whether asking twice is harmless (a GET, or a POST with `repeat: safe`).
    """

    name: str
    takes: Mapping[str, Type]
    gives: Mapping[str, Type]
    limit_s: float = 1.5
    not_found: bool = False
    takes_sealed: bool = False
    repeatable: bool = True

    @property
    def record(self) -> Type:
        """The record type that carries this source's name."""
        return Type(self.name, fields=self.gives)


@dataclass(frozen=True, slots=True)
class TrunkShape:
    """What a channel can and cannot do, for the channel lint (flow-engine.md section 3).

    dials: whether it can ring somebody up and connect the caller. records: whether callers can
    leave messages, tapes: whether calls can be recorded.
    """

    name: str
    provider: str
    two_timers: bool = True
    keeps_keys: bool = True
    can_pay: bool = True
    pauses_recording: bool = True
    speech: tuple[str, ...] = ()
    document_limit_bytes: int = 0
    keeps_secret_digits: bool = False
    survives_restart: bool = True
    dials: bool = False
    records: bool = True
    tapes: bool = False


@dataclass(frozen=True, slots=True)
class QueueTaping:
    """A queue has its talks recorded. notice: prompt of the flow that tells callers so, "" = none.

    follows: whether the recording goes on with whom the agent has handed the caller to.
    """

    notice: str = ""
    follows: bool = True


@dataclass(frozen=True, slots=True)
class QueueShape:
    """A queue as flows see it: what waiting callers hear where a flow does not say it.

    hours: calendar outside of which nobody is there, "" = always open. music: file, "" = the
    channel's own. first_s, every_s: of the announcements. limit: behind this place no number is
    told. callback_after_s: when calling back is offered, None = never. callback_agent_first:
    whether the agent has the call before the customer is rung up. callback_chooses: whether callers
    are asked when they would like to be called. taping: None = its talks are not
    recorded. monitored: prompt that is heard before a supervisor comes into a talk, "" = none.
    leads_to: queues in which its waits may go on. flows: those that its callers may be
    sent to instead of waiting on. customer_in: variable of `pop` with the
    customer by whom callers with a right PIN are known again, "" = they are not; by_pin_alone:
    nobody is known by anything else.
    """

    name: str
    hours: str = ""
    music: str = ""
    position: bool = False
    estimate: bool = False
    first_s: float = 10.0
    every_s: float = 40.0
    limit: int = 10
    callback_after_s: float | None = None
    callback_attempts: int = 3
    callback_agent_first: bool = False
    callback_chooses: bool = False
    taping: QueueTaping | None = None
    monitored: str = ""
    leads_to: tuple[str, ...] = ()
    flows: tuple[str, ...] = ()
    customer_in: str = ""
    by_pin_alone: bool = False


@dataclass(frozen=True, slots=True)
class World:
    """The part of config.yaml that flows are checked and run against."""

    zone: tzinfo = UTC
    country: str = "TR"
    currency: str = "TRY"
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    sources: Mapping[str, SourceShape] = field(default_factory=dict)
    queues: tuple[str, ...] = ()
    queue_shapes: Mapping[str, QueueShape] = field(default_factory=dict)
    """Queue -> what its callers hear; a queue that is not here has the defaults."""
    places: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Place name -> the languages it has a number for; an empty tuple = the same for all."""
    place_takes: Mapping[str, Mapping[str, Type]] = field(default_factory=dict)
    surveys: tuple[str, ...] = ()
    payments: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    switches: Mapping[str, str] = field(default_factory=dict)
    """Calendar name -> the switch that closes it."""
    trunks: Mapping[str, TrunkShape] = field(default_factory=dict)
    numbers: Mapping[str, str] = field(default_factory=dict)
    """Called number -> flow."""
    number_only_on: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Called number -> the trunks it is answered on; a number that is not here: on all."""
    number_trunks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Flow -> the trunks its numbers may come in on, for the channel lint."""
    asked_prompts: frozenset[str] = frozenset()
    """Shared prompts that forms of tickets are asked with: no flow need use them."""

    @property
    def notices(self) -> tuple[str, ...]:
        """The prompts by which queues tell that they are recorded, or that somebody listens."""
        shapes = self.queue_shapes.values()
        told = {one.taping.notice for one in shapes if one.taping is not None}
        return tuple(sorted((told | {one.monitored for one in shapes}) - {""}))

    def waits_from(self, queue: str) -> tuple[QueueShape, ...]:
        """The queue and those in which its waits may go on, in the order in which they are come to;
        without those of which nothing is known."""
        names = [queue]
        for name in names:
            shape = self.queue_shapes.get(name)
            names += () if shape is None else [one for one in shape.leads_to if one not in names]
        return tuple(self.queue_shapes[name] for name in names if name in self.queue_shapes)

    @property
    def instead(self) -> frozenset[str]:
        """The flows that callers are sent to by queues alone: no number leads to them."""
        sent = (name for shape in self.queue_shapes.values() for name in shape.flows)
        return frozenset(sent) - frozenset(self.numbers.values())

    def flow_of(self, called: str, trunk: str) -> str | None:
        """The flow that answers a called number on a trunk; None if nothing does."""
        allowed = self.number_only_on.get(called)
        return self.numbers.get(called) if allowed is None or trunk in allowed else None
