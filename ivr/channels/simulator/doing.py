"""Carries out what a step of the engine wants of a simulated call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.domain.call import CALLER, Cause
from ivr.domain.commands import (
    Close,
    Command,
    Dial,
    HangUp,
    Join,
    Part,
    PlaceCall,
    Refer,
    SetMode,
)
from ivr.domain.events import ReferSettled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.channels.simulator.desk import Desk
    from ivr.channels.simulator.talk import Talk
    from ivr.domain.events import Answer


def carry_out(desk: Desk, talk: Talk, command: Command, at_ms: int) -> Sequence[Answer]:
    """Do one command; what comes of it at once. at_ms: milliseconds since 1970."""
    match command:
        case Dial():
            desk.ring(talk, command)
        case PlaceCall():
            desk.call(talk, command)
        case Refer():  # there is nobody outside whom a caller could be handed over to
            return [ReferSettled(turn=command.turn, done=False)]
        case Join() | SetMode() | Part():
            talk.move(command)
        case HangUp() if command.leg != CALLER:
            desk.end(talk, command.leg, command.cause)
        case Close():
            return _close(desk, talk, command, at_ms)
        case _:
            phone = talk.legs.get(command.leg)
            return phone.carry_out(command, at_ms) if phone is not None else []
    return []


def _close(desk: Desk, talk: Talk, command: Close, at_ms: int) -> Sequence[Answer]:
    """Sound of this turn stops; whoever it rang up and nobody talks to is given up."""
    for phone in list(talk.legs.values()):
        phone.carry_out(command, at_ms)
        if phone.turn == command.turn and phone.leg != CALLER and phone.leg not in talk.seats:
            desk.end(talk, phone.leg, Cause.CANCELLED)
    return []
