"""A queue with alarms on it, on time that a test moves."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ivr.acd.alarms.rule import Bound, QueueAlarm
from ivr.acd.settings import SECOND, Nobody
from ivr.runtime.queue_alarms.watching import QueueAlarms, Seams
from tests.acd.house import House, card, queue

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.runtime.ports import Clock

MANY = QueueAlarm(
    *("many", "waiting", "q", Bound(2, below=False), Bound(2, below=True)),
    fire_for_ns=10 * SECOND,
    clear_for_ns=10 * SECOND,
)
"""On while more than two wait, off while fewer than two do; each after ten seconds."""


def _unserved() -> House:
    """Callers may wait although nobody has come to work yet."""
    return House(queue(nobody=Nobody(join=(), leave=())), agents=[card("zoe", 9)], here=False)


@dataclass(slots=True)
class Alarmed:
    """One queue where callers wait and nobody serves. told: news for pages, newest last."""

    clock: Clock
    rules: list[QueueAlarm] = field(default_factory=lambda: [MANY])
    told: list[Mapping[str, Any]] = field(default_factory=list)
    ended: list[Mapping[str, Any]] = field(default_factory=list)
    house: House = field(default_factory=_unserved)
    alarms: QueueAlarms = field(init=False)

    def __post_init__(self) -> None:
        self.alarms = QueueAlarms(self.seams())

    def seams(self) -> Seams:
        """What the alarms stand on."""
        return Seams(
            clock=self.clock,
            rules=lambda: tuple(self.rules),
            group=lambda: self.house.group,
            now_ns=lambda: self.house.at,
            tell=lambda _topic, _kind, row: self.told.append(row),
            end=lambda _topic, _kind, row: self.ended.append(row),
        )

    def calls(self, *names: str) -> None:
        """Callers who wait."""
        for name in names:
            self.house.call(name)

    def leave(self, *names: str) -> None:
        """They have hung up."""
        for name in names:
            self.house.gone(name)

    def goes_on(self, seconds: int) -> None:
        """Time in which the alarms are evaluated every five seconds."""
        for _ in range(seconds // 5):
            self.house.wait(5)
            self.alarms.evaluate()

    def fire(self) -> None:
        """Let `many` go on."""
        self.calls("t1", "t2", "t3")
        self.goes_on(15)

    @property
    def states(self) -> dict[str, str]:
        """Alarm -> its state."""
        return {row["alarm"]: row["state"] for row in self.alarms.rows()}


def firing(clock: Clock) -> QueueAlarms:
    """The alarms of a server, of which `many` is on."""
    rig = Alarmed(clock)
    rig.fire()
    return rig.alarms
