"""What all commands have in common."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from ivr.domain.call import CALLER, LegId, Turn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.domain.events import Answer as AnswerEvent
    from ivr.domain.values import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Base of all commands."""

    leg: LegId = CALLER
    durable: ClassVar[bool] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting(Command):
    """Base of what opens a turn; `turn` is set by the engine when the command goes out."""

    turn: Turn = Turn(0)
    answers: ClassVar[tuple[type[AnswerEvent], ...]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Close(Command):
    """Undo what a turn asked for: stop sound or collecting, cancel a timer or a lookup."""

    turn: Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Note(Command):
    """A fact for the interaction and the log, no action: `node say menu ask lookup set split ...`.

    facts: names and figures; never a sealed value, personal values only under the key `pii`.
    """

    what: str
    facts: Mapping[str, Value] = field(default_factory=dict)
