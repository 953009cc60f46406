"""What a call leaves behind for others to do: tickets, texts to be sent, answers of its caller.

Nothing about surveys is ever sent to an agent: whether a call was chosen is known to the store
alone until the agent has left. Sources: tickets.md, surveys.md section 2.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from ivr.domain.commands import Command, Waiting
from ivr.domain.events import Answer, Event

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.domain.call import Turn
    from ivr.domain.values import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketOpened(Answer):
    """A ticket stands in the store, or could not be opened.

    number: as people say it. ticket: what programs call it. again: it was opened before, by the
    same step of the same call. reason: why not.
    """

    done: bool = True
    number: str = ""
    ticket: str = ""
    again: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTicket(Waiting):
    """Open a ticket of this call, once for each key; answered within two seconds.

    key: the same whenever this step is tried again, another one at the next visit. name: the prompt
    that the subject was written by. append: number of a ticket that gets the text instead, "" =
    open a new one. customer: number of the customer, "" = whoever the call is known to be from.
    values: of the category's form.
    """

    key: str
    name: str
    subject: str
    append: str = ""
    kind: str = ""
    priority: str = ""
    customer: str = ""
    category: str = ""
    queue: str = ""
    tags: tuple[str, ...] = ()
    values: Mapping[str, Value] = field(default_factory=dict)
    answers: ClassVar[tuple[type[Answer], ...]] = (TicketOpened,)


@dataclass(frozen=True, slots=True, kw_only=True)
class SendText(Command):
    """Send a text message. name: the prompt it was written by. purpose: what it is for; quiet hours
    and consent depend on it."""

    name: str
    to: str
    text: str
    sender: str = ""
    purpose: str = "service"
    durable: ClassVar[bool] = True


PREFIX = "survey_"


CALL_PREFIX = "planned_"


def flow_of(survey: str) -> str:
    """What the sub-flow is called that a survey becomes."""
    return f"{PREFIX}{survey}"


def call_flow_of(survey: str) -> str:
    """What the flow is called that calls of a planned survey walk."""
    return f"{CALL_PREFIX}{survey}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyDecided(Answer):
    """Whether the caller is asked now. medium: `voice` if so, else "".

    reason: why somebody who was chosen is not asked after all, "" = he was not chosen, or is asked.
    facts: by the names of the survey's inputs (`interaction_queue`), for questions with `only`.
    """

    medium: str = ""
    reason: str = ""
    facts: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteSurvey(Waiting):
    """Ask whether this caller was chosen for a survey. talked_s: with agents, in all; agent: the
    last who talked at least ten seconds, "" = none. outside: somebody outside had the call last."""

    survey: str
    talked_s: float = 0.0
    agent: str = ""
    outside: bool = False
    answers: ClassVar[tuple[type[Answer], ...]] = (SurveyDecided,)


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveInvitation(Command):
    """The invitation of this call goes on: offered, completed, partial, declined, opted_out or
    suppressed. One that is elsewhere stays where it is."""

    survey: str
    state: str
    reason: str = ""
    agent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepAnswer(Command):
    """An answer: a number, a text, or a recording. A second one to the same question replaces it.

    version: of the survey, as 64 hex digits. raw: the keys. latency_ms: from the begin of the
    prompt to the answer. tries: listens that it took. score: what it counts as, "" = nothing.
    is_key: alarms and follow-ups look at it. spoken: turn of the message that is the answer; its
    sound is kept by `KeepRecording`.
    """

    survey: str
    version: str
    question: str
    number: int | None = None
    text: str = ""
    raw: str = ""
    latency_ms: int = 0
    tries: int = 1
    score: str = ""
    is_key: bool = False
    spoken: Turn | None = None


FILED: tuple[type[Event] | type[Command], ...] = (
    *(TicketOpened, OpenTicket, SendText),
    *(SurveyDecided, InviteSurvey, MoveInvitation, KeepAnswer),
)
"""The events and commands of this module."""
