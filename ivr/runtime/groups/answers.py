"""What the queues decide, in the words that calls understand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.domain import events
from ivr.domain.call import Turn
from ivr.runtime.groups.neighbours import Offer

if TYPE_CHECKING:
    from ivr.acd import words

NS = 1_000_000_000


def offer_of(command: words.Offered) -> events.AgentOffered:
    """An agent may be rung up."""
    return events.AgentOffered(
        turn=Turn(command.turn),
        offer=command.offer,
        agent=command.agent,
        address=command.address,
        ring_s=command.ring_ns / NS,
        whisper=command.whisper,
        answers_itself=command.answers_itself,
    )


def remembered(command: words.Offered) -> Offer:
    """What is kept of an offer while it stands."""
    return Offer(
        command.offer,
        command.agent,
        command.call,
        command.ticket,
        command.queue,
        command.waited_ns / NS,
        agent_first=command.agent_first,
        sticky=command.sticky,
    )


def refused_of(command: words.WaitOver) -> events.QueueRefused:
    """The queue lets the caller go."""
    return events.QueueRefused(
        turn=Turn(command.turn), end=command.end, target=command.target, ways=command.ways
    )


def news_of(command: words.Told) -> events.QueueNews:
    """What the caller may hear of his wait."""
    return events.QueueNews(
        turn=Turn(command.turn),
        position=command.position,
        estimate_min=command.estimate_min,
        more_than=command.more_than,
        longer_than_min=command.longer_than_min,
    )
