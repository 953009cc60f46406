"""What all queues share: priorities, skills, misses, breaks, wrap-up codes, screen pops."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.config.conftest import Load, Problems

WHOLE = """
acd:
  priorities: {normal: 0s, high: 90s, emergency: {strict: true, max_waiting: 3, head_start: 10m}}
  priority_step: 20s
  skills: {cards: level, language: language, forex: certificate}
  misses: {allow: 3, of: 6, cooldown: 5s, same_call: 20s, max_offers_per_minute: 8}
  breaks: {lunch: {longest: 45m, title: {tr: Yemek}}, coffee: {}}
  idle_basis: inbound
  break_resets_idle: false
  wrapup_most: 5m
  max_waiting: 900
  share: {desk: {cards: 70, loans: 30}}
queues: {cards: {members: {teams: [desk]}}, loans: {members: {teams: [desk]}}}
wrapup:
  code: {solved: {title: {tr: Çözüldü, en: Solved}}, again: {}}
sources: {crm: {get: "http://127.0.0.1/c?phone={phone}", takes: {phone: phone}, gives: {id: text}}}
pop:
  lookups: {deadline: 500ms, sources: [last_contacts, crm]}
  match:
    - {by: entered_id, level: 3, one: open, many: choose}
    - {by: [ani, previous_call], within: 24h}
  unknown: nothing
  hold: 200ms
"""


def test_every_key_is_read(load: Load) -> None:
    acd = load(WHOLE).acd
    assert {name: each.head_start for name, each in acd.priorities.items()} == {
        "normal": 0.0,
        "high": 90.0,
        "emergency": 600.0,
    }
    emergency = acd.priorities["emergency"]
    assert (emergency.strict, emergency.max_waiting, acd.priority_step) == (True, 3, 20.0)
    assert dict(acd.skills) == {"cards": "level", "language": "language", "forex": "certificate"}
    misses = acd.misses
    assert (misses.allow, misses.of, misses.max_offers_per_minute) == (3, 6, 8)
    assert (misses.cooldown, misses.same_call) == (5.0, 20.0)
    assert {name: each.longest for name, each in acd.breaks.items()} == {
        "lunch": 2700.0,
        "coffee": 3600.0,
    }
    assert (acd.idle_basis, acd.break_resets_idle) == ("inbound", False)
    assert (acd.wrapup_most, acd.max_waiting) == (300.0, 900)
    assert acd.share == {"desk": {"cards": 70, "loans": 30}}


def test_wrapup_codes_and_pops_are_read(load: Load) -> None:
    config = load(WHOLE)
    assert config.wrapup.code["solved"].title == {"tr": "Çözüldü", "en": "Solved"}
    pop = config.pop
    assert (pop.lookups.deadline, pop.lookups.sources) == (0.5, ("last_contacts", "crm"))
    assert (pop.unknown, pop.hold) == ("nothing", 0.2)
    entered, seen = pop.match
    assert (entered.by, entered.level, entered.one) == (("entered_id",), 3, "open")
    assert (seen.by, seen.within) == (("ani", "previous_call"), 86_400.0)


def test_breaks_and_codes_may_be_plain_lists(load: Load) -> None:
    config = load("acd: {breaks: [lunch, coffee]}\nwrapup: {code: [solved, again]}")
    assert list(config.acd.breaks) == ["lunch", "coffee"]
    assert list(config.wrapup.code) == ["solved", "again"]


def test_nothing_written_is_a_working_call_centre(load: Load) -> None:
    config = load("")
    assert list(config.acd.priorities) == ["normal"]
    assert list(config.acd.breaks) == ["break"]
    assert [(rule.by, rule.level, rule.one) for rule in config.pop.match] == [
        (("callback_token",), 0, "open"),
        (("ticket_number",), 0, "open_ticket"),
        (("entered_id",), 3, "open"),
        (("ani",), 2, "open"),
        (("ani", "ani_last9"), 1, "suggest"),
        (("previous_call",), 0, "suggest"),
    ]
    assert config.pop.lookups.deadline == 0.8


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("acd: {skils: {}}", '7 C101 error acd has no key "skils"; did you mean "skills"?'),
        ("acd: {skills: {a: x}}", "19 C103 error this must be level, language or certificate"),
        ("acd: {skills: {A: level}}", '16 C105 error "A" is not a name; use a-z, 0-9 and _'),
        ("acd: {priorities: {high: 90}}", '26 C103 error "90" is not a duration; write 90s or 90m'),
        ("acd: {priorities: {high: [a]}}", "26 C104 error a map of settings is wanted here"),
        ("acd: {misses: {allow: 6}}", "15 C130 error allow is 6, but only the last 5 offers"),
        ("acd: {misses: {of: 1}}", "15 C130 error allow is 2, but only the last 1 offers are"),
        ("acd: {share: {desk: {cards: 0}}}", '29 C103 error "0" is not a whole number from 1'),
        ("acd: {share: [desk]}", "14 C104 error a map of settings is wanted here"),
        ("acd: {breaks: [a, a]}", '15 C131 error "a" stands here twice'),
        ("acd: {breaks: {a: {longest: 13h}}}", '29 C103 error "13h" is out of range'),
        ("acd: {idle_basis: none}", "19 C103 error this must be any_contact, queue_contact or"),
        ("acd: {wrapup_most: 16m}", '20 C103 error "16m" is out of range; 1s to 900s'),
        ("wrapup: {codes: [a]}", '10 C101 error wrapup has no key "codes"; did you mean "code"?'),
        ("pop: {lookups: {deadline: 1m}}", '27 C103 error "1m" is out of range; 0.05s to 10s'),
        ("pop: {lookups: {sources: [crm]}}", '27 C120 error no source "crm"'),
        ("pop: {match: [{level: 1}]}", '15 C102 error match needs "by"'),
        ("pop: {match: [{by: anni}]}", "20 C103 error this must be callback_token, "),
        ("pop: {match: [{by: ani, within: 1h}]}", "15 C130 error within is for the rule by: prev"),
        ("pop: {match: [{by: ani, level: 5}]}", '32 C103 error "5" is not a whole number from 0'),
        ("pop: {unknown: guess}", "16 C103 error this must be draft or nothing"),
        ("pop: {hold: 3s}", '13 C103 error "3s" is out of range; 0s to 2s'),
    ],
)
def test_each_mistake_is_told_at_its_place(problems: Problems, text: str, line: str) -> None:
    found = problems(text)
    assert found[0].startswith(f"1:{line}"), found
    assert len(found) == 1
