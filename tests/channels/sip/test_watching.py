"""Registered phones are asked whether they live; the silent ones are passed over."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from ivr.channels.sip.watching import PERIOD_S, PhoneWatch
from ivr.channels.sip.wire.peers.bindings import Binding
from ivr.channels.sip.wire.words import Flow, Replied

if TYPE_CHECKING:
    from ivr.channels.sip.stack import Stack
    from ivr.channels.sip.wire.orders import Outside

FLOW = Flow("udp", ("192.0.2.1", 5060), ("192.0.2.7", 5062))


def binding(user: str = "bob") -> Binding:
    return Binding(user, "k", f"sip:{user}@192.0.2.7", (), FLOW, (), "c", 1, 1e9)


@dataclass
class FakeStack:
    """Keeps what it is asked to send."""

    registrar: str = "phones"
    trunks: dict[str, Any] = field(default_factory=lambda: {"phones": object()})
    sent: list[Outside] = field(default_factory=list)
    owned: set[str] = field(default_factory=set)

    def order(self, order: Outside) -> None:
        self.sent.append(order)

    def own(self, name: str, _trunk: object) -> None:
        self.owned.add(name)

    def disown(self, name: str) -> None:
        self.owned.discard(name)


def watched() -> tuple[FakeStack, PhoneWatch]:
    stack = FakeStack()
    return stack, PhoneWatch(cast("Stack", stack), "192.0.2.1")


def look_until_asked(watch: PhoneWatch, stack: FakeStack, now: float, count: int) -> float:
    while len(stack.sent) < count:
        now += 1
        watch.look([binding()], now)
    return now


def replied(stack: FakeStack, status: int) -> Replied:
    return Replied(stack.sent[-1].name, "OPTIONS", status, None)


def test_a_phone_is_asked_once_in_each_period() -> None:
    stack, watch = watched()
    now = look_until_asked(watch, stack, 0.0, 1)
    assert now <= PERIOD_S + 1
    assert stack.sent[0].method == "OPTIONS"
    assert stack.sent[0].uri == "sip:bob@192.0.2.7"
    assert stack.sent[0].flow == FLOW
    assert watch.replied(replied(stack, 200))
    again = look_until_asked(watch, stack, now, 2)
    assert PERIOD_S * 0.8 <= again - now <= PERIOD_S * 1.2 + 1


def test_a_phone_that_misses_twice_is_out_until_it_answers() -> None:
    stack, watch = watched()
    now = look_until_asked(watch, stack, 0.0, 1)
    watch.replied(replied(stack, 408))
    assert not watch.is_out(binding())
    now = look_until_asked(watch, stack, now, 2)
    watch.replied(replied(stack, 408))
    assert watch.is_out(binding())
    look_until_asked(watch, stack, now, 3)
    watch.replied(replied(stack, 200))
    assert not watch.is_out(binding())


def test_a_phone_that_registers_no_more_is_forgotten() -> None:
    stack, watch = watched()
    now = look_until_asked(watch, stack, 0.0, 1)
    for second in range(60):
        watch.look([], now + second)
    assert len(stack.sent) == 1


def test_answers_to_others_are_left_alone() -> None:
    _stack, watch = watched()
    assert not watch.replied(Replied("another", "OPTIONS", 200, None))
