"""Waiting for a person: offers to agents, and the ways in which a wait ends."""

from __future__ import annotations

from enum import StrEnum
from typing import NewType

OfferId = NewType("OfferId", str)
Ticket = NewType("Ticket", str)
"""One wait of one caller, `CALL/TURN` of the first `Enqueue`. It keeps its place over restarts."""

HELD_S = 30.0
"""So long a caller is at most kept from agents by steps that must not be broken, one after the
other (acd-cti.md 5.4)."""
PIN_OK = "pin_ok"
"""The variable of a step's `pop` that says whether the caller's PIN was right."""
TICKET_NAMES = ("ticket_number", "ticket")
"""Variables of a `pop` that hold the number of a ticket of ours; the first that is there counts."""


WAYS = ("exit", "queue", "flow", "callback", "number")
"""Kinds of ways out of a wait that overflows: an exit of the step, another queue, a flow, the offer
to be called back, a place that is rung up."""


def way_to(kind: str, name: str) -> str:
    """A way out as it is handed on and stored: its kind and what it leads to."""
    return f"{kind}:{name}"


def read_way(way: str) -> tuple[str, str]:
    """Kind and name of such a way."""
    kind, _, name = way.partition(":")
    return kind, name


class WaitEnd(StrEnum):
    """How a wait ended: exactly one for each segment in a queue (acd-cti.md 3.5)."""

    ANSWERED = "answered"
    ABANDONED = "abandoned"
    FULL = "full"
    TIMEOUT = "timeout"
    NOBODY = "nobody"
    KEY = "key"
    OVERFLOW = "overflow"
    CALLBACK = "callback"
    SYSTEM_LOST = "system_lost"


class OfferEnd(StrEnum):
    """How an offer ended (acd-cti.md 5.1)."""

    ACCEPTED = "accepted"
    NO_ANSWER = "no_answer"
    DECLINED = "declined"
    BUSY = "busy"
    UNREACHABLE = "unreachable"
    SETUP = "setup"
    CALLER_GONE = "caller_gone"
    ANSWERED_ELSEWHERE = "answered_elsewhere"
    RETRACTED = "retracted"
    EXPIRED = "expired"
