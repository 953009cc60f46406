"""The settings of queues: defaults, every key, and how each is refused when it is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.config.queues.options import QueueOptions

if TYPE_CHECKING:
    from tests.config.conftest import Load, Problems

WHOLE = """
acd:
  skills: {cards: level, loans: level, language: language}
wrapup: {code: [solved]}
hours: {branch: {open: {mon-fri: 09:00-18:00}}}
queues:
  cards:
    title: {tr: Kartlar, en: Cards}
    hours: branch
    strategy: weighted_random
    need: {cards: {min: 60, max: 90}, language: {min: 50}}
    steps:
      - {after: 45s, set: {cards: {min: 30, max: null}}}
      - {after: 90s, drop: [cards], add: {loans: {min: 1}}, max_tier: 2}
      - {after: 180s, also: [general]}
    live_edit_steps: waiting_too
    members: {teams: {card_desk: {tier: 1}, back_office: {tier: 2, offset: -30s, weight: 3}}}
    priority: "7"
    ageing: 1.5
    ring_timeout: 25s
    setup_timeout: 3s
    add_every: 6s
    answer: auto
    monitor: {whisper: true, barge: false}
    may_decline: true
    agent_whisper: card_call
    max_waiting: 50
    longest: 10m
    overflow:
      - {when: {waiting: 50, waited: 1s}, to: {exit: full}}
      - {when: {estimate: 15m, free_in: general}, to: {queue: general}}
    nobody: {join: [offline, tier], leave: [], grace: 0s}
    sticky: {sources: [ticket_owner, last_agent], mode: if_free, within: 2h, longest: 30s}
    rejoin: {grace: 5m, identity: [attested_ani, pin], customer: customer_no}
    service_level: {threshold: 30s, short_abandon: 0s, variant: F1, target: 90}
    wait: {music: moh/calm.wav, position: true, estimate: true, first: 5s, every: 30s, limit: 7}
    callback: {after: 2m, attempts: 2}
    wrapup: {mode: fixed, time: 45s, code: mandatory}
  general: {title: Everybody}
