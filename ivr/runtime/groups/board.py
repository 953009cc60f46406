"""What pages read of the floor: agents, queues and offers, and the news of each change."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

from ivr.acd import views, words
from ivr.acd.callers.lately import Lately
from ivr.acd.settings import MONITORING, SECOND
from ivr.domain.agent import AgentId, Reach, may_answer_itself
from ivr.domain.call import CallId
from ivr.domain.errors import NotFoundError
from ivr.runtime import metrics
from ivr.runtime.groups.seen import Seen, offer_row
from ivr.runtime.groups.wording import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from ivr.acd.group import Group
    from ivr.acd.settings import Rules
    from ivr.acd.words import Command
    from ivr.domain.queue import OfferId
    from ivr.runtime.groups.beside import IsAgent
    from ivr.runtime.ports.desk import CallbackRow, People
    from ivr.runtime.switch import Switch

_LOG = logging.getLogger(__name__)
FIGURES_S = 1.0
Row = Mapping[str, Any]


class Told(Protocol):
    """Who tells desks and wallboards what has changed."""

    def tell(self, agent: str, kind: str, data: Row) -> object:
        """To one agent's desks."""

    def topic(self, name: str, kind: str, data: Row) -> None:
        """To everybody who looks at a topic; only the newest counts."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the floor is run by, as the configuration in force has it.

    zone: in which certificates end. title: of a queue. codes: of wrap-ups, none = any. place: the
    address of a named place, or of the place that has a number, in a language; "" if there is none.
    is_attested: whether the carrier of a trunk vouches for the numbers that callers show.
    """

    rules: Callable[[], Rules]
    zone: Callable[[], tzinfo]
    title: Callable[[str], str]
    codes: Callable[[], Collection[str]]
    place: Callable[[str, str], str]
    is_attested: Callable[[str], bool]


def _nobody(_queue: str) -> Sequence[CallbackRow]:
    return ()


def _not_known(_agent: str) -> int | None:
    return None


class Board:
    """The floor as pages see it. agent_watchers: told of each AGENT row. pop_ms: how soon 95 % of
    an agent's screen pops are on the screen, None = not known. promised: calls of a queue that are
    still to be made."""

    def __init__(
        self,
        switch: Switch,
        settings: Settings,
        told: Told,
        queue_of: Callable[[OfferId], str],
        is_agent: IsAgent,
    ) -> None:
        self._switch = switch
        self._settings = settings
        self._told = told
        self._queue_of = queue_of
        self._clock = switch.ports.clock
        self._names: dict[str, str] = {}
        self._figures: dict[str, Row] = {}
        self.agent_watchers: list[Callable[[Row], None]] = []
        self.promised: Callable[[str], Sequence[CallbackRow]] = _nobody
        self.pop_ms: Callable[[str], int | None] = _not_known
        self.lately = Lately()
        self.seen = Seen(told.tell, queue_of, is_agent)

    async def learn_names(self, people: People) -> None:
        """What people are called."""
        self._names = {one.name: one_line(one.display) for one in await people.all()}

    def agent(self, group: Group, name: str) -> Row | None:
        """What an agent is doing; None if there is no such agent."""
        row = views.agent_row(group, AgentId(name))
        return self._named(row) if row else None

    def agents(self, group: Group) -> Sequence[Row]:
        """All agents, by number."""
        known = sorted(group.agents.values(), key=lambda agent: agent.number)
        return [self._named(views.row_of(group, agent)) for agent in known]

    def queues(self, group: Group, now_ns: int) -> Sequence[Row]:
        """Live figures of every queue."""
        self.lately.look(group, now_ns)
        return [self._queue(group, name, now_ns) for name in self._settings.rules().queues]

    def _queue(self, group: Group, name: str, now_ns: int) -> Row:
        row = views.queue_figures(group, name, now_ns, self.lately)
        promised = self.promised(name)
        since = min((one.promise.enqueued_ns for one in promised), default=now_ns)
        return {
            **row,
            "title": self._settings.title(name),
            "promised": len(promised),
            "promised_oldest_s": max(0, now_ns - since) // SECOND,
        }

    def waiting(self, group: Group, queue: str) -> Sequence[Row]:
        """Who waits in a queue, the next one first."""
        if queue not in self._settings.rules().queues:
            raise NotFoundError(f"there is no queue {queue!r}")
        rows = views.waiting(group, queue)
        return [{**row, "caller": self._caller(row["call"])} for row in rows]

    def _caller(self, call: str) -> str:
        found = self._switch.calls.get(CallId(call))
        ani = found.state.ani if found is not None and found.state is not None else None
        return one_line(ani or "")

    def _named(self, row: Row) -> Row:
        display = self._names.get(row["agent"], "") or row["agent"]
        offer = row["offer"]
        may = self.monitoring(offer) if offer else MONITORING
        pop_ms = self.pop_ms(row["agent"])
        return {**row, "display": display, "monitor": list(may), "pop_ms": pop_ms}

    def monitoring(self, offer: OfferId) -> tuple[str, ...]:
        """What supervisors may do on the call of this offer: of `MONITORING`; all of it on one that
        no queue has given."""
        queue = self._settings.rules().queues.get(self._queue_of(offer))
        return MONITORING if queue is None else queue.monitor

    def tell(self, command: Command) -> None:
        """News of what the queue machine has decided."""
        if isinstance(command, words.AgentChanged):
            row = self._named(command.row)
            self._told.tell(command.agent, "agent.changed", row)
            self._told.topic("agents", "agent.changed", row)
            for watcher in self.agent_watchers:
                watcher(row)
        elif isinstance(command, words.Row) and command.kind == "offer":
            self._offer_changed(command)
        elif isinstance(command, words.Alarm):
            metrics.ROUTING_ALARMS.labels(command.name).inc()
            _LOG.warning("alarm", extra={"facts": {"alarm": command.name, **command.facts}})

    def _offer_changed(self, row: words.Row) -> None:
        columns = row.columns
        queue = self._settings.rules().queues.get(columns["queue"])
        shown = offer_row(row.key, columns, queue, self._settings.title(columns["queue"]))
        auto = bool(queue and queue.answers_itself) and self._may_answer_itself(columns)
        caller = self._caller(columns["call"])
        self.seen.offered(columns["agent"], {**shown, "caller": caller, "auto": auto})

    def _may_answer_itself(self, offer: Row) -> bool:
        """Whether the telephone that an offer rings up can be asked to."""
        found = self._switch.calls.get(CallId(offer["call"]))
        channel = found.state.channel if found is not None and found.state is not None else ""
        return channel in set(Reach) and may_answer_itself(channel, offer["endpoint"])

    async def tell_figures(self, queues: Callable[[], Sequence[Row]]) -> None:
        """Wallboards hear once a second what has changed; for ever."""
        while True:
            due = self._clock.now() + timedelta(seconds=FIGURES_S)
            await self._clock.sleep_until(due)
            for row in queues():
                if self._figures.get(row["queue"]) != row:
                    self._figures[row["queue"]] = row
                    self._told.topic("queues", "queue.stats", row)
