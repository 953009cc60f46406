"""Counts which calls the teams that are promised a share of them are given.

A call counts for a team from the moment in which one of its agents is rung up for it, so that
agents who become free together do not all turn to the same queue; if none of them gets it, it
never did count. What was answered stands in the agents' own counts of the day (`Agent.tally`), so
the shares are the same after a restart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.acd.shares.share import Share
    from ivr.acd.state import Agent, Group, Offer


def rung_up(share: Share, offer: Offer) -> None:
    """An agent of the team is rung up. Several for one caller are one call."""
    if not _has_other(share, offer):
        share.count(offer.call.queue.rule.name, 1)


def not_given(group: Group, share: Share, offer: Offer) -> None:
    """The agent does not get the caller; maybe somebody else of the team does, or has."""
    winner = group.past.get(offer.ring.winner) if offer.ring.winner else None
    won = winner is not None and winner.agent.profile.share is share
    if not won and not _has_other(share, offer):
        share.count(offer.call.queue.rule.name, -1)


def _has_other(share: Share, offer: Offer) -> bool:
    others = offer.ring.offers.values()
    return any(one is not offer and one.agent.profile.share is share for one in others)


def count_again(group: Group) -> None:
    """Work all shares out anew: for new rules or agents, after a restart, on a new day."""
    if not group.shares:
        return
    for share in group.shares.values():
        share.forget()
    for agent in group.agents.values():
        if agent.profile.share is not None and agent.day == group.day:
            _count_answered(agent.profile.share, agent)
    rung = dict.fromkeys((one.ring, one.agent.profile.share) for one in group.offers.values())
    for ring, team in rung:
        if team is not None:
            team.count(ring.call.queue.rule.name, 1)


def _count_answered(share: Share, agent: Agent) -> None:
    for queue, (calls, _talked_ns) in agent.tally.items():
        share.count(queue, calls)
