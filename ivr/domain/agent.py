"""Agents: who answers calls, what they are doing, and by what telephone they are reached."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

AgentId = NewType("AgentId", str)
"""The name an agent signs in with."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """An agent whom a caller is to be given back to. source: how he was found (acd-cti.md 4.5)."""

    agent: AgentId
    source: str


class AgentState(StrEnum):
    """What an agent is doing; the table of legal changes is `acd/agents.py`."""

    OFFLINE = "offline"
    AVAILABLE = "available"
    BREAK = "break"
    NOT_RESPONDING = "not_responding"
    RESERVED = "reserved"
    RINGING = "ringing"
    TALKING = "talking"
    HOLDING = "holding"
    CONSULTING = "consulting"
    WRAPUP = "wrapup"
    DIALING = "dialing"
    DIRECT = "direct"


class Reach(StrEnum):
    """By what way an agent's telephone is connected with a caller.

    A call that came in by a channel can only be given to an agent whom that channel can ring up:
    `sip` rings registered phones and numbers behind a SIP trunk, `twilio` numbers, SIP addresses
    and clients by REST, `simulator` the simulated phone.
    """

    SIP = "sip"
    TWILIO = "twilio"
    SIMULATOR = "simulator"


_ASKABLE = {Reach.SIP: ("sip:", "sips:"), Reach.SIMULATOR: ("sim:",)}


def may_answer_itself(reach: Reach | str, address: str) -> bool:
    """Whether a telephone can be asked to answer without its agent: SIP phones and simulated ones;
    no number, and nothing that a provider rings up for us."""
    return address.startswith(_ASKABLE.get(Reach(reach), ()))
