"""What is told of recordings."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - read at run time
from typing import TYPE_CHECKING, Literal

from ivr.web.api.customers.eyes import eyes_of_contact, sender_seen
from ivr.web.api.customers.fields import Out
from ivr.web.permissions import Right, may

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.runtime.ports.recorded.listing import RecordingListed
    from ivr.runtime.ports.recorded.recordings import RecordingRow
    from ivr.web.api.recordings.marks import Mark
    from ivr.web.permissions import Who

LIST, PLAY = Right("recording", "r"), Right("recording", "x")


class RecordingOut(Out):
    """A message. state: ready, pending (its sound is still to come), failed or gone.

    seconds: how long it is; partial: something of it was lost. words: what was typed, on the
    simulator. may_play: whether you may hear it. queue: that which has it recorded, "" = none.
    """

    id: str
    kind: str
    state: str
    interaction: str
    at: datetime
    seconds: float
    box: str
    words: str
    partial: bool
    may_play: bool
    queue: str = ""


class RecordingFound(RecordingOut):
    """A recording of a list. begin: when it began; at: when it was over. queue: that has it
    recorded, else the last one of its contact.

    sender: of the contact, in full or with dots, as whoever asks may see it. agents: who talked on
    it; on what callers left, who had talked with them before. tickets: numbers of those that the
    contact belongs to and that you see. language: of the caller. survey, question: what a comment
    answers.
    """

    begin: datetime
    sender: str
    agents: tuple[str, ...]
    tickets: tuple[str, ...]
    language: str
    survey: str
    question: str
    masked: tuple[str, ...] = ()


class RecordingMark(Out):
    """What happened on a recording from `begin` to `end`, seconds of it.

    talk: with this agent; hold; transfer: with somebody outside; pause: kept is only silence, for
    this agent wanted it so, or "" = the flow or a secret question.
    """

    kind: Literal["talk", "hold", "transfer", "pause"]
    begin: float
    end: float
    who: str


class RecordingWhole(RecordingFound):
    """One recording, with its marks by their begin; those of a talk are there once it is over."""

    marks: tuple[RecordingMark, ...]


def recording_out(who: Who, row: RecordingRow) -> RecordingOut:
    """A row as it is told to somebody."""
    sound = row.sound
    return RecordingOut(
        id=row.id,
        kind=row.kind,
        state=row.state,
        interaction=row.call,
        at=row.at,
        seconds=row.seconds if sound is None else sound.duration_ms / 1000,
        box=row.box,
        words=row.words,
        partial=sound is not None and sound.partial,
        may_play=sound is not None and may(who, PLAY.resource, PLAY.action) is not None,
        queue=row.queue,
    )


def found_out(who: Who, found: RecordingListed, now: datetime) -> RecordingFound:
    """One of a list as it is told to somebody."""
    row = found.row
    sender = sender_seen(found.sender, eyes_of_contact(who, found.ended_at, now))
    more = {
        "begin": found.begin,
        "sender": sender,
        "agents": found.agents,
        "tickets": found.tickets,
        "language": row.language,
        "survey": row.survey,
        "question": row.question,
        "masked": ("sender",) if sender != found.sender else (),
        "queue": found.queue,
    }
    return RecordingFound(**{**recording_out(who, row).model_dump(), **more})


def whole_out(found: RecordingFound, marks: Sequence[Mark]) -> RecordingWhole:
    """The same with its marks."""
    told = tuple(RecordingMark.model_validate(each) for each in marks)
    return RecordingWhole(**{**found.model_dump(), "marks": told})
