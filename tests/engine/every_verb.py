"""Flows to try calls on: one with every verb in it, the ones that ship, and made-up ones."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ivr.config.load import load_config
from ivr.config.world import to_world
from ivr.engine.load import load_book
from ivr.flow.world import QueueShape, QueueTaping, TrunkShape
from tests.engine.small import book_in, flow, small_book, small_world
from tests.fakes.call_script import START
from tests.flow.bank import asking_bank_files, bank_world

if TYPE_CHECKING:
    from ivr.engine.book import Book
    from tests.engine.chance import Chance

ROOT = Path(__file__).resolve().parents[2]
NODES = """
  start:
    - record: start
      notice: notice
    - say: [hello, notice]
      only: not call.test
    - menu: [hello, main]
      keys:
        {"1": asking, "2": looking, "3": sharing, "12": inside, "4": selling, "5": end, "*1": oops}
      entry: {digits: 3-4, into: ext, go: deciding}
      between: 2s
      noinput: [short, [wrong, help]]
      nomatch: [heard_is]
      giveup: deciding
  asking:
    - ask: question
      into: number
      digits: 2-6
      end_key: "#"
      empty: true
      always: true
      check: number != '99' or heard.tries > 2
      confirm: read_back
      badcheck: [again]
      giveup: oops
    - ask: question
      into: amount
      check: 100 / number(ext_or_zero) > 0 if known(number(ext_or_zero)) else true
      giveup: start
    - say: amount_is
    - ask: question
      into: card
      digits: 4
      secret: true
      check: card != '0000'
      giveup: start
    - fetch: block
      with: {card: =card}
      meanwhile: filler
      failed: looking
    - go: start
  looking:
    - say: hello
    - fetch: customer
      with: {phone: =call.dnis}
      into: customer
      meanwhile: [filler, hello]
      missing: next
      failed: deciding
    - say: name_is
      only: known(customer) and known(customer.name)
    - set: {ext_or_zero: "0", call.language: =call.language}
    - go: start
  sharing:
    - split: {start: 30, inside: 30, selling: 40}
  inside:
    - run: outer
      with: {given: hello}
      into: result
      failed: deciding
      locked: selling
    - outcome: self_served
      note: done
    - go: start
  selling:
    - survey: csat
      done: paying
  paying:
    - pay: desk
      amount: =amount
      declined: next
      giveup: next
      failed: next
    - callback: general
      number: =call.dnis
      failed: next
    - ticket: hello
    - sms: hello
      to: =call.dnis
    - transfer: desk
      busy: queueing
      noanswer: queueing
      failed: queueing
      done: queueing
  queueing:
    - queue: general
      priority: 7
      skills: [=call.language]
      pop: {who: =customer}
      wait: {music: calm.wav, every: 40s, say: [filler, place_is]}
      keys: {"7": leaving}
      longest: 8m
      whisper: notice
      full: leaving
      timeout: leaving
      nobody: again
      done: leaving
  again:
    - queue: general
      wait: {flow: comfort, voicemail: leaving, first: 5s}
      full: leaving
      timeout: end
      nobody: leaving
      done: leaving
  leaving:
    - voicemail: hello
      done: end
  deciding:
    - when:
        - visits('deciding') > 3: end
        - hours.branch.open or queues.general.open: queueing
        - call.test: oops
        - heard.by == 'word': asking
        - else: start
  oops:
    - set: {zero: =1 / (zero - zero)}
    - go: start
  end:
    - hangup: bye
  sorry:
    - say: sorry
    - menu: sorry
      keys: {"1": start, "2": oops}
      giveup: end
  closed:
    - say: late
    - hangup:
  gone:
    - set: {zero: =zero + 1}
    - fetch: customer
      with: {phone: =call.dnis}
      meanwhile: filler
      only: call.test
      missing: next
      failed: more
    - run: speaking
      failed: more
    - say: bye
    - go: more
  more:
    - ticket: hello
    - when:
        - zero == 7: oops
"""
HEAD = """
vars:
  number: digits?
  amount: money?
  card: sealed digits?
  ext: digits?
  ext_or_zero: text = 1
  zero: number = 0
  customer: customer?
  result: outer?
always:
  "0": {go: deciding, words: {tr: [Temsilci]}}
  "*": {do: repeat}
  "9": {do: language}
  "8": {do: back}
rescue: {error: sorry, hangup: gone, emergency: closed}
"""
OUTER = """
  start:
    - run: speaking
      failed: exit.locked
    - set: {answer: =given}
    - menu: sub
      keys: {"1": exit.done, "2": exit.failed, "3": exit.locked, "4": start}
      giveup: exit.failed
"""
SPEAKING = """
  start:
    - say: back
    - menu: back
      keys: {"1": exit.done, "2": more}
      giveup: more
  more:
    - menu: help
      keys: {"1": exit.done}
      giveup: exit.failed
"""
COMFORT = """
  start:
    - say: filler
      only: known(position)
    - menu: help
      keys: {"1": asking, "2": exit.voicemail, "3": broken, "4": more}
      giveup: exit.done
  asking:
    - fetch: ping
      meanwhile: filler
      failed: next
    - run: speaking
      failed: next
    - ticket: hello
    - set: {why: card}
    - go: exit.done
  more:
    - menu: sub
      keys: {"1": start}
      giveup: exit.done
  broken:
    - set: {zero: =1 / zero}
    - go: exit.done
