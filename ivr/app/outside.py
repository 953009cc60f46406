"""Puts together who outside is told of calls: webhooks, CRMs, and programs that listen."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from ivr.cti.adapters import Place, load_adapter
from ivr.cti.call_watch import CallWatch
from ivr.cti.hooks_out import HookEndpoint, Hooks
from ivr.cti.kept_events import ENDED, STARTED, KeptEvents
from ivr.cti.post import InOrder, Target
from ivr.runtime.ids import Ulids
from ivr.runtime.streams.feed import Feed, FeedEvent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ivr.config.model import Config
    from ivr.config.outside.settings import Crm, Webhook
    from ivr.config.secrets import Secret
    from ivr.cti.adapters import Action
    from ivr.cti.news import CallNews, Told
    from ivr.domain.call import CallId
    from ivr.domain.commands import Command
    from ivr.engine.state import State
    from ivr.runtime.groups.floor import Floor
    from ivr.runtime.live import LiveCall
    from ivr.runtime.switch import Queues, Switch

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outside:
    """Everybody outside. Telling never waits and never fails for what the far side does."""

    hooks: Hooks
    crms: Sequence[Told]
    feed: Feed
    kept: KeptEvents
    order: InOrder

    def tell(self, news: CallNews) -> None:
        """Something has happened to a call."""
        self.hooks.tell(news)
        for crm in self.crms:
            crm.tell(news)
        data = {"at": news.at.isoformat(), **news.plain()}
        self.feed.publish(FeedEvent(news.kind, data))

    def wanted(self, kind: str) -> bool:
        """Whether anybody may do something with an event of this type."""
        return bool(self.crms) or self.hooks.wanted(kind) or self.feed.wanted(kind)

    def heard_pop(self, kind: str, payload: Mapping[str, Any]) -> None:
        """A screen pop was opened, or no desk took it."""
        self.hooks.heard_pop(kind, payload)
        self.feed.publish(FeedEvent(kind, payload))

    def recorded(self, kind: str, call: CallId) -> None:
        """Something was recorded of a contact that who listens now is told, and can ask again."""
        if self.feed.wanted(kind):
            self.order.put(call, partial(self._publish, kind, call))

    async def _publish(self, kind: str, call: CallId) -> None:
        event = await self.kept.of(kind, call)
        if event is not None:
            self.feed.publish(event)

    async def close(self) -> None:
        """Let go of every connection."""
        self.feed.close()
        for told in (self.hooks, *self.crms):
            await told.close()


class Watched:
    """Stands before the queues: looks at each step of a call, and hands it on as it is."""

    def __init__(self, queues: Queues, watch: CallWatch, outside: Outside) -> None:
        self._queues = queues
        self._watch = watch
        self._outside = outside

    def carry(self, call: LiveCall, state: State, wanted: Sequence[Command]) -> Sequence[Command]:
        """Returns what the call's trunk is to do now. News that cannot be made cost no call."""
        try:
            self._watch.look(state, wanted, is_first=call.seq == 1)
            if call.seq == 1:
                self._outside.recorded(STARTED, call.id)
            if state.ended:
                self._outside.recorded(ENDED, call.id)
        except Exception:
            _LOG.exception("call_news_lost")
        return self._queues.carry(call, state, wanted)


def open_outside(config: Config, switch: Switch, floor: Floor) -> Outside:
    """Everybody the configuration names; from now on each step of a call is looked at."""
    ports = switch.ports
    hooks = [
        HookEndpoint(name, target_of(one, one.url, config), one.secrets, one.events)
        for name, one in config.webhooks.items()
    ]
    crms = [
        load_adapter(one.adapter).open(
            Place(
                name,
                target_of(one, one.address, config),
                ports.clock,
                ports.tasks,
                acted=partial(_not_done, name),
                show_name=partial(_called, floor),
            )
        )
        for name, one in config.crm.items()
    ]
    new_id = Ulids(ports.clock).new
    kept = KeptEvents(ports.store.interactions, ports.clock)
    outside = Outside(
        Hooks(hooks, ports.clock, ports.tasks, new_id),
        crms,
        Feed(kept.after),
        kept,
        InOrder(ports.tasks, "recorded events"),
    )
    if switch.queues is not None:
        watch = CallWatch(config.country, outside.tell, outside.wanted)
        switch.queues = Watched(switch.queues, watch, outside)
    return outside


def target_of(one: Webhook | Crm, url: Secret, config: Config) -> Target:
    """Where somebody is told, and what may be connected to on the way there."""
    return Target(url, one.allow_private, config.is_local, one.ports)


def _called(floor: Floor, agent: str) -> str:
    """An agent as people call him."""
    row = floor.agent(agent)
    return str(row["display"]) if row else agent


def _not_done(crm: str, call: str, action: Action) -> None:
    """Callers have been answered and spoken to by now: a CRM cannot turn them away any more."""
    facts = {"crm": crm, "call": call, "action": action.what}
    _LOG.warning("crm_wish_not_carried_out", extra={"facts": facts})
