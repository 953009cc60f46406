"""A small shop to play call tests in, and the bank of the worked example."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ivr.domain.calendar import Calendar
from ivr.engine.load import load_book
from ivr.engine.state import CLASSES
from ivr.engine.step import step
from ivr.engine.verbs import EVERY
from ivr.flow.cases import Stage, play, read_cases
from ivr.flow.cases.written.names import Names
from ivr.flow.types import parse_type
from ivr.flow.world import QueueShape, SourceShape, World
from tests.flow.bank import FLOWS, asking_bank_files, bank_world

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.domain.problem import Problem
    from ivr.domain.values import Value
    from ivr.flow.cases import CaseFile, CaseResult
    from ivr.flow.model import Bundle
    from ivr.flow.types import Type

ZONE = ZoneInfo("Europe/Istanbul")
SHOP = """\
flow: shop
version: 1
languages: [tr, en]
start: hello
promises: {human_within: 90s, stuck_within: 90s}
uses: {hours: [door], queues: [desk], sources: [order], places: [boss],
  surveys: [csat], flows: [check]}
vars:
  order: order?
  number: digits?
  pin: sealed digits?
  mood: text = iyi
listen: {first: 5s, between: 3s, tries: 2}
always:
  "0": {go: desk, words: {tr: [kişi], en: [person]}}
  "*": {do: repeat}
rescue: {error: sorry, hangup: gone, emergency: shut}
nodes:
  hello:
    - say: welcome
    - when:
        - not hours.door.open: shut
    - menu: choose
      noinput: [help]
      keys:
        "1": {go: track, words: {tr: [sipariş], en: [order]}}
        "2": secret
        "3": boss
        "4": opinion
      giveup: desk
  track:
    - ask: which
      into: number
      digits: 3-5
      giveup: desk
    - fetch: order
      with: {number: =number}
      into: order
      limit: 1s
      retry: 1
      meanwhile: moment
      missing: desk
      failed: desk
    - say: state_is
    - set: {mood: =order.state}
    - outcome: self_served
    - hangup: bye
  secret:
    - ask: pin
      into: pin
      digits: 6
      end_key: "#"
      secret: true
      giveup: desk
    - run: check
      with: {plain: =order.state}
      only: known(order)
      failed: desk
    - hangup: bye
  boss:
    - {transfer: boss, busy: desk, noanswer: desk, failed: desk, done: opinion}
  desk:
    - ticket: subject
      priority: high
      tags: [a, b]
    - sms: text_message
      only: known(call.ani)
      to: =call.ani
    - queue: desk
      priority: 3
      skills: [=call.language]
      pop: {mood: =mood}
      full: message
      timeout: message
      nobody: message
      done: opinion
  message:
    - {voicemail: leave, box: main, done: opinion}
  opinion:
    - {survey: csat, done: farewell}
  farewell:
    - hangup: bye
  shut:
    - hangup: closed
  sorry:
    - hangup: bye
  gone:
    - set: {mood: gitti}
"""
CHECK = """\
flow: check
version: 1
languages: [tr, en]
start: first
inputs: {plain: text}
nodes:
  first:
    - when:
        - plain == 'kayıp': exit.failed
        - else: exit.done
