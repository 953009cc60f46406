"""Begins calls of ours: the first event is journaled before anybody is rung up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ivr.domain.agent import Reach
from ivr.domain.outbound import CallPlaced, Placed
from ivr.runtime.live import PLACED, LiveCall
from ivr.runtime.ports import CallOpening

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.domain.call import CallId
    from ivr.flow.world import World
    from ivr.runtime.switch import Switch

RING_S = 30.0
"""How long whom we call is rung up."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A call that we begin. call: its id, chosen before, so that whoever wants it can find it.

    number: whom we call, E.164. dnis: the number of ours that is shown. flow: a flow whose version
    in force the call is pinned to, or flow_hash: a version. walks: the flow that it goes through.
    """

    call: CallId
    trunk: str
    number: str
    dnis: str
    flow: str
    walks: str
    flow_hash: str = ""
    language: str = ""
    ring_s: float = RING_S
    placed: Placed = field(default_factory=Placed)


def can_place(switch: Switch, trunk: str) -> bool:
    """Whether a trunk can begin calls."""
    return bool(getattr(switch.trunks.get(trunk), "places", False))


def way_out(switch: Switch, serves: Callable[[Reach], bool]) -> str:
    """The trunk to call somebody by, "" = there is none. serves: whether agents can be rung up by
    this way; a real telephone comes before a simulated one."""
    names = [name for name in switch.trunks if can_place(switch, name)]
    reaches = {name: Reach(switch.trunks[name].channel) for name in names}
    names.sort(key=lambda name: (not serves(reaches[name]), reaches[name] is Reach.SIMULATOR))
    return next(iter(names), "")


def own_number(world: World, trunk: str) -> str:
    """The number of ours that is shown to whom we call by this trunk, "" = none is known."""
    only_on = world.number_only_on
    ours = (one for one in world.numbers if trunk in only_on.get(one, (trunk,)))
    return next(ours, "")


async def place(switch: Switch, wanted: Outgoing) -> LiveCall:
    """Begin it. Raises StoreError; then nobody is rung up."""
    book = switch.ports.books.current()
    flow_hash = wanted.flow_hash or book.live.get(wanted.flow) or next(iter(book.live.values()))
    trunk = switch.trunks[wanted.trunk]
    call = LiveCall(
        id=wanted.call,
        trunk=wanted.trunk,
        channel=trunk.channel,
        provider_ref=f"{PLACED}{wanted.call}",
        key=switch.ports.keys.new_key(),
        epoch=switch.epoch,
    )
    language = wanted.language or book.flow(flow_hash, wanted.walks).languages[0]
    event = CallPlaced(
        call=call.id,
        flow_hash=flow_hash,
        flow=wanted.walks,
        dnis=wanted.dnis,
        ani=wanted.number,
        trunk=call.trunk,
        channel=call.channel,
        language=language,
        ring_s=wanted.ring_s,
        facts=dict(switch.facts),
        placed=wanted.placed,
    )
    opening = CallOpening(
        trunk=call.trunk,
        channel=call.channel,
        provider_ref=call.provider_ref,
        ani=wanted.number,
        dnis=wanted.dnis,
        flow=wanted.walks,
        flow_hash=flow_hash,
        language=language,
        is_test=False,
        sealed_key=call.key,
        direction="outbound",
    )
    return await switch.begin(call, event, opening)
