"""Asks registered phones every 25 s whether they live; one that misses twice is rung up no more."""

from __future__ import annotations

import logging
import random
from typing import TYPE_CHECKING

from ivr.channels.sip.stack import token
from ivr.channels.sip.wire.orders import Outside
from ivr.channels.sip.wire.peers.keepalive import Keepalive
from ivr.runtime import metrics

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ivr.channels.sip.stack import Stack
    from ivr.channels.sip.wire.peers.bindings import Binding
    from ivr.channels.sip.wire.words import Replied

_LOG = logging.getLogger(__name__)
PERIOD_S = 25.0
Name = tuple[str, str]


class PhoneWatch:
    """The pulses of the phones of one stack. domain: our name in addresses."""

    def __init__(self, stack: Stack, domain: str) -> None:
        self._stack = stack
        self._domain = domain
        self._pulses: Keepalive[Name] = Keepalive(random.random, period_s=PERIOD_S)
        self._asked: dict[str, tuple[Name, int]] = {}
        self._known: dict[Name, Binding] = {}

    def is_out(self, binding: Binding) -> bool:
        """Whether a phone has been silent for too long to be rung up."""
        return self._pulses.is_out(binding.name)

    def look(self, bindings: Iterable[Binding], now: float) -> None:
        """Ask whom it is time to ask, among those who are registered now."""
        fresh = {binding.name: binding for binding in bindings}
        for name in self._known.keys() - fresh.keys():
            self._pulses.forget(name)
        for name in fresh.keys() - self._known.keys():
            self._pulses.watch(name, now)
        self._known = fresh
        asked, silent = self._pulses.questions(now)
        for name, number in asked:
            self._ask(fresh[name], number)
        for name in silent:
            self._turned(name, "silent")
        live = sum(not self._pulses.is_out(name) for name in fresh)
        metrics.PHONES.labels(self._stack.registrar).set(live)

    def replied(self, answer: Replied) -> bool:
        """Take in the answer to one of our questions; False if it is another's."""
        name, number = self._asked.pop(answer.name, (("", ""), 0))
        if not number:
            return False
        self._stack.disown(answer.name)
        turned = self._pulses.answered(name, number, answer.status)
        if turned is not None:
            self._turned(name, "back" if turned else "silent")
        return True

    def _ask(self, binding: Binding, number: int) -> None:
        question = token()
        self._asked[question] = (binding.name, number)
        us, to = f"<sip:{self._domain}>", f"<sip:{binding.user}@{self._domain}>"
        self._stack.own(question, self._stack.trunks[self._stack.registrar])
        target = binding.target
        routes = tuple(("Route", route) for route in target.routes)
        self._stack.order(
            Outside(
                *(question, "OPTIONS", target.uri, target.flow, us, to),
                trunk=self._stack.registrar,
                headers=routes,
            )
        )

    def _turned(self, name: Name, turn: str) -> None:
        _LOG.warning("phone_pulse", extra={"facts": {"phone": name[0], "turn": turn}})
