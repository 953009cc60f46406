"""Everybody at the provider, on the time of its `FakeTwilio`: telephones, rooms, webhooks."""

from __future__ import annotations

import heapq
from itertools import count
from typing import TYPE_CHECKING

from tests.fakes.twilio_legs import Habit, Leg, Member, Room

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from random import Random

    from ivr.channels.twilio.wire.walker import Joins
    from tests.fakes.twilio import Answered, FakeTwilio

STEP_MS = 100
LATE_S = 4.0
"""So late comes what is told in disorder, at most."""
HUNG_UP, MOVED = "participant_hung_up", "participant_updated_via_api"


class Exchange:
    """Everybody at the provider. habits: by the number or address that is rung up. disorder: if
    there is any, what is only told comes twice, late and in any order; pages are asked for at once.
    """

    def __init__(self, provider: FakeTwilio) -> None:
        self.provider = provider
        self.legs: dict[str, Leg] = {}
        self.rooms: dict[str, Room] = {}
        self.habits: dict[str, Habit] = {}
        self.longest_alone_ms = 0
        self.disorder: Random | None = None
        self._alone_since: dict[str, int] = {}
        self._todo: list[tuple[int, int, Callable[[], Awaitable[None]]]] = []
        self._numbers = count(1)
        self._order = count()

    # people

    def caller(self, sender: str = "+905321112233", to: str = "+908502220000") -> Leg:
        """Somebody who has not rung yet."""
        return self._add(Leg(self.provider, self._sid("CA"), sender, to, exchange=self))

    def ring_up(self, fields: Mapping[str, str]) -> Leg:
        """Somebody is rung up: the fields of CreateCall."""
        leg = self._add(
            Leg(
                self.provider,
                self._sid("CA"),
                fields["From"],
                fields["To"],
                exchange=self,
                status="queued",
                url=fields["Url"],
                status_url=fields["StatusCallback"],
                timeout_s=int(fields["Timeout"]),
                habit=self.habits.get(fields["To"], Habit()),
            )
        )
        self.later(0.1, lambda: self._ring(leg))
        return leg

    def agent(self, to: str) -> Leg:
        """The newest leg that rings, or rang, this number."""
        return [leg for leg in self.legs.values() if leg.to == to and leg.url][-1]

    def rung(self, to: str) -> int:
        """How often this number was rung up."""
        return len([leg for leg in self.legs.values() if leg.to == to and leg.url])

    def together(self) -> list[set[str]]:
        """The numbers of those who are in each room."""
        rooms = (room for room in self.rooms.values() if room.members)
        return [{one.leg.number for one in room.members.values()} for room in rooms]

    def _add(self, leg: Leg) -> Leg:
        self.legs[leg.sid] = leg
        return leg

    def _sid(self, kind: str) -> str:
        return f"{kind}{next(self._numbers):032d}"

    # time

    def later(self, seconds: float, act: Callable[[], Awaitable[None]]) -> None:
        """Do something then."""
        due = self.provider.now_ms + round(seconds * 1000)
        heapq.heappush(self._todo, (due, next(self._order), act))

    async def run(self, seconds: float) -> None:
        """Time goes on for everybody, and whatever falls due is done."""
        end = self.provider.now_ms + round(seconds * 1000)
        while True:
            await self._due()
            left = end - self.provider.now_ms
            if left <= 0:
                return
            await self.provider.let_pass(min(STEP_MS, left) / 1000)
            self._watch()

    async def _due(self) -> None:
        now = self.provider.now_ms
        while self._todo and self._todo[0][0] <= now:
            await heapq.heappop(self._todo)[2]()
        for leg in list(self.legs.values()):
            while leg.due_ms is not None and leg.due_ms <= self.provider.now_ms:
                await leg.tick()

    def _watch(self) -> None:
        """How long somebody has been alone in a room, with nothing to hear."""
        now = self.provider.now_ms
        for name, room in self.rooms.items():
            if len(room.members) != 1 or any(one.held for one in room.members.values()):
                self._alone_since.pop(name, None)
                continue
            since = self._alone_since.setdefault(name, now)
            self.longest_alone_ms = max(self.longest_alone_ms, now - since)

    # rooms

    async def join(self, leg: Leg, into: Joins) -> None:
        how = dict(into.how)
        assert how["endConferenceOnExit"] == "false"
        assert how["beep"] == "false"
        room = self.rooms.get(into.room)
        if room is None:
            room = self.rooms[into.room] = Room(self._sid("CF"), into.room, how["statusCallback"])
        leg.room, leg.action = into.room, into.action
        muted, coach = how.get("muted") == "true", how.get("coach", "")
        room.members[leg.sid] = Member(leg, muted, coach=coach)
        await self._tell_room(leg, room, "participant-join")

    async def _leave(self, leg: Leg, reason: str) -> None:
        room = self.rooms.get(leg.room)
        leg.room = ""
        member = None if room is None else room.members.pop(leg.sid, None)
        if room is not None and member and (reason == MOVED or "room" in leg.habit.signs):
            fields = (("ReasonParticipantLeft", reason),)
            await self._tell_room(leg, room, "participant-leave", fields)

    async def _tell_room(
        self, leg: Leg, room: Room, event: str, fields: tuple[tuple[str, str], ...] = ()
    ) -> None:
        form = (
            ("AccountSid", self.provider.account),
            ("ConferenceSid", room.sid),
            ("FriendlyName", room.name),
            ("CallSid", leg.sid),
            ("StatusCallbackEvent", event),
            *fields,
        )
        await told(self, lambda: self.provider.send(room.events, form))

    async def throw_out(self, leg: Leg) -> None:
        """The provider ends a leg's stay in a room by itself; the leg goes on."""
        action = leg.action
        await self._leave(leg, "participant_kicked")
        await leg.fetch(action, (("DialCallStatus", "answered"),))

    # legs end

    async def hang_up(self, leg: Leg) -> None:
        """A person puts the telephone down."""
        in_room, action = bool(leg.room), leg.action
        leg.stop()
        leg.status = "completed"
        await self._leave(leg, HUNG_UP)
        if in_room and "left" in leg.habit.signs:
            await leg.tell(action, "completed", (("DialCallStatus", "completed"),))
        if "status" in leg.habit.signs:
            await self._tell_status(leg, "completed")

    async def over(self, leg: Leg, status: str) -> None:
        """The provider ends a leg."""
        leg.stop()
        leg.status, leg.ended = status, "hangup"
        await self._leave(leg, HUNG_UP)
        await self._tell_status(leg, status)

    async def _tell_status(self, leg: Leg, status: str) -> None:
        leg.told.append(status)
        url = leg.status_url or f"{self.provider.hooks}/status"
        await told(self, lambda: leg.tell(url, status))

    # what REST asks for

    async def _ring(self, leg: Leg) -> None:
        if leg.is_over:
            return
        await self._tell_status(leg, "initiated")
        if leg.habit.status:
            self.later(0.3, lambda: self._fails(leg, leg.habit.status))
            return
        leg.status = "ringing"
        await self._tell_status(leg, "ringing")
        self.later(leg.timeout_s + 5, lambda: self._fails(leg, "no-answer"))
        if leg.habit.answers_s is not None:
            self.later(leg.habit.answers_s, lambda: self.answer(leg))

    async def _fails(self, leg: Leg, status: str) -> None:
        if leg.status in {"queued", "ringing"}:
            await self.over(leg, status)

    async def answer(self, leg: Leg) -> None:
        """Whoever is rung up picks up."""
        if leg.status == "ringing":
            leg.status = "in-progress"
            await self._tell_status(leg, "in-progress")
            await leg.fetch(leg.url)

    async def moved(self, leg: Leg, url: str) -> None:
        if leg.is_over:
            return
        leg.stop()
        await self._leave(leg, MOVED)
        await leg.fetch(url)

    async def ended(self, leg: Leg, status: str) -> None:
        if not leg.is_over:
            await self.over(leg, status)


async def told(exchange: Exchange, send: Callable[[], Awaitable[Answered]]) -> None:
    """One of the requests that want no page."""

    async def tell() -> None:
        answer = await send()
        assert answer.status == 204, answer

    if exchange.disorder is None:
        await tell()
        return
    for _copy in range(2):
        exchange.later(exchange.disorder.uniform(0, LATE_S), tell)