"""


SUBS = {
    "outer": flow(
        OUTER,
        "inputs: {given: text}\noutputs: {answer: text?}\nexits: [locked]",
        name="outer",
        runs="speaking",
    ),
    "speaking": flow(SPEAKING, name="speaking"),
    "comfort": flow(
        COMFORT,
        "inputs: {position: number?}\noutputs: {why: text?}\nexits: [voicemail]\n"
        'vars: {zero: number = 0}\nalways: {"7": {do: back}, "6": {go: more}}',
        name="comfort",
        runs="speaking",
    ),
}
STEPS = (
    "say: hello",
    "say: [hello, heard_is]\n      barge_in: false",
    "set: {zero: =zero + 1, ext_or_zero: =text(zero)}",
    "set: {call.language: en}",
    "fetch: customer\n      with: {phone: =call.dnis}\n      into: customer\n"
    "      meanwhile: filler\n      missing: next\n      failed: TARGET",
    "ask: question\n      into: number\n      digits: 2\n      confirm: read_back\n"
    "      giveup: TARGET",
    "ask: question\n      into: card\n      secret: true\n      check: card != '0000'\n"
    "      always: true\n      giveup: TARGET",
    "fetch: block\n      with: {card: =card}\n      failed: next",
    "when:\n        - zero > 3: TARGET\n        - call.test: TARGET",
    "outcome: self_served",
    "run: speaking\n      failed: TARGET",
    "set: {zero: =1 / zero}\n      only: zero < 2",
    "ticket: hello",
)
LAST = (
    "queue: general\n      keys: {'7': TARGET}\n      full: TARGET\n      timeout: TARGET\n"
    "      nobody: TARGET\n      done: TARGET",
    "go: TARGET",
    "hangup: bye",
    "hangup",
    "menu: main\n      keys: {'1': TARGET, '2': TARGET}\n      nomatch: wrong\n"
    "      giveup: TARGET",
    "menu: sub\n      keys: {'12': TARGET}\n      always: false\n      tries: 1\n"
    "      giveup: TARGET",
    "split: {one: 50, two: 50}",
    "when:\n        - visits('one') > 2: TARGET\n        - else: TARGET",
)
RUNS = "  runs:\n    - run: speaking\n      failed: start\n    - go: start\n"
TAPED = """
  start:
    - say: hello
    - queue: general
      full: asked
      timeout: asked
      nobody: asked
      done: asked
  asked:
    - ask: question
      into: card
      secret: true
      giveup: told
    - go: told
  told:
    - record: start
      notice: notice
      consent: kvkk
      refuse_key: "9"
      refused: start
    - menu: main
      keys: {"1": start, "2": paused, "3": stopped}
      giveup: start
  paused:
    - record: pause
    - go: start
  stopped:
    - record: stop
    - go: start
"""
CALLED_BACK = """
  start:
    - queue: general
      callback: {key: "1", after: 1s, say: question, done: told, window: choose}
      wait: {every: 40s, say: [filler]}
      keys: {"7": told}
      longest: 8m
      full: told
      timeout: told
      nobody: told
      done: start
  told:
    - queue: general
      full: start
      timeout: start
      nobody: start
      done: start
"""
PLACES = ("start", "one", "two", "three")


@cache
def books() -> dict[str, Book]:
    """Our own flow with every verb in it, and the worked example with its sub-flow."""
    bank, _problems = load_book(asking_bank_files(), bank_world())
    assert bank is not None
    found = {"main": small_book(NODES, HEAD, **SUBS), "bank": bank, "taped": taped()}
    found["called_back"] = called_back()
    return {**found, "pharmacy": shipped("pharmacy")}


def taped() -> Book:
    """Waits and questions on a trunk that records calls, with a queue that has its talks recorded,
    and one in which nobody goes on with the recording of another."""
    shapes = {
        "general": QueueShape("general", taping=QueueTaping("notice"), leads_to=("loans",)),
        "loans": QueueShape("loans", taping=QueueTaping(follows=False)),
    }
    trunk = TrunkShape("sip", "sip", dials=True, tapes=True)
    world = replace(small_world(), trunks={"sip": trunk}, queue_shapes=shapes)
    return book_in(world, TAPED, "vars: {card: sealed digits?}")


def called_back() -> Book:
    """Waits in queues that let callers choose when they are called back, offered by flow or queue,
    on a trunk by which somebody can be rung up."""
    world = replace(small_world(), trunks={"sip": TrunkShape("sip", "sip", dials=True)})
    shapes = {"general": QueueShape("general", callback_chooses=True, leads_to=("loans",))}
    return book_in(replace(world, queue_shapes=shapes), CALLED_BACK)


def shipped(name: str) -> Book:
    """A flow that ships with its prompts, in the world of the shipped configuration."""
    config = load_config(ROOT / "config.yaml", {}, now=START)
    paths = [f"flows/{one}.yaml" for one in (name, f"{name}.prompts", "prompts")]
    files = {path: (ROOT / path).read_bytes() for path in paths}
    book, problems = load_book(files, to_world(config, START))
    assert book is not None, problems
    return book


def made_up(chance: Chance) -> Book:
    """A flow of four nodes with chance steps and ways; it may well run in circles."""
    nodes = "".join(_node(place, chance) for place in PLACES) + RUNS
    ways = [chance.of(PLACES) for _ in range(3)]
    head = HEAD.replace("{go: deciding,", f"{{go: {ways[0]},")
    rescue = f"rescue: {{error: {ways[1]}, hangup: {ways[2]}}}"
    head = head.replace("rescue: {error: sorry, hangup: gone, emergency: closed}", rescue)
    return small_book(nodes, head.replace("  result: outer?\n", ""), speaking=SUBS["speaking"])


def _node(name: str, chance: Chance) -> str:
    steps = [chance.of(STEPS) for _ in range(chance.below(4))] + [chance.of(LAST)]
    told = "".join(f"    - {step}\n" for step in steps)
    while "TARGET" in told:
        told = told.replace("TARGET", chance.of(PLACES), 1)
    return f"  {name}:\n{told}"
