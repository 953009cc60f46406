"""Who is calling: one record opened only where nothing speaks against it (R27)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.cti.matching import (
    DEFAULT_RULES,
    OPENING,
    Candidate,
    Match,
    MatchRule,
    decide,
    verify_number,
)
from ivr.cti.numbers import Attestation, Line, Number, read_sender

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)

# Customers of a Turkish company: the number in its ten digits, and how a clerk has written it down.
# Several differ in one digit, or only in the digit before the last nine.
CUSTOMERS = {
    "C-1": ("5321234567", "0532 123 45 67"),
    "C-2": ("2321234567", "(0232) 123 45 67"),
    "C-3": ("5321234568", "+90 532 123 45 68"),
    "C-4": ("5421234567", "905421234567"),
    "C-5": ("2125550000", "0212 555 00 00"),
    "C-6": ("2165550000", "0216-555-00-00"),
    "C-7": ("3125550000", "0312.555.00.00"),
    "C-8": ("8502220000", "0850 222 00 00"),
    "C-9": ("5055550000", "00905055550000"),
    "C-10": ("5065550000", "+90 (506) 555-00-00"),
    "C-11": ("5301112233", "530 111 22 33"),
    "C-12": ("5311112233", "0531/1112233"),
    "C-13": ("4441234", "444 1 234"),
    "C-14": ("4443456", "0444 3 456"),
}
SPELLINGS = ("0{}", "{}", "90{}", "0090{}", "+90{}", "+90 {}", "(0{})", " 0{} ", "+9 0{}")
HOME = Line(trusted=True)
FOREIGN = Line(country="DE", trusted=True)


def company(caller: Number, country: str = "TR") -> list[Candidate]:
    """What a careless CRM finds: everybody whose digits end as the caller's do, then checked."""
    tail = caller.e164[-7:]
    found = [
        (Candidate("customer", name, "ani", caller.level), stored)
        for name, (digits, stored) in CUSTOMERS.items()
        if tail and digits.endswith(tail)
    ]
    checked = [verify_number(one, [stored], caller, country) for one, stored in found]
    return [one for one in checked if one is not None]


def match(raw: str, line: Line = HOME, country: str = "TR") -> Match:
    caller = read_sender(raw, country, line)
    return decide(DEFAULT_RULES, company(caller, country), NOW)


CALLS = [
    (name, spelling.format(digits))
    for (name, (digits, _stored)), spelling in product(CUSTOMERS.items(), SPELLINGS)
]


def test_there_are_more_than_200_cases() -> None:
    assert 2 * len(CALLS) >= 200


@pytest.mark.parametrize(("name", "raw"), CALLS)
def test_an_attested_caller_opens_his_own_record(name: str, raw: str) -> None:
    found = match(raw)
    assert (found.action, found.result, found.level) == ("open", "one", 2)
    assert [one.id for one in found.records] == [name]


@pytest.mark.parametrize(("name", "raw"), CALLS)
def test_a_caller_who_only_claims_a_number_opens_nothing(name: str, raw: str) -> None:
    found = match(raw, Line())
    assert (found.action, found.records) == ("suggest", ())
    assert name in [one.id for one in found.suggest]


@pytest.mark.parametrize(("name", "raw"), CALLS)
def test_under_another_default_country_no_turkish_record_is_opened_by_mistake(
    name: str, raw: str
) -> None:
    found = match(raw, Line(trusted=True), country="DE")
    turkish = raw.strip().startswith(("+", "00"))
    assert [one.id for one in found.records] in ([], [name])
    if not turkish:
        caller = read_sender(raw, "DE")
        opened = {CUSTOMERS[one.id][1] for one in found.records}
        assert all(read_sender(text, "DE").e164 == caller.e164 for text in opened)


@pytest.mark.parametrize(("name", "raw"), CALLS)
def test_a_national_number_from_abroad_finds_nobody_to_open(name: str, raw: str) -> None:
    found = match(raw, FOREIGN)
    assert (name, found.records) == (name, ())


@pytest.mark.parametrize(
    "raw", ["", "anonymous", "+266696687", "112", "155", "1234567", "0532 123 45", "+495321234567"]
)
def test_who_shows_no_number_of_a_customer_opens_nothing(raw: str) -> None:
    assert match(raw).records == ()
    assert match(raw).action == "draft"


def test_a_failed_attestation_opens_nothing() -> None:
    caller = read_sender("0532 123 45 67", "TR", HOME, Attestation.FAILED)
    assert decide(DEFAULT_RULES, company(caller), NOW).records == ()


def a(
    id_: str, by: str = "ani", level: int = 2, *, shared: bool = False, hours: float | None = None
) -> Candidate:
    at = None if hours is None else NOW - timedelta(hours=hours)
    return Candidate("customer", id_, by, level, by, shared, at)


def test_the_first_rule_with_a_hit_decides_whatever_comes_first_in_the_list() -> None:
    found = [a("A"), a("B", "entered_id", 3), a("C", "callback_token", 3)]
    for order in permutations(found):
        assert [one.id for one in decide(DEFAULT_RULES, order, NOW).records] == ["C"]
    two = decide(DEFAULT_RULES, found[:2], NOW)
    assert (two.rule, two.level, [one.id for one in two.suggest]) == ("entered_id", 3, ["A"])


def test_several_that_fit_are_chosen_from_never_the_first_of_them() -> None:
    for order in permutations([a("A"), a("B")]):
        found = decide(DEFAULT_RULES, order, NOW)
        assert (found.action, found.result, found.records) == ("choose", "many", ())
        assert {one.id for one in found.suggest} == {"A", "B"}


