"""The rules that the queue machine gets from the configuration, and what is judged of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.acd.settings import (
    MINUTE,
    SECOND,
    Counted,
    Member,
    Misses,
    Overflow,
    Priority,
    Queue,
    Rules,
    Span,
)
from ivr.acd.words import AgentCard
from ivr.config.routing import judged, to_rules
from ivr.domain.agent import AgentId
from ivr.domain.problem import Severity
from tests.config.queues.test_options import WHOLE
from tests.config.test_acd import WHOLE as SHARED

if TYPE_CHECKING:
    from tests.config.conftest import Load, Problems


def test_a_queue_becomes_plain_data_in_nanoseconds(load: Load) -> None:
    cards = to_rules(load(WHOLE)).queues["cards"]
    assert cards.need == {"cards": Span(60, 90), "language": Span(50, 100)}
    first, second, third = cards.steps
    assert (first.after_ns, first.set_) == (45 * SECOND, {"cards": Span(30, 100)})
    assert (second.set_, second.drop, second.max_tier) == ({"loans": Span(1)}, ("cards",), 2)
    assert third.also == ("general",)
    assert cards.teams == {"card_desk": Member(), "back_office": Member(2, -30 * SECOND, 3)}
    assert cards.overflow == (
        Overflow(waiting=50, waited_ns=SECOND, exit="full"),
        Overflow(estimate_ns=15 * MINUTE, free_in="general", queue="general"),
    )
    assert (cards.ring_ns, cards.setup_ns, cards.add_every_ns) == (
        *(25 * SECOND, 3 * SECOND),
        6 * SECOND,
    )


def test_the_rest_of_a_queue_is_there_too(load: Load) -> None:
    cards = to_rules(load(WHOLE)).queues["cards"]
    assert (cards.strategy, cards.priority, cards.ageing) == ("weighted_random", "7", 1.5)
    assert (cards.may_decline, cards.whisper) == (True, "card_call")
    assert cards.answers_itself
    assert cards.monitor == ("listen", "whisper")
    assert (cards.max_waiting, cards.longest_ns, cards.live_edit) == (50, 10 * MINUTE, True)
    assert (cards.nobody.join, cards.nobody.leave) == (("offline", "tier"), ())
    assert cards.nobody.grace_ns == 0
    sticky = cards.sticky
    assert (sticky.sources, sticky.mode) == (("ticket_owner", "last_agent"), "if_free")
    assert cards.rejoin_ns == 5 * MINUTE
    assert (cards.rejoin_by, cards.rejoin_customer) == (("attested_ani", "pin"), "customer_no")
    assert (sticky.within_ns, sticky.longest_ns) == (120 * MINUTE, 30 * SECOND)
    wrapup = cards.wrapup
    assert (wrapup.mode, wrapup.time_ns, wrapup.mandatory) == ("fixed", 45 * SECOND, True)
    assert (cards.service_level_ns, cards.short_abandon_ns) == (30 * SECOND, 0)


def test_what_nobody_wrote_is_as_the_machine_has_it(load: Load) -> None:
    rules = to_rules(load("queues: [cards]"))
    assert rules.queues["cards"] == Queue("cards", teams={"cards": Member()})
    assert (rules.priorities, rules.skills) == ({"normal": Priority()}, {})
    plain = Rules()
    assert (rules.misses, rules.breaks, rules.priority_step_ns) == (
        *(plain.misses, plain.breaks),
        plain.priority_step_ns,
    )
    assert (rules.wrapup_most_ns, rules.max_waiting) == (plain.wrapup_most_ns, plain.max_waiting)


def test_what_queues_share_is_passed_on(load: Load) -> None:
    rules = to_rules(load(SHARED))
    assert rules.priorities == {
        "normal": Priority(),
        "high": Priority(90 * SECOND),
        "emergency": Priority(10 * MINUTE, strict=True, max_waiting=3),
    }
    assert (rules.misses.allow, rules.misses.of, rules.misses.most_per_minute) == (3, 6, 8)
    assert (rules.misses.cooldown_ns, rules.misses.same_call_ns) == (5 * SECOND, 20 * SECOND)
    assert {name: each.longest_ns for name, each in rules.breaks.items()} == {
        "lunch": 45 * MINUTE,
        "coffee": 60 * MINUTE,
    }
    assert (rules.idle_basis, rules.break_resets_idle) == ("inbound", False)
    assert (rules.priority_step_ns, rules.wrapup_most_ns) == (20 * SECOND, 5 * MINUTE)
    assert rules.max_waiting == 900


def test_what_a_queue_says_of_misses_replaces_only_that_of_the_rule_of_all(load: Load) -> None:
    mine = "queues: {cards: {misses: {allow: 1, cooldown: 0s}}, loans: {}}"
    rules = to_rules(load(f"acd: {{misses: {{allow: 3, of: 4, cooldown: 5s}}}}\n{mine}"))
    assert rules.queues["loans"].misses is None
    own = Misses(allow=1, of=4, cooldown_ns=0, same_call_ns=30 * SECOND, most_per_minute=6)
    assert rules.queues["cards"].misses == own


def test_what_f8_counts_is_passed_on(load: Load) -> None:
    level = "{variant: F8, count_short: true, count_overflowed: false}"
    queues = to_rules(load(f"queues: {{cards: {{service_level: {level}}}, loans: {{}}}}")).queues
    assert queues["cards"].service_level == "F8"
    assert queues["cards"].service_counted == Counted(short=True, overflowed=False)
    assert queues["loans"].service_counted == Counted()


def test_normal_is_there_even_when_others_are_written(load: Load) -> None:
    rules = to_rules(load("acd: {priorities: {high: 90s}}"))
    assert sorted(rules.priorities) == ["high", "normal"]


def test_languages_are_skills_where_language_is_one(load: Load) -> None:
    assert to_rules(load("languages: [tr, en]")).skills == {}
    rules = to_rules(load("languages: [tr, en]\nacd: {skills: {language: language}}"))
    assert rules.skills == {"tr": "level", "en": "level", "language": "language"}


def test_the_hash_is_of_what_the_rules_say(load: Load) -> None:
    one, same = to_rules(load(WHOLE)), to_rules(load("# a remark\n" + WHOLE))
    other = to_rules(load(WHOLE.replace("longest: 10m", "longest: 11m")))
    assert one.hash == same.hash != other.hash
    assert one.hash.startswith("sha256:")
    assert len(one.hash) == len("sha256:") + 64


def test_calls_that_agents_dial_have_a_wrap_up_of_their_own(load: Load) -> None:
    trunk = "trunks: {browser: {provider: simulator}}"
    rules = to_rules(load(f"{trunk}\ndial: {{trunk: browser, wrapup: {{mode: none}}}}"))
    assert rules.dial_wrapup.mode == "none"
    assert to_rules(load("queues: [cards]")).dial_wrapup == Rules().dial_wrapup


@pytest.mark.parametrize(
    ("dial", "line"),
    [
        ("{trunk: browsr}", '2:15 C120 error no trunk "browsr"; did you mean "browser"?'),
        ("{trunk: browser, number: '117'}", '2:32 C120 error no number "117"'),
        (
            "{trunk: browser, wrapup: {code: mandatory}}",
            "2:39 C130 error agents must give a code, but wrapup.code names none",
        ),
    ],
)
def test_dialling_must_name_what_is_there(problems: Problems, dial: str, line: str) -> None:
    known = "trunks: {browser: {provider: simulator}}"
    assert problems(f"{known}\ndial: {dial}") == [line]


@pytest.mark.parametrize(
    ("queues", "line"),
    [
        (
            "{cards: {need: {card: {min: 1}}}}",
            "2:25 ACD-E01 error queues.cards.need: skill 'card' is not declared; "
            "did you mean 'cards'?",
        ),
        (
            "{cards: {steps: [{after: 45s}, {after: 45s}]}}",
            "2:48 ACD-E02 error queues.cards.steps[1].after 45s is not later than "
            "steps[0].after 45s",
        ),
        (
            "{cards: {need: {cards: {min: 95, max: 90}}}}",
            "2:32 ACD-E03 error queues.cards.need.cards: min 95 is above max 90",
        ),
        (
            "{cards: {overflow: [{when: {waiting: 1}, to: {queue: cards}}]}}",
            "2:54 ACD-E05 error overflow cards -> cards can repeat without time passing",
        ),
    ],
)
def test_rules_that_cannot_work_are_refused_at_load(
    problems: Problems, queues: str, line: str
) -> None:
    assert problems(f"acd: {{skills: {{cards: level}}}}\nqueues: {queues}") == [line]


def test_a_mistake_among_the_skills_is_not_told_again_at_each_queue(problems: Problems) -> None:
    text = "acd: {skills: {cards: levl}}\nqueues: {cards: {need: {cards: {min: 1}}}}"
    assert [line.split()[1] for line in problems(text)] == ["C103"]


def card(number: int, **skills: int) -> AgentCard:
    return AgentCard(AgentId(f"a{number}"), number, ("cards",), skills)


def test_queues_are_judged_against_the_agents_at_their_place(load: Load) -> None:
    """What `ivr check` says once it has the agents: ACD-E04, ACD-E06 and ACD-W01."""
    config = load(
        "acd: {skills: {cards: level}}\n"
        "queues:\n"
        "  cards: {need: {cards: {min: 95}}}\n"
        "  slow: {need: {cards: {min: 95}}, steps: [{after: 90s, drop: [cards]}], "
        "members: {teams: [cards]}}\n"
        "  loud: {strategy: ring_all, members: {teams: [cards]}}\n"
    )
    found = judged(config, [card(each, cards=90) for each in range(31)])
    assert [str(each).removeprefix("config.yaml:") for each in found] == [
        "3:3 ACD-E04 error queues.cards: no agent can ever serve {cards 95..}; "
        "nearest: 31 agents with cards 90",
        "4:44 ACD-W01 warning queues.slow: no agent before step 1; every caller waits at least 90s",
        "5:20 ACD-E06 error queues.loud: strategy ring_all has 31 agents, at most 30",
    ]
    nobody = judged(config, [])
    assert {each.severity for each in nobody} == {Severity.WARNING}


DESK = "queues: {cards: {members: {teams: [desk]}}, loans: {members: {teams: [desk]}}}"


def test_shares_go_to_the_queue_machine(load: Load) -> None:
    rules = to_rules(load(f"{DESK}\nacd: {{share: {{desk: {{cards: 70, loans: 30}}}}}}"))
    assert rules.share == {"desk": {"cards": 70, "loans": 30}}
    assert to_rules(load(DESK)).hash != rules.hash


@pytest.mark.parametrize(
    ("share", "line"),
    [
        ("{desk: {cards: 70, loans: 31}}", "2:15 ACD-E08 error acd.share.desk: 70 + 31 is not 100"),
        ("{desk: {cards: 100}}", "2:15 ACD-E09 error acd.share.desk: queue loans, which team desk"),
        (
            "{desk: {cards: 70, loans: 20, laons: 10}}",
            '2:44 C120 error no queue "laons"; did you mean "loans"?',
        ),
        ("{dsk: {cards: 100}}", '2:15 C120 error no team "dsk"; did you mean "desk"?'),
    ],
)
def test_what_is_wrong_with_shares_is_told_at_its_place(
    problems: Problems, share: str, line: str
) -> None:
    found = problems(f"{DESK}\nacd: {{share: {share}}}")
    assert found[0].startswith(line), found
    assert len(found) == 1


def test_a_queue_with_a_mistake_says_nothing_of_its_teams(problems: Problems) -> None:
    queues = "queues: {cards: {titel: x, members: {teams: [desk]}}}"
    found = problems(f"{queues}\nacd: {{share: {{desk: {{cards: 100}}}}}}")
    assert [line.partition(";")[0] for line in found] == [
        '1:18 C101 error cards has no key "titel"'
    ]


# the ways of overflow

CALLED = """\
languages: [tr, en]
places:
  branch: {number: "+902125550001"}
  desk: {number: {tr: "+902125550002", en: "+902125550003"}}
  agent_line: {sip: "sip:{line}@pbx.example", takes: {line: text}}
