"""Switches: how they are, and setting one by hand, above all the emergency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, Field, StringConstraints

from ivr.runtime.ports.supervision.switches import HandSwitch
from ivr.web.api.fields import Key  # noqa: TC001 - read at run time
from ivr.web.api.parts import BASE
from ivr.web.permissions import Right
from ivr.web.typed import Ask, Body, Items, Route

if TYPE_CHECKING:
    from ivr.runtime.flows.switching import Switches, SwitchNow
    from ivr.web.api.parts import ApiParts

LONGEST_MIN = 60 * 24 * 31
Why = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=500, pattern=r"^[^\x00-\x1f\x7f]+\z"
    ),
]


class SetSwitch(Body):
    """What a switch shall be. minutes: for how long, null = until somebody takes it back."""

    on: bool
    why: Why
    minutes: Annotated[int, Field(ge=1, le=LONGEST_MIN)] | None = None


class SwitchOut(BaseModel):
    """A switch; `emergency` sends new calls to `rescue.emergency`, any other closes hours.
    configured: what `config.yaml` says. by: who has set it by hand, empty = nobody has. until:
    when that ends by itself."""

    switch: str
    on: bool
    configured: bool
    by: str
    why: str
    since: str | None
    until: str | None


@dataclass(frozen=True, slots=True)
class SwitchRoutes:
    """The routes /switches."""

    parts: ApiParts
    board: Switches

    def routes(self) -> list[Route]:
        """The operations of this module."""
        many, change = f"{BASE}/switches", Right("switch", "x")
        return [
            Route("GET", many, self.switches, Right("switch", "r")),
            Route("PUT", f"{many}/{{switch}}", self.set_switch, change),
            Route("DELETE", f"{many}/{{switch}}", self.release_switch, change),
        ]

    async def switches(self) -> Items[SwitchOut]:
        """All, the emergency first."""
        return Items(items=[_out(each) for each in self.board.all()])

    async def set_switch(self, ask: Ask, switch: Key, body: SetSwitch) -> SwitchOut:
        """Set one by hand. New calls are told of it at once, calls that go on are not touched; it
        outlives a restart and a changed configuration."""
        self.board.one(switch)
        now = self.parts.clock.now()
        until = None if body.minutes is None else now + timedelta(minutes=body.minutes)
        told = {"on": body.on, "minutes": body.minutes}
        await self.parts.write_down(ask, "switch_set", switch, why=body.why, **told)
        hand = HandSwitch(switch, body.on, ask.who.name, body.why, now, until)
        return _out(await self.board.put(hand))

    async def release_switch(self, ask: Ask, switch: Key) -> SwitchOut:
        """From now on it is again as configured."""
        self.board.one(switch)
        await self.parts.write_down(ask, "switch_released", switch)
        return _out(await self.board.take_back(switch))


def _out(now: SwitchNow) -> SwitchOut:
    hand = now.hand
    return SwitchOut(
        switch=now.name,
        on=now.on,
        configured=now.configured,
        by=hand.by if hand else "",
        why=hand.why if hand else "",
        since=hand.since.isoformat() if hand else None,
        until=hand.until.isoformat() if hand and hand.until else None,
    )