"""


def queue(load: Load) -> QueueOptions:
    return load(WHOLE).queues["cards"]


def test_needs_steps_and_members_are_read(load: Load) -> None:
    cards = queue(load)
    assert {name: (each.min, each.max) for name, each in cards.need.items()} == {
        "cards": (60, 90),
        "language": (50, 100),
    }
    first, second, third = cards.steps
    assert (first.after, first.set["cards"].min, first.set["cards"].max) == (45.0, 30, 100)
    assert (second.drop, second.add["loans"].max, second.max_tier) == (("cards",), 100, 2)
    assert third.also == ("general",)
    teams = {name: (m.tier, m.offset, m.weight) for name, m in cards.members.teams.items()}
    assert teams == {"card_desk": (1, 0.0, 1), "back_office": (2, -30.0, 3)}


def test_offers_and_ways_out_are_read(load: Load) -> None:
    cards = queue(load)
    times = (cards.ring_timeout, cards.setup_timeout, cards.add_every, cards.longest)
    assert times == (25.0, 3.0, 6.0, 600.0)
    assert (cards.strategy, cards.priority, cards.ageing) == ("weighted_random", "7", 1.5)
    assert (cards.may_decline, cards.agent_whisper) == (True, "card_call")
    assert cards.answer == "auto"
    assert cards.monitor.modes == ("listen", "whisper")
    assert (cards.hours, cards.live_edit_steps, cards.max_waiting) == ("branch", "waiting_too", 50)
    full, other = cards.overflow
    assert (full.when.waiting, full.when.waited, full.to.exit) == (50, 1.0, "full")
    assert (other.when.estimate, other.when.free_in, other.to.queue) == (900.0, *["general"] * 2)
    assert (cards.nobody.join, cards.nobody.leave, cards.nobody.grace) == (
        *(("offline", "tier"), ()),
        0.0,
    )


def test_what_callers_hear_and_agents_do_is_read(load: Load) -> None:
    cards = queue(load)
    wait, offer, wrapup = cards.wait, cards.callback, cards.wrapup
    assert (wait.music, wait.position, wait.estimate) == ("moh/calm.wav", True, True)
    assert (wait.first, wait.every, wait.limit) == (5.0, 30.0, 7)
    assert offer is not None
    assert (offer.after, offer.attempts) == (120.0, 2)
    assert (wrapup.mode, wrapup.time, wrapup.code) == ("fixed", 45.0, "mandatory")
    sticky, level = cards.sticky, cards.service_level
    assert (sticky.sources, sticky.mode) == (("ticket_owner", "last_agent"), "if_free")
    assert (sticky.within, sticky.longest) == (7200.0, 30.0)
    assert cards.rejoin is not None
    assert cards.rejoin.grace == 300.0
    assert cards.rejoin.identity == ("attested_ani", "pin")
    assert cards.rejoin.customer == "customer_no"
    assert (level.threshold, level.short_abandon) == (30.0, 0.0)
    assert (level.variant, level.target) == ("F1", 90)


@pytest.mark.parametrize("text", ["[cards, loans]", "{cards: {}, loans: {}}"])
def test_a_list_of_names_means_all_defaults(load: Load, text: str) -> None:
    config = load(f"queues: {text}")
    assert config.queue_names == ("cards", "loans")
    assert config.queues["cards"] == QueueOptions()


def test_the_defaults_are_those_of_the_design() -> None:
    plain = QueueOptions()
    assert (plain.strategy, plain.priority, plain.max_waiting) == ("longest_idle", "normal", 200)
    assert (plain.ring_timeout, plain.setup_timeout, plain.longest) == (20.0, 4.0, 900.0)
    assert (plain.service_level.threshold, plain.service_level.target) == (20.0, 80)
    assert (plain.wait.first, plain.wait.every, plain.wait.limit) == (10.0, 40.0, 10)
    assert plain.nobody.join == ("offline", "break", "not_responding")
    assert (plain.wrapup.mode, plain.wrapup.time, plain.callback) == ("skippable", 30.0, None)
    assert plain.rejoin is None


@pytest.mark.parametrize(
    ("inside", "line"),
    [
        ("titel: x", '18 C101 error cards has no key "titel"; did you mean "title"?'),
        ("strategy: longest_idel", "28 C103 error this must be longest_idle, "),
        ("strategy: expression", "17 C130 error strategy: expression and rank belong together"),
        ("rank: [agent.idle_s]", "17 C130 error strategy: expression and rank belong together"),
        ("strategy: expression, rank: [a, b, c, d, e]", "17 C103 error 5 ranks; at most 4"),
        (
            "strategy: ring_all, answer: auto",
            "17 C130 error answer: auto rings one agent at a time",
        ),
        ("monitor: {record: true}", '28 C101 error monitor has no key "record"'),
        ("pop: sometimes", "23 C103 error this must be on or off"),
        ("answer: by_hand", "26 C103 error this must be manual or auto"),
        ("ring_timeout: 4s", '32 C103 error "4s" is out of range; 5s to 60s'),
        ("priority: hihg", '28 C120 error no priority "hihg"; did you mean "high"?'),
        ("hours: door", '25 C120 error no hours "door"'),
        ("wrapup: {code: mandatory}", "33 C130 error agents must give a code, but wrapup.code"),
        (
            "steps: [{after: 1s, also: [loan]}]",
            '45 C120 error no queue "loan"; did you mean "loans"?',
        ),
        (
            "overflow: [{when: {free_in: x, waited: 1s}, to: {queue: loans}}]",
            '46 C120 error no queue "x"',
        ),
    ],
)
def test_each_mistake_is_told_at_its_place(problems: Problems, inside: str, line: str) -> None:
    text = f"queues: {{cards: {{{inside}}}, loans: {{}}}}\nacd: {{priorities: {{high: 90s}}}}"
    found = problems(text)
    assert found[0].startswith(f"1:{line}"), found
    assert len(found) == 1


def test_more_than_eight_steps_are_too_many(problems: Problems) -> None:
    steps = ", ".join(f"{{after: {each}s}}" for each in range(1, 10))
    assert problems(f"queues: {{cards: {{steps: [{steps}]}}}}") == [
        "1:25 C103 error 9 steps; at most 8"
    ]


def test_a_queue_with_a_mistake_hides_no_other(problems: Problems) -> None:
    text = (
        "queues: {cards: {titel: x, steps: []}, loans: {steps: [{after: 1s, also: [cards]}], x: 1}}"
    )
    assert [line.partition(";")[0] for line in problems(text)] == [
        '1:18 C101 error cards has no key "titel"',
        '1:85 C101 error loans has no key "x"',
    ]
