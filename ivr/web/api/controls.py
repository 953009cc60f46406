"""Doing something to a live call: `POST /calls/{id}/{action}`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ivr.domain.errors import IllegalTransitionError, NotFoundError
from ivr.web.api.fields import (  # noqa: TC001 - read at run time
    Key,
    Note,
    Reason,
    Target,
)
from ivr.web.api.parts import BASE
from ivr.web.api.sight import Sight
from ivr.web.permissions import Right, demand
from ivr.web.typed import Ask, Body, Handler, Route, Row

if TYPE_CHECKING:
    from ivr.web.api.parts import ApiParts

PLAIN = (
    *("hold", "resume", "mute", "unmute", "hangup"),
    *("consult-cancel", "consult-complete", "merge", "swap"),
)
"""Actions that need no more than their name."""
CONTROL, LISTEN = Right("call_control", "x"), Right("listen", "x")
SUPERVISE = Right("supervise", "x")


class Transfer(Body):
    """Where the caller goes: agent:NAME, queue:NAME, place:NAME or a number (E.164)."""

    to: Target
    kind: Literal["blind"] = "blind"


class Consult(Body):
    """Whom the agent asks while the caller waits."""

    to: Target


class Monitor(Body):
    """listen: hear both; whisper: only the agent hears you; barge: all do."""

    mode: Literal["listen", "whisper", "barge"]
    reason: Reason


class TakeOver(Body):
    """Why the call is taken from its agent."""

    reason: Reason


class Move(Body):
    """Where a waiting call goes on waiting, and why."""

    queue: Key
    reason: Reason


class Priority(Body):
    """A class of the configuration, or 0 to 10, and why."""

    priority: Key
    reason: Reason


class WrapupNote(Body):
    """What the agent writes down about the call."""

    note: Note


@dataclass(frozen=True, slots=True)
class ControlRoutes:
    """The actions on calls, each with the one right that it needs."""

    parts: ApiParts

    def routes(self) -> list[Route]:
        """The operations of this module."""
        plain = [_action(name, self._plain(name), CONTROL) for name in PLAIN]
        return [
            *plain,
            _action("transfer", self.transfer, CONTROL),
            _action("consult", self.consult, CONTROL),
            _action("pause-recording", self.pause_recording, CONTROL),
            _action("resume-recording", self.resume_recording, CONTROL),
            _action("wrapup-note", self.wrapup_note, CONTROL),
            _action("monitor", self.monitor, LISTEN),
            _action("monitor-end", self.monitor_end, LISTEN),
            _action("take-over", self.take_over, SUPERVISE),
            _action("move", self.move, SUPERVISE),
            _action("priority", self.priority, SUPERVISE),
        ]

    def _plain(self, action: str) -> Handler:
        async def handle(ask: Ask, call: Key) -> Row:
            return await self._control(ask, call, action, {})

        handle.__doc__ = f"Do to a live call what the desk calls `{action}`."
        handle.__name__ = action.replace("-", "_")
        return handle

    async def transfer(self, ask: Ask, call: Key, body: Transfer) -> Row:
        """Hand the caller over and leave at once; if nobody takes him he comes back."""
        return await self._control(ask, call, "transfer", body.model_dump())

    async def consult(self, ask: Ask, call: Key, body: Consult) -> Row:
        """Put the caller on hold and ask somebody else."""
        return await self._control(ask, call, "consult", body.model_dump())

    async def pause_recording(self, ask: Ask, call: Key) -> Row:
        """Keep silence instead of what is said; after three minutes it goes on by itself."""
        return await self._recording(ask, call, "pause-recording")

    async def resume_recording(self, ask: Ask, call: Key) -> Row:
        """Keep again what is said."""
        return await self._recording(ask, call, "resume-recording")

    async def _recording(self, ask: Ask, call: str, action: str) -> Row:
        """It is written down before it is done."""
        self._see(ask, call, CONTROL)
        await self.parts.write_down(ask, action, call)
        return await self.parts.floor.control(call, action, {}, ask.who.name)

    async def wrapup_note(self, ask: Ask, call: Key, body: WrapupNote) -> Row:
        """Keep a note with the call."""
        return await self._control(ask, call, "wrapup-note", body.model_dump())

    async def monitor(self, ask: Ask, call: Key, body: Monitor) -> Row:
        """Listen to a call, whisper to its agent, or join it."""
        right = LISTEN if body.mode == "listen" else SUPERVISE
        return await self._audited(ask, call, "monitor", body, right)

    async def monitor_end(self, ask: Ask, call: Key) -> Row:
        """Listen no longer."""
        self._see(ask, call, LISTEN)
        await self.parts.write_down(ask, "monitor-end", call)
        return await self.parts.floor.control(call, "monitor-end", {}, ask.who.name)

    async def take_over(self, ask: Ask, call: Key, body: TakeOver) -> Row:
        """Take the call from its agent."""
        return await self._audited(ask, call, "take-over", body, SUPERVISE)

    async def move(self, ask: Ask, call: Key, body: Move) -> Row:
        """Let a waiting call go on waiting in another queue."""
        if not any(row["queue"] == body.queue for row in self.parts.floor.queues()):
            raise NotFoundError("there is no such queue")
        return await self._audited(ask, call, "move", body, SUPERVISE)

    async def priority(self, ask: Ask, call: Key, body: Priority) -> None:
        """Give a waiting call another priority."""
        sight = self._see(ask, call, SUPERVISE)
        if not sight.waits(call):
            raise IllegalTransitionError("this call does not wait")
        facts = {"priority": body.priority}
        await self.parts.write_down(ask, "priority", call, why=body.reason, **facts)
        await self.parts.floor.priority(call, body.priority, ask.who.name, body.reason)

    async def _control(self, ask: Ask, call: str, action: str, body: Row) -> Row:
        self._see(ask, call, CONTROL)
        return await self.parts.floor.control(call, action, body, ask.who.name)

    async def _audited(self, ask: Ask, call: str, action: str, body: Body, right: Right) -> Row:
        """Needs a reason, and is written down before it is done."""
        self._see(ask, call, right)
        facts = body.model_dump()
        why = facts.pop("reason")
        await self.parts.write_down(ask, action, call, why=why, **facts)
        return await self.parts.floor.control(call, action, body.model_dump(), ask.who.name)

    def _see(self, ask: Ask, call: str, right: Right) -> Sight:
        """Raises NotAllowedError, and NotFoundError for calls outside of the scope."""
        scope = demand(ask.who, right.resource, right.action)
        sight = Sight(self.parts.floor, ask.who, scope)
        sight.check_call(call)
        return sight


def _action(name: str, handler: Handler, right: Right) -> Route:
    return Route("POST", f"{BASE}/calls/{{call}}/{name}", handler, right, also=(409,))
