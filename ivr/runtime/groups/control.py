"""What desks ask of a live call, as events of that call: hold, consult, transfer, monitor ..."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any

from ivr.domain import events
from ivr.domain.agent import AgentId, Reach
from ivr.domain.call import CallId, LegId, Mode
from ivr.domain.commands import Enqueue
from ivr.domain.errors import IllegalTransitionError, NotFoundError, NotValidError
from ivr.domain.phone import parse_phone
from ivr.domain.queue import WaitEnd
from ivr.domain.recording import RecordingPauseAsked
from ivr.runtime.groups.beside import is_beside

if TYPE_CHECKING:
    from ivr.domain.events import Event
    from ivr.domain.queue import OfferId
    from ivr.engine.state import State
    from ivr.runtime.live import LiveCall
    from ivr.runtime.switch import Switch

Row = Mapping[str, Any]
MODES = {"listen": Mode.LISTEN, "whisper": Mode.WHISPER, "barge": Mode.TALK}
_PLAIN: Mapping[str, Callable[[LegId], Event]] = {
    "hold": lambda leg: events.HoldAsked(leg=leg),
    "resume": lambda leg: events.ResumeAsked(leg=leg),
    "mute": lambda leg: events.MuteAsked(leg=leg, muted=True),
    "unmute": lambda leg: events.MuteAsked(leg=leg, muted=False),
    "hangup": lambda leg: events.HangUpAsked(leg=leg),
    "consult-cancel": lambda leg: events.ConsultCancelAsked(leg=leg),
    "consult-complete": lambda leg: events.ConsultCompleteAsked(leg=leg),
    "merge": lambda leg: events.MergeAsked(leg=leg),
    "swap": lambda leg: events.SwapAsked(leg=leg),
}
PAUSE, GO_ON = "pause-recording", "resume-recording"


class Control:
    """Turns the desk's requests into events.

    endpoint: the address of an agent's telephone by a way, "" if he has none. place: the address of
    a configured place in a language, "" if there is none. queues: names of the queues. monitoring:
    what supervisors may do on the call of an offer.
    """

    def __init__(
        self,
        switch: Switch,
        endpoint: Callable[[str, Reach], str],
        place: Callable[[str, str], str],
        queues: Callable[[], frozenset[str]],
        monitoring: Callable[[OfferId], Collection[str]],
    ) -> None:
        self._switch = switch
        self._endpoint = endpoint
        self._place = place
        self._queues = queues
        self._monitoring = monitoring

    async def act(self, call: str, action: str, body: Row, who: str) -> None:
        """Do it. Raises RequestError where it cannot be done."""
        live = self._switch.calls.get(CallId(call))
        if live is None or live.state is None:
            raise NotFoundError("there is no such call any more")
        await self._switch.deliver(live.id, self._event(live, live.state, action, body, who))

    def _event(self, call: LiveCall, state: State, action: str, body: Row, who: str) -> Event:
        if action == "move":
            return self._moved(state, str(body["queue"]))
        if action in ("monitor", "monitor-end", "take-over"):
            return self._supervised(state, action, body, who)
        leg = leg_of_agent(state, who)
        if leg is None:
            raise IllegalTransitionError("you are not in this call")
        if action in (PAUSE, GO_ON):
            return _paused(state, leg, who, on=action == PAUSE)
        if action in _PLAIN:
            return _PLAIN[action](leg)
        return self._given(state, action, leg, str(body["to"]))

    def _supervised(self, state: State, action: str, body: Row, who: str) -> Event:
        agent = next((one for one in state.legs if one.agent and one.won), None)
        if agent is None:
            raise IllegalTransitionError("no agent is in this call")
        leg = agent.id
        if action == "monitor-end":
            return events.MonitorEndAsked(leg=leg, who=who)
        if action == "take-over":
            return events.TakeOverAsked(leg=leg, who=who)
        if body["mode"] not in self._monitoring(agent.offer):
            raise IllegalTransitionError(f"the queue of this call allows no {body['mode']}")
        address = self._endpoint(who, Reach(state.channel))
        if not address:
            raise NotValidError("you have no telephone that this call's trunk can ring up")
        return events.MonitorAsked(leg=leg, address=address, mode=MODES[str(body["mode"])], who=who)

    def _given(self, state: State, action: str, leg: LegId, to: str) -> Event:
        """To whom the caller, or a question about him, goes: agent:, queue:, place: or a number."""
        kind, _, name = to.partition(":")
        if kind == "queue" and action == "transfer":
            if name not in self._queues():
                raise NotFoundError(f"there is no queue {name!r}")
            return events.DeskTransferAsked(leg=leg, queue=name, label=name)
        address = self._address(state, to)
        if not address:
            raise NotFoundError(f"nobody is reached by {to!r}")
        label = name if kind in ("agent", "place") else to
        wanted = events.DeskConsultAsked if action == "consult" else events.DeskTransferAsked
        return wanted(leg=leg, address=address, label=label, inside=kind == "agent")

    def _address(self, state: State, to: str) -> str:
        """Where somebody is rung up. A number must be that of a place: others are not dialled."""
        kind, _, name = to.partition(":")
        if kind == "agent":
            return self._endpoint(name, Reach(state.channel))
        if kind == "place":
            return self._place(name, state.language)
        number = parse_phone(to, self._switch.ports.books.current().world.country)
        return self._place(number, state.language) if number else ""

    def _moved(self, state: State, queue: str) -> Event:
        """A supervisor sends a waiting caller into another queue; his age goes with him."""
        if queue not in self._queues():
            raise NotFoundError(f"there is no queue {queue!r}")
        waits = [one for one in state.waiting() if isinstance(one, Enqueue)]
        if not waits:
            raise IllegalTransitionError("this call does not wait")
        return events.QueueRefused(turn=waits[-1].turn, end=WaitEnd.OVERFLOW, target=queue)


def _paused(state: State, leg: LegId, who: str, *, on: bool) -> Event:
    """An agent must know whether what he is about to hear will be kept."""
    tape = state.tape
    if tape is None or tape.failed or bool(tape.asked) is on:
        raise IllegalTransitionError("the recording cannot be paused, or gone on with, now")
    return RecordingPauseAsked(leg=leg, paused=on, who=who)


def leg_of_agent(state: State, agent: str) -> LegId | None:
    """The leg on which this agent has the call, or on which he sits in as a supervisor."""
    name = AgentId(agent)
    own = (leg.id for leg in state.legs if leg.agent == name and leg.won)
    beside = (leg.id for leg in state.legs if leg.bridge and is_beside(leg, agent.__eq__))
    return next(own, None) or next(beside, None)
