"""Answers to webhooks, kept so that a repeated request gets the same bytes and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.domain.call import LegId


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a webhook. Unique on (call, leg, turn, part); the last one per leg is kept."""

    leg: LegId
    turn: int
    part: int
    status: int
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class ReplyKey:
    """Which request a webhook reply answers: unique per call."""

    leg: LegId
    turn: int
    part: int

    def matches(self, reply: Reply | None) -> bool:
        """Whether this request is the one that `reply` answered."""
        if reply is None:
            return False
        return (reply.leg, reply.turn, reply.part) == (self.leg, self.turn, self.part)
