"""Calls and offers as desks show them: plain JSON, made anew after each step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ivr.domain.agent import AgentId
from ivr.domain.call import CALLER, Mode
from ivr.engine.party import Phase, Purpose
from ivr.runtime.groups.beside import IsAgent, is_beside
from ivr.runtime.groups.times import from_ns
from ivr.runtime.groups.wording import one_line

if TYPE_CHECKING:
    from ivr.acd.settings import Queue
    from ivr.domain.call import CallId
    from ivr.domain.queue import OfferId
    from ivr.engine.party import Leg, Tape
    from ivr.engine.state import State

Row = dict[str, Any]
Tell = Callable[[str, str, Mapping[str, Any]], object]
_TALKING = ("hold", "mute", "transfer", "consult", "hangup")
_HOLDING = ("resume", "mute", "transfer", "hangup")
_ASKING = ("cancel", "hangup")
DIALING = "dialing"
_ASKED = ("cancel", "complete", "merge", "swap", "hangup")
NOT_RECORDED: Row = {"state": "none"}


class Seen:
    """What the desks of agents show now.

    tell: to an agent's desk, kind and data. queue_of: the queue behind an offer, "" if unknown.
    is_agent: whether somebody of this name is one. watchers: see each step of such a call, too.
    """

    def __init__(
        self,
        tell: Tell,
        queue_of: Callable[[OfferId], str],
        is_agent: IsAgent = lambda _name: False,
    ) -> None:
        self._tell = tell
        self._queue_of = queue_of
        self._is_agent = is_agent
        self.watchers: list[Callable[[State], None]] = []
        self.calls: dict[CallId, dict[AgentId, Row]] = {}
        self.offers: dict[str, Row] = {}
        self._agents: dict[str, str] = {}

    def look(self, state: State) -> None:
        """A call has made a step: its agents hear what is different, {} when they have left it."""
        before = self.calls.pop(state.call, {})
        for watcher in self.watchers:
            watcher(state)
        now = {
            leg.agent or AgentId(leg.detail): call_row(state, leg, self._queue_of(leg.offer))
            for leg in state.legs
            if (leg.agent and leg.won) or (leg.bridge and is_beside(leg, self._is_agent))
        }
        if now:
            self.calls[state.call] = now
        for agent in before.keys() | now.keys():
            if before.get(agent, {}).get("state") == DIALING and agent not in now:
                facts = {"call": state.call, "cause": str(state.cause)}
                self._tell(agent, "dial.failed", facts)
            if before.get(agent) != now.get(agent):
                self._tell(agent, "call.changed", now.get(agent) or {})
                self._tell_recording(agent, before.get(agent), now.get(agent))

    def _tell_recording(self, agent: str, before: Row | None, now: Row | None) -> None:
        """Whether what is said is kept from now on; nothing once the call is over."""
        was = NOT_RECORDED if before is None else before["recording"]
        if now is not None and now["recording"] != was:
            self._tell(agent, "recording.changed", {"call": now["call"], **now["recording"]})

    def tell_again(self, agent: str) -> None:
        """Whatever his desk shows, since that is not known: his call as it is now, or none."""
        self._tell(agent, "call.changed", self.call_of(agent) or {})

    def call_of(self, agent: str) -> Row | None:
        """The call that an agent has now."""
        found = (rows.get(AgentId(agent)) for rows in self.calls.values())
        return next((row for row in found if row is not None), None)

    def offered(self, agent: str, row: Row) -> None:
        """An offer is new, has changed, or is over."""
        known = row["offer"] in self.offers
        if row["end"] is None and row["state"] in ("created", "ringing"):
            self.offers[row["offer"]] = row
            self._agents[row["offer"]] = agent
            self._tell(agent, "offer.changed" if known else "offer.created", row)
        elif known:
            del self.offers[row["offer"]], self._agents[row["offer"]]
            self._tell(agent, "offer.ended", row)

    def offers_of(self, agent: str) -> list[Row]:
        """The live offers of an agent."""
        return [row for offer, row in self.offers.items() if self._agents[offer] == agent]


def call_row(state: State, leg: Leg, queue: str) -> Row:
    """CALL of the live messages, as the agent of this leg has it."""
    asked = next(
        (one for one in state.legs if one.purpose is Purpose.ASKED and one.partner == leg.id), None
    )
    caller = next((one for one in state.legs if one.id == CALLER), None)
    held = leg.holds or (caller is not None and caller.mode is Mode.HELD)
    return {
        "call": state.call,
        "leg": leg.id,
        "state": _what(state, leg, asked, held=held),
        "since": (leg.joined_at or state.last_at).isoformat(),
        "caller": one_line(state.ani or ""),
        "queue": queue,
        "held": held,
        "muted": leg.mode is Mode.MUTE,
        "consult": _consult(asked),
        "recording": _recording(state.tape),
        "can": [*_may(state, leg, asked, held=held), *_may_pause(state.tape, asked)],
    }


def _recording(tape: Tape | None) -> Row:
    """Whether the call is recorded: `none`, `on` or `paused`, and why and until when that is so.

    why: `agent`, `secret` or `flow`. overdue: an agent has paused it and did not go on in time.
    """
    if tape is None or tape.failed:
        return NOT_RECORDED
    return {
        "state": "paused" if tape.paused_by else "on",
        "since": tape.since.isoformat(),
        "why": tape.paused_by,
        "until": None if tape.until is None else tape.until.isoformat(),
        "overdue": tape.overdue,
    }


def _may_pause(tape: Tape | None, asked: Leg | None) -> tuple[str, ...]:
    """Not while he asks somebody: then he is not with the caller."""
    if tape is None or tape.failed or asked is not None:
        return ()
    return ("resume-recording",) if tape.asked else ("pause-recording",)


def _what(state: State, leg: Leg, asked: Leg | None, *, held: bool) -> str:
    if leg.dials:
        return DIALING
    if asked is not None:
        return "consulting"
    talkers = [one for one in state.legs if one.bridge and one.bridge == leg.bridge]
    if len([one for one in talkers if one.purpose is not Purpose.MONITOR]) > 2:
        return "conference"
    return "holding" if held else "talking"


def _consult(asked: Leg | None) -> Row | None:
    if asked is None:
        return None
    state = "talking" if asked.phase is Phase.UP else "ringing"
    return {"address": "", "label": one_line(asked.detail), "state": state}


def _may(state: State, leg: Leg, asked: Leg | None, *, held: bool) -> tuple[str, ...]:
    """What can be asked for now. Who was called, and did not wait, cannot be sent into a queue."""
    if leg.dials:
        return ("hangup",)
    can = _can(asked, held=held)
    dialled = state.placed is not None and bool(state.placed.agent)
    return tuple(each for each in can if each != "transfer") if dialled else can


def _can(asked: Leg | None, *, held: bool) -> tuple[str, ...]:
    if asked is not None:
        return _ASKED if asked.phase is Phase.UP else _ASKING
    return _HOLDING if held else _TALKING


def offer_row(key: str, columns: Mapping[str, Any], queue: Queue | None, title: str) -> Row:
    """OFFER of the live messages, from the stored row of the queue machine."""
    deadline_ns = columns["made_at"] + columns["ring_ns"] + (queue.setup_ns if queue else 0)
    return {
        "offer": key,
        "call": columns["call"],
        "queue": columns["queue"],
        "queue_title": title,
        "state": columns["state"],
        "waited_s": 0,
        "ring_deadline": from_ns(deadline_ns).isoformat(),
        "may_decline": bool(queue and queue.may_decline),
        "auto": False,
        "caller": "",
        "end": columns["end"],
    }
