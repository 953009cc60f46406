"""The seam of surveys by text: invitations with all that decides about them, changed as a whole.

A change is one durable transaction: states, the talk, answers and the texts that are to be sent are
kept together or not at all, so that whoever crashes in between has asked nobody twice.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from ivr.surveys.quotas import Standing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from ivr.domain.values import Value
    from ivr.runtime.ports.texts import TextNew
    from ivr.surveys.invitations import State
    from ivr.surveys.planned.tries import Over, Try
    from ivr.surveys.texting.dialogue import Answer


ORIGIN = "survey"
"""What texts of surveys are for, as the begin of their key."""


def text_key(invitation: str, number: int) -> str:
    """What a text of a survey is for: the first has number 1."""
    return f"{ORIGIN}:{invitation}:{number}"


def first_text_of(key: str) -> str:
    """The invitation whose first text has this key; "" = it is of no survey, or a later one."""
    origin, _, rest = key.partition(":")
    invitation, _, number = rest.partition(":")
    return invitation if origin == ORIGIN and number == "1" else ""


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation as stored, with what it hangs on.

    id: public. plan, version: keys of the rows, for whoever keeps what he has read; definitions: of
    the file, without plans, and of this plan. value: their number, "" = there is none. facts: of
    the contact and the customer, by record. talk_s: how long they talked, None = not by a call.
    talk: where the talk stands, None = nothing was sent. others: when other invitations of the same
    person were offered or sent; open_elsewhere: one of them waits for an answer. first_text: the
    state and reason of the first message, "" = it was not written yet. wave: key of the wave, "" =
    none; then expires_at is its end until something is sent. standing: how full its quotas are.
    medium: by which it is asked next, or was. tries: the calls to him in this wave; flow_hash: the
    version that they walk; wave_stopped: nobody is asked for it any more.
    reopened: the ticket that it is about is worked on again; recovers: it asks whether what led to
    a low score was put right. halted: nobody new is asked for its plan as it is now.
    """

    id: str
    tenant: int
    state: State
    reason: str
    plan: int
    version: int
    plan_name: str
    plan_definition: Mapping[str, Any]
    definition: Mapping[str, Any]
    locale: str
    value: str
    created_at: datetime
    due_at: datetime | None = None
    expires_at: datetime | None = None
    sent_at: datetime | None = None
    facts: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    talk_s: float | None = None
    talk: Mapping[str, Any] | None = None
    others: Sequence[datetime] = ()
    open_elsewhere: bool = False
    first_text: tuple[str, str] = ("", "")
    wave: str = ""
    wave_stopped: bool = False
    medium: str = ""
    flow_hash: str = ""
    tries: tuple[Try, ...] = ()
    standing: Standing = field(default_factory=Standing)
    reopened: bool = False
    recovers: bool = False
    halted: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be written. moves: states with their reasons, in order. due_at, expires_at: None =
    as before. value: the number it goes to, "" = as before. reached: the message has arrived.

    talk: where the talk stands now, None = as before; next_at goes with it, None = it is over.
    say: texts to be sent. answer: new or changed; score_kind: of its question, is_key: it is the
    one that counts. medium: by which he is asked next, "" = as before. call: is begun now, "" =
    none; over: a call that has ended; unreached: nobody was there to hear the offer.
    """

    moves: Sequence[tuple[State, str]] = ()
    due_at: datetime | None = None
    expires_at: datetime | None = None
    value: str = ""
    reached: bool = False
    talk: Mapping[str, Any] | None = None
    next_at: datetime | None = None
    say: Sequence[TextNew] = ()
    answer: Answer | None = None
    score_kind: str = ""
    is_key: bool = False
    medium: str = ""
    call: str = ""
    over: Over | None = None
    unreached: bool = False


Decide: TypeAlias = "Callable[[Invited], Change | None]"
"""What becomes of an invitation; None = nothing. Pure: it may be asked more than once."""


class SurveyTexts(Protocol):
    """The rows. Errors: StoreError."""

    async def get(self, invitation: str) -> Invited | None:
        """One invitation."""

    async def change(self, invitation: str, decide: Decide, at: datetime) -> Invited | None:
        """Decide and write in one transaction; gives it as it was before, None = no such row.

        One that may not be open because another of the same number is becomes
        `suppressed(open_invitation)` instead, with nothing sent.
        """

    async def missed(self, limit: int) -> Sequence[str]:
        """Those that were missed by voice and nobody has looked at since."""

    async def due(self, now: datetime, limit: int) -> Sequence[str]:
        """Those scheduled whose time has come, the earliest first."""

    async def waiting(self, now: datetime, limit: int) -> Sequence[str]:
        """Those whose talk is to be looked at: silence, a reminder, the end."""

    async def reported(self, limit: int) -> Sequence[str]:
        """Those sent whose first message has been reported on since."""

    async def open_at(self, value: str, tenant: int = 1) -> Sequence[str]:
        """Those of a number that had anything sent, the newest first, five at most."""

    async def unfinished(self, value: str, tenant: int = 1) -> Sequence[str]:
        """Those of a number that are scheduled or may still be answered."""