queues:
  cards:
    overflow:
"""


def ways(*to: str) -> str:
    """A queue that leads to these."""
    return CALLED + "".join(f"      - {{when: {{waited: 1m}}, to: {{{one}}}}}\n" for one in to)


def test_a_way_leads_to_a_flow_a_callback_or_a_place_by_name_or_number(load: Load) -> None:
    config = load(ways("flow: message", "callback: cards", "number: desk", "number: 02125550003"))
    rules = to_rules(config).queues["cards"].overflow
    assert [one.way for one in rules] == [
        *("flow:message", "callback:cards"),
        *("number:desk", "number:desk"),
    ]


@pytest.mark.parametrize(
    ("to", "line"),
    [
        ("number: brunch", 'C120 error no place "brunch"; did you mean "branch"?'),
        ("number: '+905320000000'", 'C120 error no place "+905320000000"; add it under places'),
        (
            "number: agent_line",
            "ACD-E11 error queues.cards.overflow: place agent_line takes inputs, "
            "a queue gives none",
        ),
        ("callback: crads", 'C120 error no queue "crads"; did you mean "cards"?'),
    ],
)
def test_a_way_to_nowhere_is_told(problems: Problems, to: str, line: str) -> None:
    (found,) = problems(ways(to))
    assert found.endswith(line), found