"""
PROMPTS = """\
welcome: {tr: "Hoş geldiniz.", en: "Welcome."}
choose: {tr: "Sipariş 1, şifre 2, müdür 3, anket 4.", en: "Order 1, PIN 2, boss 3, survey 4."}
help: {tr: "1, 2, 3 ya da 4.", en: "1, 2, 3 or 4."}
which: {tr: "Numara?", en: "Number?"}
moment: {tr: "Bir saniye.", en: "One moment."}
state_is: {tr: "Durum: {order.state}.", en: "State: {order.state}."}
pin: {tr: "Şifre?", en: "PIN?"}
subject: {tr: "Konu", en: "Subject"}
text_message: {tr: "Merhaba", en: "Hello"}
leave: {tr: "Mesaj bırakın.", en: "Leave a message."}
closed: {tr: "Kapalıyız.", en: "We are closed."}
bye: {tr: "İyi günler.", en: "Goodbye."}
"""


def a_type(text: str) -> Type:
    """A type as written in a flow."""
    return parse_type(text, currency="TRY", records={})


GIVES: dict[str, str] = {
    "state": "text",
    "sum": "money",
    "count": "number",
    "paid": "bool",
    "due": "datetime?",
    "note": "text?",
}


def shop_world(shapes: Mapping[str, QueueShape] | None = None) -> World:
    """Open 09:00-18:00 every day; one source, one of everything else."""
    gives = {name: a_type(text) for name, text in GIVES.items()}
    order = SourceShape("order", {"number": a_type("digits")}, gives, 1.5, not_found=True)
    return World(
        zone=ZONE,
        calendars={"door": Calendar(ZONE, (((540, 1080),),) * 7)},
        sources={"order": order},
        queues=("desk",),
        queue_shapes=shapes or {},
        places={"boss": ()},
        surveys=("csat",),
        payments=("cash",),
        numbers={"+902125550000": "shop"},
    )


def stage(flow: str = SHOP, prompts: str = PROMPTS) -> Stage:
    """A stage for a shop; the flow may be changed."""
    return _stage(flow, prompts)


@cache
def _stage(flow: str, prompts: str) -> Stage:
    return stage_of(flow, {"check": CHECK}, prompts)


def stage_of(
    flow: str, more: Mapping[str, str], prompts: str = PROMPTS, world: World | None = None
) -> Stage:
    """A stage for a shop with these sub-flows, by name."""
    subs = {f"{name}.yaml": text for name, text in more.items()}
    files = {"shop.yaml": flow, "prompts.yaml": prompts, **subs}
    data = {f"flows/{name}": text.encode() for name, text in files.items()}
    book, problems = load_book(data, world or shop_world())
    assert book is not None, [str(one) for one in problems]
    return Stage(step, book, EVERY, CLASSES)


@cache
def bank_stage() -> Stage:
    """The worked example."""
    book, _problems = load_book(asking_bank_files(), bank_world())
    assert book is not None
    return Stage(step, book, EVERY, CLASSES)


def bank_tests() -> bytes:
    """The call tests of the worked example."""
    return (FLOWS / "tests" / "bank.test.yaml").read_bytes()


def bundles(on: Stage) -> dict[str, Bundle]:
    """Flow name -> what is live."""
    return {name: on.book.bundles[key] for name, key in on.book.live.items()}


def read(text: str, on: Stage | None = None) -> tuple[CaseFile | None, tuple[Problem, ...]]:
    """One test file of the shop, and what is wrong with it."""
    on = on or stage()
    files, problems = read_cases({"shop.test.yaml": text.encode()}, bundles(on), on.book.world)
    return (files[0] if files else None), problems


def told(text: str) -> list[str]:
    """Every problem of a test file, as printed."""
    return [str(problem) for problem in read(text)[1]]


def case_file(text: str, on: Stage | None = None) -> CaseFile:
    """A test file of the shop in which nothing is wrong."""
    found, problems = read(text, on)
    assert found is not None, [str(one) for one in problems]
    return found


def call(talk: str = "[]", expect: str = "{}", given: str = "{}", more: str = "") -> str:
    """A test file with one call."""
    return f"""\
flow: shop
calls:
  - name: one
    given: {given}
    talk: {talk}
    expect: {expect}
{more}"""


def played(
    talk: str = "[]",
    expect: str = "{}",
    given: str = "{}",
    more: str = "",
    on: Stage | None = None,
) -> CaseResult:
    """One call of the shop, played."""
    on = on or stage()
    return play(case_file(call(talk, expect, given, more), on).cases[0], on)


def failed(*args: str, **named: str) -> list[str]:
    """Code and message of each problem of one call."""
    found = played(*args, **named)  # type: ignore[arg-type]
    start = len('"one": ')
    return [f"{one.code} {one.message[start:]}" for one in found.problems]


def names() -> Names:
    """The names of the shop."""
    return Names(stage().bundle("shop"), shop_world(), {"Europe/Istanbul": ZONE}.__getitem__)


def with_facts(**facts: Value) -> dict[str, Value]:
    """Facts by dotted name, `_` for the dot."""
    return {name.replace("_", "."): value for name, value in facts.items()}


def without_channels(on: Stage) -> Stage:
    """The same stage with nothing to call on."""
    return replace(on, channels={})
