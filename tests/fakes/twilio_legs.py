"""Legs at the provider that can be in a room: callers and whoever our server rings up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ivr.channels.twilio.wire.walker import Asks, Joins, Next
from tests.fakes.twilio import FakeCall

OVER = ("busy", "failed", "no-answer", "canceled", "completed")
SIGNS = ("room", "left", "status")


@dataclass(slots=True)
class Habit:
    """What somebody does who is rung up. answers_s: None = never. status: said instead of ringing.

    presses: the key he presses when he is asked for one, "" = none. signs: which of the three signs
    of his hanging up get to us.
    """

    answers_s: float | None = 2.0
    status: str = ""
    presses: str = "1"
    signs: tuple[str, ...] = SIGNS


@dataclass(slots=True)
class Member:
    """Somebody in a room."""

    leg: Leg
    muted: bool = False
    held: bool = False
    coach: str = ""
    announced: list[str] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Room:
    """A conference."""

    sid: str
    name: str
    events: str
    members: dict[str, Member] = field(default_factory=dict)

    def hears(self, listener: str, speaker: str) -> bool:
        """Whether one hears the other."""
        here, there = self.members.get(listener), self.members.get(speaker)
        if here is None or there is None or listener == speaker or here.held or there.held:
            return False
        return not there.muted and there.coach in {"", listener}


@dataclass(slots=True)
class Leg(FakeCall):
    """A leg that can be in a room. status: in the provider's words. url: first page if rung up."""

    exchange: Any = None
    status: str = "in-progress"
    url: str = ""
    status_url: str = ""
    fallback_url: str = ""
    timeout_s: int = 0
    habit: Habit = field(default_factory=Habit)
    room: str = ""
    action: str = ""
    told: list[str] = field(default_factory=list)

    @property
    def is_over(self) -> bool:
        return self.status in OVER

    @property
    def due_ms(self) -> int | None:
        return None if self._walk is None or self.is_over else self._walk.due_ms

    async def act(self, then: Next | None) -> None:
        """What the provider does with a leg."""
        if isinstance(then, Joins) and self._walk is not None:
            self.heard.extend(self._walk.sounds)
            self._walk = None
            await self.exchange.join(self, then)
        elif isinstance(then, Asks) or then is None:
            await FakeCall._act(self, then)
        else:
            self.heard.extend(self._walk.sounds if self._walk else ())
            self._walk = None
            await self.exchange.over(self, "completed")

    async def press(self, keys: str, gap_s: float = 0.2) -> None:
        for key in keys:
            if self._walk is not None:
                await self.act(self._walk.press(key, self.provider.now_ms))
            await self.exchange.run(gap_s)

    async def tick(self) -> None:
        """What is due by now."""
        if self._walk is not None:
            await self.act(self._walk.tick(self.provider.now_ms))

    def stop(self) -> None:
        """The document at hand ends here; what had begun to sound was heard."""
        if self._walk is not None:
            now = self.provider.now_ms
            self.heard.extend(one for one in self._walk.sounds if one.begin_ms < now)
            self._walk = None

    async def fetch(self, url: str, fields: tuple[tuple[str, str], ...] = ()) -> None:
        """Go on with the document of a URL."""
        self.stop()
        answer = await self.tell(url, "in-progress", fields)
        if self.is_over:  # moved or ended meanwhile
            return
        await self.take(answer)
        if self.habit.presses and self._walk is not None and b"<Gather" in answer.body and self.url:
            self.exchange.later(0.5, lambda: self.press(self.habit.presses))

    @property
    def number(self) -> str:
        """Who it is."""
        return self.to if self.url else self.sender
