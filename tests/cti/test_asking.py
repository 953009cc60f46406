"""The lookups of one call: all at once, with a deadline, late ones still welcome."""

from __future__ import annotations

import gc
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from ivr.cti.asking import Asking, Questions
from ivr.cti.pop_rules import PopLookup
from ivr.domain.call import CallId
from ivr.domain.errors import StoreError
from ivr.domain.values import Sealed
from ivr.runtime.memory.clock import settle
from ivr.runtime.ports import FetchResult
from tests.cti.conftest import ANI, CUSTOMER, Bench, FakeSource, contact, pop_of

if TYPE_CHECKING:
    from ivr.cti.pop_call import PopCall

ENTERED = PopLookup("crm", {"no": "customer_no"}, by="entered_id")


class Told:
    """Counts the news."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> None:
        self.times += 1


def begun(bench: Bench, call: PopCall, told: Told | None = None, **rules: object) -> Asking:
    asking = Asking(bench.desk(**rules), call, told or Told())
    asking.begin()
    return asking


async def test_everything_is_asked_at_once_and_told_once(bench: Bench) -> None:
    bench.source.result, bench.source.takes_s = CUSTOMER, 0.3
    bench.sources["two"] = FakeSource(bench.clock, takes_s=0.4)
    told = Told()
    lookups = (PopLookup("crm"), PopLookup("two"))
    asking = begun(bench, pop_of(), told, lookups=lookups)
    await bench.clock.advance(0.35)
    assert (asking.pending, asking.settled, told.times) == (True, False, 0)
    await bench.clock.advance(0.1)
    assert (asking.pending, told.times) == (False, 1)
    assert [one.id for one in asking.decide().records] == ["C-9"]
    assert bench.source.asked == [{"phone": ANI}]


async def test_after_the_deadline_each_late_answer_is_news(bench: Bench) -> None:
    bench.source.result, bench.source.takes_s = CUSTOMER, 2.0
    told = Told()
    asking = begun(bench, pop_of(), told)
    await bench.clock.advance(0.8)
    assert (told.times, asking.settled, asking.pending) == (1, True, True)
    assert asking.decide().action == "nothing"
    await bench.clock.advance(1.3)
    assert (told.times, asking.decide().action) == (2, "open")


async def test_a_source_that_never_answers_has_failed_after_the_limit(bench: Bench) -> None:
    bench.source.takes_s = 60
    asking = begun(bench, pop_of(), late_s=5.0)
    await bench.clock.advance(5)
    assert (asking.pending, asking.failed, asking.decide().action) == (False, True, "nothing")


async def test_a_source_with_a_bug_is_a_failed_one(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_inputs: object, _limit_s: float) -> FetchResult:
        raise RuntimeError("bug")

    monkeypatch.setattr(bench.source, "fetch", broken)
    asking = begun(bench, pop_of())
    await settle()
    assert (asking.pending, asking.failed) == (False, True)


@pytest.mark.parametrize("ani", ["", "anonymous", "112"])
async def test_a_caller_without_a_number_is_not_looked_up_by_one(bench: Bench, ani: str) -> None:
    asking = begun(bench, pop_of(ani))
    await settle()
    assert (bench.source.asked, asking.pending) == ([], False)


async def test_two_withheld_callers_share_nothing(bench: Bench) -> None:
    bench.contacts.rows = [contact("c0", bench.clock.now(), ani="")]
    asking = begun(bench, pop_of("anonymous"))
    await settle()
    assert (asking.contacts, asking.candidates) == ((), [])


@pytest.mark.parametrize(
    ("shown", "level", "action"),
    [
        ({}, 1, "choose"),
        ({"verified": False}, 1, "choose"),
        ({"verified": True}, 3, "open"),
        ({"pin_ok": True}, 4, "open"),
        ({"verified": "true"}, 1, "choose"),
    ],
)
async def test_an_entered_id_counts_as_far_as_it_was_confirmed(
    bench: Bench, shown: dict[str, Any], level: int, action: str
) -> None:
    bench.source.result = CUSTOMER
    call = pop_of("", customer_no="1234", **shown)
    asking = begun(bench, call, lookups=(ENTERED,))
    await settle()
    assert [one.level for one in asking.candidates] == [level]
    assert asking.decide().action == action
    assert asking.candidates[0].evidence == "customer no"


async def test_a_record_with_another_number_in_it_is_not_the_callers(bench: Bench) -> None:
    lookups = (PopLookup("crm", phone="phones"),)
    for phones, found in (
        (("0533 123 45 67",), []),
        (("0533 123 45 67", "0532 123 45 67"), ["ani"]),
        (("321234567",), ["ani_last9"]),
        ((), []),
    ):
        bench.source.result = FetchResult("found", {"id": "C-9", "phones": phones})
        asking = begun(bench, pop_of(), lookups=lookups)
        await settle()
        assert [one.by for one in asking.candidates] == found


async def test_a_list_of_ids_is_several_records_without_each_others_fields(bench: Bench) -> None:
    bench.source.result = FetchResult("found", {"id": ("C-1", "C-2"), "name": "Ayşe"})
    asking = begun(bench, pop_of())
    await settle()
    assert [(one.id, one.fields) for one in asking.candidates] == [("C-1", {}), ("C-2", {})]
    assert asking.decide().action == "choose"
    bench.source.result = FetchResult("found", {"id": ("C-1",), "name": "Ayşe"})
    one = begun(bench, pop_of())
    await settle()
    assert [dict(each.fields) for each in one.candidates] == [{"name": "Ayşe"}]


async def test_a_number_that_several_use_never_opens(bench: Bench) -> None:
    bench.source.result = CUSTOMER
    asking = begun(bench, pop_of(), shared=frozenset({ANI}))
    await settle()
    assert asking.decide().action == "suggest"
    bench.source.result = FetchResult("found", {"id": "C-9", "shared": True})
    marked = begun(bench, pop_of(), lookups=(PopLookup("crm", shared="shared"),))
    await settle()
    assert marked.decide().action == "suggest"


async def test_earlier_calls_are_shown_and_suggest_but_not_this_one(bench: Bench) -> None:
    now = bench.clock.now()
    bench.contacts.rows = [
        contact(f"c{n}", now - timedelta(hours=n), note=f"n{n}") for n in range(1, 9)
    ]
    asking = begun(bench, pop_of(call="c2"))
    await settle()
    assert [one["call"] for one in asking.contacts] == ["c1", "c3", "c4", "c5", "c6"]
    assert asking.decide().rule == "previous_call"
    none = begun(bench, pop_of(), last_contacts=False)
    await settle()
    assert none.contacts == ()


async def test_contacts_that_cannot_be_read_are_missing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_number: str, _limit: int) -> list[object]:
        raise StoreError("away")

    monkeypatch.setattr(bench.contacts, "by_number", away)
    asking = begun(bench, pop_of())
    await settle()
    assert (asking.failed, asking.decide().action) == (True, "nothing")


async def test_the_same_question_is_not_asked_twice_but_another_one_is(bench: Bench) -> None:
    questions = Questions(bench.desk(lookups=(PopLookup("crm"), ENTERED)), lambda _call: None)
    first = questions.ask(pop_of())
    await settle()
    same = questions.ask(replace(pop_of(), path=("welcome", "main", "music")))
    assert (same is first, same.call.path[-1]) == (True, "music")
    other = questions.ask(pop_of(customer_no="1234", verified=True))
    await settle()
    assert (other is first, first.ended, len(bench.source.asked)) == (False, True, 3)
    assert questions.about(CallId("c1")) is other


async def test_what_ends_before_it_could_ask_has_asked_nothing(bench: Bench) -> None:
    asking = begun(bench, pop_of())
    asking.end()
    await settle()
    gc.collect()  # what was made and never begun would be told of here
    assert (bench.source.asked, asking.ended) == ([], True)


async def test_who_has_ended_asks_no_more_and_what_was_open_counts_as_missing(
    bench: Bench,
) -> None:
    bench.source.takes_s = 3
    questions = Questions(bench.desk(), lambda _call: None)
    asking = questions.ask(pop_of())
    await settle()
    questions.end(CallId("c1"), forget=False)
    assert (asking.pending, asking.failed) == (False, True)
    assert asking.decide().action == "nothing"
    questions.end(CallId("c1"), forget=True)
    questions.end(CallId("c1"), forget=True)
    assert questions.about(CallId("c1")) is None


async def test_a_secret_goes_to_the_source_as_it_is_and_is_shown_nowhere(bench: Bench) -> None:
    bench.source.result = CUSTOMER
    asking = begun(bench, pop_of("", customer_no=Sealed("1234")), lookups=(ENTERED,))
    await settle()
    assert bench.source.asked == [{"no": Sealed("1234")}]
    assert "1234" not in repr(asking.candidates)