def test_the_same_record_from_two_sources_is_one() -> None:
    found = decide(DEFAULT_RULES, [a("A"), a("A")], NOW)
    assert [one.id for one in found.records] == ["A"]
    assert found.suggest == ()


def test_a_shared_number_opens_nothing_but_an_entered_id_does() -> None:
    assert decide(DEFAULT_RULES, [a("A", shared=True)], NOW).action == "suggest"
    assert decide(DEFAULT_RULES, [a("A"), a("A", shared=True)], NOW).action == "suggest"
    entered = decide(DEFAULT_RULES, [a("A", "entered_id", 3, shared=True)], NOW)
    assert entered.action == "open"


def test_a_lookup_that_has_not_answered_holds_the_door_closed() -> None:
    found = decide(DEFAULT_RULES, [a("A")], NOW, missing=["entered_id"])
    assert (found.action, found.records) == ("suggest", ())
    same = decide(DEFAULT_RULES, [a("A")], NOW, missing=["ani"])
    assert same.action == "suggest"
    later = decide(DEFAULT_RULES, [a("A")], NOW, missing=["previous_call"])
    assert later.action == "open"


def test_nobody_found_is_a_draft_only_when_everybody_has_answered() -> None:
    assert decide(DEFAULT_RULES, [], NOW).action == "draft"
    assert decide(DEFAULT_RULES, [], NOW, missing=["ani"]).action == "nothing"
    assert decide(DEFAULT_RULES, [], NOW, unknown="nothing").action == "nothing"


def test_an_entered_id_that_was_not_confirmed_is_only_shown() -> None:
    found = decide(DEFAULT_RULES, [a("A", "entered_id", 1)], NOW)
    assert (found.result, found.action) == ("none", "choose")
    assert [one.id for one in found.suggest] == ["A"]


def test_a_previous_call_counts_for_a_day() -> None:
    assert decide(DEFAULT_RULES, [a("A", "previous_call", 1, hours=23.9)], NOW).rule != ""
    assert decide(DEFAULT_RULES, [a("A", "previous_call", 1, hours=24.1)], NOW).rule == ""


def test_rules_that_ask_too_little_still_open_nothing_by_weak_evidence() -> None:
    rules = [MatchRule(("ani", "ani_last9", "previous_call"), level=0, one="open")]
    assert decide(rules, [a("A", level=0)], NOW).action == "suggest"
    assert decide(rules, [a("A", "ani_last9")], NOW).action == "suggest"
    assert decide(rules, [a("A", "previous_call")], NOW).action == "suggest"
    assert decide(rules, [a("A", level=1)], NOW).action == "open"


def test_a_record_without_an_id_is_no_record() -> None:
    assert decide(DEFAULT_RULES, [a("")], NOW).action == "draft"


def test_a_ticket_is_opened_as_a_ticket() -> None:
    ticket = Candidate("ticket", "T-1", "ticket_number", 1)
    assert decide(DEFAULT_RULES, [ticket, a("A")], NOW).action == "open_ticket"


_CANDIDATES = st.lists(
    st.builds(
        a,
        st.sampled_from(["A", "B", "C"]),
        st.sampled_from(sorted({by for rule in DEFAULT_RULES for by in rule.by})),
        st.integers(0, 4),
        shared=st.booleans(),
    ),
    max_size=6,
)


@given(_CANDIDATES, st.permutations(range(6)), st.lists(st.sampled_from(["ani", "entered_id"])))
def test_what_is_opened_does_not_depend_on_the_order_of_answers(
    candidates: list[Candidate], order: list[int], missing: list[str]
) -> None:
    found = decide(DEFAULT_RULES, candidates, NOW, missing)
    shuffled = [candidates[place] for place in order if place < len(candidates)]
    again = decide(DEFAULT_RULES, shuffled, NOW, missing)
    assert [one.id for one in found.records] == [one.id for one in again.records]
    assert (found.action, found.result) == (again.action, again.result)
    assert len(found.records) == (found.action in OPENING)


def test_a_perhaps_opens_nothing_whatever_the_rules_say() -> None:
    eager = (MatchRule(("ani",), one="open"),)
    perhaps = Candidate("customer", "A", "ani", 2, perhaps=True)
    assert decide(eager, [perhaps], NOW).action == "suggest"
    sure = Candidate("customer", "A", "ani", 2)
    for found in ([perhaps, sure], [sure, perhaps]):
        assert decide(eager, found, NOW).action == "open"


def test_a_record_that_two_have_told_of_has_what_both_know_of_it() -> None:
    ours = Candidate("customer", "A", "ani", 2, fields={"name": "Ece", "vip": 1}, own=True)
    theirs = Candidate("customer", "A", "entered_id", 3, fields={"name": "E.", "debt": 5})
    found = decide(DEFAULT_RULES, [ours, theirs], NOW)
    assert found.hit is not None
    assert (found.hit.own, found.hit.fields) == (True, {"name": "E.", "vip": 1, "debt": 5})


def test_the_hit_is_the_only_one_that_fits() -> None:
    one, other = a("A", "ani", 1), a("B", "ani", 1)
    assert decide(DEFAULT_RULES, [one], NOW).hit == one
    assert decide(DEFAULT_RULES, [one, other], NOW).hit is None
    assert decide(DEFAULT_RULES, [], NOW).hit is None
