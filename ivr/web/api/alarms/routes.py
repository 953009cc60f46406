"""Alarms on queues: how they are, and that somebody has seen one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import BaseModel

from ivr.domain.errors import NotFoundError
from ivr.web.api.fields import Key  # noqa: TC001 - read at run time
from ivr.web.api.parts import BASE
from ivr.web.api.sight import Sight
from ivr.web.permissions import Right, demand
from ivr.web.typed import Ask, Items, Route

if TYPE_CHECKING:
    from ivr.runtime.queue_alarms.watching import QueueAlarms
    from ivr.web.api.parts import ApiParts

_READ, _SEE = Right("alarm", "r"), Right("alarm", "x")


class AlarmSideOut(BaseModel):
    """Where it goes on or off: one of `below` and `above`, held for so long. Times are seconds."""

    below: float | None
    above: float | None
    for_s: int


class AlarmOut(BaseModel):
    """An alarm on a queue. state: `ok`, `pending`, `firing`, `clearing` or `no_data`, and since
    when. value: the figure now, null = nothing is known; n: of how many waits, null = no share.
    window_s: of how many seconds, 0 = of the day. fired_at: since when it is on, null = it is not.
    acknowledged_by: who has seen it, empty = nobody."""

    alarm: str
    queue: str
    metric: str
    variant: str
    window_s: int
    min_n: int
    state: str
    since: str
    value: float | None
    n: int | None
    fire: AlarmSideOut
    clear: AlarmSideOut
    fired_at: str | None
    acknowledged_by: str
    acknowledged_at: str | None


@dataclass(frozen=True, slots=True)
class AlarmRoutes:
    """The routes /alarms."""

    parts: ApiParts
    board: QueueAlarms

    def routes(self) -> list[Route]:
        """The operations of this module."""
        many = f"{BASE}/alarms"
        return [
            Route("GET", many, self.alarms, _READ),
            Route(
                "POST", f"{many}/{{alarm}}/acknowledge", self.acknowledge_alarm, _SEE, also=(409,)
            ),
        ]

    async def alarms(self, ask: Ask) -> Items[AlarmOut]:
        """The alarms on queues within sight, as configured."""
        rows = self._sight(ask, _READ).of_queues(self.board.rows())
        return Items(items=[AlarmOut.model_validate(row) for row in rows])

    async def acknowledge_alarm(self, ask: Ask, alarm: Key) -> AlarmOut:
        """Somebody has seen that it fires: it stays on, but nobody is told again until it is ok.
        Of several people the first one counts."""
        within = self._sight(ask, _SEE).of_queues(self.board.rows())
        found = next((row for row in within if row["alarm"] == alarm), None)
        if found is None:
            raise NotFoundError("there is no such alarm")
        self.board.check_fires(alarm)
        await self.parts.write_down(ask, "alarm_acknowledged", alarm, queue=found["queue"])
        return AlarmOut.model_validate(self.board.acknowledge(alarm, ask.who.name))

    def _sight(self, ask: Ask, right: Right) -> Sight:
        return Sight(self.parts.floor, ask.who, demand(ask.who, right.resource, right.action))
