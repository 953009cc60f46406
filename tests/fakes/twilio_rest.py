"""The provider's REST interface and its conferences: it rings agents, walks our documents, tells.

`Exchange` holds every leg of a trunk, callers and agents alike, on the virtual time of its
`FakeTwilio`. Shapes of requests and answers: twilio/twilio-oai, `twilio_api_v2010.json`.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

from ivr.channels.twilio.rest import LostError
from ivr.channels.twilio.wire.walker import Asks, Joins, Next
from tests.fakes.twilio import FakeCall, FakeTwilio

if TYPE_CHECKING:
    from collections import deque
    from collections.abc import Awaitable, Callable, Mapping

    from ivr.channels.twilio.rest import Pairs, Said

STEP_MS = 100
CALLER_GONE = ("busy", "failed", "no-answer", "canceled", "completed")
HUNG_UP, MOVED = "participant_hung_up", "participant_updated_via_api"
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
class Fault:
    """What goes wrong with one request. status: answered instead. lost: done, but not answered."""

    status: int = 0
    lost: bool = False
    dropped: bool = False
    late_s: float = 0.0
    code: int = 0


@dataclass(slots=True)
class Member:
    """Somebody in a room."""

    leg: Leg
    muted: bool = False
    held: bool = False
    coach: str = ""


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
        return self.status in CALLER_GONE

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


class Exchange:
    """Everybody at the provider. habits: by the number or address that is rung up."""

    def __init__(self, provider: FakeTwilio) -> None:
        self.provider = provider
        self.legs: dict[str, Leg] = {}
        self.rooms: dict[str, Room] = {}
        self.habits: dict[str, Habit] = {}
        self.faults: dict[str, deque[Fault]] = {}
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.longest_alone_ms = 0
        self._alone_since: dict[str, int] = {}
        self._todo: list[tuple[int, int, Callable[[], Awaitable[None]]]] = []
        self._numbers = count(1)
        self._order = count()

    # people

    def caller(self, sender: str = "+905321112233", to: str = "+908502220000") -> Leg:
        """Somebody who has not rung yet."""
        return self._add(Leg(self.provider, self._sid("CA"), sender, to, exchange=self))

    def agent(self, to: str) -> Leg:
        """The newest leg that rings, or rang, this number."""
        return [leg for leg in self.legs.values() if leg.to == to and leg.url][-1]

    def rung(self, to: str) -> int:
        """How often this number was rung up."""
        return len([leg for leg in self.legs.values() if leg.to == to and leg.url])

    def together(self) -> list[set[str]]:
        """The numbers of those who are in each room."""
        rooms = (room for room in self.rooms.values() if room.members)
        return [{_number(one.leg) for one in room.members.values()} for room in rooms]

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
        answer = await self.provider.send(room.events, form)
        assert answer.status == 204, answer

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
        answer = await leg.tell(url, status)
        assert answer.status == 204, answer

    # REST

    async def send(self, method: str, path: str, form: Pairs) -> Said:
        """Implements `Send`: one request of our server."""
        fields = dict(form)
        kind = _kind(method, path, fields)
        self.asked.append((kind, path, fields))
        waiting = self.faults.get(kind)
        fault = waiting.popleft() if waiting else Fault()
        if fault.dropped:
            raise LostError("dropped")
        if fault.status:
            return fault.status, {"code": fault.code or None}
        said = self._done(kind, path, fields)
        if fault.lost:
            raise LostError("lost")
        return said

    def _done(self, kind: str, path: str, fields: Mapping[str, str]) -> Said:
        if kind == "create":
            return self._create(fields)
        if kind == "room":
            room = self.rooms.get(fields["FriendlyName"])
            there = room is not None and bool(room.members)
            return 200, {"conferences": [{"sid": room.sid}] if room and there else []}
        parts = path.removesuffix(".json").split("/")
        if kind == "sit":
            return self._sit(parts[1], parts[3], fields)
        leg = self.legs.get(parts[1])
        if leg is None:
            return 404, {"code": 20404}
        if kind == "fetch":
            return 200, {"sid": leg.sid, "status": leg.status}
        return self._update(leg, fields)

    def _create(self, fields: Mapping[str, str]) -> Said:
        assert {"To", "From", "Url", "StatusCallback", "Timeout"} <= {*fields}, fields
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
        return 201, {"sid": leg.sid, "status": "queued"}

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

    def _update(self, leg: Leg, fields: Mapping[str, str]) -> Said:
        if leg.is_over:
            return 400, {"code": 21220}
        status, url = fields.get("Status"), fields.get("Url")
        if url is not None:
            if leg.status != "in-progress":
                return 400, {"code": 21220}
            self.later(0.05, lambda: self._moved(leg, url))
        elif status == "completed" or leg.status != "in-progress":
            self.later(
                0, lambda: self._ended(leg, "canceled" if status == "canceled" else "completed")
            )
        return 200, {"sid": leg.sid, "status": leg.status}

    async def _moved(self, leg: Leg, url: str) -> None:
        if leg.is_over:
            return
        leg.stop()
        await self._leave(leg, MOVED)
        await leg.fetch(url)

    async def _ended(self, leg: Leg, status: str) -> None:
        if not leg.is_over:
            await self.over(leg, status)

    def _sit(self, room_sid: str, sid: str, fields: Mapping[str, str]) -> Said:
        room = next((one for one in self.rooms.values() if one.sid == room_sid), None)
        member = room.members.get(sid) if room is not None else None
        if member is None:
            return 404, {"code": 20404}
        if "Hold" in fields:
            member.held = fields["Hold"] == "true"
            assert not member.held or fields["HoldUrl"]
        if "Muted" in fields:
            member.muted = fields["Muted"] == "true"
        if "Coaching" in fields:
            member.coach = fields["CallSidToCoach"] if fields["Coaching"] == "true" else ""
        return 200, {"call_sid": sid}

    def ended_by_us(self, leg: Leg) -> list[str]:
        """The statuses that our server has set on a leg."""
        path = f"Calls/{leg.sid}.json"
        return [form["Status"] for _kind, at, form in self.asked if at == path and "Status" in form]


def _kind(method: str, path: str, fields: Mapping[str, str]) -> str:
    if path == "Calls.json":
        return "create"
    if path == "Conferences.json":
        return "room"
    if path.startswith("Conferences/"):
        return "sit"
    if method == "GET":
        return "fetch"
    return "move" if "Url" in fields else "end"


def _number(leg: Leg) -> str:
    return leg.to if leg.url else leg.sender
